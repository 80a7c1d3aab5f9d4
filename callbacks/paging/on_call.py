"""Who is on call, as `on-call.toml` says it: in which order, by call or text, when, and how soon."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from foundation.hours import Hours, is_open
from foundation.week import Frozen, Week

PEOPLE_AT_MOST = 20
LONGEST_NAME = 60  # characters; it stands among the moves of a ticket
LONGEST_MINUTES = 60

Way = Literal["call", "text"]
_Minutes = Annotated[int, Field(ge=1, le=LONGEST_MINUTES)]


class OnCallPerson(Frozen):
    """Somebody who is rung or sent a text. A text asks for nothing: only a key in a call acknowledges."""

    name: str = Field(min_length=1, max_length=LONGEST_NAME, description="stands with what they acknowledge")
    number: str = Field(description="with + and country code, without blanks")
    language: str = Field(pattern=r"^[a-z]{2,3}$", description="in which they are spoken to")
    by: Way = "call"
    week: Week | None = Field(None, description="when they are on call; at every hour if absent")


class OnCall(Frozen):
    """The people in the order in which they are paged, and the minutes between. Weeks go by the hours' zone.

    Nobody named: the person whose number the settings name is called, at every hour.
    """

    first_after_minutes: _Minutes = Field(5, description="from the promise to the first page")
    again_after_minutes: _Minutes = Field(2, description="before the same person is paged again")
    people: tuple[OnCallPerson, ...] = Field((), max_length=PEOPLE_AT_MOST)


def on_duty(on_call: OnCall, zone: str, at: datetime) -> tuple[OnCallPerson, ...]:
    """Who is to be paged at this moment, in order.

    Where the weeks leave an hour with nobody who can be called, everybody is: better a person woken in
    their free time than a customer whose money nobody stops.
    """
    there = tuple(one for one in on_call.people if _on_duty(one, zone, at))
    return there if any(one.by == "call" for one in there) else on_call.people


def _on_duty(one: OnCallPerson, zone: str, at: datetime) -> bool:
    return one.week is None or is_open(Hours(zone=zone, week=one.week), at)
