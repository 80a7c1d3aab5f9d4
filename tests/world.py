"""The web application of a stage, for tests: signed webhooks on real Redis and SQL."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Flask

from foundation.redaction import Secret
from ivr.app import Parts, create_app
from ivr.calls.journal import Journal
from ivr.calls.sealing import Seal
from ivr.calls.store import RedisCallStore
from ivr.channels.addresses import Addresses
from ivr.channels.twilio_signature import SignatureCheck
from ivr.channels.twiml import MediaDoor, Person, TwimlWriter
from ivr.handlers.apology import Apologies
from ivr.handlers.guard import Guard
from ivr.handlers.health import Health
from ivr.handlers.recordings import RecordingDoor
from ivr.handlers.voice import VoiceDoor
from processes.rehearsal.stage import DIALLED, SECRET_KEY, Stage
from telephony.recordings import Audio

FOLDER = Path(__file__).parent / "conversations"
TOKEN = "a token for tests"
PUBLIC_URL = "https://hotline.example"
MEDIA_URL = "wss://hotline.example/media"
PERSON = "+622150001001"


def web_app(here: Stage, redis_url: str, *, hosted: bool = False) -> tuple[Flask, Callable[[], None]]:
    """The web application on real Redis and SQL, and how to end it."""
    addresses = Addresses(PUBLIC_URL, SECRET_KEY, here.clock)
    writer = TwimlWriter(addresses, Person(PERSON, DIALLED), MediaDoor(MEDIA_URL, SECRET_KEY))
    journal = Journal(here.database, Seal(SECRET_KEY))
    store = RedisCallStore(redis_url, here.clock)
    turns = here.turns(store, journal, writer.turn, writer.wait, hosted=hosted)
    apologies = Apologies(writer, addresses, turns)
    parts = Parts(
        guard=Guard(SignatureCheck(PUBLIC_URL, [Secret(TOKEN)]), here.clock),
        voice=VoiceDoor(turns, apologies, here.clock),
        apologies=apologies,
        recordings=RecordingDoor(addresses, lambda _sid: Audio(b"")),
        health=Health({}),
        closing=(journal.close,),
    )
    return create_app(parts), parts.close
