"""How long a telephone rings, and what comes of it."""

from typing import Literal, assert_never

from exchange.settings import Person

DialStatus = Literal["completed", "busy", "no-answer", "failed", "canceled"]
# How soon a network tells that a line is engaged or does not exist, in seconds.
BUSY_AFTER = 2.0
FAILED_AFTER = 1.0


def ringing(person: Person, timeout: float) -> tuple[DialStatus, float]:
    """What becomes of ringing this person (`completed`: the call is taken), and after how many seconds."""
    match person.outcome:
        case "answers" if person.rings < timeout:
            return "completed", person.rings
        case "answers" | "no-answer":
            return "no-answer", float(timeout)
        case "busy":
            return "busy", BUSY_AFTER
        case "fails":
            return "failed", FAILED_AFTER
        case _:
            assert_never(person.outcome)
