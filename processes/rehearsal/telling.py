"""Says in plain lines where a call and its file differ: the turn, what was expected and what was heard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from ivr.channels.terminal import Wait
from ivr.flow.instructions import Bridge, Collect, HangUp, Record
from ivr.menus.faults import nearest
from ivr.menus.model import MenuBook
from processes.rehearsal.conversation import Conversation, Said
from processes.rehearsal.playing import (
    Difference,
    NotInBook,
    OtherPrompts,
    OtherTickets,
    OtherWords,
    Stopped,
    Verdict,
)
from processes.rehearsal.telephone import RECORDING, Broke, Open, Over, StillWaits, Stop, Unfit

LONGEST_WORDS = 300  # characters of one prompt that are shown
# Prompts that stand in the wording files under no name of their own.
NAMED_BY_THE_HOUSE = ("announcement", "common", "state", RECORDING)


def lines_of(conversation: Conversation, verdict: Verdict, book: MenuBook) -> Iterator[str]:
    """Everything that differs, and after it the notes."""
    for found in verdict.differences:
        yield from _difference(conversation, found, book)
    yield from (f"note: {note}" for note in verdict.notes)


def _difference(conversation: Conversation, found: Difference, book: MenuBook) -> Iterator[str]:
    """One difference; the first line says where."""
    match found:
        case OtherPrompts():
            yield _where(conversation, found.turn)
            yield from _prompts(found, book)
        case Stopped(turn, why):
            yield _where(conversation, turn)
            yield f"  {_stopped(why)}"
        case OtherTickets(expected, left):
            yield f"{conversation.file}: the call leaves other tickets behind"
            yield f"  expected {_tickets(expected)}"
            yield f"  left     {_tickets(left)}"
        case OtherWords(prompt, expected, heard):
            line = conversation.reads.line if conversation.reads else 0
            yield f"{_place(conversation, line)}: {prompt} is read in other words"
            yield f'  expected "{expected}"'
            yield "  and it was not heard at all" if heard is None else f'  heard    "{heard}"'
        case NotInBook(kind, name, known):
            near = nearest(name, known)
            cure = f"did you mean {near!r}?" if near else f"it has {', '.join(known)}"
            yield f"{conversation.file}: the book has no {kind} {name!r}; {cure}"
        case _:
            assert_never(found)


def _where(conversation: Conversation, turn: int) -> str:
    turns = conversation.turns
    line = turns[turn - 1].line if 0 < turn <= len(turns) else turns[-1].line
    before = f", after {_done(turns[turn - 2])}" if 1 < turn <= len(turns) + 1 else ""
    return f"{_place(conversation, line)}: turn {max(turn, 1)}{before}"


def _place(conversation: Conversation, line: int) -> str:
    return f"{conversation.file}:{line}" if line else conversation.file


def _done(said: Said) -> str:
    match said.way:
        case "presses":
            return f"the caller presses {said.what}"
        case "stays_silent":
            return "the caller stays silent"
        case "speaks":
            return f"the caller speaks for {said.what} seconds"
        case "say":
            return f'the caller says "{said.what.words}"'
        case "person":
            return f"the person's telephone ({said.what})"
        case _:
            return "the caller hangs up"


def _prompts(found: OtherPrompts, book: MenuBook) -> Iterator[str]:
    yield f"  expected {', '.join(found.expected) or 'nothing'}"
    yield f"  heard    {', '.join(found.heard.prompts) or 'nothing'}"
    for name, words in zip(found.heard.prompts, found.heard.words, strict=True):
        if words and name not in found.expected:
            yield f'  {name} says: "{_cut(words)}"'
    yield from _never_heard(found, book)
    if found.more:
        yield f"  and {found.more} later {'turn differs' if found.more == 1 else 'turns differ'}"


def _never_heard(found: OtherPrompts, book: MenuBook) -> Iterator[str]:
    """Names that no call can hear: probably mistyped, or gone from the book."""
    wording = book.wordings[book.default_language]
    known = {*wording.prompts, *book.nodes, *NAMED_BY_THE_HOUSE}
    for name in dict.fromkeys(found.expected):
        base = name.partition(".")[0]
        if base not in known and name not in found.heard.prompts:
            near = nearest(base, sorted(known))
            yield f"  the book has no prompt {base!r}" + (f"; did you mean {near!r}?" if near else "")


def _stopped(why: Stop) -> str:
    match why:
        case Over(said):
            return f"the hotline has hung up, and the file goes on: {_done(said)}"
        case StillWaits(wait):
            return f"the file ends, and the call waits for {_awaited(wait)}; to leave write hangs_up = true"
        case Unfit(said, wait):
            return f"the file says: {_done(said)}; and the call waits for {_awaited(wait)}"
        case Open("ticket"):
            return "the caller types {ticket}, and none was promised in this call or an earlier one"
        case Open(place):
            return f"the caller types {{{place}}}, and this caller shows no number"
        case Broke(fault):
            return f"the hotline failed here ({type(fault).__name__}: {_cut(str(fault))})"
        case _:
            assert_never(why)


def _awaited(wait: Wait | None) -> str:
    match wait:
        case Collect(count=1):
            return "a key"
        case Collect():
            return "keys"
        case Record():
            return "a spoken message"
        case Bridge():
            return "a person's telephone"
        case HangUp() | None:
            return "nothing"
        case _:
            assert_never(wait)


def _tickets(tickets: list[dict[str, object]]) -> str:
    return ", ".join(_ticket(one) for one in tickets) or "none"


def _ticket(ticket: dict[str, object]) -> str:
    partial = " (partial)" if ticket["partial"] else ""
    return f"{ticket['topic']}, {ticket['priority']}{partial}"


def _cut(words: str) -> str:
    one = " ".join(words.split())
    return one if len(one) <= LONGEST_WORDS else one[:LONGEST_WORDS] + "..."
