"""What a ticket is made of: the errand that asks for a promise, and the call that has one."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

from msgspec import structs

from foundation.hours import add_working_time
from foundation.phone_numbers import PhoneNumber, callable_number
from ivr.flow.errands import KeepRecording, OpenTicket
from ivr.flow.inputs import Recorded
from ivr.flow.replies import TicketOpened, TicketSpooled
from ivr.flow.state import CallState, Filed
from ivr.menus.model import MenuBook
from ivr.menus.nodes import RecordMessage

PARTIAL_PRIORITY = "low"
NAMELESS_PRIORITY = "normal"
MESSAGE = "message"  # the topic of a spoken message in a book that has no topics
UNNAMED_WITHIN = timedelta(days=1)

# Facts that steer the call; what is left are the answers of the diagnosis.
STEERING = frozenset({"topic", "solved", "ticket", "due", "opens", "recording"})


def open_ticket(book: MenuBook, state: CallState, topic: str, at: datetime, number: str | None) -> OpenTicket:
    """The promise this call asks for, due by the book's word for its topic.

    `number`: the one that the caller has agreed to be called on, in this call; the number shown is a hint.
    """
    promised = book.topics.get(topic)
    return OpenTicket(
        topic=topic,
        priority=promised.priority if promised else NAMELESS_PRIORITY,
        due=due(book, topic, at),
        language=state.language,
        level=state.level,
        customer=state.customer,
        calling_number=state.number,
        number_to_call=number,
        answers=answers(state, topic),
        recordings=recordings(state),
    )


def partial_ticket(book: MenuBook, state: CallState, topic: str, at: datetime) -> OpenTicket:
    """What is kept for a caller who hung up unsolved: of low priority; no number to call was agreed on."""
    asked = open_ticket(book, state, topic, at, None)
    return dataclasses.replace(asked, priority=PARTIAL_PRIORITY, partial=True)


def due(book: MenuBook, topic: str, at: datetime) -> datetime:
    """By when an answer is promised: in working time, or round the clock for what cannot wait."""
    promised = book.topics.get(topic)
    if promised is None:
        return at + UNNAMED_WITHIN
    within = timedelta(minutes=promised.answer_within_minutes)
    return at + within if promised.around_the_clock else add_working_time(book.hours, at, within)


def keep_message(book: MenuBook, state: CallState, spoken: Recorded) -> KeepRecording:
    """What keeps a spoken message: in the newest ticket of the call, else as a small ticket of its own.

    While that newest one has no number, the message is about the same: then one ticket comes of both.
    """
    newest = state.filed[-1] if state.filed else None
    waits = newest.topic if newest and not newest.ticket else None
    topic = waits or state.fact("topic") or message_topic(book)
    return KeepRecording(
        recording=spoken.recording,
        seconds=spoken.seconds,
        ticket=newest.ticket or None if newest else None,
        topic=topic,
        due=due(book, topic, spoken.at),
        language=state.language,
        level=state.level,
        calling_number=state.number,
    )


def message_topic(book: MenuBook) -> str:
    """What a spoken message is about when nobody has said so."""
    return book.message_topic or next(reversed(book.topics), MESSAGE)


def answers(state: CallState, topic: str) -> tuple[tuple[str, str], ...]:
    """The facts of the diagnosis, the newest value of each; `about`: another topic that was named."""
    newest = {name: value for name, value in state.facts if name not in STEERING}
    named = state.fact("topic")
    if named and named != topic:
        newest["about"] = named
    return tuple(newest.items())


def recordings(state: CallState) -> tuple[str, ...]:
    """The spoken messages of this call that no ticket has yet; an empty one marks the last filing."""
    spoken = [value for name, value in state.facts if name == "recording"]
    filed = max((place for place, value in enumerate(spoken, start=1) if not value), default=0)
    return tuple(dict.fromkeys(spoken[filed:]))


def brings_news(state: CallState, filed: Filed) -> bool:
    """Whether the caller has told something since this promise was made that is not in it."""
    later = {name for name, _ in state.facts_since(filed.facts)}
    return bool(later - STEERING) or bool(recordings(state))


def with_unsent(state: CallState, node: object) -> CallState:
    """A message spoken and not yet sent counts as sent when the caller leaves: none is dropped."""
    reviewing = isinstance(node, RecordMessage) and state.place.stage == "review"
    return state.learn(recording=state.place.entry) if reviewing else state


def filing(state: CallState, topic: str, made: TicketOpened | TicketSpooled) -> CallState:
    """The call with its promise: the topic named is settled, the messages stand in the ticket.

    What is added from the spool to a ticket whose number is known leaves it known.
    """
    before = state.filed_on(topic)
    known = before.ticket if before else ""
    number = made.number if isinstance(made, TicketOpened) else known
    kept = state.learn(ticket=number, due=made.due.isoformat(), recording="", solved="promised")
    filed = Filed(topic, number, made.due, kept.learned)
    others = tuple(one for one in state.filed if one.topic != topic)
    return structs.replace(kept, filed=(*others, filed))


def number_shown(book: MenuBook, state: CallState) -> PhoneNumber | None:
    """The calling number, where it is one that we may call."""
    return may_call(book, state.number) if state.number else None


def may_call(book: MenuBook, raw: str) -> PhoneNumber | None:
    """The number meant by what was typed.

    A number that begins with 0 is dialled as at home; another one is read with its country code first, since
    the beginning of a foreign number may look like an area code.
    """
    abroad = () if raw.startswith("0") else (f"+{raw.removeprefix('+')}",)
    for written in (*abroad, raw):
        found = callable_number(written, book.calling.region, book.calling.countries)
        if isinstance(found, PhoneNumber):
            return found
    return None
