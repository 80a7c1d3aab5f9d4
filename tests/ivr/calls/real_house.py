"""A house with everything real in it: Redis, SQL, promises, PINs; for tests that end processes."""

from __future__ import annotations

import os
import random
import sys
from dataclasses import dataclass, field

from callbacks.enquiries import Enquiries
from callbacks.promises import Promises
from callbacks.store import TicketStore
from foundation.clock import SystemClock
from foundation.database import Database
from foundation.fault_points import FaultPoints
from foundation.redaction import Secret
from identity.directory import Customer, Directory
from identity.guesses import Guesses
from identity.pins import PinHasher
from identity.verifier import Verifier
from ivr.calls.errand_runner import ErrandRunner
from ivr.calls.journal import Journal
from ivr.calls.sealing import Seal
from ivr.calls.store import RedisCallStore
from ivr.calls.turn import Turns
from ivr.menus.announcements import Announcements
from ivr.menus.model import MenuBook
from tests.ivr.calls.small_house import PATIENT, House, OneBook, beginning_at, paused, small_book, written

SECRET_KEY = Secret("a key of nobody, thirty-two bytes long")
ACCOUNT, PIN = "1234567897", "847305"
PHONE = "+6281234567801"


@dataclass
class RealHouse(House):
    """`faults` names the point at which this process ends."""

    faults: FaultPoints = field(default_factory=lambda: FaultPoints({}))

    @property
    def turns(self) -> Turns:
        assert self.store is not None
        assert self.journal is not None
        return Turns(
            self.store,
            self.journal,
            OneBook(self.book),
            self.runner,
            written,
            paused,
            self.clock,
            self.faults,
        )


def runner_on(database: Database) -> ErrandRunner:
    """Errands run by the rooms that run them in production."""
    store, guesses = TicketStore(), Guesses(SECRET_KEY)
    directory = Directory(database, SECRET_KEY)
    verifier = Verifier(database, directory, PinHasher(SECRET_KEY), guesses)
    chance = random.SystemRandom()
    promises = Promises(store, database, lambda *_: str(chance.randrange(10_000_000, 100_000_000)))
    enquiries = Enquiries(store, database, verifier, guesses)
    return ErrandRunner(
        promises, enquiries, verifier, directory, Announcements(database), database.clock, seconds=PATIENT
    )


def real_house(database: Database, redis_url: str, book: MenuBook) -> RealHouse:
    clock = database.clock
    journal = Journal(database, Seal(SECRET_KEY))
    store = RedisCallStore(redis_url, clock, limit=PATIENT)
    return RealHouse(runner_on(database), book, clock, store, journal, budget=PATIENT)


def add_customer(database: Database, house: House) -> None:
    """The one customer of these tests, with a telephone PIN."""
    directory = Directory(database, SECRET_KEY)
    customer = Customer(ACCOUNT, "Siti", "id", PHONE, None, "Asia/Jakarta")
    directory.add(customer, PinHasher(SECRET_KEY).hash(ACCOUNT, Secret(PIN)), house.deadline())


def main() -> None:
    """One request in a process of its own: database, Redis, node to begin at, call, turn, keys."""
    database_url, redis_url, node, call, turn, keys = sys.argv[1:]
    house = real_house(
        Database(database_url, SystemClock(), limit=PATIENT), redis_url, beginning_at(small_book(), node)
    )
    house.faults = FaultPoints(os.environ)
    sys.stdout.buffer.write(house.press(call, int(turn), keys))


if __name__ == "__main__":
    main()
