"""Whether a sentence can be put before the menu: in every language of the book, speakable, short, alike."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from ivr.menus.lint.words import cannot_be_sent
from ivr.menus.model import MenuBook
from ivr.menus.nodes import Announce
from ivr.menus.spoken_length import seconds
from ivr.menus.wording import Wording

SPOKEN_AT_MOST = 15  # seconds; the menu that callers have come for follows
CHARACTERS_AT_MOST = 500  # of a sentence, spoken or not
MARKS_SHOWN = 3

Words = Mapping[str, str]  # by language code


def refusals(book: MenuBook, words: Words) -> Iterator[str]:
    """Why this sentence cannot be put up, a line for each reason, with its cure."""
    if not any(isinstance(node, Announce) for node in book.nodes.values()):
        yield (
            "the book has no node of kind announcement, so no caller would hear it; "
            "docs/menus.md shows how to write one"
        )
    spoken = ", ".join(book.languages)
    for language in book.languages:
        if language not in words:
            yield f"the book speaks {spoken}: --{language} is missing"
    for language, text in words.items():
        if language not in book.languages:
            yield f"the book speaks {spoken}: --{language} is none of them, take it away"
        else:
            yield from (f"--{language}: {why}" for why in _faults(text, book, book.wordings[language]))


def doubts(book: MenuBook, words: Words) -> Iterator[str]:
    """What may be a mistake, a line each. For words that nothing was refused of."""
    for language, text in words.items():
        usual, here = _writing(_said_in(book.wordings[language])), _writing([text])
        if here != usual:
            yield f"--{language}: the letters are {here}, those of the book's {language} are {usual}"
        marks = sorted({one for one in text if unicodedata.category(one) in {"So", "Sk", "Co", "Cn"}})
        if marks:
            shown = " ".join(marks[:MARKS_SHOWN])
            yield f"--{language}: {shown} cannot be spoken; a voice leaves it out, or says its name"
    for text, count in Counter(words.values()).items():
        if count > 1:
            alike = " and ".join(f"--{language}" for language, one in words.items() if one == text)
            yield f"{alike} say the same words"


def tidy(text: str) -> str:
    """The words on one line, single blanks between them; as they are if they cannot be sent at all."""
    return text if cannot_be_sent(text) else " ".join(text.split())


def _faults(text: str, book: MenuBook, wording: Wording) -> Iterator[str]:
    if cannot_be_sent(text):
        yield "a character stands in the words that no telephone can be sent; write them anew by hand"
    elif not any(one.isalnum() for one in text):
        yield "there are no words; write what callers are to hear, in quotes"
    elif "{" in text or "}" in text:
        yield "an announcement has no slots; write it without { and }"
    elif len(text) > CHARACTERS_AT_MOST:
        yield f"{len(text)} characters; say it in {CHARACTERS_AT_MOST} at most"
    elif (long := seconds(text, book, wording)) > SPOKEN_AT_MOST:
        yield f"takes about {long:.0f} seconds to say; say it in {SPOKEN_AT_MOST} at most"


def _said_in(wording: Wording) -> Iterator[str]:
    """Enough of a language to tell its writing."""
    yield from wording.common.parts.values()
    yield from (prompt.say for prompt in wording.prompts.values())
    yield from wording.digits


def _writing(texts: Iterable[str]) -> str:
    """The writing that most of the letters belong to, as Unicode names it: Latin, CJK, Hangul, Thai."""
    letters = Counter(
        unicodedata.name(one, "?").partition(" ")[0] for text in texts for one in text if one.isalpha()
    )
    found = letters.most_common(1)[0][0] if letters else "none"
    return found if len(found) <= len("CJK") else found.capitalize()
