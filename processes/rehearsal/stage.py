"""A whole hotline behind one conversation: a scratch database, a stopped clock, ticket numbers by a seed."""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from callbacks.enquiries import Enquiries
from callbacks.promises import Promises
from callbacks.replay import Replay
from callbacks.spooled import SpooledPromises, SpoolSeal
from callbacks.store import TicketStore
from callbacks.tickets import Priority, TicketDraft
from foundation.clock import Deadline, StoppedClock
from foundation.database import Database, metadata, migrate
from foundation.redaction import Secret
from foundation.spool import Spool
from identity.demo import DEMO_CUSTOMERS, seed
from identity.directory import Directory, LanguageChoice
from identity.guesses import Guesses
from identity.levels import Level
from identity.pins import PinHasher
from identity.verifier import Verifier
from ivr.calls.claims import CallJournal, CallStore
from ivr.calls.errand_runner import ErrandRunner
from ivr.calls.hearing import Ways
from ivr.calls.meanings import Meanings
from ivr.calls.turn import Turns
from ivr.menus.announcements import Announcements, Wanted
from ivr.menus.model import MenuBook
from processes.rehearsal.breaking import SLOTS, Breaking, set_up
from processes.rehearsal.conversation import Conversation
from speech.mailbox_keys import written
from speech.requests import Service

# Of a database that is thrown away: nothing that is sealed or hashed with it outlives the rehearsal.
SECRET_KEY = Secret("a key for rehearsals that is longer than it has to be")
# What is tried here is no durability, and waiting for a disk is long.
MEMORY_DISK = Path("/dev/shm")  # noqa: S108  # where there is one; the folder in it is private
DIALLED = "+622150001000"
BUDGET = 30.0  # seconds for one turn: a slow machine is no fault of the book


@dataclass(frozen=True, slots=True)
class OneBook:
    """A shelf with the one book that is under test."""

    book: MenuBook

    def current(self) -> MenuBook:
        return self.book

    def pinned(self, version: str, deadline: Deadline | None = None) -> MenuBook | None:
        del deadline
        return self.book if version == self.book.version else None


class StageClock(StoppedClock):
    """A stopped clock that is set for every conversation, back too: nothing of the one before is left."""

    def set(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that a conversation touches."""

    book: MenuBook
    clock: StageClock
    database: Database
    runner: ErrandRunner
    directory: Directory
    promises: Promises
    announcements: Announcements
    breaking: Breaking
    chance: random.Random

    def deadline(self) -> Deadline:
        return Deadline.after(BUDGET, self.clock)

    def turns(
        self,
        store: CallStore,
        journal: CallJournal,
        render: Callable[..., bytes],
        wait: Callable[..., bytes],
        *,
        hosted: bool = False,
    ) -> Turns:
        # Nobody is heard before a speech process says that it hears: see `ears`.
        ways = Ways(local=True, hosted=hosted)
        return Turns(store, journal, OneBook(self.book), self.runner, render, wait, self.clock, ways=ways)

    def ears(self) -> bytes:
        """What a speech process would say of itself that hears every language of the book."""
        return written(Service(dict.fromkeys(self.book.languages, "rehearsal"), free=1))

    def rows(self, statement: str) -> list[dict[str, object]]:
        with self.database.reading(self.deadline()) as connection:
            return [dict(row) for row in connection.exec_driver_sql(statement).mappings()]

    def tickets(self) -> list[dict[str, object]]:
        return self.rows("SELECT * FROM tickets ORDER BY number")

    def newest_ticket(self) -> str:
        """The number of the ticket promised last. Raises LookupError if there is none."""
        return str(self.rows("SELECT ticket FROM ticket_moves ORDER BY id DESC LIMIT 1")[0]["ticket"])

    def fail(self, what: tuple[str, ...] | None) -> None:
        """From now on these fail; () mends everything, and None leaves it as it is."""
        if what is not None:
            self.breaking.fail(what, self.deadline())

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

    def announce(self) -> None:
        """As if an operator had put a sentence before the menu, in every language of the book."""
        words = {code: f"An operator says this in {code}." for code in self.book.languages}
        wanted = Wanted(words, self.clock.now() + timedelta(hours=1), "an operator")
        self.announcements.put_up(wanted, self.deadline())

    def set_for(self, one: Conversation) -> Stage:
        """As the conversation finds it: its moment, what an earlier call left, and what refuses to work."""
        self.emptied(one.at, chance=len(one.name))
        if one.earlier.language and one.number:
            self.remember_language(one.number, one.earlier.language)
        for topic in one.earlier.tickets:
            self.open_ticket(topic, demo_customer(one.number)[0])
        if one.earlier.announcement:
            self.announce()
        if one.fails:
            self.fail(one.fails)
        return self

    def emptied(self, at: datetime, chance: int) -> Stage:
        """The same stage as on its first day, at another time; ticket numbers follow from `chance`."""
        self.clock.set(at)
        self.chance.seed(chance)
        self.breaking.forget()
        with self.database.writing(self.deadline()) as connection:
            connection.exec_driver_sql("DELETE FROM broken")
            for table in reversed(metadata.sorted_tables):
                if table.name != "customers":
                    connection.execute(table.delete())
        return self


@contextmanager
def scratch_stage(book: MenuBook) -> Iterator[Stage]:
    """A stage for many conversations, one after the other; nothing of it is left behind."""
    where = MEMORY_DISK if os.access(MEMORY_DISK, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=where, prefix="hotline-rehearsal-") as folder:
        stage = new_stage(book, Path(folder) / "stage.sqlite")
        try:
            yield stage
        finally:
            stage.database.close()


def new_stage(book: MenuBook, path: Path) -> Stage:
    """A migrated file with the demo customers in it, and everything that stands on it."""
    url = f"sqlite:///{path}"
    migrate(url)
    clock = StageClock(datetime.fromisoformat("2026-11-01T00:00:00+00:00"))
    database = Database(url, clock, limit=BUDGET)
    directory, guesses, hasher = Directory(database, SECRET_KEY), Guesses(SECRET_KEY), PinHasher(SECRET_KEY)
    seed(directory, hasher, Deadline.after(BUDGET, clock), in_development=True)
    with database.writing(Deadline.after(BUDGET, clock)) as connection:
        set_up(connection)
    chance = random.Random()  # noqa: S311  # the same numbers at every playing, and they promise nothing
    verifier = Verifier(database, directory, hasher, guesses)
    store = TicketStore()
    promises = Promises(store, database, lambda *_: str(chance.randrange(10_000_000, 100_000_000)))
    enquiries = Enquiries(store, database, verifier, guesses)
    announcements = Announcements(database)
    spool, seal = Spool(path.parent, SLOTS), SpoolSeal(SECRET_KEY)
    breaking = Breaking(database, spool, Replay(spool, seal, promises), path.parent)
    desk = SpooledPromises(promises, spool, seal)
    meanings = Meanings(patience=BUDGET)  # a slow machine understands no less
    runner = ErrandRunner(desk, enquiries, verifier, directory, announcements, clock, meanings=meanings)
    return Stage(book, clock, database, runner, directory, promises, announcements, breaking, chance)


def is_demo(number: str | None) -> bool:
    """Whether a demo customer calls from this number."""
    return any(one.customer.phone == number for one in DEMO_CUSTOMERS)


def demo_customer(number: str | None) -> tuple[str, str]:
    """Account and telephone PIN of the demo customer with this number, else of the first one."""
    demo = next((one for one in DEMO_CUSTOMERS if one.customer.phone == number), DEMO_CUSTOMERS[0])
    return demo.customer.account, demo.pin.reveal()
