"""The only reader of the carrier's form: fields become what was heard, or a refusal with a name.

Fields: https://www.twilio.com/docs/voice/twiml#request-parameters. The signature joins names and values
without a separator, so a border can be moved without breaking it: `CallSid=CA1&Digits=1` and
`CallSid=CA1Digits1` sign alike. Every field that decides something has a grammar that leaves one reading.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from urllib.parse import unquote_to_bytes

from foundation.logs import logger
from foundation.phone_numbers import caller_number
from ivr.flow.inputs import Answered, BridgeEnded, Digits, Outcome, Recorded, Silence, Utterance
from speech.requests import Alternative

MOST_FIELDS = 200
MOST_KEYS = 100  # of one entry; nobody types more, and what comes after is not looked at
LONGEST_SECONDS = 6  # decimal digits of a duration
FINISH = "#"  # the key that ends an entry
LONGEST_SAID = 300  # characters; nobody means what comes after
UNKNOWN = 0.5  # how sure the carrier is where it does not say
HOSTED = "hosted"  # the recogniser, as the journal names it
HANG_UP_WORD = "hangup"  # stands in Digits when a recording ended with the call
# What we hear when Digits holds characters that no telephone has: a key that no choice ever has.
NO_SUCH_KEY = "?"

_CALL = re.compile(r"CA[0-9a-f]{32}")
_RECORDING = re.compile(r"RE[0-9a-f]{32}")
_KEYS = re.compile(r"[0-9*#]*")
_DIALLED = re.compile(r"\+[0-9]{1,15}")
_LETTER = re.compile(r"[A-Za-z]")
_STAGE = re.compile(r"[a-z][a-z-]{0,19}")
_SECONDS = re.compile(rf"[0-9]{{1,{LONGEST_SECONDS}}}")
# The next field begins with a capital: a value that has swallowed it does not fit.
_CONFIDENCE = re.compile(r"0(\.[0-9]{1,20})?|1(\.0{1,20})?")
_BEHIND = re.compile(r"Stir[A-Z][A-Za-z]{1,20}|To(City|Country|State|Zip)?")
_END = re.compile(r"\+?[0-9]{1,20}|(client|sip|sips):[!-~]{1,200}")
_DIRECTION = re.compile(r"[a-z]{1,20}(-[a-z]{1,20}){0,2}")
# The carrier has rung this person, at our wish: a test call. To and From are then the other way round.
_RUNG_BY_US = frozenset({"outbound-api", "outbound-dial"})
# These change what was heard by being there or not, and no other field's name or value contains their names.
_DECISIVE = (
    *("Digits", "RecordingSid", "RecordingDuration", "DialCallStatus", "DialCallDuration"),
    *("SpeechResult", "Confidence"),
)
# This one says whose number is whose. Only where that is read: elsewhere it decides nothing.
_DECISIVE_OF_ENDS = (*_DECISIVE, "Direction")

_OUTCOMES = {
    "completed": Outcome.ANSWERED,
    "answered": Outcome.ANSWERED,
    "busy": Outcome.BUSY,
    "no-answer": Outcome.NO_ANSWER,
    "canceled": Outcome.NO_ANSWER,
    "failed": Outcome.FAILED,
}


class Refused(Enum):
    """Why a request is not what the carrier sends."""

    TOO_MANY_FIELDS = "too many fields"
    REPEATED_FIELD = "a field twice"
    MOVED_BORDER = "a border between fields is not where the carrier puts it"
    NO_CALL = "no call, or not written as the carrier writes it"
    OTHER_CALL = "the address names another call"
    ODD_DIGITS = "letters among the keys"
    ODD_RECORDING = "a recording not written as the carrier writes it"
    ODD_SECONDS = "a duration that is no number"
    ODD_STATUS = "an unknown state of a call"
    ODD_DIRECTION = "a direction not written as the carrier writes it"


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of one request, each once; `signed` is what the carrier's signature covers of them."""

    fields: dict[str, str]
    signed: bytes

    def get(self, name: str) -> str:
        """The value of a field, empty if there is none."""
        return self.fields.get(name, "")


@dataclass(frozen=True, slots=True)
class StatusReport:
    """What the carrier says of a call from outside its turns; `stage` is its word, such as `completed`."""

    call: str
    stage: str
    seconds: int | None


Heard = Digits | Silence | Recorded | BridgeEnded | Utterance


def read_form(body: bytes) -> Form | Refused:
    """The fields of an urlencoded body. Never raises; bytes that are no UTF-8 are read as U+FFFD."""
    if body.count(b"&") >= MOST_FIELDS:
        return Refused.TOO_MANY_FIELDS
    pairs = sorted(_pair(piece) for piece in body.replace(b"+", b" ").split(b"&") if piece)
    fields = {name.decode("utf-8", "replace"): value.decode("utf-8", "replace") for name, value in pairs}
    if len(fields) != len(pairs):
        return Refused.REPEATED_FIELD
    return Form(fields, b"".join(name + value for name, value in pairs))


def read_answer(form: Form, at: datetime) -> Answered | Refused:
    """A call that begins. Whom the carrier rang for us is its caller, and our number the one dialled."""
    call = form.get("CallSid")
    if not _CALL.fullmatch(call):
        return Refused.NO_CALL
    if (border := _moved_border(form, _DECISIVE_OF_ENDS)) is not None:
        return border
    if not _DIRECTION.fullmatch(form.get("Direction") or "inbound"):
        return Refused.ODD_DIRECTION
    dialled = form.get(_ends(form)[1])
    return Answered(at, call, read_caller(form), dialled if _DIALLED.fullmatch(dialled) else "")


