"""A telephone in a terminal: what is said becomes lines, what is typed becomes what was heard."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

import msgspec

from foundation.clock import Clock
from ivr.channels.listening import NOBODY, USUAL, Listening, Way
from ivr.flow.inputs import Answered, BridgeEnded, CallerInput, Digits, Outcome, Recorded, Silence, Utterance
from ivr.flow.instructions import (
    Break,
    Bridge,
    Collect,
    HangUp,
    Instruction,
    PlayRecording,
    Record,
    Say,
)
from speech.requests import Alternative

MOST_LINES = 10_000  # typed in one call; a pipe that never ends is cut off
KEYS = "0123456789*#"
LEAVE = "!"
PERSON = {
    "answers": Outcome.ANSWERED,
    "busy": Outcome.BUSY,
    "no-answer": Outcome.NO_ANSWER,
    "fails": Outcome.FAILED,
}
TERMINAL = "terminal"  # who hears what is typed in quotation marks
SURE = 0.93
_SAID = re.compile(r'"([^"]+)"?(?: +(0(?:\.\d+)?|1(?:\.0+)?))?')
TALK_SECONDS = 30  # of a person who answers
LONGEST_MESSAGE = 300

Wait = Collect | Record | Bridge | HangUp
_WAITS: dict[str, type[Collect] | type[Record] | type[Bridge] | type[HangUp]] = {
    kind.__name__: kind for kind in (Collect, Record, Bridge, HangUp)
}


@dataclass(frozen=True, slots=True)
class Page:
    """The document of a turn as a terminal has it: `turn` goes on, `lines` are shown, `wait` is awaited."""

    turn: int
    lines: tuple[str, ...]
    wait: Wait | None


@dataclass(frozen=True, slots=True)
class Misread:
    """What was typed means nothing here; `cure` says what would."""

    cure: str


def write_page(
    call: str, turn: int, instructions: Sequence[Instruction], listening: Listening = NOBODY
) -> bytes:
    """The document of a turn; `call` stands in no line. A stored one can be read again by `read_page`."""
    del call, listening  # a terminal has no sound
    wait = next((one for one in instructions if isinstance(one, Collect | Record | Bridge | HangUp)), None)
    lines = [line for one in instructions for line in _lines(one)]
    told = {"kind": type(wait).__name__, **msgspec.to_builtins(wait)} if wait else None
    page = {"turn": turn, "lines": lines, "wait": told}
    return json.dumps(page, ensure_ascii=False).encode("utf-8", "replace")


def write_pause(call: str, turn: int, way: Way = USUAL) -> bytes:
    """The document for a turn whose answer is still being made: nothing is said, the turn is asked again."""
    del way
    return write_page(call, turn, ())


def read_page(document: bytes) -> Page:
    """What `write_page` wrote."""
    page = json.loads(document)
    told = page["wait"]
    wait = msgspec.convert(told, _WAITS[told.pop("kind")]) if told else None
    return Page(page["turn"], tuple(page["lines"]), wait)


@dataclass(frozen=True, slots=True)
class TerminalPhone:
    """Leads one call. `take` brings a turn's document, `hang_up` tells that the call has ended.

    `read` brings a typed line, or None when there are no more; `record` names a new recording.
    """

    take: Callable[[int, CallerInput], bytes]
    hang_up: Callable[[], None]
    read: Callable[[], str | None]
    write: Callable[[str], None]
    record: Callable[[], str]
    clock: Clock

    def converse(self, answered: Answered) -> None:
        """From the answering of the call to its end."""
        page = self._shown(self.take(0, answered))
        for _ in range(MOST_LINES):
            if isinstance(page.wait, HangUp):
                self.write("(the hotline has hung up)")
                break
            heard = self._heard(page.wait)
            if heard is None:
                self.write("(you have hung up)")
                break
            page = self._shown(self.take(page.turn, heard))
        self.hang_up()

    def _shown(self, document: bytes) -> Page:
        page = read_page(document)
        for line in page.lines:
            self.write(line)
        return page

    def _heard(self, wait: Collect | Record | Bridge | None) -> CallerInput | None:
        """What the caller does, None to hang up; typed again as long as it means nothing."""
        if wait is None:
            return Silence(self.clock.now())
        for _ in range(MOST_LINES):
            typed = self.read()
            if typed is None or typed.strip() == LEAVE:
                return None
            heard = self._meant(wait, typed.strip())
            if not isinstance(heard, Misread):
                return heard
            self.write(f"({heard.cure})")
        return None

    def _meant(self, wait: Collect | Record | Bridge, typed: str) -> CallerInput | Misread:
        at = self.clock.now()
        if not typed:
            return BridgeEnded(at, Outcome.NO_ANSWER) if isinstance(wait, Bridge) else Silence(at)
        match wait:
            case Collect():
                if typed.startswith('"') and wait.hears is not None:
                    return spoken_words(at, typed)
                keys = pressed(wait, typed)
                if isinstance(keys, Misread):
                    return keys
                # The finishing key alone is no silence: it asks for the question again.
                return Digits(at, keys or wait.finish)
            case Record():
                if typed in wait.finish:
                    return Digits(at, typed)
                seconds = spoken_seconds(typed, wait)
                return seconds if isinstance(seconds, Misread) else Recorded(at, self.record(), seconds)
            case Bridge():
                outcome = PERSON.get(typed.lower())
                if outcome is None:
                    return Misread(f"type how it ends: {', '.join(PERSON)}")
                return BridgeEnded(at, outcome, TALK_SECONDS if outcome is Outcome.ANSWERED else 0)
            case _:
                assert_never(wait)


def pressed(collect: Collect, typed: str) -> str | Misread:
    """The keys that a telephone would send of those typed: up to the finishing key or the count."""
    keys = typed.replace(" ", "")
    if any(key not in KEYS for key in keys):
        return Misread(f"type keys (0-9, *, #), nothing for silence, or {LEAVE} to hang up")
    if collect.finish:
        keys = keys.split(collect.finish, 1)[0]
    return keys[: collect.count]


def spoken_words(at: datetime, typed: str) -> Utterance | Misread:
    """What was said, typed in quotation marks, and how sure whoever heard it is: `"a refund" 0.6`."""
    found = _SAID.fullmatch(typed)
    if found is None:
        return Misread('type what you say in quotation marks, as in: "a refund"')
    return Utterance(at, (Alternative(found[1], float(found[2] or SURE)),), TERMINAL)


def spoken_seconds(typed: str, record: Record) -> int | Misread:
    """How long a message is, typed as `say 4`."""
    word, _, number = typed.partition(" ")
    if word.lower() == "say" and number.isascii() and number.isdecimal() and len(number) < 5:
        return min(int(number), record.longest_seconds, LONGEST_MESSAGE)
    return Misread("type say and how many seconds you speak, as in: say 4")


def _lines(instruction: Instruction) -> list[str]:
    match instruction:
        case Say():
            words = "".join(part if isinstance(part, str) else _gap(part) for part in instruction.words)
            voice = f"{instruction.language}, {instruction.voice.name}"
            return [f"{instruction.prompt} ({voice}):", f"    {' '.join(words.split())}"]
        case PlayRecording(recording):
            return [f"(your message is played: {recording})"]
        case Collect():
            return [_question(instruction)]
        case Record():
            return [f"(a tone: say and up to {instruction.longest_seconds} seconds, as in: say 4)"]
        case Bridge():
            return [f"(a person's telephone rings: {', '.join(PERSON)})"]
        case HangUp():
            return []
        case _:
            assert_never(instruction)


def _gap(pause: Break) -> str:
    return " … " if pause.milliseconds else " "


def _question(collect: Collect) -> str:
    keys = {1: "one key", None: "keys"}.get(collect.count, f"{collect.count} keys")
    ended = f", {collect.finish} ends them" if collect.finish and collect.count != 1 else ""
    secret = ", they are kept nowhere" if collect.secret else ""
    heard = ', or what you say in quotation marks, as in: "yes"' if collect.hears is not None else ""
    return f"({keys}{ended}{secret}{heard}; nothing for {collect.seconds} seconds of silence)"
