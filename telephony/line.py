"""The means to place a call or send a text: what is asked of it, what may come of it, and its stand-in."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Protocol, TypeVar

from telephony.placed_calls import CallPlan

MOST_REMEMBERED = 1_000  # calls and texts of a LoopbackLine


@dataclass(frozen=True, slots=True)
class Text:
    """A text message, from which of our numbers to whom."""

    to: str
    from_: str
    words: str


@dataclass(frozen=True, slots=True)
class Placed:
    """The call is on its way; `call` is the carrier's name for it."""

    call: str


@dataclass(frozen=True, slots=True)
class Sent:
    """The text is on its way; `text` is the carrier's name for it."""

    text: str


@dataclass(frozen=True, slots=True)
class RefusedForGood:
    """The carrier said no to this call or text and would say it again; `code` is its number of the error."""

    code: int
    words: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """Nothing was rung and nothing was sent: it is safe to try again later."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may ring all the same: the answer was lost. To try again may ring twice."""

    reason: str


Asked = TypeVar("Asked")
NotPlaced = RefusedForGood | NotSent | Unknown


class PhoneLine(Protocol):
    """Places each call and sends each text once; it never raises and never repeats by itself."""

    def place_call(self, plan: CallPlan) -> Placed | NotPlaced:
        """Have somebody rung."""
        ...

    def send_text(self, text: Text) -> Sent | NotPlaced:
        """Have a text delivered."""
        ...


class LoopbackLine:
    """A line that leads nowhere, for tests and for whoever has no account; it remembers what it was asked.

    `trouble` says what comes of the next call or text instead of its being placed; None: it is.
    """

    def __init__(self, trouble: Callable[[], NotPlaced | None] = lambda: None) -> None:
        self.calls: list[CallPlan] = []
        self.texts: list[Text] = []
        self._trouble = trouble
        self._count = 0
        self._lock = Lock()

    def place_call(self, plan: CallPlan) -> Placed | NotPlaced:
        return self._trouble() or Placed(f"CA{self._kept(self.calls, plan):032x}")

    def send_text(self, text: Text) -> Sent | NotPlaced:
        return self._trouble() or Sent(f"SM{self._kept(self.texts, text):032x}")

    def _kept(self, among: list[Asked], asked: Asked) -> int:
        with self._lock:
            among.append(asked)
            del among[:-MOST_REMEMBERED]
            self._count += 1
            return self._count
