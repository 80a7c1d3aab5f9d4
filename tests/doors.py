"""Three ways into the hotline for the same conversation: the engine, the signed webhook, the terminal."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree as ET

from twilio.request_validator import RequestValidator

from foundation.clock import Deadline, StoppedClock
from ivr.calls.play import Cue, Player
from ivr.calls.status import CallStage, CallStatus
from ivr.calls.turn import TurnRequest, Turns
from ivr.channels.terminal import TerminalPhone
from ivr.flow.engine import begin
from ivr.flow.inputs import (
    Answered,
    BridgeEnded,
    CallerInput,
    Digits,
    HungUp,
    Outcome,
    Recorded,
    Silence,
)
from ivr.flow.instructions import Break, Collect, Instruction, PlayRecording, Record, Say
from ivr.menus.model import MenuBook
from tests.conversations_read import Said
from tests.world import World

BUDGET = 30.0  # seconds for one turn here: a slow machine is no fault of the house
RECORDING = "<recording>"
PERSON = {
    "answers": Outcome.ANSWERED,
    "busy": Outcome.BUSY,
    "no-answer": Outcome.NO_ANSWER,
    "fails": Outcome.FAILED,
}
TALK_SECONDS = 30


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


class Door(Protocol):
    """A way in. `dial` and `do` give what is then heard; None when the call is over and nothing is said."""

    def dial(self) -> Heard: ...

    def do(self, said: Said) -> Heard | None: ...


def recording_of(call: str, count: int) -> str:
    """The carrier's id of the nth spoken message of a call."""
    return "RE" + call[2:30] + f"{count:04x}"


def plain(words: tuple[str | Break, ...]) -> str:
    """Spoken words as one line; a pause is three dots."""
    text = "".join(part if isinstance(part, str) else " … " for part in words)
    return " ".join(text.split())


@dataclass
class EngineDoor:
    """Straight into the engine: `step`, errand, `step`; what it says comes with its names."""

    book: MenuBook
    player: Player
    clock: StoppedClock
    caller: Caller
    waits: Instruction | None = None
    turn: int = 0
    spoken: int = 0
    visited: list[Any] = field(default_factory=list)
    state: Any = None

    def dial(self) -> Heard:
        answered = Answered(self.clock.now(), self.caller.call, self.caller.number, self.caller.dialled)
        self.state = begin(self.book, answered)
        return self._take(answered)

    def do(self, said: Said) -> Heard | None:
        self.turn += 1
        heard = self._take(self._input(said))
        return None if said.way == "hangs_up" else heard

    def _take(self, heard: CallerInput) -> Heard:
        deadline = Deadline.after(BUDGET, self.clock)
        played = self.player.play(Cue(self.book, self.state, heard, self.turn), deadline)
        self.state = played.state
        self.visited.extend(played.events)
        self.waits = played.instructions[-1] if played.instructions else None
        return _heard(played.instructions)

    def _input(self, said: Said) -> CallerInput:
        at = self.clock.now()
        match said.way:
            case "presses":
                keys = _until_finish(said.what, self.waits)
                return Digits(at, keys) if keys else Silence(at)
            case "speaks":
                self.spoken += 1
                return Recorded(at, recording_of(self.caller.call, self.spoken), int(said.what))
            case "person":
                outcome = PERSON[said.what]
                return BridgeEnded(at, outcome, TALK_SECONDS if outcome is Outcome.ANSWERED else 0)
            case "hangs_up":
                return HungUp(at)
            case _:
                return Silence(at)


def _heard(instructions: tuple[Instruction, ...]) -> Heard:
    prompts: list[str] = []
    words: list[str] = []
    for one in instructions:
        match one:
            case Say(prompt=prompt, words=said):
                prompts.append(prompt)
                words.append(plain(said))
            case PlayRecording():
                prompts.append(RECORDING)
                words.append(RECORDING)
            case _:
                pass
    return Heard(tuple(prompts), tuple(words))


def _until_finish(keys: str, waits: Instruction | None) -> str:
    """The keys as the carrier reports them: up to the one that ends the entry, or as many as it counts."""
    if not isinstance(waits, Collect):
        return keys
    if waits.finish:
        keys = keys.split(waits.finish, 1)[0]
    return keys[: waits.count] if waits.count else keys


