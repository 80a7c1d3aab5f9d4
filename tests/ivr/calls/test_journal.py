"""The journal: soon in SQL, sealed, without secrets, and written out when a process ends."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from foundation.clock import Deadline, SystemClock
from foundation.database import Database, DatabaseUnavailable
from foundation.redaction import Secret
from ivr.calls.batch_writer import LATEST_SECONDS, BatchWriter
from ivr.calls.claims import Opening, Remembered, Row, StoreGone
from ivr.calls.journal import Journal
from ivr.calls.schema import calls, turns
from ivr.calls.sealing import Seal
from tests.ivr.calls.small_house import AT, CALLER, House, beginning_at, small_book

CLOCK = SystemClock()
SEAL = Seal(Secret("k" * 32))
CALL = "CA" + "1" * 32
ROOT = Path(__file__).resolve().parents[3]


def row(turn: int, call: str = CALL, answer: bytes = b"<Response/>") -> Row:
    remembered = Remembered(turn, b'{"state":1}', answer)
    return Row(call, turn, AT, "keys", "keys 1", "answered", "main", [{"event": "x"}], remembered)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    one = Database(database_url, CLOCK)
    yield one
    one.close()


@pytest.fixture
def journal(database: Database) -> Iterator[Journal]:
    one = Journal(database, SEAL)
    yield one
    one.close()


def soon(seconds: float = 2.0) -> Deadline:
    return Deadline.after(seconds, CLOCK)


def test_a_row_stands_in_sql_within_a_quarter_of_a_second(journal: Journal) -> None:
    journal.keep(row(0), soon())
    time.sleep(LATEST_SECONDS)
    assert journal.newest(CALL, soon()) == row(0).remembered


def test_the_newest_turn_is_found_whatever_the_order_of_writing(journal: Journal) -> None:
    for turn in (2, 0, 3, 1):
        journal.keep_now(row(turn), soon())
    assert journal.newest(CALL, soon()) == row(3).remembered
    assert journal.newest("CA of nobody", soon()) is None


def test_a_turn_is_written_once_and_the_first_stands(journal: Journal) -> None:
    journal.keep_now(row(0, answer=b"first"), soon())
    assert journal.keep_now(row(0, answer=b"second"), soon()).answer == b"first"


def test_all_that_waits_is_written_when_the_journal_is_closed(journal: Journal, database: Database) -> None:
    for turn in range(1200):
        journal.keep(row(turn), soon())
    journal.close()
    with database.reading(soon()) as connection:
        assert len(connection.execute(turns.select()).all()) == 1200


def test_state_and_answer_are_sealed_and_the_rest_can_be_read(journal: Journal, database: Database) -> None:
    journal.keep_now(row(4, answer=b"what the caller heard"), soon())
    with database.reading(soon()) as connection:
        found = connection.execute(turns.select()).one()
    assert b"heard" not in found.answer
    assert b"state" not in found.state
    assert (found.source, found.heard, found.node) == ("keys", "keys 1", "main")
    assert found.events == [{"event": "x"}]
    assert found.delete_after > AT + timedelta(days=1)


def test_what_another_key_sealed_is_not_there(journal: Journal, database: Database) -> None:
    journal.keep_now(row(0), soon())
    assert Journal(database, Seal(Secret("z" * 32))).newest(CALL, soon()) is None


def test_a_call_is_written_with_its_number_only_as_a_mark(journal: Journal, database: Database) -> None:
    journal.keep_now(replace(row(0), opening=Opening(AT, CALLER)), soon())
    with database.reading(soon()) as connection:
        found = connection.execute(calls.select()).one()
    assert found.number_hash == SEAL.mark(CALLER)
    assert CALLER not in repr(found)


def test_without_sql_the_journal_says_so_at_once_and_keeps_what_waits(tmp_path: Path) -> None:
    path = tmp_path / "none" / "hotline.sqlite"
    database = Database(f"sqlite:///{path}", CLOCK)
    journal = Journal(database, SEAL)
    with pytest.raises(StoreGone):
        journal.newest(CALL, soon())
    with pytest.raises(StoreGone):
        journal.keep_now(row(0), soon())
    journal.keep(row(0), soon())
    journal.close()
    database.close()


def test_the_writer_tries_again_until_sql_is_back() -> None:
    written: list[int] = []
    gone = threading.Event()
    gone.set()

    def write(batch: Sequence[int]) -> None:
        if gone.is_set():
            raise DatabaseUnavailable("away")
        written.extend(batch)

    writer = BatchWriter(write, DatabaseUnavailable, str)
    assert writer.put(1)
    time.sleep(0.4)
    assert writer.put(2)
    gone.clear()
    time.sleep(0.6)
    assert written == [1, 2]
    writer.close()


def test_a_row_that_cannot_be_written_does_not_hold_up_the_others() -> None:
    written: list[int] = []

    def write(batch: Sequence[int]) -> None:
        if 2 in batch:
            raise ValueError("a bad row")
        written.extend(batch)

    writer = BatchWriter(write, DatabaseUnavailable, str)
    for number in (1, 2, 3):
        writer.put(number)
    writer.close()
    assert written == [1, 3]


def test_a_writer_that_is_full_or_closed_says_no() -> None:
    held = threading.Event()

    def write(_batch: Sequence[int]) -> None:
        held.wait(5)

    writer = BatchWriter(write, DatabaseUnavailable, str, 2)
    taken = [writer.put(number) for number in range(3)]
    assert taken[:2] == [True, True]
    time.sleep(0.3)
    assert [writer.put(number) for number in range(3)] == [True, True, False]
    held.set()
    writer.close()
    assert not writer.put(9)


def test_a_journal_that_takes_no_more_writes_at_once(journal: Journal) -> None:
    journal.close()
    journal.keep(row(0), soon())
    assert journal.newest(CALL, soon()) == row(0).remembered


LAST_WORDS = """
import signal, sys, time
from foundation.clock import Deadline, SystemClock
from foundation.database import Database
from foundation.redaction import Secret
from ivr.calls.journal import Journal
from ivr.calls.sealing import Seal
from tests.ivr.calls.test_journal import row
clock = SystemClock()
journal = Journal(Database(sys.argv[1], clock), Seal(Secret("k" * 32)))
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
journal.keep(row(0), Deadline.after(1, clock))
while journal.newest(row(0).call, Deadline.after(1, clock)) is None:
    time.sleep(0.05)
