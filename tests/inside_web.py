"""A hotline whose inside is open, on SQL alone: each turn stands in the journal before it is answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Flask

from callbacks.store import TicketStore
from foundation.redaction import Secret
from ivr.app import Parts, create_app
from ivr.calls.journal import Journal
from ivr.calls.sealing import Seal
from ivr.calls.story import Stories
from ivr.channels.addresses import Addresses
from ivr.channels.twilio_signature import SignatureCheck
from ivr.channels.twiml import Person, TwimlWriter
from ivr.handlers.apology import Apologies
from ivr.handlers.guard import Guard
from ivr.handlers.health import Health
from ivr.handlers.inside import InsideDoor
from ivr.handlers.recordings import RecordingDoor
from ivr.handlers.voice import VoiceDoor
from ivr.menus.drawing import draw
from processes.rehearsal.conversation import CALLER, Said
from processes.rehearsal.stage import DIALLED, SECRET_KEY, OneBook, Stage
from processes.rehearsal.telephone import Caller
from telephony.recordings import Audio
from tests.webhook_door import WebhookDoor
from tests.world import PERSON, PUBLIC_URL, TOKEN

KEY = Secret("a token for the inside")


def inside_web(here: Stage, secret_key: Secret = SECRET_KEY) -> Flask:
    """The web application of a laptop; `secret_key` opens what the journal has sealed, or does not."""
    addresses = Addresses(PUBLIC_URL, SECRET_KEY, here.clock)
    writer = TwimlWriter(addresses, Person(PERSON, DIALLED))
    journal = Journal(here.database, Seal(SECRET_KEY))
    turns = here.turns(journal, journal, writer.turn, writer.wait)
    apologies = Apologies(writer, addresses, turns)
    stories = Stories(here.database, Seal(secret_key), TicketStore())
    return create_app(
        Parts(
            guard=Guard(SignatureCheck(PUBLIC_URL, [Secret(TOKEN)]), here.clock),
            voice=VoiceDoor(turns, apologies, here.clock),
            apologies=apologies,
            recordings=RecordingDoor(addresses, lambda _sid: Audio(b"")),
            health=Health({}),
            inside=InsideDoor(KEY, stories, OneBook(here.book), draw),
        )
    )


def told(app: Flask, call: str, after: int = -1) -> list[dict[str, Any]]:
    """The turns of a call as the exchange is told them."""
    answer = app.test_client().get(
        f"/inside/calls/{call}?after={after}", headers={"Authorization": f"Bearer {KEY.reveal()}"}
    )
    assert answer.status_code == 200, answer.data
    turns: list[dict[str, Any]] = answer.get_json()["turns"]
    return turns


@dataclass
class Call:
    """A caller on the telephone: what they do, one thing after the other."""

    app: Flask
    here: Stage
    sid: str = "CA" + "1d" * 16
    number: str | None = CALLER
    door: WebhookDoor = field(init=False)

    def __post_init__(self) -> None:
        caller = Caller(self.sid, self.number, DIALLED)
        self.door = WebhookDoor(self.app.test_client(), PUBLIC_URL, TOKEN, caller)
        self.door.dial()

    def presses(self, *entries: str) -> None:
        """One entry after the other."""
        for keys in entries:
            self.door.do(Said((), "presses", keys))

    def does(self, way: str, what: object = None) -> None:
        """Anything else: `stays_silent`, `speaks`, `person`, `hangs_up`."""
        self.door.do(Said((), way, what))

    def told(self, after: int = -1) -> list[dict[str, Any]]:
        """What the exchange is told of it."""
        return told(self.app, self.sid, after)
