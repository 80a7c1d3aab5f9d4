"""The live books: a change is taken up, a faulty one is not, and a call ends on the book it began with."""

import os
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from sqlalchemy import create_engine
from structlog.testing import CapturingLogger
from structlog.typing import FilteringBoundLogger

from foundation.clock import Deadline, StoppedClock, SystemClock
from foundation.database import Database, DatabaseUnavailable, metadata, sql_url
from ivr.menus.faults import BookFaults
from ivr.menus.loader import load
from ivr.menus.model import MenuBook
from ivr.menus.shelf import LOOK_EVERY, VERSIONS_AT_HAND, Shelf, Work
from ivr.menus.versions import BookVault, books
from tests.makers import book_files, write_book

ROUNDS = 20_000
QUICK = 5e-6  # seconds that one look at the shelf may take
TRIES = 10  # a busy machine may be too slow for one of them


def at_once(work: Work) -> None:
    work()


class Desk:
    """A folder, a stopped clock, a log that is kept, and a shelf made of them."""

    def __init__(self, folder: Path, vault: BookVault | None = None) -> None:
        self.folder = folder
        self.clock = StoppedClock(datetime(2026, 11, 24, tzinfo=UTC))
        self.said = CapturingLogger()
        self.vault = vault
        self.log: FilteringBoundLogger = structlog.wrap_logger(
            self.said, processors=[], wrapper_class=structlog.make_filtering_bound_logger(0)
        )
        self._changes = 0

    def shelf(self) -> Shelf:
        return Shelf(self.folder, self.vault, self.log, clock=self.clock, run=at_once)

    def write(self, *words: str) -> None:
        """The small book, greeting with these words; every change has a time of its own."""
        write_book(self.folder, book_files(words=("Welcome.", words[0])))
        self._changes += 1
        for file in self.folder.glob("*.toml"):
            os.utime(file, (self._changes, self._changes))

    def later(self) -> None:
        self.clock.advance(timedelta(seconds=LOOK_EVERY))

    def lines(self, event: str) -> int:
        return sum(1 for call in self.said.calls if call.kwargs.get("event") == event)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path / "book")
    made.write("Welcome.")
    return made


@pytest.fixture
def vault(empty_database_url: str) -> Iterator[BookVault]:
    engine = create_engine(sql_url(empty_database_url))
    metadata.create_all(engine, tables=[books])
    engine.dispose()
    database = Database(empty_database_url, SystemClock())
    yield BookVault(database)
    database.close()


def greeting(book: MenuBook | None) -> str:
    assert book is not None
    return book.wordings["en"].prompts["main"].say


def test_a_changed_book_is_taken_up_for_new_calls_within_a_second(desk: Desk) -> None:
    shelf = desk.shelf()
    desk.write("Hello.")
    assert greeting(shelf.current()) == "Welcome."
    desk.later()
    shelf.current()
    assert greeting(shelf.current()) == "Hello."
    assert desk.lines("book taken up") == 2


def test_a_faulty_book_leaves_the_old_one_live_and_says_so_once(desk: Desk) -> None:
    shelf = desk.shelf()
    desk.write("Hello {nobody}.")
    for _ in range(3):
        desk.later()
        assert greeting(shelf.current()) == "Welcome."
    trouble = shelf.trouble()
    assert trouble is not None
    assert "{nobody}" in str(trouble)
    assert desk.lines("book refused") == 1
    desk.write("Hello.")
    desk.later()
    shelf.current()
    assert greeting(shelf.current()) == "Hello."
    assert shelf.trouble() is None


def test_files_that_are_put_back_end_the_trouble(desk: Desk) -> None:
    shelf = desk.shelf()
    (desk.folder / "hours.toml").unlink()
    desk.later()
    shelf.current()
    assert shelf.trouble() is not None
    desk.write("Welcome.")
    desk.later()
    shelf.current()
    assert shelf.trouble() is None
    assert desk.lines("the book is sound again") == 1


def test_a_call_ends_on_the_book_it_began_with(desk: Desk) -> None:
    shelf = desk.shelf()
    began = shelf.current()
    for number in range(VERSIONS_AT_HAND - 1):
        desk.write(f"Hello {number}.")
        desk.later()
        shelf.current()
    assert greeting(shelf.pinned(began.version)) == "Welcome."
    assert shelf.pinned("0" * 64) is None


def test_only_so_many_books_are_kept_in_memory_and_sql_has_the_rest(desk: Desk, vault: BookVault) -> None:
    desk.vault = vault
    shelf = desk.shelf()
    began = shelf.current()
    for number in range(VERSIONS_AT_HAND + 2):
        desk.write(f"Hello {number}.")
        desk.later()
        shelf.current()
    assert len(shelf._at_hand) == VERSIONS_AT_HAND + 1
    assert began.version not in shelf._at_hand
    assert shelf.pinned(began.version) == began


def test_a_book_of_another_process_is_found_in_sql(desk: Desk, vault: BookVault, tmp_path: Path) -> None:
    desk.vault = vault
    other = Desk(tmp_path / "other", vault)
    other.write("Hello.")
    version = other.shelf().current().version
    shelf = desk.shelf()
    assert greeting(shelf.pinned(version)) == "Hello."
    assert version in shelf._at_hand


