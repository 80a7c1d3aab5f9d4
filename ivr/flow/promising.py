"""What a ticket is made of: the errand that asks for a promise, from what the call has learned."""

from __future__ import annotations

from datetime import datetime, timedelta

from foundation.hours import add_working_time
from foundation.phone_numbers import PhoneNumber, callable_number
from ivr.flow.errands import OpenTicket
from ivr.flow.state import CallState
from ivr.menus.model import MenuBook

# Facts that steer the call; what is left are the answers of the diagnosis.
STEERING = frozenset({"topic", "solved", "ticket", "due", "opens", "recording"})


def open_ticket(book: MenuBook, state: CallState, topic: str, at: datetime, number: str | None) -> OpenTicket:
    """The promise this call asks for, due by the book's word for its topic."""
    promised = book.topics[topic]
    return OpenTicket(
        topic=topic,
        priority=promised.priority,
        due=due(book, topic, at),
        language=state.language,
        level=state.level,
        customer=state.customer,
        calling_number=state.number,
        number_to_call=number,
        answers=answers(state, topic),
        recordings=recordings(state),
    )


def due(book: MenuBook, topic: str, at: datetime) -> datetime:
    """By when an answer is promised: in working time, or round the clock for what cannot wait."""
    promised = book.topics[topic]
    within = timedelta(minutes=promised.answer_within_minutes)
    return at + within if promised.around_the_clock else add_working_time(book.hours, at, within)


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


def number_shown(book: MenuBook, state: CallState) -> PhoneNumber | None:
    """The calling number, where it is one that we may call."""
    return may_call(book, state.number) if state.number else None


def may_call(book: MenuBook, raw: str) -> PhoneNumber | None:
    """The number meant by what was typed: as dialled at home, or with its country code but no plus."""
    for written in (raw, f"+{raw}"):
        found = callable_number(written, book.calling.region, book.calling.countries)
        if isinstance(found, PhoneNumber):
            return found
    return None
