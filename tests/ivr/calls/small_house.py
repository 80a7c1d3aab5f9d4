"""A small book, a runner that counts deeds, and a house around them, for the tests of turns."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from foundation.clock import Clock, Deadline, SystemClock
from ivr.calls.claims import CallJournal, CallStore
from ivr.calls.memory_store import MemoryCallStore, MemoryJournal
from ivr.calls.play import Asked, Runner
from ivr.calls.status import CallStage, CallStatus
from ivr.calls.turn import TurnRequest, Turns
from ivr.channels.listening import NOBODY, USUAL, Listening, Way
from ivr.flow.errands import CheckPin, FindTicket, OpenTicket, RecallCaller
from ivr.flow.inputs import Answered, CallerInput, Digits, Recorded, Silence
from ivr.flow.instructions import Instruction
from ivr.flow.replies import Done, PinRefused, Recalled, Result, TicketOpened, TicketUnknown, Unavailable
from ivr.menus.model import MenuBook
from ivr.menus.nodes import Choice, Goodbye, Menu, RecordMessage, Survey, TicketDesk, Verify
from tests.shipped import BOOK

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
CALLER = "+6281234567801"
BUDGET = 1.8
# For tests that are not about time, on machines that are busy with other things.
PATIENT = 30.0


def small_book(version: str = "small-1") -> MenuBook:
    """`first` and `second` ask in turn for an answer of a survey for ever: each turn is a deed.

    Key 9 writes a ticket; `spoken` records, `proof` asks for a PIN, `named` knows the topic of the call.
    """
    topic = next(iter(BOOK.topics))
    nodes = {
        "first": Survey(kind="survey", scale=5, next="second"),
        "second": Survey(kind="survey", scale=5, next="first"),
        "desk": TicketDesk(kind="ticket", topic=topic, number="never", next="first", failed="bye"),
        "named": Menu(kind="menu", choices={"it": Choice(key="1", to="first", set={"topic": topic})}),
        "spoken": RecordMessage(kind="record", next="first", discarded="first"),
        "proof": Verify(kind="verify", next="first", failed="bye"),
        "bye": Goodbye(kind="goodbye"),
    }
    doors = BOOK.everywhere
    everywhere = doors.model_copy(
        update={
            "person": doors.person.model_copy(update={"to": "bye"}),
            "stop_my_money": doors.stop_my_money.model_copy(update={"to": "desk"}),
        }
    )
    changed = {
        "version": version,
        "start": "first",
        "give_up": "bye",
        "verification": "proof",
        "nodes": nodes,
        "everywhere": everywhere,
    }
    return BOOK.model_copy(update=changed)


def beginning_at(book: MenuBook, node: str) -> MenuBook:
    """The same book, whose calls begin somewhere else."""
    return book.model_copy(update={"start": node, "version": f"{book.version}-{node}"})


@dataclass(frozen=True)
class OneBook:
    """A shelf with one book."""

    book: MenuBook

    def current(self) -> MenuBook:
        return self.book

    def pinned(self, version: str, deadline: Deadline | None = None) -> MenuBook | None:
        del deadline
        return self.book if version == self.book.version else None


@dataclass
class CountingRunner:
    """Does what it is asked and counts under which key: a deed done twice counts twice."""

    seconds: float = 0.0
    runs: Counter[str] = field(default_factory=Counter)
    asked: list[Asked] = field(default_factory=list)
    before: Callable[[Asked], None] = lambda _asked: None
    down: bool = False  # as if SQL could not be used
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, asked: Asked, deadline: Deadline) -> Result:
        del deadline
        with self._lock:
            self.runs[asked.key] += 1
            self.asked.append(asked)
        self.before(asked)
        time.sleep(self.seconds)
        if self.down:
            return Unavailable()
        match asked.errand:
            case RecallCaller():
                return Recalled(None)
            case OpenTicket(due=due):
                return TicketOpened("123456782", due)
            case CheckPin():
                return PinRefused()
            case FindTicket():
                return TicketUnknown()
            case _:
                return Done()

    def of(self, kind: type) -> list[Asked]:
        return [asked for asked in self.asked if isinstance(asked.errand, kind)]


def written(
    call: str, turn: int, instructions: tuple[Instruction, ...], listening: Listening = NOBODY
) -> bytes:
    """A document whose bytes show everything that was to be done."""
    heard = "" if listening == NOBODY else f", {listening!r}"
    return f"{call} goes on with {turn}: {instructions!r}{heard}".encode()


def paused(call: str, turn: int, way: Way = USUAL) -> bytes:
    return f"{call} waits for {turn}{'' if way == USUAL else f', {way!r}'}".encode()


@dataclass
class House:
    """Turns with everything around them, and short words for what callers do."""

    runner: Runner = field(default_factory=CountingRunner)
    book: MenuBook = field(default_factory=small_book)
    clock: Clock = field(default_factory=SystemClock)
    store: CallStore | None = None
    journal: CallJournal | None = None
    budget: float = BUDGET

    @property
    def turns(self) -> Turns:
        self.store = self.store or MemoryCallStore(self.clock)
        self.journal = self.journal or MemoryJournal(self.clock)
        return Turns(self.store, self.journal, OneBook(self.book), self.runner, written, paused, self.clock)

    def deadline(self) -> Deadline:
        return Deadline.after(self.budget, self.clock)

    def answer(self, call: str, number: str | None = CALLER) -> bytes:
        heard = Answered(self.clock.now(), call, number, "+622150100100")
        return self.turns.take(TurnRequest(call, 0, "answer", heard), self.deadline())

    def press(self, call: str, turn: int, keys: str) -> bytes:
        return self._take(call, turn, "keys", Digits(self.clock.now(), keys))

    def stay_silent(self, call: str, turn: int) -> bytes:
        return self._take(call, turn, "silence", Silence(self.clock.now()))

    def speak(self, call: str, turn: int, recording: str, *, hung_up: bool = False) -> bytes:
        return self._take(call, turn, "recording", Recorded(self.clock.now(), recording, 4, hung_up))

    def _take(self, call: str, turn: int, source: str, heard: CallerInput) -> bytes:
        return self.turns.take(TurnRequest(call, turn, source, heard), self.deadline())

    def hear(self, call: str, stage: CallStage = CallStage.COMPLETED) -> None:
        self.turns.hear_status(CallStatus(call, stage, self.clock.now(), 12), self.deadline())
