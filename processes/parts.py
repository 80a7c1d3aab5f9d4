"""The web process, put together by hand: its parts, what they are made of, what is given back at the end."""

import os
from collections.abc import Callable
from dataclasses import replace

from callbacks.enquiries import Enquiries
from callbacks.promises import Promises
from callbacks.series import NumberSeries
from callbacks.store import TicketStore
from foundation.clock import Clock, Deadline, SystemClock
from foundation.database import Database, DatabaseUnavailable
from foundation.logs import logger
from foundation.migrating import newest
from foundation.redaction import Secret
from foundation.settings import Settings
from identity.directory import Directory
from identity.guesses import Guesses
from identity.pins import PinHasher
from identity.verifier import Verifier
from ivr.app import Parts
from ivr.calls.errand_runner import PHONE, ErrandRunner
from ivr.calls.fault_points import FaultPoints
from ivr.calls.journal import Journal
from ivr.calls.sealing import Seal
from ivr.calls.store import RedisCallStore
from ivr.calls.story import Stories
from ivr.calls.turn import Turns
from ivr.channels.addresses import Addresses
from ivr.channels.twilio_signature import SignatureCheck
from ivr.channels.twiml import Person, TwimlWriter
from ivr.handlers.apology import Apologies
from ivr.handlers.guard import Guard
from ivr.handlers.health import Check, Finding, Health
from ivr.handlers.inside import InsideDoor
from ivr.handlers.recordings import RecordingDoor
from ivr.handlers.voice import VoiceDoor
from ivr.menus.announcements import Announcements
from ivr.menus.shelf import Shelf
from ivr.menus.versions import BookVault
from processes.carrier import carrier_recordings
from processes.inside import inside_token
from processes.launch.draft import announced_in
from processes.launch.redis_finder import USUAL_URL
from processes.launch.redis_ping import fault_of
from telephony.recordings import Audio, NoAudio

LOOK_LIMIT = 0.5  # seconds for one question of the readiness check

Fetch = Callable[[str], Audio | NoAudio]
Close = Callable[[], None]


def build_parts(settings: Settings) -> Parts:
    """The parts of one worker; to be built after a fork. BookFaults if there is no book to go on with."""
    clock = SystemClock()
    database = Database(settings.database_url, clock, settings.web_threads)
    shelf = Shelf(settings.books_dir, BookVault(database), logger("menus"), clock=clock)
    shelf.watch()
    journal = Journal(database, Seal(settings.secret_key))
    store = RedisCallStore(redis_url(settings), clock)
    addresses = Addresses(settings.public_url, settings.secret_key, clock)
    writer = TwimlWriter(addresses, Person(settings.person_fallback_number, settings.hotline_number))
    runner, let_live_go = _announced(settings, build_runner(settings, database, clock))
    # A test may end this process at a named point; nobody can on a live line.
    faults = FaultPoints(os.environ if settings.in_development else {})
    turns = Turns(store, journal, shelf, runner, writer.turn, writer.wait, clock, faults)
    apologies = Apologies(writer, addresses, turns)
    fetch, let_carrier_go = _recordings(settings, clock)
    return Parts(
        guard=Guard(SignatureCheck(settings.public_url, _tokens(settings)), clock),
        voice=VoiceDoor(turns, apologies, clock),
        apologies=apologies,
        recordings=RecordingDoor(addresses, fetch),
        health=Health(_checks(settings, database, shelf)),
        closing=(shelf.close, journal.close, store.close, let_carrier_go, let_live_go, database.close),
        inside=_inside(settings, database, shelf),
    )


def build_runner(settings: Settings, database: Database, clock: Clock, channel: str = PHONE) -> ErrandRunner:
    """Who runs the errands of calls, on this database."""
    directory, guesses = Directory(database, settings.secret_key), Guesses(settings.secret_key)
    verifier = Verifier(database, directory, PinHasher(settings.secret_key), guesses)
    tickets = TicketStore()
    promises = Promises(tickets, database, NumberSeries(settings.secret_key, clock).draw)
    enquiries = Enquiries(tickets, database, verifier, guesses)
    announcements = Announcements(database)
    return ErrandRunner(promises, enquiries, verifier, directory, announcements, clock, channel)


def _announced(settings: Settings, runner: ErrandRunner) -> tuple[ErrandRunner, Close]:
    """The runner whose callers hear what is announced: those of a draft what the live line's callers hear."""
    where = announced_in(settings)
    if where is None:
        return runner, lambda: None
    live = Database(where, runner.clock, settings.web_threads)
    return replace(runner, announcements=Announcements(live)), live.close


def redis_url(settings: Settings) -> Secret:
    """The Redis we are told, else the usual one: a laptop whose web process is started alone."""
    return settings.redis_url or Secret(USUAL_URL)


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

    return {"redis": redis, "database": sql, "book": book}
