"""What a network does to the bytes between two programs: the vocabulary of the proxy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Way(Enum):
    """One of the two directions of a connection."""

    THERE = "to the server"
    BACK = "to the client"


@dataclass(frozen=True, slots=True)
class Weather:
    """What happens to the bytes of one direction; in fair weather they pass at once.

    `delay`: seconds that each piece waits. `held`: a black hole; nothing passes until it is lifted, and what
    waited passes then, as TCP sends lost packets again. `slice`: bytes a piece at most (0: as they came).
    `cut_after`: bytes of each connection from the change on, after which both its ends are reset.
    """

    delay: float = 0.0
    held: bool = False
    slice: int = 0
    cut_after: int | None = None


FAIR = Weather()
HOLE = Weather(held=True)


@dataclass(frozen=True, slots=True)
class Passed:
    """What went through a proxy until now.

    A round is one alternation on one connection: bytes to the server after none or after bytes of the server.
    `swallowed` replies were kept back; `resets` connections were cut by the proxy.
    """

    connections: int = 0
    there: int = 0
    back: int = 0
    rounds: int = 0
    swallowed: int = 0
    resets: int = 0

    def since(self, before: Passed) -> Passed:
        """What went through after that."""
        return Passed(
            self.connections - before.connections,
            self.there - before.there,
            self.back - before.back,
            self.rounds - before.rounds,
            self.swallowed - before.swallowed,
            self.resets - before.resets,
        )
