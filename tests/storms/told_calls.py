"""Calls as their tapes tell them, and what the ledger says of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from html import escape

from exchange.exchange import CallRecord
from exchange.tape import TapeEvent
from storms.ledger import Verdict, judged
from storms.standing import Row, Standing
from storms.told import told
from tests.shipped import BOOK

WEB = "http://127.0.0.1:1/"
CALL, OTHER = "CA" + "1" * 32, "CA" + "2" * 32
FIRST, SECOND = "123456784", "555555550"  # ticket numbers
SHOWN, TYPED = "+6281230000001", "+6281234567890"
MESSAGE, UNSENT = "RE" + "1" * 32, "RE" + "2" * 32
STOP = Row(FIRST, CALL, "stop-my-money", "promised", SHOWN, frozenset({CALL}))
PAYMENT = Row(FIRST, CALL, "failed-payment", "promised", SHOWN, frozenset({CALL}))
CALLBACK = Row(SECOND, CALL, "callback", "promised", SHOWN, frozenset({CALL}))
FEEDBACK = Row(FIRST, CALL, "product-fault", "promised", None, frozenset({CALL}))


def said(prompt: str, part: str = "", *digits: str, language: str = "en") -> str:
    """Words of the book, their slots filled with digits, one after the other (the last again and again)."""
    wording = BOOK.wordings[language]
    words = wording.common if prompt == "common" else wording.prompts[prompt]
    text = words.parts[part] if part else " ".join([words.say, *words.choices.values()])
    left = [" ".join(wording.digits[int(one)] for one in number) for number in digits]
    while ":digits}" in text or "{key}" in text or "{due" in text:
        read_out = (left.pop(0) if len(left) > 1 else left[0]) if left else "one"
        start = text.index("{", max(text.find("{ticket"), text.find("{last"), text.find("{entry"), 0))
        text = text[:start] + read_out + text[text.index("}", start) + 1 :]
    return text.replace("{break}", "")


def call(*happened: str | dict[str, str] | Sequence[str]) -> CallRecord:
    """A call: texts are a document of ours, a table is what the caller answered with (keys: a string)."""
    events = [TapeEvent(CALL, 1, datetime.now(UTC), "dialled", {"from_number": SHOWN})]
    for one in happened:
        if isinstance(one, list):
            details = {"url": f"{WEB}voice", "status": 200, "body": _document(one), "seconds": 0.1}
            events.append(replace(events[0], kind="document", details=details))
        else:
            fields = {"Digits": one} if isinstance(one, str) else one
            asked = {"what": "voice", "url": f"{WEB}voice", "fields": fields}
            events.append(replace(events[0], kind="requested", details=asked))
    return CallRecord(CALL, tuple(events), (), "caller", "completed", 1.0)


def _document(texts: Sequence[str]) -> str:
    says = "".join(f'<Say voice="Polly.Amy-Neural" language="en-GB">{escape(one)}</Say>' for one in texts)
    return f'<Response>{says}<Pause length="1"/><Redirect method="POST">{WEB}</Redirect></Response>'


def verdict(record: CallRecord, *rows: Row, **messages: str) -> Verdict:
    return judged([told(record, WEB)], Standing(rows, messages))


REACH = said("common", "reach", SHOWN[-4:])
URGENT = call(
    "9", [said("stop-my-money", "opened", FIRST), REACH], "1", [said("stop-my-money", "number_kept")]
)
PAY = call(
    [said("payments")],
    "1",
    [said("common", "number", SHOWN[-4:])],
    "1",
    [said("common", "opened", FIRST)],
    "1",
    [said("callback-ticket", "number", SHOWN[-4:])],
    "1",
    [said("callback-ticket", "opened", SECOND), said("call-by")],
)
SPOKEN = call(
    [said("feedback")],
    "1",
    [said("feedback-message")],
    {"RecordingSid": MESSAGE, "Digits": "#"},
    [said("common", "review"), said("common", "choose")],
    "1",
    [said("feedback-ticket", "opened", FIRST), said("feedback-thanks")],
)
BACK = call(
    {"SpeechResult": "stop my money"},
    [said("stop-my-money", "opened", FIRST), said("common", "meant")],
    "2",
    [said("common", "taken_back"), said("payments")],
)
CANCELLED = replace(STOP, state="cancelled", to_call=None, calls=frozenset())
