"""The terminal telephone, led by a conversation: what its caller does is typed, what is said is read."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from ivr.calls.status import CallStage, CallStatus
from ivr.calls.turn import EndUnheard, TurnRequest, Turns
from ivr.channels.terminal import LEAVE, TerminalPhone, Wait, read_page
from ivr.flow.inputs import Answered, CallerInput
from ivr.flow.instructions import Bridge, Collect, HangUp, Record
from processes.rehearsal.conversation import LEAVES, Said
from processes.rehearsal.deeds import Unfilled
from processes.rehearsal.stage import Stage

RECORDING = "<recording>"
CHANNEL = "terminal"


@dataclass(frozen=True, slots=True)
class Heard:
    """What one answer of the hotline said: names of prompts where the door knows them, and the words."""

    prompts: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: the id of the call, the number shown, the number dialled."""

    call: str
    number: str | None
    dialled: str


@dataclass(frozen=True, slots=True)
class Over:
    """The hotline has hung up, and the file goes on."""

    said: Said


@dataclass(frozen=True, slots=True)
class StillWaits:
    """The file ends, and the call waits."""

    wait: Wait | None


@dataclass(frozen=True, slots=True)
class Unfit:
    """What the caller does means nothing to a call that waits for something else."""

    said: Said
    wait: Wait | None


@dataclass(frozen=True, slots=True)
class Open:
    """The caller types something that this call does not have: a ticket's number, the last four digits."""

    place: str


@dataclass(frozen=True, slots=True)
class Broke:
    """The hotline failed: a real caller would have heard the apology."""

    fault: Exception


Stop = Over | StillWaits | Unfit | Open | Broke
Fill = Callable[[Said], Said]  # open places of the keys filled; raises Unfilled


@dataclass(frozen=True, slots=True)
class Course:
    """How a call went: what was heard at each turn, and in which way it left the file, if it did."""

    heard: tuple[Heard, ...]
    stopped: Stop | None = None


def recording_of(call: str, count: int) -> str:
    """The carrier's id of the nth spoken message of a call."""
    return "RE" + call[2:30] + f"{count:04x}"


@dataclass(slots=True)
class Telephone:
    """One call, led turn by turn; to be made anew for each."""

    turns: Turns
    stage: Stage
    caller: Caller
    fill: Fill
    wait: Wait | None = None
    stopped: Stop | None = None
    heard: list[Heard] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def play(self, saids: tuple[Said, ...]) -> Course:
        """The whole conversation, up to where it leaves the file."""
        clock, call = self.stage.clock, self.caller.call
        left, spoken = iter(saids), itertools.count(1)
        phone = TerminalPhone(
            take=self._take,
            hang_up=self._hang_up,
            read=lambda: self._typed(left),
            write=self.lines.append,
            record=lambda: recording_of(call, next(spoken)),
            clock=clock,
        )
        try:
            phone.converse(Answered(clock.now(), call, self.caller.number, self.caller.dialled))
        except Exception as fault:  # noqa: BLE001  # whatever it is, it is what this rehearsal found
            self.stopped = Broke(fault)
        else:
            self._last_words(saids)
        return Course(tuple(self.heard), self.stopped)

    def _typed(self, left: Iterator[Said]) -> str | None:
        """The next thing the caller does, None to hang up: at the end, and where the file is left."""
        self._listened()
        said = next(left, None)
        if said is None or said.way == "ends":
            self.stopped = StillWaits(self.wait)
            return None
        if not fits(said, self.wait):
            self.stopped = Unfit(said, self.wait)
            return None
        self.stage.fail(said.fails)
        try:
            return _line(self.fill(said))
        except Unfilled as unfilled:
            self.stopped = Open(unfilled.place)
            return None

    def _last_words(self, saids: tuple[Said, ...]) -> None:
        if not isinstance(self.wait, HangUp):
            return
        self._listened()
        asked = saids[len(self.heard) - 1 : len(self.heard)]
        if asked and asked[0].way not in LEAVES:
            self.stopped = Over(asked[0])

    def _listened(self) -> None:
        self.heard.append(_of_lines(self.lines))
        self.lines.clear()

    def _take(self, turn: int, heard: CallerInput) -> bytes:
        request = TurnRequest(self.caller.call, turn, CHANNEL, heard)
        document = self.turns.take(request, self.stage.deadline())
        self.wait = read_page(document).wait
        return document

    def _hang_up(self) -> None:
        status = CallStatus(self.caller.call, CallStage.COMPLETED, self.stage.clock.now())
        with suppress(EndUnheard):  # what the call leaves could not be kept, the end may be told again
            self.turns.hear_status(status, self.stage.deadline())


def fits(said: Said, wait: Wait | None) -> bool:
    """Whether a call that waits so can hear this."""
    match said.way:
        case "presses":
            return isinstance(wait, Collect) or (isinstance(wait, Record) and str(said.what) in wait.finish)
        case "speaks":
            return isinstance(wait, Record)
        case "say":
            return isinstance(wait, Collect) and wait.hears is not None
        case "person":
            return isinstance(wait, Bridge)
        case _:
            return True


def _line(said: Said) -> str:
    match said.way:
        case "presses" | "person":
            return str(said.what)
        case "speaks":
            return f"say {int(said.what)}"
        case "say":
            return f'"{said.what.words}" {said.what.sure}'
        case "stays_silent":
            return ""
        case _:
            return LEAVE


_PROMPT = re.compile(r"^(\S+) \([a-z]{2,3}, .+\):$")


def _of_lines(lines: list[str]) -> Heard:
    prompts: list[str] = []
    words: list[str] = []
    for line in lines:
        named = _PROMPT.match(line)
        if named:
            prompts.append(named[1])
        elif line.startswith("    "):
            words.append(line.strip())
        elif line.startswith("(your message is played"):
            prompts.append(RECORDING)
            words.append(RECORDING)
    return Heard(tuple(prompts), tuple(words))
