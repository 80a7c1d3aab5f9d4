"""Plays a conversation on a stage in one language, and finds where it says something else than its file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import zip_longest

from ivr.calls.memory_store import MemoryCallStore, MemoryJournal
from ivr.channels.terminal import write_page, write_pause
from ivr.menus.model import MenuBook
from processes.rehearsal.conversation import Conversation, Said
from processes.rehearsal.deeds import filled
from processes.rehearsal.stage import DIALLED, Stage, demo_customer
from processes.rehearsal.telephone import Caller, Course, Heard, Stop, Telephone
from speech.mailbox_keys import SERVICE

NOTHING = Heard((), ())


@dataclass(frozen=True, slots=True)
class Play:
    """One conversation in one language."""

    conversation: Conversation
    language: str


@dataclass(frozen=True, slots=True)
class OtherPrompts:
    """At a turn (from 1) something else was heard. `more`: at how many later turns too."""

    turn: int
    expected: tuple[str, ...]
    heard: Heard
    more: int = 0


@dataclass(frozen=True, slots=True)
class Stopped:
    """At a turn (from 1) the call and its file parted."""

    turn: int
    why: Stop


@dataclass(frozen=True, slots=True)
class OtherTickets:
    """The call left other tickets behind."""

    expected: list[dict[str, object]]
    left: list[dict[str, object]]


@dataclass(frozen=True, slots=True)
class OtherWords:
    """A prompt was read in other words; `heard` is None if it was not heard at all."""

    prompt: str
    expected: str
    heard: str | None


@dataclass(frozen=True, slots=True)
class NotInBook:
    """The file counts on something that the book does not have: a language, a topic."""

    kind: str
    name: str
    known: tuple[str, ...]


Difference = OtherPrompts | Stopped | OtherTickets | OtherWords | NotInBook


@dataclass(frozen=True, slots=True)
class Verdict:
    """What differs, first things first, and what somebody who reads that should know."""

    differences: tuple[Difference, ...] = ()
    notes: tuple[str, ...] = ()


class NotPlayed(Exception):
    """A conversation that cannot be played there; the text says why and what helps."""


def rehearse(stage: Stage, play: Play) -> Verdict:
    """Play it from the first word to the last, on an emptied stage."""
    missing = tuple(not_in_book(stage.book, play))
    if missing:
        return Verdict(missing)
    stage.set_for(play.conversation)
    return Verdict(differences(play, played(stage, play), left(stage)))


def played(stage: Stage, play: Play) -> Course:
    """How the call goes on a stage that is set for it."""
    clock = stage.clock
    store = MemoryCallStore(clock)
    hosted = play.conversation.hosted
    if play.conversation.ears and not hosted:
        store.mail[SERVICE] = stage.ears()
    turns = stage.turns(store, MemoryJournal(clock), write_page, write_pause, hosted=hosted)
    caller = caller_of(play, "terminal")
    return Telephone(turns, stage, caller, lambda said: meant(said, stage, play)).play(
        play.conversation.turns
    )


def caller_of(play: Play, door: str) -> Caller:
    """A call id of its own for every play."""
    name = hashlib.sha256(f"{play.conversation.name} {play.language} {door}".encode()).hexdigest()
    return Caller("CA" + name[:32], play.conversation.number, DIALLED)


def meant(said: Said, stage: Stage, play: Play) -> Said:
    """What the caller does, its open places filled. Raises Unfilled: no ticket promised, no number shown."""
    if said.way != "presses":
        return said
    account, pin = demo_customer(play.conversation.number)
    language = str(stage.book.languages.index(play.language) + 1)
    values = {"language": language, "account": account, "pin": pin}
    if play.conversation.number:
        values["last_four"] = play.conversation.number[-4:]
    if "{ticket}" in str(said.what):
        with suppress(LookupError):
            values["ticket"] = stage.newest_ticket()
    return replace(said, what=filled(said.what, values))


def left(stage: Stage) -> list[dict[str, object]]:
    """The tickets that stand after the call, and when SQL took what waited, as a file tells them."""
    stage.fail(())
    told = ({name: row[name] for name in ("topic", "priority", "partial")} for row in stage.tickets())
    return sorted(({**one, "partial": bool(one["partial"])} for one in told), key=str)


def expected(conversation: Conversation) -> list[dict[str, object]]:
    """The tickets that a file says are left, in the same form."""
    usual = {"topic": "", "priority": "normal", "partial": False}
    return sorted(({**usual, **one} for one in conversation.tickets), key=str)


def differences(play: Play, course: Course, tickets: list[dict[str, object]]) -> tuple[Difference, ...]:
    """What differs: the first other prompts, where the call left its file, then words and tickets."""
    heard = course.heard
    # What goes beyond the file, and what is not reached, is told as the stop.
    reached = heard if course.stopped is None else heard[: len(play.conversation.turns)]
    found: list[Difference] = [*other_prompts(play.conversation, reached, whole=course.stopped is None)]
    if course.stopped is not None:
        found.append(Stopped(len(course.heard), course.stopped))
    if found:
        # Other tickets and words are what follows from these.
        return tuple(found)
    found += _words(play, course)
    if tickets != expected(play.conversation):
        found.append(OtherTickets(expected(play.conversation), tickets))
    return tuple(found)


def other_prompts(
    conversation: Conversation, heard: tuple[Heard, ...], *, whole: bool = True
) -> Iterator[OtherPrompts]:
    """The first turn at which something else was heard. Not `whole`: turns that were not reached are none."""
    pairs = list(zip_longest(conversation.turns, heard))
    other = [
        OtherPrompts(turn, said.hears if said else (), one or NOTHING)
        for turn, (said, one) in enumerate(pairs[: None if whole else len(heard)], start=1)
        if not _same(said, one)
    ]
    if other:
        yield replace(other[0], more=len(other) - 1)


def _same(said: Said | None, heard: Heard | None) -> bool:
    if said is not None and said.way == "hangs_up" and not said.hears:
        # The caller had left before anything was said: what would have been heard is not known.
        return True
    return (said.hears if said else ()) == (heard or NOTHING).prompts


def _words(play: Play, course: Course) -> Iterator[OtherWords]:
    reads = play.conversation.reads
    if reads is None or play.language not in reads.words:
        return
    said = {name: words for one in course.heard for name, words in zip(one.prompts, one.words, strict=True)}
    if said.get(reads.prompt) != reads.words[play.language]:
        yield OtherWords(reads.prompt, reads.words[play.language], said.get(reads.prompt))


def not_in_book(book: MenuBook, play: Play) -> Iterator[NotInBook]:
    earlier = play.conversation.earlier
    for language in dict.fromkeys((play.language, earlier.language)):
        if language is not None and language not in book.languages:
            yield NotInBook("language", language, book.languages)
    for topic in earlier.tickets:
        if topic not in book.topics:
            yield NotInBook("topic", topic, tuple(book.topics))
