"""Sends what was drawn, follows the documents that come back, and judges every answer."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit
from xml.sax.saxutils import unescape

from exchange.faults import CarrierFault
from exchange.twiml.reader import read_document
from ivr.handlers.guard import LARGEST_BODY
from speech.requests import Alternative, Heard
from storms.fuzz.callers import Dial, GoOn, Move, Speak, Tell
from storms.fuzz.doors import CALL, LARGE, PAGE, RECORDING, TURN, Knock
from storms.fuzz.line import NUMBER, Answer, Line, Sent

LONGEST_ANSWER = 2.0  # seconds
TWIML = "text/xml; charset=utf-8"
# All that may be answered to whatever is sent; a fault of ours is not among it.
WELL = frozenset({200, 204, 400, 403, 404, 405, 413, 414})
NO_TIME = 503
LATE, APOLOGY = "late", "apology"
_APOLOGY = b"/apology/person"  # where only the apology for a fault goes on
_WAY_ON = re.compile(rb"(?:action=\"|<Redirect[^>]*>)([^\"<]+)")
_TURN = re.compile(r"/turns/(\d+)(?:/heard)?")


class Badly(AssertionError):
    """An answer that no caller and no carrier should get."""


class PerhapsBusy(Badly):
    """An answer that a machine may cause that is busy elsewhere, but then not again; `kind`: which."""

    def __init__(self, kind: str, why: str) -> None:
        super().__init__(why)
        self.kind = kind


@dataclass
class Player:
    """One caller after the other on one line; `counts` are the answers by door and status."""

    line: Line
    counts: Counter[tuple[str, int]] = field(default_factory=Counter)
    slowest: float = 0.0
    sid: str = "0" * 32
    number: str = ""
    house: str = "open"
    way_on: str = ""

    def play(self, moves: list[Move]) -> None:
        """Send each in turn. Raises Badly, and whatever the application raises."""
        for move in moves:
            sent = replace(self._sent(move), house=self.house)
            answer = self.line.send(sent)
            self.counts[answer.door, answer.status] += 1
            self.slowest = max(self.slowest, answer.seconds)
            judge(sent, answer)
            if isinstance(move, Dial | GoOn | Speak) and answer.content_type == TWIML:
                found = _WAY_ON.findall(answer.body)
                self.way_on = unescape(found[-1].decode()) if found else ""

    def _sent(self, move: Move) -> Sent:
        match move:
            case Dial(sid, number, odd, house):
                self.sid, self.number, self.house = sid, number, house
                return Sent("/voice/answer", self._form({"CallStatus": "ringing", **odd}))
            case GoOn() if not self.way_on:
                self.sid = f"{(int(self.sid, 16) + 1) % 2**128:032x}"  # that call has ended: they ring again
                return Sent("/voice/answer", self._form({"CallStatus": "ringing"}))
            case GoOn(fields, back):
                return Sent(self._back(back), self._form(fields))
            case Speak(said, how, moved):
                self._leave(said, how)
                target = self._target()
                return Sent(_TURN.sub(r"/turns/\1/heard", target) if moved else target, self._form({}))
            case Tell(stage, odd):
                return Sent("/voice/status", self._form({"CallStatus": stage, **odd}))
            case Knock(method, target, fields, signature, bearer, kind):
                return Sent(self._filled(target), self._form(fields), method, signature, kind, bearer)

    def _leave(self, said: tuple[tuple[str, float], ...], how: str) -> None:
        if how == "speaking":
            self.line.beside.speaks(self.call, self._turn)
        else:
            words = tuple(Alternative(*one) for one in said)
            heard = Heard(self.call, self._turn, words, "scripted", 1.0, lost=how == "lost")
            self.line.beside.heard(heard)

    def _filled(self, target: str) -> str:
        """The target with what is known of the call, and what it asks for made ready."""
        if target == RECORDING:
            return _without_host(self.line.beside.recording(self.call))
        if PAGE in target:
            self.line.beside.page(self.sid)
        return target.replace(CALL, self.call).replace(TURN, str(self._turn)).replace(PAGE, self.sid)

    @property
    def call(self) -> str:
        """The carrier's name for the call that goes on."""
        return f"CA{self.sid}"

    @property
    def _turn(self) -> int:
        found = _TURN.search(self.way_on)
        return int(found[1]) if found else 1

    def _target(self) -> str:
        return _without_host(self.way_on) if self.way_on else "/voice/answer"

    def _back(self, turns: int) -> str:
        if not turns:
            return self._target()
        return _TURN.sub(lambda turn: f"/turns/{max(1, int(turn[1]) - turns)}", self._target())

    def _form(self, fields: dict[str, str]) -> dict[str, str]:
        usual = {
            "CallSid": self.call,
            "AccountSid": "AC" + "de30" * 8,
            "CallStatus": "in-progress",
            "Direction": "inbound",
            "From": self.number,
            "To": NUMBER,
        }
        filled = {name: "x" * LARGEST_BODY if value == LARGE else value for name, value in fields.items()}
        return {**usual, **filled}


def _without_host(address: str) -> str:
    return urlsplit(address)._replace(scheme="", netloc="", fragment="").geturl()


def judge(sent: Sent, answer: Answer) -> None:
    """Raises Badly for a fault of ours, for words that the carrier cannot read, and for a long wait."""
    if answer.status == NO_TIME:
        raise PerhapsBusy(str(NO_TIME), f"{sent} was answered {NO_TIME}")
    if answer.seconds > LONGEST_ANSWER:
        raise PerhapsBusy(LATE, f"{sent} was answered {answer.status} after {answer.seconds:.1f} s")
    if answer.status not in WELL:
        raise Badly(f"{sent} was answered {answer.status}")
    spoken = sent.method == "POST" and sent.target.startswith("/voice/")
    if answer.status == 200 and spoken:
        try:
            read_document(answer.body)
        except CarrierFault as fault:
            raise Badly(f"{sent} brought what the carrier refuses: {fault}") from fault
        if _APOLOGY in answer.body:
            raise PerhapsBusy(APOLOGY, f"{sent} was answered with an apology for a fault of ours")