def test_without_any_sound_book_the_start_is_refused(desk: Desk) -> None:
    desk.write("Hello {nobody}.")
    with pytest.raises(BookFaults, match="nobody"):
        desk.shelf()


def test_a_restart_amid_a_faulty_change_goes_on_with_the_newest_kept_book(
    desk: Desk, vault: BookVault
) -> None:
    desk.vault = vault
    desk.shelf()
    desk.write("Hello.")
    desk.shelf()
    desk.write("Hello {nobody}.")
    shelf = desk.shelf()
    assert greeting(shelf.current()) == "Hello."
    assert shelf.trouble() is not None


def test_a_book_that_sql_cannot_take_is_live_all_the_same_and_kept_later(
    desk: Desk, vault: BookVault
) -> None:
    class Failing(BookVault):
        down = True

        def store(self, book: MenuBook, deadline: Deadline | None = None) -> None:
            if self.down:
                raise DatabaseUnavailable("down")
            super().store(book, deadline)

    failing = Failing(vault._database)
    desk.vault = failing
    shelf = desk.shelf()
    version = shelf.current().version
    assert vault.fetch(version) is None
    failing.down = False
    for _ in range(TRIES):
        desk.later()
        shelf.current()
    assert vault.fetch(version) is not None


def test_the_version_of_a_kept_book_is_found_and_no_other(vault: BookVault, tmp_path: Path) -> None:
    book = load(write_book(tmp_path / "book", book_files()))
    vault.store(book)
    vault.store(book)
    assert vault.fetch(book.version) == book
    assert vault.newest("small") == book
    assert vault.newest("other") is None
    assert vault.fetch("0" * 64) is None


def test_a_rollback_makes_the_older_book_the_newest(vault: BookVault, tmp_path: Path) -> None:
    old = load(write_book(tmp_path / "book", book_files()))
    new = load(write_book(tmp_path / "book", book_files(words=("Welcome.", "Hello."))))
    for book in (old, new, old):
        vault.store(book)
    assert vault.newest("small") == old


def test_a_kept_book_of_another_program_version_is_as_if_not_there(vault: BookVault, tmp_path: Path) -> None:
    book = load(write_book(tmp_path / "book", book_files()))
    strange = book.model_copy(update={"give_up": 5})
    with pytest.warns(UserWarning, match="serialized"):
        vault.store(strange)
    assert vault.fetch(book.version) is None


def test_a_look_that_cannot_begin_leaves_the_call_its_book(desk: Desk) -> None:
    def exhausted(_work: Work) -> None:
        raise RuntimeError("can't start new thread")

    shelf = Shelf(desk.folder, None, desk.log, clock=desk.clock, run=exhausted)
    desk.write("Hello.")
    for _ in range(2):
        desk.later()
        assert greeting(shelf.current()) == "Welcome."
    assert desk.lines("the books could not be looked at") == 2


def test_a_changed_book_is_taken_up_although_nobody_calls(desk: Desk) -> None:
    shelf = Shelf(desk.folder, None, desk.log)
    shelf.watch()
    desk.write("Hello.")
    until = time.monotonic() + 10 * LOOK_EVERY
    while desk.lines("book taken up") < 2 and time.monotonic() < until:
        time.sleep(0.05)
    shelf.close()
    assert desk.lines("book taken up") == 2


def test_looking_at_the_shelf_costs_a_call_nothing(desk: Desk) -> None:
    shelf = desk.shelf()
    best = 1.0
    for _ in range(5):
        began = time.perf_counter()
        for _ in range(ROUNDS):
            shelf.current()
        best = min(best, (time.perf_counter() - began) / ROUNDS)
    assert best < QUICK


def test_many_threads_see_a_change_without_ever_waiting_for_it(desk: Desk) -> None:
    shelf = Shelf(desk.folder, None, desk.log)
    seen: set[str] = set()
    slow: list[float] = []
    over = threading.Event()

    def call() -> None:
        while not over.is_set():
            began = time.perf_counter()
            book = shelf.current()
            slow.append(time.perf_counter() - began)
            seen.add(greeting(book))
            assert shelf.pinned(book.version) is not None
            time.sleep(0.001)

    threads = [threading.Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    desk.write("Hello.")
    until = time.monotonic() + 10
    while "Hello." not in seen and time.monotonic() < until:
        time.sleep(0.05)
    over.set()
    for thread in threads:
        thread.join()
    assert "Hello." in seen
    assert sorted(slow)[int(len(slow) * 0.99)] < 0.1


def test_a_book_published_every_moment_never_takes_one_from_a_call(desk: Desk) -> None:
    shelf = desk.shelf()
    began = [shelf.current()]
    for number in range(10):
        desk.write(f"Hello {number}." if number % 3 else "Hello {nobody}.")
        desk.later()
        shelf.current()
        began.append(shelf.current())
    assert all(shelf.pinned(book.version) == book for book in began)
