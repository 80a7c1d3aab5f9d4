"""Whether the people on call can be reached: their numbers, their languages, and every hour of the week."""

from __future__ import annotations

from callbacks.paging.on_call import OnCall, OnCallPerson
from foundation.phone_numbers import Refusal, callable_number, parse
from foundation.week import MIDNIGHT, Span
from ivr.menus.faults import did_you_mean
from ivr.menus.files import ON_CALL
from ivr.menus.lint.found import At, Found
from ivr.menus.model import MenuBook

SPOKEN = ("en", "zh", "id")  # the languages in which pages have words (ivr/handlers/page_words.py)
GAPS_TOLD = 3
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MINUTES_A_DAY = 1_440


def numbers(book: MenuBook) -> Found:
    """A number that no carrier rings, or that rings at our cost; somebody twice in the same way."""
    seen: set[tuple[str, str]] = set()
    for place, one in enumerate(_people(book)):
        at = _at(place, "number")
        read = parse(one.number, "ZZ")
        if read is None or read.e164 != one.number:
            cure = "write it with + and country code, without blanks: +6281..."
            yield at.fault("bad-number", f"{one.number!r} is no telephone number in E.164", cure)
        elif isinstance(why := callable_number(one.number, read.country, (read.country,)), Refusal):
            yield at.fault("bad-number", f"{one.number} is not called: {why.value}", "name another number")
        if (one.number, one.by) in seen:
            cure = f"keep one of them; by call and by text {one.number} may stand twice"
            yield at.fault(
                "double-person", f"{one.name!r} is somebody who stands above, by {one.by} too", cure
            )
        seen.add((one.number, one.by))


def languages(book: MenuBook) -> Found:
    """A language in which a page has no words."""
    for place, one in enumerate(_people(book)):
        if one.language not in SPOKEN:
            cure = did_you_mean(one.language, SPOKEN, f"write one of: {', '.join(SPOKEN)}")
            yield _at(place, "language").fault("unknown-language", f"no page speaks {one.language!r}", cure)


def callable_at_every_hour(book: MenuBook) -> Found:
    """Nobody is rung but only written to; or hours of the week in which nobody named can be rung."""
    people = _people(book)
    rung = [one for one in people if one.by == "call"]
    if people and not rung:
        cure = 'a text cannot be acknowledged: write by = "call" for one of them at least'
        yield At(ON_CALL, ("people",)).fault("nobody-to-call", "nobody on call is called", cure)
    elif gaps := _gaps(rung):
        told = ", ".join(gaps[:GAPS_TOLD]) + (
            f" and {len(gaps) - GAPS_TOLD} more" if gaps[GAPS_TOLD:] else ""
        )
        cure = "name somebody for these hours; until then all who stand here are paged in them"
        yield At(ON_CALL, ("people",)).warning("on-call-gap", f"nobody is on call on {told}", cure)


def _people(book: MenuBook) -> tuple[OnCallPerson, ...]:
    return (book.on_call or OnCall()).people


def _at(place: int, field: str) -> At:
    return At(ON_CALL, ("people", place, field))


def _gaps(rung: list[OnCallPerson]) -> list[str]:
    """The spans of a week in which none of them is on call, day by day."""
    weeks = [one.week for one in rung]
    if not weeks or None in weeks:
        return []
    gaps = []
    for day in _DAYS:
        spans = sorted(_minutes(span) for week in weeks if week for span in getattr(week, day))
        reached = 0
        for opens, closes in [*spans, (_MINUTES_A_DAY, _MINUTES_A_DAY)]:
            if opens > reached:
                gaps.append(f"{day} {_clock(reached)}-{_clock(opens)}")
            reached = max(reached, closes)
    return gaps


def _minutes(span: Span) -> tuple[int, int]:
    opens, closes = span.opens, span.closes
    end = _MINUTES_A_DAY if closes == MIDNIGHT else closes.hour * 60 + closes.minute
    return opens.hour * 60 + opens.minute, end


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
