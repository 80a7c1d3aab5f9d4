"""What odd callers and a confused carrier send: moves of one call, drawn by hypothesis."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

from storms.fuzz.line import NUMBER

LONGEST = 3_000  # characters of one odd value
FIELDS = (
    *("CallSid", "AccountSid", "From", "To", "Caller", "Called", "CallStatus", "Direction", "ApiVersion"),
    *("Digits", "FinishedOnKey", "RecordingSid", "RecordingUrl", "RecordingDuration", "RecordingStatus"),
    *("DialCallStatus", "DialCallDuration", "DialCallSid", "CallDuration", "Timestamp", "SequenceNumber"),
    *("ErrorCode", "ErrorUrl", "StirVerstat", "SpeechResult", "Confidence", "msg", "CallerName", "FromCity"),
)
STAGES = ("queued", "initiated", "ringing", "in-progress", "completed", "busy", "failed", "no-answer")
# What has broken readers of forms before: no telephone sends it, but a stranger may.
CURSED = (
    "",
    "0",
    "-1",
    "1e309",
    "٣٤٥",  # digits, but not ours
    "²",
    "\u202e1234",
    "1\u200d2",
    "\x00",
    "\r\nX-Injected: 1",
    "%0a%00",
    "\x1b[31m",
    "]]>",
    "<Hangup/>",
    "'; DROP TABLE tickets; --",
    "{{7*7}}",
    "../../etc/passwd",
    "hangup",
    "*#",
    "9" * LONGEST,
    "😀" * 40,
    "\uffff",
)
texts = st.one_of(
    st.sampled_from(CURSED),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.text("0123456789*#", max_size=20),
    st.integers(0, LONGEST).map(lambda size: "x" * size),
)
odd_fields = st.dictionaries(st.sampled_from(FIELDS) | texts, texts, max_size=4)
sids = st.integers(0, 2**128 - 1).map(lambda value: f"{value:032x}")
numbers = st.sampled_from(
    ("+6281234567801", "+12025550123", "anonymous", "client:x", "sip:a@b", "+266696687", "", "+0", NUMBER)
)


@dataclass(frozen=True, slots=True)
class Dial:
    """A call is answered."""

    sid: str
    number: str
    odd: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GoOn:
    """The document's own way on, with these fields; `back` asks as many turns before the present one."""

    fields: dict[str, str]
    back: int = 0


@dataclass(frozen=True, slots=True)
class Tell:
    """News of the call."""

    stage: str
    odd: dict[str, str]


@dataclass(frozen=True, slots=True)
class Knock:
    """Somebody asks for an address, signed or not."""

    method: str
    target: str
    fields: dict[str, str]
    signature: str | None


Move = Dial | GoOn | Tell | Knock

_keys = st.text("0123456789*#", min_size=1, max_size=1) | st.text("0123456789*#", max_size=12)
_heard = st.one_of(
    _keys.map(lambda keys: {"Digits": keys}),
    _keys.map(lambda keys: {"Digits": keys}),
    st.just({}),
    st.just({"Digits": "", "FinishedOnKey": "#"}),
    st.builds(
        lambda words, sure: {"SpeechResult": words, "Confidence": sure},
        *(texts, st.floats(0, 1).map(str) | texts),
    ),
    st.builds(
        lambda sid, seconds, keys: {
            "RecordingSid": f"RE{sid}",
            "RecordingDuration": str(seconds),
            "Digits": keys,
        },
        *(sids, st.integers(0, 999), st.sampled_from(("#", "hangup", "", "0", "9", "*"))),
    ),
    st.builds(
        lambda outcome, seconds: {"DialCallStatus": outcome, "DialCallDuration": str(seconds)},
        *(st.sampled_from(("completed", "answered", *STAGES)), st.integers(0, 9_999)),
    ),
)
_odd_heard = st.builds(lambda heard, odd: {**heard, **odd}, _heard, odd_fields)
_steps = st.one_of(
    *(
        st.sampled_from(
            ("voice", "health", "inside", "metrics", "live", "ready", "answer", "status", "calls", "pages")
        ),
    ),
    sids.map(lambda sid: f"CA{sid}"),
    st.integers(-1, 99_999).map(str),
    texts.map(lambda text: quote(text[:60], safe="")),
)
_targets = st.one_of(
    st.lists(_steps, max_size=6).map(lambda steps: "/" + "/".join(steps)),
    sids.map(lambda sid: f"/voice/recordings/RE{sid}?call=CA{sid}&until=9&proof=x"),
    st.builds(
        lambda sid, turn, way: f"/voice/calls/CA{sid}/turns/{turn}{way}",
        *(sids, st.integers(0, 10_000), st.sampled_from(("", "/heard", "?waited=3", "/heard?waited=x"))),
    ),
    st.builds(
        lambda sid, stage, text: f"/voice/calls/CA{sid}/apology/{stage}?language={quote(text[:20])}",
        *(sids, st.sampled_from(("person", "message", "other")), texts),
    ),
    st.builds(lambda sid, time: f"/voice/pages/{sid}/{time}", sids, st.integers(0, 9) | st.just("status")),
    st.sampled_from(
        ("/voice/answer", "/voice/status", "/voice/check", "/health/live", "/health/ready", "/", "/metrics")
    ),
)
_signatures = (
    st.none() | st.none() | texts.map(lambda text: text.encode("latin-1", "replace").decode("latin-1"))
)
_methods = st.sampled_from(("POST", "POST", "POST", "GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "X"))

dials = st.builds(Dial, sids, numbers, st.just({}) | odd_fields)
moves: st.SearchStrategy[Any] = st.one_of(
    st.builds(GoOn, _heard),
    st.builds(GoOn, _heard),
    st.builds(GoOn, _heard),
    st.builds(GoOn, _odd_heard, st.integers(0, 2)),
    st.builds(Tell, st.sampled_from(STAGES) | texts, odd_fields),
    st.builds(Knock, _methods, _targets, odd_fields, _signatures),
)
