"""The words between whoever asks for an utterance and whoever hears it."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from speech.digits import NONE, Numerals

RATE = 8_000  # samples a second of all sound here: what a telephone carries
BYTES_A_SAMPLE = 2  # 16-bit signed, little-endian, one channel
DIGITS = 10
MOST_DIGITS = 20  # of a number that is said in one go; a longer one is said in parts
MOST_LENGTHS = 3  # of a number whose `places` are handed on


class Kind(Enum):
    """What is awaited: one of some phrases, a number said digit by digit, or a few words of one's own."""

    CHOICE = "choice"
    NUMBER = "number"
    OPEN = "open"


class ListenRequest(Struct, frozen=True):
    """Hear this call for this turn, the one that an answer will claim.

    `phrases`: all that may be said, in words of the language; beside a number those that are none (a
    person, again). `own`: so many of the first ones answer the question itself; the others may be said
    everywhere, and are meant less often; 0 if nobody knows. `shortest`, `longest`: digits still awaited of a
    number, 0 for the other kinds. `check`: the check digit that the whole number has, if nothing of it was
    said before. `amount`: it may be said as one ("fifty thousand"). `barge_in`: may what is said cut the
    prompt short. `confirm`: how sure it must be to be brought to the call before the question's time is over.
    `prompt_seconds`: about how long the prompt is, 0 if nobody knows: while it is spoken more is asked of
    what seems to be a caller. `before`: the `places` of what was heard when the same number was said before.
    `refused`: numbers that were read back to the caller, and are not it. `numerals`: words for digits that
    the book adds to those of the language.
    """

    call: str
    turn: int
    language: str
    kind: Kind
    phrases: tuple[str, ...]
    shortest: int = 0
    longest: int = 0
    check: str | None = None
    amount: bool = False
    barge_in: bool = True
    confirm: float = 0.0
    prompt_seconds: float = 0.0
    before: tuple[bytes, ...] = ()
    refused: tuple[str, ...] = ()
    numerals: Numerals = NONE
    own: int = 0


class Alternative(Struct, frozen=True):
    """What was perhaps said, and how sure that is: 0 to 1, comparable between recognisers."""

    words: str
    sure: float


class Heard(Struct, frozen=True):
    """A proposal: what was heard for this turn, the likeliest first; none if speech made no sense.

    `recognizer`: who heard it. `seconds`: how long it was spoken. `lost`: somebody spoke, and our hearing
    broke over it: to be asked again by keys, and no miss of the caller's. `places`: of a number how far each
    digit is behind at each place, with what was heard of it before; none from who does not know.
    Each is one length that it may have: its places times ten digits, a byte each.
    """

    call: str
    turn: int
    alternatives: tuple[Alternative, ...]
    recognizer: str
    seconds: float = 0.0
    lost: bool = False
    places: tuple[bytes, ...] = ()


class Service(Struct, frozen=True):
    """What a speech process says of itself: language -> its recogniser, and how many streams are free.

    `models`: language -> the model that it has loaded, where a recogniser has one of its own.
    """

    languages: dict[str, str]
    free: int
    models: dict[str, str] = {}
