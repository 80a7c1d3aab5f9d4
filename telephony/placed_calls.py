"""Calls that we have the carrier place: begun once, and looked at until they are over.

Sources: https://www.twilio.com/docs/voice/api/call-resource and .../call-notification-resource.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from urllib.parse import parse_qs

from foundation.redaction import one_line
from telephony.rest import LONGEST_WORDS, CarrierRest, Table, Told, Trouble, Unclear

MOST_FAULTS = 5
RUNG_BY_US = frozenset({"outbound-api", "outbound-dial"})


class Stage(Enum):
    """How far a call has come, in the carrier's words."""

    QUEUED = "queued"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"
    CANCELED = "canceled"

    @property
    def is_over(self) -> bool:
        """Whether nothing comes after it."""
        return self not in (Stage.QUEUED, Stage.RINGING, Stage.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class CallPlan:
    """Whom to ring, from which of our numbers, what to ask when it is taken; `ring` in seconds."""

    to: str
    from_: str
    voice_url: str
    status_url: str
    fallback_url: str
    ring: int


@dataclass(frozen=True, slots=True)
class PlacedCall:
    """A call at the carrier; `seconds` from its being taken to its end, None before that."""

    sid: str
    stage: Stage
    seconds: int | None


@dataclass(frozen=True, slots=True)
class Parties:
    """Who called which number, and how far that call has come. Whom the carrier rang for us is its caller."""

    caller: str
    dialled: str
    stage: Stage


@dataclass(frozen=True, slots=True)
class CallFault:
    """What the carrier found wrong on a call: its number, its words, and the address it was asking."""

    code: int
    words: str
    url: str


class PlacedCalls:
    """Places calls and looks at them."""

    def __init__(self, rest: CarrierRest) -> None:
        self._rest = rest

    def place(self, plan: CallPlan) -> PlacedCall | Trouble:
        """Have it placed. Unclear: it may ring all the same, and must not be placed again."""
        return _call(self._rest.create("/Calls.json", _fields(plan)))

    def look(self, sid: str) -> PlacedCall | Trouble:
        """How far it has come."""
        return _call(self._rest.ask(f"/Calls/{sid}.json"))

    def parties(self, sid: str) -> Parties | Trouble:
        """Who called whom."""
        outcome = self._rest.ask(f"/Calls/{sid}.json")
        if not isinstance(outcome, Told):
            return outcome
        try:
            return _parties(outcome.table)
        except (KeyError, TypeError, ValueError):
            return Unclear("it answered something else than a call")

    def faults(self, sid: str) -> tuple[CallFault, ...]:
        """What the carrier found wrong on it, MOST_FAULTS at most; none if that cannot be read."""
        query = {"PageSize": str(MOST_FAULTS)}
        outcome = self._rest.ask(f"/Calls/{sid}/Notifications.json", query)
        if not isinstance(outcome, Told):
            return ()
        try:
            return tuple(_fault(one) for one in outcome.table["notifications"])
        except (KeyError, TypeError, ValueError):
            return ()


def _fields(plan: CallPlan) -> Mapping[str, str]:
    told = {
        "To": plan.to,
        "From": plan.from_,
        "Url": plan.voice_url,
        "Method": "POST",
        "StatusCallback": plan.status_url,
        "StatusCallbackMethod": "POST",
        "StatusCallbackEvent": "completed",
        "FallbackUrl": plan.fallback_url,
        "Timeout": str(plan.ring),
    }
    return {name: value for name, value in told.items() if value}


def _call(outcome: Told | Trouble) -> PlacedCall | Trouble:
    if not isinstance(outcome, Told):
        return outcome
    table = outcome.table
    try:
        seconds = table.get("duration")
        return PlacedCall(
            str(table["sid"]), Stage(table["status"]), None if seconds is None else int(seconds)
        )
    except (KeyError, TypeError, ValueError):
        return Unclear("it answered something else than a call")


def _parties(table: Table) -> Parties:
    from_, to, stage = str(table["from"]), str(table["to"]), Stage(table["status"])
    return Parties(to, from_, stage) if table["direction"] in RUNG_BY_US else Parties(from_, to, stage)


def _fault(table: Table) -> CallFault:
    said = parse_qs(str(table.get("message_text") or ""))
    words = one_line(" ".join(said.get("Msg", [])))[:LONGEST_WORDS]
    return CallFault(int(table["error_code"]), words, one_line(str(table.get("request_url") or "")))
