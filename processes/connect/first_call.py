"""A call to a number of yours that ends up in the hotline: placed once, and watched until it is over."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from foundation.clock import Clock, Deadline
from processes.connect.connecting import Addresses
from processes.connect.steps import Steps, Stop, line
from processes.doctor.carrier_words import fault_in_words
from telephony.placed_calls import CallPlan, PlacedCall, PlacedCalls, Stage
from telephony.rest import Refused, Unclear, Unreached

RING = 40  # seconds; most mailboxes take a call sooner
LOOK_EVERY = 1.0  # seconds between two looks at the call
WATCHED = 180.0  # seconds from placing it to the last look
MOST_LOST_LOOKS = 10  # in a row

_STAGES = {
    Stage.QUEUED: "it waits for its turn at the carrier",
    Stage.RINGING: "it rings",
    Stage.IN_PROGRESS: "it is taken: you are in the hotline now",
}
_ENDS = {
    Stage.BUSY: ("your number is busy", "call again when it is free"),
    Stage.NO_ANSWER: (f"nobody took it within {RING} s", "have the telephone at hand and call again"),
    Stage.CANCELED: ("it was taken back before anybody took it", "call again"),
    Stage.FAILED: ("the carrier could not connect it", "look whether your number is right and can be called"),
}


@dataclass(frozen=True, slots=True)
class FirstCall:
    """Whom to ring, and from which number."""

    to: str
    from_: str
    calls: PlacedCalls
    clock: Clock
    sleep: Callable[[float], None] = time.sleep


def place(steps: Steps, call: FirstCall, wanted: Addresses) -> None:
    """Have it placed, tell what becomes of it, and Stop if it did not come to the hotline."""
    plan = CallPlan(call.to, call.from_, wanted.voice, wanted.status, wanted.fallback, RING)
    match call.calls.place(plan):
        case PlacedCall() as placed:
            steps.say(line("call", f"{call.to} will ring; take it, and you hear what callers hear"))
            _watch(steps, call, placed)
        case Unclear(reason):
            raise Stop(
                f"whether {call.to} will ring is not known: {reason}",
                "it was not placed a second time; look at the carrier's call log before you try again",
            )
        case Refused() | Unreached() as trouble:
            raise steps.stopped(trouble)
        case never:
            assert_never(never)


def _watch(steps: Steps, call: FirstCall, placed: PlacedCall) -> None:
    until = Deadline.after(WATCHED, call.clock)
    told: Stage | None = None
    lost = 0
    while not placed.stage.is_over and not until.passed() and lost < MOST_LOST_LOOKS:
        if placed.stage is not told:
            told = placed.stage
            steps.say(line("call", _STAGES[told]))
        call.sleep(LOOK_EVERY)
        match call.calls.look(placed.sid):
            case PlacedCall() as placed:
                lost = 0
            case _:
                lost += 1
    _tell_end(steps, call, placed)


def _tell_end(steps: Steps, call: FirstCall, placed: PlacedCall) -> None:
    faults = call.calls.faults(placed.sid)
    for fault in faults:
        steps.say(line("FAULT", fault_in_words(fault)))
    match placed.stage:
        case Stage.COMPLETED if faults:
            raise Stop(f"it ended after {placed.seconds or 0} s, and not well", "mend what is told above")
        case Stage.COMPLETED:
            steps.say(line("ok", f"the call came to the hotline and ended after {placed.seconds or 0} s"))
        case Stage.IN_PROGRESS:
            steps.say(line("ok", "the call is in the hotline and goes on; it is not watched any longer"))
        case Stage.QUEUED | Stage.RINGING:
            raise Stop(
                f"after {WATCHED:.0f} s nobody has taken it, or the carrier does not tell",
                "look at the carrier's call log before you try again",
            )
        case over:
            raise Stop(*_ENDS[over])
