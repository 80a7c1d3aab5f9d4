"""Whether what callers may say at a question tells its choices apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import combinations

from ivr.menus.faults import did_you_mean
from ivr.menus.lint.found import At, Found, in_wording
from ivr.menus.lint.heard import LISTS
from ivr.menus.lint.spoken import Use, place_of, uses
from ivr.menus.model import MenuBook
from ivr.menus.nodes import (
    Diagnose,
    Digits,
    LanguageQuestion,
    Menu,
    Node,
    RecordMessage,
    Survey,
    TicketDesk,
    YesNo,
)
from ivr.menus.wording import Wording
from speech.grammar import spoken_words

# How alike two phrases are by their sounds, 0 to 1. In the shipped book they are at most 0.73 ("the top up
# did not arrive", "the cash did not arrive"); "payment" and "pavement" are 0.92.
SOUND_ALIKE = 0.8
MOST_SOUNDED = 60  # phrases of one question
ALIKE = 0.9  # how alike two phrases are by their letters, 0 to 1: a letter of ten is another
COMPARED_AT_MOST = 400  # pairs of phrases of one question
PHRASES_KEPT = 4_000  # those of a few books: most of them can be said at many questions
PAIRS_KEPT = 20_000
ANSWERS = ("yes", "no")
DOORS = ("person", "stop_my_money", "back", "again")
OF_KINDS = (*ANSWERS, "skip", "this-number", "another-number", "send", "say-again", "discard")


Sounds = Callable[[str], tuple[str, ...]]  # a phrase -> its sounds; () if nobody knows them


@dataclass(frozen=True, slots=True)
class Said:
    """One phrase, the choice it means, and where it is written."""

    at: At
    choice: str
    phrase: str

    @property
    def letters(self) -> str:
        return _letters(self.phrase)


@lru_cache(maxsize=PHRASES_KEPT)
def _letters(phrase: str) -> str:
    """The same for two phrases that are told apart by nothing that can be heard."""
    return "".join(spoken_words(phrase))


def names_of(book: MenuBook, node: Node) -> tuple[str, ...]:
    """The choices of a node that callers can name."""
    match node:
        case Menu():
            return tuple(node.choices)
        case LanguageQuestion():
            return tuple(book.languages)
        case YesNo() | Diagnose():
            return ANSWERS
        case Survey():
            return tuple(str(step) for step in range(1, node.scale + 1))
        case Digits():
            return (*ANSWERS, "skip") if node.skip else ANSWERS
        case TicketDesk() if node.number != "never":
            return (*ANSWERS, "this-number", "another-number")
        case RecordMessage():
            return ("send", "say-again", "discard")
        case _:
            return ()


def unknown_choices(book: MenuBook) -> Found:
    """Phrases for a choice that is not there: nobody can choose it by them."""
    known: dict[str, set[str]] = {}
    for name, node in book.nodes.items():
        known.setdefault(node.say or name, set()).update(names_of(book, node))
    for language, wording in book.wordings.items():
        for prompt, words in wording.prompts.items():
            at = in_wording(book, language, "prompts", prompt, "phrases")
            yield from _unknown(at, words.phrases, known.get(prompt, set()))
        at = in_wording(book, language, "common", "phrases")
        yield from _unknown(at, wording.common.phrases, set(OF_KINDS))


def _unknown(at: At, phrases: dict[str, tuple[str, ...]], known: set[str]) -> Found:
    for choice in phrases:
        if choice not in known:
            cure = did_you_mean(choice, sorted(known), "take them away")
            here = At(at.file, (*at.path, choice), at.node)
            yield here.warning("unknown-choice", f"phrases for {choice!r}, which is no choice here", cure)


def without_phrases(book: MenuBook) -> Found:
    """A choice that can be keyed and not said, in a language in which callers are heard."""
    for use in uses(book):
        if not use.wording.spoken.yes:
            continue
        # Yes and no are said by the words of [spoken], a survey by its numbers.
        spoken = ANSWERS if not isinstance(use.node, Survey) else names_of(book, use.node)
        for choice in names_of(book, use.node):
            if choice not in spoken and not _phrases_of(use, choice):
                what = f"nobody can say {choice!r} in {use.language!r}: it has no phrases"
                cure = f'write {choice} = ["..."] under [prompts.{use.prompt_name}.phrases]'
                yield use.at("phrases", choice).warning("no-phrases", what, cure)


def _phrases_of(use: Use, choice: str) -> tuple[str, ...]:
    return use.prompt.phrases.get(choice) or use.wording.common.phrases.get(choice, ())


def clashes(book: MenuBook) -> Found:
    """One phrase for two choices of a question, or two that are hard to tell apart by ear."""
    told: set[tuple[object, ...]] = set()
    for use in uses(book):
        said = tuple(_said_at(use))
        for one, other in _pairs(said):
            place = (place_of(one.at), place_of(other.at))
            if place not in told:
                told.add(place)
                yield from _clash(one, other)
    for language, wording in book.wordings.items():
        for one, other in _pairs(tuple(_said_anywhere(book, language, wording))):
            yield from _clash(one, other)


def _pairs(said: tuple[Said, ...]) -> Iterator[tuple[Said, Said]]:
    """Pairs of phrases of different choices that are alike; of very many only the equal ones."""
    for number, (one, other) in enumerate(combinations(said, 2)):
        if one.choice == other.choice or not one.letters or not other.letters:
            continue
        if one.letters == other.letters or (number < COMPARED_AT_MOST and _alike(one.letters, other.letters)):
            yield one, other


@lru_cache(maxsize=PAIRS_KEPT)
def _alike(one: Sequence[str], other: Sequence[str], least: float = ALIKE) -> bool:
    """Whether so many of the letters, or of the sounds, are the same in the same order."""
    signs = len(one) + len(other)
    # Most pairs are told apart by their lengths alone: that is quickly seen, the rest is not.
    if not one or not other or 2 * min(len(one), len(other)) < least * signs:
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= least


def told_apart_by_letters_alone(book: MenuBook, language: str, sounds: Sounds) -> Found:
    """Phrases of two choices of a question that are written otherwise and sound the same, or nearly so."""
    told: set[tuple[object, ...]] = set()
    for use in uses(book):
        said = tuple(_said_at(use)) if use.language == language else ()
        for one, other in combinations(said[:MOST_SOUNDED], 2):
            place = (place_of(one.at), place_of(other.at))
            if one.choice != other.choice and place not in told and not _alike(one.letters, other.letters):
                told.add(place)
                if _alike(sounds(one.phrase), sounds(other.phrase), SOUND_ALIKE):
                    yield from _clash(one, other)


def sounds_of(book: MenuBook, language: str) -> frozenset[str]:
    """The words whose sounds are of use."""
    said = (one for use in uses(book) if use.language == language for one in _said_at(use))
    return frozenset(word for one in said for word in spoken_words(one.phrase))


def _clash(one: Said, other: Said) -> Found:
    if one.letters == other.letters:
        what = f"{other.phrase!r} is said for both {one.choice!r} and {other.choice!r}"
        yield other.at.fault("same-phrase", what, "leave it with one of them")
    else:
        what = f"{other.phrase!r} for {other.choice!r} sounds like {one.phrase!r} for {one.choice!r}"
        yield other.at.warning("alike-phrases", what, "say one of them in other words")


def _said_at(use: Use) -> Iterator[Said]:
    """All that may be said for the choices of a node; yes and no with the words of [spoken]."""
    for choice in names_of(use.book, use.node):
        if choice in ANSWERS:
            for number, phrase in enumerate(getattr(use.wording.spoken, choice)):
                yield Said(_in_spoken(use.book, use.language, choice, number), choice, phrase)
        own = choice in use.prompt.phrases
        at, phrases = (use.at, use.prompt.phrases) if own else (use.common, use.wording.common.phrases)
        for number, phrase in enumerate(phrases.get(choice, ())):
            yield Said(at("phrases", choice, number), choice, phrase)


def _in_spoken(book: MenuBook, language: str, name: str, number: int) -> At:
    return in_wording(book, language, "spoken", name, number)


def _said_anywhere(book: MenuBook, language: str, wording: Wording) -> Iterator[Said]:
    for name in LISTS:
        for number, phrase in enumerate(getattr(wording.spoken, name)):
            yield Said(_in_spoken(book, language, name, number), name, phrase)


def taken_everywhere(book: MenuBook) -> Found:
    """A phrase of a choice that means something else everywhere: here it means the choice."""
    everywhere = {language: _doors(book, language, wording) for language, wording in book.wordings.items()}
    for use in uses(book):
        doors = everywhere[use.language]
        for said in _said_at(use):
            door = doors.get(said.letters)
            if door is not None and said.at.path[0] == "prompts" and not _leads_there(use, said, door):
                what = f"{said.phrase!r} means {door} everywhere, and {said.choice!r} here"
                yield said.at.warning(
                    "everywhere-phrase", what, "say it in other words, or leave it to [spoken]"
                )


def _doors(book: MenuBook, language: str, wording: Wording) -> dict[str, str]:
    """What leads to a door from everywhere, by its letters."""
    said = _said_anywhere(book, language, wording)
    return {one.letters: one.choice for one in said if one.choice in DOORS}


def _leads_there(use: Use, said: Said, door: str) -> bool:
    """Whether the choice leads to where the door leads: then it makes no difference which was meant."""
    everywhere = use.book.everywhere
    to = {"person": everywhere.person.to, "stop_my_money": everywhere.stop_my_money.to}.get(door)
    return isinstance(use.node, Menu) and use.node.choices[said.choice].to == to
