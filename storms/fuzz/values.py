"""Odd values and usual ones, drawn by hypothesis: what stands in the fields of a request."""

from __future__ import annotations

from typing import TypeVar

from hypothesis import strategies as st

from storms.fuzz.line import NUMBER

T = TypeVar("T")
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
# What people say to the shipped book, and what recognisers make of them.
SAID = ("payments", "agent", "yes", "no", "stop my money", "one two three four five six", "uh", "repeat")


def mostly(usual: st.SearchStrategy[T], rare: st.SearchStrategy[T], of: int = 3) -> st.SearchStrategy[T]:
    """The rare one once in so many draws. (A strategy that stands in a choice twice counts there once.)"""
    return st.integers(1, of).flatmap(lambda drawn: rare if drawn == 2 else usual)


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
_keys = st.text("0123456789*#", min_size=1, max_size=1) | st.text("0123456789*#", max_size=12)
# What the carrier brings of a turn, and the same with odd fields beside it.
heard = st.one_of(
    _keys.map(lambda keys: {"Digits": keys}),
    _keys.map(lambda keys: {"Digits": keys}),
    st.just({}),
    st.just({"Digits": "", "FinishedOnKey": "#"}),
    st.builds(
        lambda words, sure: {"SpeechResult": words, "Confidence": sure},
        *(texts | st.sampled_from(SAID), st.floats(0, 1).map(str) | texts),
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
odd_heard = st.builds(lambda heard, odd: {**heard, **odd}, heard, odd_fields)
