"""Whom to page next about an urgent ticket, and when: decided from what was done so far, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from callbacks.paging.on_call import OnCallPerson, Way

FIRST_PAUSE = timedelta(seconds=15)  # after a page that came to nobody; doubled each time
MOST_DOUBLINGS = 10
PRESSING = 30  # pages of a ticket that rang somebody, after which they come more slowly
SLOWLY = timedelta(minutes=30)  # between two of them then; it never ends while nobody takes the ticket
# What lies further ahead than two machines' clocks differ was written before the clock was set back.
CLOCKS_DIFFER = timedelta(seconds=60)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Outcome(StrEnum):
    """What came of a page."""

    ACKNOWLEDGED = "acknowledged"  # by a key: nobody else is paged
    NOT_PRESSED = "not pressed"  # somebody or something answered, and pressed nothing
    BUSY = "busy"
    NO_ANSWER = "no answer"
    FAILED = "failed"
    SENT = "sent"  # a text, which nobody can acknowledge
    NO_NEWS = "no news"  # placed, perhaps; nobody told its end
    REFUSED = "refused"  # the carrier will not ring this number
    NOT_SENT = "not sent"  # nothing was rung


# These rang nobody: they make no round, and the pauses after them grow.
RANG_NOBODY = frozenset({Outcome.REFUSED, Outcome.NOT_SENT})
# After these nothing more is to be expected of that page: the next person need not wait.
_OVER_AT_ONCE = frozenset({Outcome.NOT_PRESSED, Outcome.BUSY, Outcome.NO_ANSWER, Outcome.FAILED})


@dataclass(frozen=True, slots=True)
class Waiting:
    """An urgent ticket that nobody has taken, and since when: its promise, or when it was reopened last."""

    ticket: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Paged:
    """The `place`th page of a ticket (from 1); `outcome` and `ended` are None while it is under way."""

    place: int
    name: str
    number: str
    by: Way
    at: datetime
    outcome: Outcome | None = None
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rota:
    """Who is to be paged now, in order (at least one), and how soon."""

    people: tuple[OnCallPerson, ...]
    first_after: timedelta
    again_after: timedelta


@dataclass(frozen=True, slots=True)
class Due:
    """A page that is to be made now."""

    waiting: Waiting
    place: int
    person: OnCallPerson


def next_page(waiting: Waiting, pages: Sequence[Paged], rota: Rota, now: datetime) -> Due | None:
    """The page that is due now; None: later, or one is under way. `pages`: the ticket's newest, in order.

    Those from before it began to wait are of a time when somebody took it; it was reopened since.

    Those on duty are paged in order and then again, none of them twice within `again_after`. Whoever is
    not reached makes room for the next at once; a text, or a page of which nobody knows, gets its time.
    """
    if pages and pages[-1].outcome is None:
        return None
    place, since = pages[-1].place + 1 if pages else 1, _then(waiting.since, now)
    these = [one for one in pages if one.at >= since]
    if not these:
        return Due(waiting, place, rota.people[0]) if since + rota.first_after <= now else None
    person = _after(these[-1], rota)
    return Due(waiting, place, person) if _when(these, person, rota, now) <= now else None


def _after(last: Paged, rota: Rota) -> OnCallPerson:
    """The next in order; the same once more if nothing was rung. The first, if the last left the rota."""
    keys = [(one.number, one.by) for one in rota.people]
    if (last.number, last.by) not in keys:
        return rota.people[0]
    place = keys.index((last.number, last.by))
    return rota.people[place if last.outcome is Outcome.NOT_SENT else (place + 1) % len(keys)]


def _when(pages: Sequence[Paged], person: OnCallPerson, rota: Rota, now: datetime) -> datetime:
    last = pages[-1]
    since = _then(last.at, now)
    if last.outcome in RANG_NOBODY:
        doubled: int = 2 ** min(_in_vain(pages) - 1, MOST_DOUBLINGS)
        due = since + min(FIRST_PAUSE * doubled, rota.again_after)
    elif sum(one.outcome not in RANG_NOBODY for one in pages) >= PRESSING:
        due = since + max(SLOWLY, rota.again_after)
    elif last.outcome in _OVER_AT_ONCE:
        due = _then(last.ended or last.at, now)
    else:
        due = since + rota.again_after
    rung = _last_rung(pages, person)
    return max(due, _then(rung, now) + rota.again_after) if rung else due


def _in_vain(pages: Sequence[Paged]) -> int:
    """How many pages in a row rang nobody, up to the last."""
    return next(
        (count for count, one in enumerate(reversed(pages)) if one.outcome not in RANG_NOBODY), len(pages)
    )


def _last_rung(pages: Sequence[Paged], person: OnCallPerson) -> datetime | None:
    """When this person's telephone was last rung or written to about the ticket."""
    rung = (
        one.at for one in reversed(pages) if one.number == person.number and one.outcome not in RANG_NOBODY
    )
    return next(rung, None)


def _then(moment: datetime, now: datetime) -> datetime:
    """The moment; long ago if it lies ahead: the clock was set back, and that moment may be hours away."""
    return moment if moment <= now + CLOCKS_DIFFER else _LONG_AGO