for turn in range(1, 50):
    journal.keep(row(turn), Deadline.after(1, clock))
print("kept", flush=True)
if sys.argv[2] == "wait":
    time.sleep(20)
"""


@pytest.mark.parametrize("how", ["exit", "wait"])
def test_a_process_that_ends_or_is_told_to_end_writes_its_last_rows(database_url: str, how: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", LAST_WORDS, database_url, how],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"kept\n"
        if how == "wait":
            process.terminate()
        assert process.wait(20) == 0
    database = Database(database_url, CLOCK)
    newest = Journal(database, SEAL).newest(CALL, soon())
    assert newest is not None
    assert newest.turn == 49
    database.close()


def test_what_is_typed_as_a_pin_or_looks_like_a_card_is_not_in_the_journal(
    journal: Journal, database: Database
) -> None:
    house = House(clock=CLOCK, journal=journal, book=beginning_at(small_book(), "proof"))
    house.answer(CALL)
    house.press(CALL, 1, "2000000123")  # no account: Luhn's digit is wrong
    house.press(CALL, 2, "4111111111111111")
    house.press(CALL, 3, "1234567897")
    house.press(CALL, 4, "847305")
    journal.close()
    with database.reading(soon()) as connection:
        heard = [found.heard for found in connection.execute(turns.select().order_by(turns.c.turn))]
    assert heard == [
        "answered",
        "keys " + 8 * "•" + "23",
        "keys " + 14 * "•" + "11",
        "keys " + 8 * "•" + "97",
        "keys ••",
    ]
