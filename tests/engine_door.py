"""Straight into the engine: what the other doors are compared with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from foundation.clock import Deadline, StoppedClock
from ivr.calls.play import Cue, Player
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
    Utterance,
)
from ivr.flow.instructions import Collect, Instruction, PlayRecording, Say
from ivr.flow.state import HOSTED, LOCAL
from ivr.menus.model import MenuBook
from processes.rehearsal.conversation import Conversation, Said
from processes.rehearsal.telephone import RECORDING, Caller, Heard, recording_of
from speech.requests import Alternative
from tests.doors import BUDGET, PERSON, TALK_SECONDS, plain


def ears_of(conversation: Conversation) -> str:
    """Who hears the caller of a conversation: LOCAL, HOSTED, or nobody."""
    if not conversation.ears:
        return ""
    return HOSTED if conversation.hosted else LOCAL


@dataclass
class EngineDoor:
    """Straight into the engine: `step`, errand, `step`; what it says comes with its names."""

    book: MenuBook
    player: Player
    clock: StoppedClock
    caller: Caller
    ears: str = ""  # LOCAL or HOSTED
    waits: Instruction | None = None
    turn: int = 0
    spoken: int = 0
    visited: list[Any] = field(default_factory=list)
    state: Any = None

    def dial(self) -> Heard:
        answered = Answered(self.clock.now(), self.caller.call, self.caller.number, self.caller.dialled)
        hearers = tuple((language, self.ears) for language in self.book.languages if self.ears)
        self.state = replace(begin(self.book, answered), hearers=hearers)
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
                finish = self.waits.finish if isinstance(self.waits, Collect) else ""
                return Digits(at, keys or finish)
            case "speaks":
                self.spoken += 1
                return Recorded(at, recording_of(self.caller.call, self.spoken), int(said.what))
            case "say":
                heard = (Alternative(said.what.words, said.what.sure),)
                return Utterance(at, heard, "scripted")
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
