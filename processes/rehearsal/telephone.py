"""The terminal telephone, led by a conversation: what its caller does is typed, what is said is read."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from ivr.calls.status import CallStage, CallStatus
from ivr.calls.turn import EndUnheard, TurnRequest, Turns
from ivr.channels.terminal import TerminalPhone
from ivr.flow.inputs import (
    Answered,
    CallerInput,
)
from processes.rehearsal.conversation import Said
from processes.rehearsal.stage import Stage

RECORDING = "<recording>"


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


def recording_of(call: str, count: int) -> str:
    """The carrier's id of the nth spoken message of a call."""
    return "RE" + call[2:30] + f"{count:04x}"


@dataclass
class Telephone:
    """The terminal telephone, led line by line."""

    turns: Turns
    here: Stage
    caller: Caller

    def play(self, meant: Callable[[Said], Said], saids: tuple[Said, ...]) -> list[Heard]:
        """The whole conversation: what was heard after dialling and after each input."""
        heard: list[Heard] = []
        lines: list[str] = []
        typed = iter(saids)

        def read() -> str | None:
            heard.append(_of_lines(lines))
            lines.clear()
            said = next(typed, None)
            return None if said is None else _typed(meant(said))

        spoken = itertools.count(1)
        clock, call = self.here.clock, self.caller.call
        phone = TerminalPhone(
            take=self._take,
            hang_up=self._hang_up,
            read=read,
            write=lines.append,
            record=lambda: recording_of(call, next(spoken)),
            clock=clock,
        )
        phone.converse(Answered(clock.now(), call, self.caller.number, self.caller.dialled))
        # After a hang-up nothing more is heard; after the last words there is no further input to read.
        return [*heard, _of_lines(lines)][: len(saids)]

    def _take(self, turn: int, heard: CallerInput) -> bytes:
        return self.turns.take(TurnRequest(self.caller.call, turn, "terminal", heard), self.here.deadline())

    def _hang_up(self) -> None:
        status = CallStatus(self.caller.call, CallStage.COMPLETED, self.here.clock.now())
        with suppress(EndUnheard):  # what the call leaves could not be kept, the end may be told again
            self.turns.hear_status(status, self.here.deadline())


def _typed(said: Said) -> str | None:
    match said.way:
        case "presses" | "person":
            return str(said.what)
        case "speaks":
            return f"say {int(said.what)}"
        case "stays_silent":
            return ""
        case _:
            return "!"


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