@dataclass
class TerminalDoor:
    """The terminal telephone, led line by line."""

    turns: Turns
    here: World
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


class Differs(AssertionError):
    """The same request, posted twice, was not answered with the same bytes."""


@dataclass
class WebhookDoor:
    """Signed forms as the carrier posts them; every request goes twice and must bring the same bytes."""

    client: Any  # a Flask test client
    public_url: str
    token: str
    caller: Caller
    action: str = ""
    waits: str = ""
    finish: str | None = None
    count: int | None = None
    spoken: int = 0

    def dial(self) -> Heard:
        return self._read(self._post(f"{self.public_url}/voice/answer", {"CallStatus": "ringing"}))

    def do(self, said: Said) -> Heard | None:
        if said.way == "hangs_up":
            self._post(f"{self.public_url}/voice/status", {"CallStatus": "completed", "CallDuration": "60"})
            return None
        return self._read(self._post(self.action, self._form(said)))

    def _form(self, said: Said) -> dict[str, str]:
        match said.way:
            case "presses":
                keys = str(said.what)
                if self.finish:
                    keys = keys.split(self.finish, 1)[0]
                return {"Digits": keys[: self.count] if self.count else keys, "CallStatus": "in-progress"}
            case "speaks":
                self.spoken += 1
                sid = recording_of(self.caller.call, self.spoken)
                url = f"https://api.twilio.com/2010-04-01/Accounts/AC/Recordings/{sid}"
                said_for = str(int(said.what))
                return {
                    "RecordingSid": sid,
                    "RecordingDuration": said_for,
                    "RecordingUrl": url,
                    "Digits": "#",
                }
            case "person":
                outcome = PERSON[said.what]
                status = {Outcome.ANSWERED: "completed"}.get(outcome, outcome.value)
                talked = {"DialCallDuration": str(TALK_SECONDS)} if outcome is Outcome.ANSWERED else {}
                return {"DialCallStatus": status, **talked}
            case _:
                return {}

    def _post(self, url: str, own: dict[str, str]) -> bytes:
        form = {
            "CallSid": self.caller.call,
            "AccountSid": "AC" + "0" * 32,
            "From": self.caller.number or "anonymous",
            "To": self.caller.dialled,
            "Direction": "inbound",
            "ApiVersion": "2010-04-01",
            **own,
        }
        signature = RequestValidator(self.token).compute_signature(url, form)
        parts = urlsplit(url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        answers = [
            self.client.post(
                target,
                data=urlencode(form),
                content_type="application/x-www-form-urlencoded",
                headers={"X-Twilio-Signature": signature},
            )
            for _ in range(2)
        ]
        if answers[0].data != answers[1].data:
            raise Differs(f"{target}: {answers[0].data!r} and then {answers[1].data!r}")
        assert answers[0].status_code in {200, 204}, answers[0].data
        return bytes(answers[0].data)

    def _read(self, document: bytes) -> Heard:
        words = list(self._walk(ET.fromstring(document)))  # noqa: S314 - our own document
        return Heard((), tuple(words))

    def _walk(self, verbs: ET.Element) -> Iterator[str]:
        for verb in verbs:
            match verb.tag:
                case "Say":
                    yield _said(verb)
                case "Play":
                    yield RECORDING
                case "Gather":
                    self._awaits(verb)
                    yield from self._walk(verb)
                    return
                case "Record" | "Dial":
                    self._awaits(verb)
                    return
                case "Hangup":
                    self.waits = "Hangup"
                    return
                case _:
                    raise AssertionError(f"no telephone knows {verb.tag} here")

    def _awaits(self, verb: ET.Element) -> None:
        self.waits, self.action = verb.tag, verb.get("action", "")
        self.finish = verb.get("finishOnKey", "#") or None
        self.count = int(verb.get("numDigits", "0")) or None


def _said(verb: ET.Element) -> str:
    text = verb.text or ""
    for inner in verb:
        assert inner.tag == "break"
        text += " … " + (inner.tail or "")
    return " ".join(text.split())


__all__ = ["Caller", "Differs", "Door", "EngineDoor", "Heard", "Record", "TerminalDoor", "WebhookDoor"]
