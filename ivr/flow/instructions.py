"""What a channel must do, in words that every channel knows: telephone, terminal, text."""

from __future__ import annotations

from dataclasses import dataclass, field

from ivr.menus.wording import Voice
from speech.digits import NONE, Numerals
from speech.requests import Kind


@dataclass(frozen=True, slots=True)
class Break:
    """A silence inside spoken words."""

    milliseconds: int


@dataclass(frozen=True, slots=True)
class Say:
    """Speak. `prompt` names what is said (`main`, `main.silence.1`), `words` are the words."""

    prompt: str
    language: str
    voice: Voice
    words: tuple[str | Break, ...]


@dataclass(frozen=True, slots=True)
class PlayRecording:
    """Let the caller hear a spoken message of this call again, by its carrier's id."""

    recording: str


@dataclass(frozen=True, slots=True)
class Hearing:
    """What may be said instead of a key, as `speech.requests.ListenRequest` has it."""

    kind: Kind
    phrases: tuple[str, ...]
    shortest: int = 0
    longest: int = 0
    check: str | None = None
    amount: bool = False
    barge_in: bool = True
    confirm: float = 0.0
    before: tuple[bytes, ...] = field(default=(), repr=False)
    refused: tuple[str, ...] = field(default=(), repr=False)
    numerals: Numerals = NONE
    own: int = 0


@dataclass(frozen=True, slots=True)
class Collect:
    """Wait for keys. Every `Say` before it in the turn can be cut short by a key.

    `count`: as many keys end the entry (None: until `finish` or the time-out). `finish`: the key that ends
    it ("" = none: then `#` is a key like any other). `seconds` of quiet end it. `secret`: the keys are a
    PIN and must not be kept anywhere. `hears`: what may be said as well; None: keys alone.
    """

    count: int | None
    finish: str
    seconds: int
    language: str
    secret: bool = False
    hears: Hearing | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """Keep a spoken message: until a key of `finish`, `quiet_seconds` of silence or `longest_seconds`."""

    longest_seconds: int
    quiet_seconds: int
    finish: str = "#"


@dataclass(frozen=True, slots=True)
class Bridge:
    """Join the caller with the person on duty (the environment names the number)."""

    ring_seconds: int
    talk_seconds: int


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call."""


Instruction = Say | PlayRecording | Collect | Record | Bridge | HangUp

# The turn ends with one of these: it is what the call waits for.
WAITS = (Collect, Record, Bridge, HangUp)
