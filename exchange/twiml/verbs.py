"""What a document says, as values: one dataclass a verb, with Twilio's defaults filled in.

Times are in seconds. URLs are as written in the document, relative ones included; "" is the document's own.
"""

from dataclasses import dataclass
from typing import Literal

Method = Literal["GET", "POST"]


@dataclass(frozen=True, slots=True)
class Say:
    """Speak. `text` is what the ear gets, marks of SSML resolved; `seconds` is how long one reading takes."""

    text: str
    seconds: float
    voice: str
    language: str
    loop: int = 1


@dataclass(frozen=True, slots=True)
class Play:
    """Play a file, or the tones of `digits` (`w` is half a second)."""

    url: str | None
    digits: str = ""
    loop: int = 1


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing, for `length` seconds."""

    length: int = 1


@dataclass(frozen=True, slots=True)
class Gather:
    """Collect keys. `num_digits` None is as many as come; `finish_on_key` "" is none."""

    action: str = ""
    method: Method = "POST"
    timeout: int = 5
    num_digits: int | None = None
    finish_on_key: str = "#"
    action_on_empty_result: bool = False
    hears_keys: bool = True
    hears_speech: bool = False
    language: str = "en-US"
    # How long a pause ends what is spoken, in seconds; `barge_in`: speech cuts the prompts off.
    speech_timeout: float = 1.0
    barge_in: bool = True
    prompts: tuple[Say | Play | Pause, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordingStatus:
    """Whom to tell about a recording, and of what: in-progress, completed, absent."""

    url: str
    method: Method
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """Record the caller until `timeout` seconds of silence, a key of `finish_on_key`, or `max_length`."""

    action: str = ""
    method: Method = "POST"
    timeout: int = 5
    finish_on_key: str = "1234567890*#"
    max_length: int = 3600
    play_beep: bool = True
    trims_silence: bool = True
    status: RecordingStatus | None = None


@dataclass(frozen=True, slots=True)
class Redirect:
    """Go on with another document."""

    url: str
    method: Method = "POST"


@dataclass(frozen=True, slots=True)
class Hangup:
    """End the call."""


@dataclass(frozen=True, slots=True)
class Reject:
    """Do not take the call at all; only as the first verb of the first document."""

    reason: Literal["rejected", "busy"] = "rejected"


@dataclass(frozen=True, slots=True)
class Dial:
    """Ring other numbers and join the first that answers. Without `action` the document goes on after it."""

    numbers: tuple[str, ...]
    action: str | None = None
    method: Method = "POST"
    timeout: int = 30
    time_limit: int = 14_400
    caller_id: str | None = None
    hangup_on_star: bool = False


@dataclass(frozen=True, slots=True)
class StartStream:
    """Carry the caller's sound to `url` from now on; `parameters` are given to whoever listens there."""

    name: str
    url: str
    parameters: tuple[tuple[str, str], ...] = ()
    status_url: str | None = None
    status_method: Method = "POST"


@dataclass(frozen=True, slots=True)
class StopStream:
    """Stop the stream of this name."""

    name: str


Verb = Say | Play | Pause | Gather | Record | Redirect | Hangup | Reject | Dial | StartStream | StopStream


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document, read and found good."""

    verbs: tuple[Verb, ...]
