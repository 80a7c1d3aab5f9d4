"""What the carrier says about a call as a whole: news that may be lost, repeated and out of order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

END_RANK = 9


class CallStage(Enum):
    """How far a call has come, in the carrier's spelling. The last five are ends: never overwritten."""

    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    FAILED = "failed"
    NO_ANSWER = "no-answer"
    CANCELED = "canceled"

    @property
    def rank(self) -> int:
        """Rises with the life of a call; all ends have the same."""
        return _RANKS.get(self, END_RANK)

    @property
    def ends(self) -> bool:
        """Whether the call is over."""
        return self.rank == END_RANK


_RANKS = {CallStage.QUEUED: 0, CallStage.INITIATED: 1, CallStage.RINGING: 2, CallStage.IN_PROGRESS: 3}


@dataclass(frozen=True, slots=True)
class CallStatus:
    """One piece of news. `seconds`: how long the call lasted, said at its end."""

    call: str
    stage: CallStage
    at: datetime
    seconds: int | None = None
