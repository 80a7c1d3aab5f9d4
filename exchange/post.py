"""When a status callback is sent, if at all: at once on a good day, else lost, repeated or overtaken.

Source: https://www.twilio.com/docs/voice/api/call-resource#statuscallback: nothing is promised there.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

# The moments at which a callback is sent, in real seconds from now, once for each; none: it is lost. Asked
# with the SID of the call or text, and the event or status.
Deliver = Callable[[str, str], Sequence[float]]
LATEST = 0.3


def deliver_at_once(_sid: str, _event: str) -> Sequence[float]:
    """Once, now, and the call goes on when it was taken."""
    return (0.0,)


@dataclass(slots=True)
class UnkindPost:
    """Loses, repeats and delays, each with a probability from 0 to 1; who is late is overtaken by the next.

    The same seed and the same callbacks in the same order have the same fate.
    """

    lost: float = 0.0
    repeated: float = 0.0
    late: float = 0.0
    latest: float = LATEST
    seed: int = 0
    _dice: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not all(0 <= chance <= 1 for chance in (self.lost, self.repeated, self.late)):
            raise ValueError("a chance is between 0 and 1")
        self._dice = random.Random(self.seed)  # noqa: S311 - repeatable, and nothing is kept secret by it

    def __call__(self, _sid: str, _event: str) -> Sequence[float]:
        if self._dice.random() < self.lost:
            return ()
        times = 2 if self._dice.random() < self.repeated else 1
        return tuple(self._moment() for _ in range(times))

    def _moment(self) -> float:
        return self._dice.uniform(0, self.latest) if self._dice.random() < self.late else 0.0
