"""What takes turns and hears the ends of calls, put together by hand: for the web process and the worker."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace

from callbacks.enquiries import Enquiries
from callbacks.store import TicketStore
from foundation.clock import Clock, Deadline, SystemClock
from foundation.database import Database
from foundation.fault_points import FaultPoints
from foundation.logs import logger
from foundation.redaction import Secret
from foundation.refreshed import Refreshed
from foundation.settings import Settings
from identity.directory import Directory
from identity.guesses import Guesses
from identity.pins import PinHasher
from identity.verifier import Verifier
from ivr.calls.errand_runner import PHONE, ErrandRunner
from ivr.calls.hearing import Ways
from ivr.calls.journal import Journal
from ivr.calls.remembering import Remembering
from ivr.calls.sealing import Seal
from ivr.calls.store import RedisCallStore
from ivr.calls.turn import Turns
from ivr.channels.addresses import Addresses
from ivr.channels.twiml import MediaDoor, Person, TwimlWriter
from ivr.menus.announcements import Announcement, Announcements, LastRead
from ivr.menus.shelf import Shelf
from ivr.menus.versions import BookVault
from processes.hearing import phrases_heard
from processes.launch.draft import announced_in
from processes.launch.redis_finder import USUAL_URL
from processes.spooling import desk_of

READ_LIMIT = 0.5  # seconds for one look at what is announced

Close = Callable[[], None]


@dataclass(frozen=True, slots=True)
class CallParts:
    """The parts; `closing` gives back what they hold, in this order.

    `announced`: the announcement put up last; it is read once somebody lets it `watch()`.
    """

    clock: Clock
    database: Database
    shelf: Shelf
    addresses: Addresses
    writer: TwimlWriter
    turns: Turns
    announced: Refreshed[Announcement | None]
    closing: tuple[Close, ...]


def build_call_parts(settings: Settings, threads: int, clock: Clock | None = None) -> CallParts:
    """The parts of one process; to be built after a fork. BookFaults if there is no book to go on with."""
    clock = clock or SystemClock()
    database = Database(settings.database_url, clock, threads)
    shelf = Shelf(
        settings.books_dir, BookVault(database), logger("menus"), clock=clock, also=phrases_heard(settings)
    )
    shelf.watch()
    journal = Journal(database, Seal(settings.secret_key))
    store = RedisCallStore(redis_url(settings), clock)
    addresses = Addresses(settings.public_url, settings.secret_key, clock)
    person = Person(settings.person_fallback_number, settings.hotline_number)
    media = MediaDoor(f"{settings.media_address}/media", settings.secret_key)
    writer = TwimlWriter(addresses, person, media)
    announced, let_live_go = _announced(settings, database)
    # Beside the turns: whoever waits for an answer waits for neither the one nor the other.
    runner = replace(
        build_runner(settings, database, clock),
        languages=Remembering(Directory(database, settings.secret_key), journal),
        announcements=LastRead(announced.current),
    )
    # A test may end this process at a named point; nobody can on a live line.
    faults = FaultPoints(os.environ if settings.in_development else {})
    turns = Turns(
        store,
        journal,
        shelf,
        runner,
        writer.turn,
        writer.wait,
        clock,
        faults,
        writer.hark,
        Ways(local=True, hosted=settings.hosted_recognition == "on"),
        runner.meanings.learn,
    )
    closing = (shelf.close, announced.close, journal.close, store.close, let_live_go, database.close)
    return CallParts(clock, database, shelf, addresses, writer, turns, announced, closing)


def build_runner(settings: Settings, database: Database, clock: Clock, channel: str = PHONE) -> ErrandRunner:
    """Who runs the errands of calls, on this database."""
    directory, guesses = Directory(database, settings.secret_key), Guesses(settings.secret_key)
    verifier = Verifier(database, directory, PinHasher(settings.secret_key), guesses)
    desk = desk_of(settings, database, clock)
    enquiries = Enquiries(TicketStore(), database, verifier, guesses)
    announcements = Announcements(database)
    return ErrandRunner(desk, enquiries, verifier, directory, announcements, clock, channel)


def redis_url(settings: Settings) -> Secret:
    """The Redis we are told, else the usual one: a laptop whose web process is started alone."""
    return settings.redis_url or Secret(USUAL_URL)


def _announced(settings: Settings, database: Database) -> tuple[Refreshed[Announcement | None], Close]:
    """What is announced: to callers of a draft what the live line's hear; and what ends the way there."""
    where, clock = announced_in(settings), database.clock
    live = database if where is None else Database(where, clock, threads=1)
    announcements = Announcements(live)

    def read() -> Announcement | None:
        return announcements.newest(Deadline.after(READ_LIMIT, clock))

    refreshed = Refreshed[Announcement | None]("announcements", None, read, logger("calls"))
    return refreshed, (lambda: None) if where is None else live.close
