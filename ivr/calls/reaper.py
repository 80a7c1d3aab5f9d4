"""The end of calls that nobody told, or nobody heard: found at the carrier, and heard by the flow as ever."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from foundation.clock import Deadline
from foundation.logs import about, logger
from foundation.metrics import REAPED
from ivr.calls.claims import KEPT_SECONDS, StoreGone
from ivr.calls.status import CallStage, CallStatus
from ivr.calls.turn import END_SECONDS, EndUnheard, Turns
from ivr.calls.unsettled import OpenCall, Unsettled
from telephony.placed_calls import PlacedCall
from telephony.rest import Refused, Trouble

NEEDED = 2.0  # seconds that must be left for one more call
NONE_LIVES_LONGER = timedelta(seconds=KEPT_SECONDS)
GIVE_UP = timedelta(days=7)  # until then an end that cannot be heard is tried again; the row stays for people

Look = Callable[[str], PlacedCall | Trouble]  # what the carrier says of a call


class CarrierAway(Exception):
    """The carrier cannot be asked now: the calls wait."""


@dataclass(frozen=True, slots=True)
class Reaper:
    """Looks after calls without an end. `look`: None where no account is set; then time alone decides.

    Doing it twice does nothing twice: an end is heard once, by the claim of its turn.
    """

    turns: Turns
    unsettled: Unsettled
    look: Look | None

    def reap(self, deadline: Deadline) -> int:
        """A chore: how many calls have come to their end. Raises CarrierAway, DatabaseUnavailable."""
        self.unsettled.settle(deadline)
        ended = 0
        for one in self.unsettled.take(deadline):
            if deadline.left() < NEEDED:
                break
            with about(call=one.call):
                ended += self._looked_after(one, deadline)
        return ended

    def _looked_after(self, one: OpenCall, deadline: Deadline) -> bool:
        now = self.turns.clock.now()
        if one.stage.ends:
            return self._heard_again(one, now, deadline)
        match self.look(one.call) if self.look else None:
            case PlacedCall(stage=stage, seconds=seconds) if stage.is_over:
                at = _end_of(one, seconds, now)
                return self._hear(
                    CallStatus(one.call, CallStage(stage.value), at, seconds), "asked", deadline
                )
            case PlacedCall():
                return False
            case None | Refused(status=HTTPStatus.NOT_FOUND):
                if now - one.heard_of <= NONE_LIVES_LONGER:
                    return False
                return self._hear(CallStatus(one.call, CallStage.COMPLETED, one.heard_of), "silent", deadline)
            case trouble:
                raise CarrierAway(str(trouble))

    def _heard_again(self, one: OpenCall, now: datetime, deadline: Deadline) -> bool:
        """The carrier has told the end; whoever was to hear it could not, or is dead."""
        at = one.ended_at or one.heard_of
        if now - at > GIVE_UP:
            logger("calls").error("the end of a call was never heard", ended_at=at.isoformat())
            self.unsettled.put_down(one.call, deadline)
            return False
        return self._hear(CallStatus(one.call, one.stage, at, one.seconds), "heard again", deadline)

    def _hear(self, status: CallStatus, how: str, deadline: Deadline) -> bool:
        until = Deadline.after(deadline.allow(END_SECONDS), deadline.clock)
        try:
            if not self.turns.hear_status(status, until):
                return False  # nobody knows the call, or somebody is at it: it is looked after again
            self.unsettled.put_down(status.call, deadline)
        except (EndUnheard, StoreGone) as fault:
            logger("calls").warning("an end is not heard yet", how=how, fault=type(fault).__name__)
            return False
        logger("calls").info("an end was found", how=how, stage=status.stage.value)
        REAPED.labels(how).inc()
        return True


def _end_of(one: OpenCall, seconds: int | None, now: datetime) -> datetime:
    """When a call ended that lasted so long; never in the time to come."""
    if one.started_at is None or seconds is None:
        return now
    return min(now, one.started_at + timedelta(seconds=seconds))
