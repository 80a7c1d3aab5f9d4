"""The web process without a network: real doors, real turns in memory, and a carrier that signs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NoReturn
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from werkzeug.test import TestResponse

from exchange.signature import sign
from exchange.twiml.reader import read_document
from foundation.clock import Clock, Deadline, StoppedClock
from foundation.redaction import Secret
from ivr.app import Parts, create_app
from ivr.calls.admission import Limits
from ivr.calls.claims import CallJournal, CallStore, Claim, Row, StoreGone
from ivr.calls.gate import Gate, Seen
from ivr.calls.hearing import KEYS_ALONE, Ways
from ivr.calls.memory_store import MemoryCallStore, MemoryJournal
from ivr.calls.play import Runner
from ivr.calls.sealing import Seal
from ivr.calls.status import CallStatus
from ivr.calls.turn import Turns
from ivr.calls.working import Learn, learn_nothing
from ivr.channels.addresses import Addresses
from ivr.channels.twilio_signature import HEADER, SignatureCheck
from ivr.channels.twiml import MediaDoor, Person, TwimlWriter
from ivr.handlers.apology import Apologies
from ivr.handlers.guard import Guard
from ivr.handlers.health import Check, Health
from ivr.handlers.pages import PageDoor
from ivr.handlers.reception import Reception
from ivr.handlers.recordings import RecordingDoor
from ivr.handlers.voice import VoiceDoor
from ivr.menus.model import MenuBook
from telephony.recordings import Audio, NoAudio
from tests.ivr.calls.small_house import CountingRunner
from tests.shipped import BOOK as SHIPPED

BASE = "https://hotline.example"
TOKEN = "a1" * 16
CALL = "CA" + "0f" * 16
RECORDING = "RE" + "1e" * 16
FROM, TO, PERSON = "+6281234567801", "+622150001000", "+622150001001"
# A Tuesday, ten in the morning in Jakarta.
AT = datetime(2026, 11, 24, 3, tzinfo=UTC)
KEY, MEDIA = Secret("k" * 32), "wss://hotline.example/media"
MARKS = Seal(Secret("5c" * 32))


@dataclass(frozen=True)
class Shipped:
    """The shelf with the shipped book alone."""

    def current(self) -> MenuBook:
        return SHIPPED

    def pinned(self, version: str, deadline: Deadline | None = None) -> MenuBook:
        del deadline
        assert version == SHIPPED.version
        return SHIPPED


class Gone(MemoryJournal):
    """A store and a journal of which every word is lost: at once, or after `hangs` seconds."""

    def __init__(self, clock: Clock, hangs: float = 0.0) -> None:
        super().__init__(clock)
        self._hangs = hangs

    def claim(self, claim: Claim, deadline: Deadline) -> NoReturn:
        self._lose(deadline, claim)

    def look(self, call: str, turn: int, deadline: Deadline) -> NoReturn:
        self._lose(deadline, call, turn)

    def settle(self, row: Row, owner: str, deadline: Deadline) -> NoReturn:
        self._lose(deadline, row, owner)

    def keep_now(self, row: Row, deadline: Deadline) -> NoReturn:
        self._lose(deadline, row)

    def newest(self, call: str, deadline: Deadline) -> NoReturn:
        self._lose(deadline, call)

    def note(self, status: CallStatus, deadline: Deadline) -> NoReturn:
        self._lose(deadline, status)

    def _lose(self, deadline: Deadline, *_said: object) -> NoReturn:
        if self._hangs:
            assert isinstance(deadline.clock, StoppedClock)
            deadline.clock.advance(timedelta(seconds=deadline.allow(self._hangs)))
        raise StoreGone("gone")


@dataclass
class Front:
    """A hotline that can be called; each part may be replaced before the first request."""

    clock: Clock = field(default_factory=lambda: StoppedClock(AT))
    runner: Runner = field(default_factory=CountingRunner)
    store: CallStore | None = None
    journal: CallJournal | None = None
    limits: Limits = field(default_factory=Limits)
    seen: Seen = field(default_factory=Seen)
    audio: dict[str, bytes] = field(default_factory=dict)
    checks: dict[str, Check] = field(default_factory=dict)
    ways: Ways = KEYS_ALONE
    learn: Learn = learn_nothing
    pages: Callable[[TwimlWriter, Addresses, Turns], PageDoor] | None = None
    _client: FlaskClient | None = None

    @property
    def addresses(self) -> Addresses:
        return Addresses(BASE, KEY, self.clock)

    @property
    def client(self) -> FlaskClient:
        if self._client is None:
            self._client = self.app().test_client(use_cookies=False)
        return self._client

    def app(self) -> Flask:
        self.store = self.store or MemoryCallStore(self.clock)
        self.journal = self.journal or MemoryJournal(self.clock)
        writer = TwimlWriter(self.addresses, Person(PERSON, TO), MediaDoor(MEDIA, KEY))
        turns = Turns(
            self.store,
            self.journal,
            Shipped(),
            self.runner,
            writer.turn,
            writer.wait,
            self.clock,
            hark=writer.hark,
            ways=self.ways,
            learn=self.learn,
        )
        apologies = Apologies(writer, self.addresses, turns)
        gate = Gate(self.limits, MARKS.mark, lambda: self.seen, self.clock)
        reception = Reception(gate, writer, self.addresses, turns)
        return create_app(
            Parts(
                guard=Guard(SignatureCheck(BASE, [Secret(TOKEN)]), self.clock),
                voice=VoiceDoor(turns, apologies, self.clock, reception),
                apologies=apologies,
                recordings=RecordingDoor(self.addresses, self._fetched),
                health=Health(self.checks),
                pages=self.pages(writer, self.addresses, turns) if self.pages else None,
            )
        )

    def post(self, target: str, **fields: str) -> TestResponse:
        """A webhook as the carrier sends it, signed."""
        told = usual_fields(**fields)
        headers = {HEADER: sign(TOKEN, BASE + target, told)}
        content_type = "application/x-www-form-urlencoded"
        return self.client.post(target, data=urlencode(told), headers=headers, content_type=content_type)

    def answer(self, **fields: str) -> TestResponse:
        return self.post("/voice/answer", **{"CallStatus": "ringing", **fields})

    def turn(self, number: int, call: str = CALL, **fields: str) -> TestResponse:
        return self.post(f"/voice/calls/{call}/turns/{number}", **fields)

    def heard(self, number: int, waited: int = 0, **fields: str) -> TestResponse:
        """The call was moved, because something was said for this turn."""
        waits = f"?waited={waited}" if waited else ""
        return self.post(f"/voice/calls/{CALL}/turns/{number}/heard{waits}", **fields)

    def pass_time(self, seconds: float) -> None:
        assert isinstance(self.clock, StoppedClock)
        self.clock.advance(timedelta(seconds=seconds))

    def _fetched(self, recording: str) -> Audio | NoAudio:
        wav = self.audio.get(recording)
        return NoAudio("not there") if wav is None else Audio(wav)


def usual_fields(**fields: str) -> dict[str, str]:
    usual = {
        "AccountSid": "AC" + "de30" * 8,
        "ApiVersion": "2010-04-01",
        "CallSid": CALL,
        "CallStatus": "in-progress",
        "Called": TO,
        "Caller": FROM,
        "Direction": "inbound",
        "From": FROM,
        "To": TO,
    }
    return {**usual, **fields}


def tags(response: TestResponse) -> list[str]:
    """The elements of a document that the carrier would take, in order."""
    assert response.status_code == 200
    assert response.content_type == "text/xml; charset=utf-8"
    read_document(response.data)
    return [str(one.tag) for one in etree.fromstring(response.data).iter()]


def attribute(response: TestResponse, tag: str, name: str) -> str:
    found = next(etree.fromstring(response.data).iter(tag))
    return found.get(name) or ""


def spoken(response: TestResponse) -> str:
    """Everything that is said, as one text."""
    return " ".join("".join(map(str, say.itertext())) for say in etree.fromstring(response.data).iter("Say"))
