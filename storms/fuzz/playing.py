"""Sends what was drawn, follows the documents that come back, and judges every answer."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from xml.sax.saxutils import unescape

from exchange.faults import CarrierFault
from exchange.twiml.reader import read_document
from storms.fuzz.callers import Dial, GoOn, Knock, Move, Tell
from storms.fuzz.line import NUMBER, Answer, Line, Sent

LONGEST_ANSWER = 2.0  # seconds
TWIML = "text/xml; charset=utf-8"
# All that may be answered to whatever is sent; a fault of ours is not among it.
WELL = frozenset({200, 204, 400, 403, 404, 405, 413, 414})
NO_TIME = 503
_WAY_ON = re.compile(rb"(?:action=\"|<Redirect[^>]*>)([^\"<]+)")
_TURN = re.compile(r"/turns/(\d+)$")


class Badly(AssertionError):
    """An answer that no caller and no carrier should get."""


class Late(Badly):
    """It took too long, or SQL had no time: on a machine that is busy elsewhere, but then not again."""


@dataclass
class Player:
    """One caller after the other on one line; `counts` are the answers by status."""

    line: Line
    counts: Counter[int] = field(default_factory=Counter)
    slowest: float = 0.0
    call: str = ""
    number: str = ""
    way_on: str = ""

    def play(self, moves: list[Move]) -> None:
        """Send each in turn. Raises Badly, and whatever the application raises."""
        for move in moves:
            sent = self._sent(move)
            answer = self.line.send(sent)
            self.counts[answer.status] += 1
            self.slowest = max(self.slowest, answer.seconds)
            judge(sent, answer)
            if isinstance(move, Dial | GoOn) and answer.content_type == TWIML:
                found = _WAY_ON.findall(answer.body)
                self.way_on = unescape(found[-1].decode()) if found else ""

    def _sent(self, move: Move) -> Sent:
        match move:
            case Dial(sid, number, odd):
                self.call, self.number = f"CA{sid}", number
                return Sent("/voice/answer", self._form({"CallStatus": "ringing", **odd}))
            case GoOn(fields, back):
                return Sent(self._target(back), self._form(fields))
            case Tell(stage, odd):
                return Sent("/voice/status", self._form({"CallStatus": stage, **odd}))
            case Knock(method, target, fields, signature):
                return Sent(target, self._form(fields), method, signature)

    def _target(self, back: int) -> str:
        if not self.way_on:
            return "/voice/answer"
        target = urlsplit(self.way_on)._replace(scheme="", netloc="", fragment="").geturl()
        return _TURN.sub(lambda turn: f"/turns/{max(1, int(turn[1]) - back)}", target)

    def _form(self, fields: dict[str, str]) -> dict[str, str]:
        usual = {
            "CallSid": self.call or "CA" + "0" * 32,
            "AccountSid": "AC" + "de30" * 8,
            "CallStatus": "in-progress",
            "Direction": "inbound",
            "From": self.number,
            "To": NUMBER,
        }
        return {**usual, **fields}


def judge(sent: Sent, answer: Answer) -> None:
    """Raises Badly for a fault of ours, for words that the carrier cannot read, and for a long wait."""
    if answer.status == NO_TIME or answer.seconds > LONGEST_ANSWER:
        raise Late(f"{sent} was answered {answer.status} after {answer.seconds:.1f} s")
    if answer.status not in WELL:
        raise Badly(f"{sent} was answered {answer.status}")
    spoken = sent.method == "POST" and sent.target.startswith("/voice/")
    if answer.status == 200 and spoken:
        try:
            read_document(answer.body)
        except CarrierFault as fault:
            raise Badly(f"{sent} brought what the carrier refuses: {fault}") from fault
