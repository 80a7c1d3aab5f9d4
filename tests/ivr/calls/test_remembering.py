"""The language of a number is written behind the answer: nobody waits for it, and the next call knows it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from foundation.clock import Deadline, SystemClock
from foundation.database import Database
from foundation.metrics import JOURNAL_LOST
from identity.directory import Directory, LanguageChoice
from identity.schema import languages
from ivr.calls.batch_writer import WAITING_AT_MOST
from ivr.calls.errand_runner import ErrandRunner
from ivr.calls.journal import Journal
from ivr.calls.play import Asked
from ivr.calls.remembering import Remembering
from ivr.calls.schema import turns
from ivr.calls.sealing import Seal
from ivr.flow.errands import RecallCaller, RememberLanguage
from ivr.flow.replies import Done, Recalled, Result, Unavailable
from tests.ivr.calls.real_house import PHONE, SECRET_KEY, runner_on
from tests.ivr.calls.small_house import PATIENT
from tests.ivr.calls.test_journal import row

CLOCK = SystemClock()
CALL = "CA" + "5" * 32
SOON = 10.0  # seconds; a quarter of one is usual


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    one = Database(database_url, CLOCK, limit=PATIENT)
    yield one
    one.close()


@pytest.fixture
def journal(database: Database) -> Iterator[Journal]:
    one = Journal(database, Seal(SECRET_KEY))
    yield one
    one.close()


@pytest.fixture
def runner(database: Database, journal: Journal) -> ErrandRunner:
    return replace(runner_on(database), languages=Remembering(Directory(database, SECRET_KEY), journal))


def ran(runner: ErrandRunner, errand: RecallCaller | RememberLanguage, turn: int = 1) -> Result:
    return runner.run(Asked(f"{CALL}/{turn}/1", CALL, errand), Deadline.after(PATIENT, CLOCK))


@contextmanager
def slow(database: Database) -> Iterator[None]:
    """Nobody else gets a language written: another transaction holds the way."""
    with database.writing(Deadline.after(PATIENT, CLOCK)) as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("LOCK TABLE languages IN EXCLUSIVE MODE")
        yield


def assert_recalled(runner: ErrandRunner, language: str) -> None:
    until = time.monotonic() + SOON
    while ran(runner, RecallCaller(PHONE)) != Recalled(language):
        assert time.monotonic() < until, f"{language} is not remembered"
        time.sleep(0.02)


def test_a_slow_database_keeps_no_caller_and_the_next_call_knows_the_language(
    runner: ErrandRunner, database: Database
) -> None:
    with slow(database):
        assert ran(runner, RememberLanguage(PHONE, "zh")) == Done()
        # It could not be written, and the caller is told nothing of that.
        assert ran(runner, RecallCaller(PHONE)) == Recalled(None)
    assert_recalled(runner, "zh")


def test_the_choice_that_was_made_last_stands_also_if_it_is_written_with_the_one_before(
    runner: ErrandRunner, database: Database
) -> None:
    with slow(database):
        for turn, language in enumerate(("en", "zh", "id"), 1):
            ran(runner, RememberLanguage(PHONE, language), turn)
    assert_recalled(runner, "id")


def test_what_waits_is_written_at_the_end_of_the_process(
    runner: ErrandRunner, journal: Journal, database: Database
) -> None:
    journal.keep(row(0), Deadline.after(PATIENT, CLOCK))
    ran(runner, RememberLanguage(PHONE, "zh"))
    journal.close()
    with database.reading(Deadline.after(PATIENT, CLOCK)) as connection:
        assert connection.execute(languages.select()).one().language == "zh"
        assert connection.execute(turns.select()).one().turn == 0


def test_without_sql_nobody_waits_and_what_never_got_there_is_counted(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/none/hotline.sqlite", CLOCK)
    journal, lost = Journal(database, Seal(SECRET_KEY)), JOURNAL_LOST._value.get()
    remembering = Remembering(Directory(database, SECRET_KEY), journal)
    runner = replace(runner_on(database), languages=remembering)
    assert ran(runner, RememberLanguage(PHONE, "zh")) == Done()
    assert ran(runner, RecallCaller(PHONE)) == Unavailable()
    journal.close()
    assert JOURNAL_LOST._value.get() == lost + 1
    # The end has begun: nothing is taken any more.
    assert ran(runner, RememberLanguage(PHONE, "zh")) == Done()
    assert JOURNAL_LOST._value.get() == lost + 2
    database.close()


def test_no_more_wait_than_the_bound_and_those_beyond_it_are_counted(
    database: Database, journal: Journal
) -> None:
    remembering, lost = Remembering(Directory(database, SECRET_KEY), journal), JOURNAL_LOST._value.get()
    choice = LanguageChoice(PHONE, "zh", f"{CALL}/1/1", CLOCK.now())
    with slow(database):
        for _ in range(2 * WAITING_AT_MOST):
            remembering.remember_language(choice, Deadline.after(0.0, CLOCK))
        dropped = JOURNAL_LOST._value.get() - lost
    assert 0 < dropped <= WAITING_AT_MOST
