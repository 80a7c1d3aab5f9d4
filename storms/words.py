"""Which words of the book a caller was told, and what they promise: matched whole, with their slots open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from ivr.handlers.apology_words import WORDS
from ivr.menus.model import MenuBook
from ivr.menus.nodes import Menu, TicketDesk
from ivr.menus.wording import Prompt, Wording
from tests.shipped import BOOK

TEXTS_KEPT = 4_096  # judged before; most of what is said is said to everybody
COMMON, APOLOGY = "common", "apology"  # where words stand that are of no prompt


class Means(Enum):
    """What is said by words that a promise depends on."""

    FILED = "its ticket has this number"
    FILED_BEFORE = "the newest ticket of the call has this number"
    KEPT = "it is kept, and has no number"
    WILL_CALL = "that is the number we will call"
    TAKEN_BACK = "what was said is taken back"
    NOTHING_KEPT = "nothing has been noted"
    MESSAGE_KEPT = "the message is kept"
    OFFERS_SHOWN = "shall we call the number shown?"
    OFFERS_READ = "shall we call the number read back?"
    OFFERS_TO_SEND = "shall the message be sent?"
    CALL_BY = "a person will call"
    ASKS_IF_MEANT = "was it meant?"
    ASKS_WHAT = "what is it about?"


_OF_DESKS = {
    "opened": Means.FILED,
    "joined": Means.FILED,
    "already": Means.FILED,
    "kept": Means.KEPT,
    "failed": Means.NOTHING_KEPT,
    "number_kept": Means.WILL_CALL,
    "number": Means.OFFERS_SHOWN,
    "reach": Means.OFFERS_SHOWN,
    "entry_confirm": Means.OFFERS_READ,
}
_OF_ALL = {
    "ticket_again": Means.FILED_BEFORE,
    "taken_back": Means.TAKEN_BACK,
    "meant": Means.ASKS_IF_MEANT,
    "choose": Means.OFFERS_TO_SEND,
}
CALL_BY = "call-by"  # the prompt that is said after a call from us was promised
_SLOT = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Spoken:
    """What one `Say` means; `prompt` is whose words they are, `digits` what was read out in them."""

    means: Means
    prompt: str
    digits: str


@dataclass(frozen=True, slots=True)
class _Words:
    means: Means
    prompt: str
    whole: re.Pattern[str]
    digit: re.Pattern[str]
    values: dict[str, str]

    def read(self, text: str) -> Spoken | None:
        found = self.whole.fullmatch(text)
        if found is None:
            return None
        read_out = self.digit.findall("".join(found.groups()[:1]).lower())
        return Spoken(self.means, self.prompt, "".join(self.values[one] for one in read_out))


@lru_cache(maxsize=TEXTS_KEPT)
def understood(text: str) -> Spoken | None:
    """What a text means; None for all that promises nothing. Words of a desk go before common ones."""
    bare = _bare(text)
    return next((found for words in _ALL if (found := words.read(bare))), None)


def _bare(text: str) -> str:
    """Without spaces: a pause between digits is none of a word."""
    return "".join(text.split())


def _all(book: MenuBook) -> Iterator[_Words]:
    for language, wording in book.wordings.items():
        for means, prompt, text in (*_of_book(book, wording), *_of_apology(language)):
            yield _words(wording, means, prompt, text)


def _words(wording: Wording, means: Means, prompt: str, text: str) -> _Words:
    values = {word.lower(): str(value) for value, word in enumerate(wording.digits)}
    values |= {str(value): str(value) for value in range(10)}
    digit = re.compile("|".join(sorted(map(re.escape, values), key=len, reverse=True)))
    whole = re.compile("(.*?)".join(re.escape(_bare(one)) for one in _SLOT.split(text)))
    return _Words(means, prompt, whole, digit, values)


def _of_book(book: MenuBook, wording: Wording) -> Iterator[tuple[Means, str, str]]:
    desks = {node.say or name for name, node in book.nodes.items() if isinstance(node, TicketDesk)}
    for desk in sorted(desks & wording.prompts.keys()):
        yield from _parts(desk, wording.prompts[desk])
    yield from _parts(COMMON, wording.common)
    yield Means.CALL_BY, CALL_BY, wording.prompts[CALL_BY].say
    for name, node in book.nodes.items():
        if isinstance(node, Menu) and any("topic" in one.set for one in node.choices.values()):
            prompt = wording.prompts[node.say or name]
            yield (
                Means.ASKS_WHAT,
                name,
                " ".join([prompt.say, *(prompt.choices[one] for one in node.choices)]),
            )


def _parts(name: str, prompt: Prompt) -> Iterator[tuple[Means, str, str]]:
    for part, means in (*_OF_DESKS.items(), *(_OF_ALL.items() if name == COMMON else ())):
        yield from ((means, name, words[part]) for words in (prompt.parts, prompt.spoken) if part in words)


def _of_apology(language: str) -> Iterator[tuple[Means, str, str]]:
    words = WORDS[language]
    yield Means.FILED_BEFORE, APOLOGY, words.ticket + "{ticket}"
    yield Means.KEPT, APOLOGY, words.spooled
    yield Means.MESSAGE_KEPT, APOLOGY, words.kept
    yield Means.NOTHING_KEPT, APOLOGY, words.not_kept


_ALL = tuple(_all(BOOK))