def read_caller(form: Form) -> str | None:
    """The number the caller shows, in E.164; None if it is withheld, an app or an address.

    None too if the request does not say for certain who called whom.
    """
    if _moved_border(form, _DECISIVE_OF_ENDS) is not None:
        return None
    shown = form.get(_ends(form)[0])
    number = caller_number(shown) if shown.isascii() else None
    return number.e164 if number else None


def read_turn(form: Form, call: str, at: datetime) -> Heard | Refused:
    """What was heard in a turn of `call`, the one its address names."""
    if not _CALL.fullmatch(form.get("CallSid")):
        return Refused.NO_CALL
    if form.get("CallSid") != call:
        return Refused.OTHER_CALL
    if (border := _moved_border(form)) is not None:
        return border
    if "RecordingSid" in form.fields:
        return _recorded(form, at)
    if "DialCallStatus" in form.fields:
        return _bridge_ended(form, at)
    heard = _digits(form, at)
    # Keys beat what was said while they were pressed.
    return _said(form, at) if isinstance(heard, Silence) and form.get("SpeechResult") else heard


def read_status(form: Form) -> StatusReport | Refused:
    """How far a call has come, and how long it lasted if it is over."""
    call, stage, seconds = (form.get(name) for name in ("CallSid", "CallStatus", "CallDuration"))
    if not _CALL.fullmatch(call):
        return Refused.NO_CALL
    if not _STAGE.fullmatch(stage):
        return Refused.ODD_STATUS
    if seconds and not _SECONDS.fullmatch(seconds):
        return Refused.ODD_SECONDS
    return StatusReport(call, stage, int(seconds) if seconds else None)


def is_call(written: str) -> bool:
    """Whether this is written as the carrier writes the id of a call."""
    return _CALL.fullmatch(written) is not None


def is_recording(written: str) -> bool:
    """Whether this is written as the carrier writes the id of a recording."""
    return _RECORDING.fullmatch(written) is not None


def _ends(form: Form) -> tuple[str, str]:
    """The field with the caller's number, and the one with ours."""
    return ("To", "From") if form.get("Direction") in _RUNG_BY_US else ("From", "To")


def _pair(piece: bytes) -> tuple[bytes, bytes]:
    name, _, value = piece.partition(b"=")
    # Most names and values stand there as they are: one look instead of two calls.
    return (unquote_to_bytes(name), unquote_to_bytes(value)) if b"%" in piece else (name, value)


def _moved_border(form: Form, decisive: tuple[str, ...] = _DECISIVE) -> Refused | None:
    # A field that decides and is not there must not hide inside another one, nor one that is there twice.
    # In the words of a caller the names may stand: all of them but the words' own are of fields before it.
    words = form.get("SpeechResult").encode()
    for name in decisive:
        if form.signed.count(name.encode()) - words.count(name.encode()) != (name in form.fields):
            return Refused.MOVED_BORDER
    return None


def _digits(form: Form, at: datetime) -> Digits | Silence | Refused:
    written = form.get("Digits")
    if not written and form.get("FinishedOnKey") == FINISH:
        return Digits(at, FINISH)  # nothing but the finishing key: "say it again", no silence
    if _KEYS.fullmatch(written):
        return Digits(at, written[:MOST_KEYS]) if written else Silence(at)
    if written == HANG_UP_WORD:
        return Silence(at)  # nothing was recorded; that the call has ended is told by its status
    return Refused.ODD_DIGITS if _LETTER.search(written) else Digits(at, NO_SUCH_KEY)


def _said(form: Form, at: datetime) -> Utterance:
    """What the carrier's recogniser heard. Words that may have been cut or lengthened make no sense."""
    if not _ends_of_words_hold(form):
        logger("channels").warning("the words of a caller do not end where the carrier ends them")
        return Utterance(at, (), HOSTED)
    told = form.get("Confidence")
    sure = float(told) if _CONFIDENCE.fullmatch(told) else 0.0
    # 0 is what it says of languages in which it does not know: neither sure enough to act, nor nothing.
    return Utterance(at, (Alternative(form.get("SpeechResult")[:LONGEST_SAID], sure or UNKNOWN),), HOSTED)


def _ends_of_words_hold(form: Form) -> bool:
    """Whether behind the words there are the carrier's own fields, and the first of them begins as it does.

    A word with a capital could otherwise be made a field, and "yes, Though not today" a plain yes.
    """
    behind = [name for name in form.fields if name > "SpeechResult"]
    return all(_BEHIND.fullmatch(name) for name in behind) and bool(_END.fullmatch(form.get("To")))


def _recorded(form: Form, at: datetime) -> Recorded | Refused:
    recording, seconds, keys = (form.get(name) for name in ("RecordingSid", "RecordingDuration", "Digits"))
    if not is_recording(recording):
        return Refused.ODD_RECORDING
    if not _SECONDS.fullmatch(seconds):
        return Refused.ODD_SECONDS
    if not (_KEYS.fullmatch(keys) or keys == HANG_UP_WORD):
        return Refused.ODD_DIGITS
    hung_up = keys == HANG_UP_WORD
    return Recorded(at, recording, int(seconds), hung_up, "" if hung_up else keys[-1:])


def _bridge_ended(form: Form, at: datetime) -> BridgeEnded | Refused:
    seconds = form.get("DialCallDuration") or "0"
    outcome = _OUTCOMES.get(form.get("DialCallStatus"))
    if outcome is None:
        return Refused.ODD_STATUS
    if not _SECONDS.fullmatch(seconds):
        return Refused.ODD_SECONDS
    return BridgeEnded(at, outcome, int(seconds))
