"""The web process, put together by hand: its parts, what they are made of, what is given back at the end."""

from collections.abc import Callable

from callbacks.paging.pages import Pages
from callbacks.store import TicketStore
from foundation.clock import Clock, Deadline
from foundation.database import Database, DatabaseUnavailable
from foundation.heartbeats import Heartbeats, trouble_of
from foundation.migrating import newest
from foundation.redaction import Secret
from foundation.settings import Settings
from ivr.app import Parts
from ivr.calls.sealing import Seal
from ivr.calls.story import Stories
from ivr.channels.twilio_signature import SignatureCheck
from ivr.handlers.apology import Apologies
from ivr.handlers.guard import Guard
from ivr.handlers.health import Check, Finding, Health
from ivr.handlers.inside import InsideDoor
from ivr.handlers.metrics_door import MetricsDoor
from ivr.handlers.pages import PageDoor
from ivr.handlers.reception import Reception
from ivr.handlers.recordings import RecordingDoor
from ivr.handlers.voice import VoiceDoor
from ivr.menus.shelf import Shelf
from processes.call_parts import Close, build_call_parts, redis_url
from processes.carrier import carrier_recordings
from processes.chores.paging import new_attempt
from processes.gate_parts import build_gate
from processes.hearing_check import speech_check
from processes.inside import inside_token
from processes.launch.redis_ping import fault_of
from processes.looking import LookingUp
from speech.mailbox import RedisMailbox
from telephony.recordings import Audio, NoAudio

LOOK_LIMIT = 0.5  # seconds for one question of the readiness check

Fetch = Callable[[str], Audio | NoAudio]


def build_parts(settings: Settings) -> Parts:
    """The parts of one worker; to be built after a fork. BookFaults if there is no book to go on with."""
    calls = build_call_parts(settings, settings.web_threads)
    calls.announced.look()
    calls.announced.watch()
    apologies = Apologies(calls.writer, calls.addresses, calls.turns)
    gate, seen = build_gate(settings, calls.database)
    reception = Reception(gate, calls.writer, calls.addresses, calls.turns)
    fetch, let_carrier_go = _recordings(settings, calls.clock)
    mailbox = RedisMailbox(redis_url(settings), calls.clock)
    speech = speech_check(settings, calls.shelf.current, mailbox)
    return Parts(
        guard=Guard(SignatureCheck(settings.public_url, _tokens(settings)), calls.clock),
        voice=VoiceDoor(calls.turns, apologies, calls.clock, reception),
        apologies=apologies,
        recordings=RecordingDoor(calls.addresses, fetch),
        health=Health(_checks(settings, calls.database, calls.shelf) | {"speech": speech}),
        closing=(seen.close, let_carrier_go, mailbox.close, *calls.closing),
        inside=_inside(settings, calls.database, calls.shelf),
        metrics=_metrics(settings, calls.database),
        pages=PageDoor(Pages(calls.database, new_attempt), calls.writer, calls.addresses, calls.turns),
    )


def _tokens(settings: Settings) -> list[Secret]:
    # The carrier signs with the primary one; the secondary becomes it in the middle of a rotation.
    known = (settings.twilio_auth_token, settings.twilio_auth_token_secondary)
    return [token for token in known if token is not None]


def _inside(settings: Settings, database: Database, shelf: Shelf) -> InsideDoor | None:
    """The door to the inside of calls: on a laptop alone."""
    if not settings.in_development:
        return None
    from ivr.menus.drawing import draw  # its library need not be in the memory of a live line

    stories = Stories(database, Seal(settings.secret_key), TicketStore())
    return InsideDoor(inside_token(settings), stories, shelf, draw)


def _metrics(settings: Settings, database: Database) -> MetricsDoor | None:
    """The door to what is counted, where a token opens it."""
    if settings.metrics_token is None:
        return None
    return MetricsDoor(settings.metrics_token, LookingUp(database), database.clock)


def _recordings(settings: Settings, clock: Clock) -> tuple[Fetch, Close]:
    """How spoken messages are fetched, and how that is ended."""
    recordings = carrier_recordings(settings, clock)
    if recordings is None:
        return lambda _recording: NoAudio("no TWILIO_ACCOUNT_SID"), lambda: None
    return recordings.fetch, recordings.close


def _checks(settings: Settings, database: Database, shelf: Shelf) -> dict[str, Check]:
    address, wanted = redis_url(settings).reveal(), newest()

    def redis() -> Finding:
        # Calls go on from the journal: a worker taken out of service for this would help nobody.
        return Finding("does not answer" if fault_of(address, LOOK_LIMIT) else None, stops=False)

    def sql() -> Finding:
        try:
            with database.reading(Deadline.after(LOOK_LIMIT, database.clock)) as connection:
                version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        except DatabaseUnavailable:
            return Finding("cannot be read; is it migrated?")
        if version == wanted:
            return Finding()
        # A newer schema is usual for a moment: it is migrated before the code is exchanged.
        newer = version is not None and str(version) > str(wanted)
        return Finding(f"its schema is {version}, this code knows {wanted}", stops=not newer)

    def book() -> Finding:
        # The live book goes on; only the files on disk are not taken up.
        trouble = shelf.trouble()
        return Finding(
            f"{len(trouble.faults)} faults; see `hotline menus check`" if trouble else None, stops=False
        )

    def worker() -> Finding:
        # Calls are served without it; what is between calls is not done.
        try:
            beats = Heartbeats(database).newest(Deadline.after(LOOK_LIMIT, database.clock))
        except DatabaseUnavailable:
            return Finding("its heartbeats cannot be read", stops=False)
        return Finding(trouble_of(beats, database.clock.now()), stops=False)

    return {"redis": redis, "database": sql, "book": book, "worker": worker}
