"""Which kept books are deleted on their day: all but the one that a restart would go on with."""

from contextlib import closing
from datetime import timedelta

from foundation.clock import Deadline, StoppedClock
from foundation.database import Database
from foundation.purging import Purge
from ivr.menus.model import MenuBook
from ivr.menus.versions import BOOKS_KEPT, TAKEN_UP_LAST, BookVault
from tests.makers import NOW

MOMENT = timedelta(seconds=1)


def test_the_book_taken_up_last_stays_and_older_ones_go(database_url: str, shipped_book: MenuBook) -> None:
    clock = StoppedClock(NOW)
    with closing(Database(database_url, clock, limit=30.0)) as database:
        vault = BookVault(database)
        for version, name in (("1" * 64, "hotline"), ("2" * 64, "hotline"), ("3" * 64, "other")):
            vault.store(shipped_book.model_copy(update={"version": version, "name": name}))
            clock.advance(MOMENT)
        clock.advance(BOOKS_KEPT)
        purge = Purge(database, {"books": TAKEN_UP_LAST})
        assert purge.purge(Deadline.after(30.0, clock)) == 1
        assert {kept.version for kept in vault.kept()} == {"2" * 64, "3" * 64}
