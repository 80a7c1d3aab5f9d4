"""A whole hotline behind one conversation: real stores, a stopped clock, ticket numbers by a seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from callbacks.enquiries import Enquiries
from callbacks.promises import Promises
from callbacks.store import TicketStore
from callbacks.tickets import Priority, TicketDraft
from foundation.clock import Deadline, StoppedClock
from foundation.database import Database, metadata, migrate
from foundation.redaction import Secret
from identity.demo import DEMO_CUSTOMERS, seed
from identity.directory import Directory, LanguageChoice
from identity.guesses import Guesses
from identity.levels import Level
from identity.pins import PinHasher
from identity.verifier import Verifier
from ivr.app import Parts, create_app
from ivr.calls.claims import CallJournal, CallStore
from ivr.calls.errand_runner import ErrandRunner
from ivr.calls.journal import Journal
from ivr.calls.sealing import Seal
from ivr.calls.store import RedisCallStore
from ivr.calls.turn import Turns
from ivr.channels.addresses import Addresses
from ivr.channels.twilio_signature import SignatureCheck
from ivr.channels.twiml import Person, TwimlWriter
from ivr.handlers.apology import Apologies
from ivr.handlers.guard import Guard
from ivr.handlers.health import Health
from ivr.handlers.recordings import RecordingDoor
from ivr.handlers.voice import VoiceDoor
from ivr.menus.model import MenuBook
from telephony.recordings import Audio

SECRET_KEY = Secret("a key for tests that is longer than it has to be")
TOKEN = "a token for tests"
PUBLIC_URL = "https://hotline.example"
PERSON = "+622150001001"
DIALLED = "+622150001000"
BUDGET = 30.0


@dataclass(frozen=True, slots=True)
class OneBook:
    """A shelf with the one book that is under test."""

    book: MenuBook

    def current(self) -> MenuBook:
        return self.book

    def pinned(self, version: str, deadline: Deadline | None = None) -> MenuBook | None:
        del deadline
        return self.book if version == self.book.version else None


class WorldClock(StoppedClock):
    """A stopped clock that is set for every conversation, back too: nothing of the one before is left."""

    def set(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class World:
    """Everything that a conversation touches."""

    book: MenuBook
    clock: WorldClock
    database: Database
    runner: ErrandRunner
    directory: Directory
    promises: Promises
    chance: random.Random

    def deadline(self) -> Deadline:
        return Deadline.after(BUDGET, self.clock)

    def turns(
        self,
        store: CallStore,
        journal: CallJournal,
        render: Callable[..., bytes],
        wait: Callable[[str, int], bytes],
    ) -> Turns:
        return Turns(store, journal, OneBook(self.book), self.runner, render, wait, self.clock)

    def journal(self) -> Journal:
        return Journal(self.database, Seal(SECRET_KEY))

    def rows(self, statement: str) -> list[dict[str, object]]:
        with self.database.reading(self.deadline()) as connection:
            return [dict(row._mapping) for row in connection.execute(text(statement))]

    def tickets(self) -> list[dict[str, object]]:
        return self.rows("SELECT * FROM tickets ORDER BY number")

    def newest_ticket(self) -> str:
        return str(self.rows("SELECT ticket FROM ticket_moves ORDER BY id DESC LIMIT 1")[0]["ticket"])

    def break_tickets(self) -> None:
        """From now on SQL refuses every new ticket, until the world is emptied."""
        with self.database.writing(self.deadline()) as connection:
            connection.exec_driver_sql("INSERT INTO broken VALUES ('tickets')")

    def remember_language(self, number: str, language: str) -> None:
        """As if an earlier call of this number had chosen it."""
        choice = LanguageChoice(number, language, "an earlier call/1/1", self.clock.now())
        self.directory.remember_language(choice, self.deadline())

    def open_ticket(self, topic: str, account: str) -> None:
        """As if a proven customer had left it in an earlier call."""
        draft = TicketDraft(
            call="an earlier call",
            key=f"an earlier call/{topic}",
            topic=topic,
            priority=Priority.NORMAL,
            language="en",
            channel="phone",
            level=Level.VERIFIED,
            customer=account,
            calling_number=None,
            number_to_call=None,
            due=self.clock.now() + timedelta(hours=8),
            at=self.clock.now(),
        )
        self.promises.open_ticket(draft, self.deadline())

    def emptied(self, at: datetime, chance: int) -> World:
        """The same world as on its first day, at another time; ticket numbers follow from `chance`."""
        self.clock.set(at)
        self.chance.seed(chance)
        with self.database.writing(self.deadline()) as connection:
            connection.exec_driver_sql("DELETE FROM broken")
            for table in reversed(metadata.sorted_tables):
                if table.name != "customers":
                    connection.execute(table.delete())
        return self


def new_world(book: MenuBook, path: Path) -> World:
    """A migrated file with the demo customers in it, and everything that stands on it."""
    url = f"sqlite:///{path}"
    migrate(url)
    clock = WorldClock(datetime.fromisoformat("2026-11-01T00:00:00+00:00"))
    database = Database(url, clock, limit=BUDGET)
    directory, guesses, hasher = Directory(database, SECRET_KEY), Guesses(SECRET_KEY), PinHasher(SECRET_KEY)
    seed(directory, hasher, Deadline.after(BUDGET, clock), in_development=True)
    with database.writing(Deadline.after(BUDGET, clock)) as connection:
        connection.exec_driver_sql("CREATE TABLE broken (what TEXT)")
        connection.exec_driver_sql(
            "CREATE TRIGGER no_tickets BEFORE INSERT ON tickets WHEN EXISTS (SELECT 1 FROM broken) "
            "BEGIN SELECT RAISE(ABORT, 'no tickets today'); END"
        )
    chance = random.Random()
    verifier = Verifier(database, directory, hasher, guesses)
    store = TicketStore()
    promises = Promises(store, database, lambda: str(chance.randrange(10_000_000, 100_000_000)))
    enquiries = Enquiries(store, database, verifier, guesses)
    runner = ErrandRunner(promises, enquiries, verifier, directory, clock)
    return World(book, clock, database, runner, directory, promises, chance)


def demo_customer(number: str | None) -> tuple[str, str]:
    """Account and telephone PIN of the demo customer with this number, else of the first one."""
    demo = next((one for one in DEMO_CUSTOMERS if one.customer.phone == number), DEMO_CUSTOMERS[0])
    return demo.customer.account, demo.pin.reveal()


def web_app(here: World, redis_url: str) -> tuple[Flask, Callable[[], None]]:
    """The web application on real Redis and SQL, and how to end it."""
    addresses = Addresses(PUBLIC_URL, SECRET_KEY, here.clock)
    writer = TwimlWriter(addresses, Person(PERSON, DIALLED))
    journal = here.journal()
    turns = here.turns(RedisCallStore(redis_url, here.clock), journal, writer.turn, writer.wait)
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
