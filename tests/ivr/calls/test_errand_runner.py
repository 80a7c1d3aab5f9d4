"""Errands are run by the rooms that can, once under their key; what goes wrong is a value with a name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from callbacks.schema import survey_answers, ticket_recordings, tickets
from foundation.clock import Deadline, SystemClock
from foundation.database import Database, KeyReused
from foundation.redaction import Secret
from identity.levels import Level
from ivr.calls.errand_runner import ANNOUNCEMENT_SECONDS, ErrandRunner
from ivr.calls.play import Asked
from ivr.flow.errands import (
    CheckPin,
    Errand,
    FindAnnouncement,
    FindTicket,
    KeepRecording,
    OpenTicket,
    RecallCaller,
    RememberLanguage,
    SaveSurvey,
    SetTicketNumber,
)
from ivr.flow.replies import (
    Announced,
    Done,
    NothingAnnounced,
    PinAccepted,
    PinRefused,
    Recalled,
    Result,
    Slowed,
    TicketFound,
    TicketOpened,
    TicketUnknown,
    Unavailable,
)
from ivr.menus.announcements import Announcements, Wanted
from tests.ivr.calls.real_house import ACCOUNT, PHONE, PIN, add_customer, runner_on
from tests.ivr.calls.small_house import PATIENT, House

CLOCK = SystemClock()
CALL = "CA" + "5" * 32
DUE = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
TICKET = OpenTicket("failed-payment", "normal", DUE, "id", Level.RECOGNISED, None, PHONE, PHONE)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    one = Database(database_url, CLOCK, limit=PATIENT)
    yield one
    one.close()


@pytest.fixture
def runner(database: Database) -> ErrandRunner:
    add_customer(database, House(budget=PATIENT))
    return runner_on(database)


def soon(seconds: float = PATIENT) -> Deadline:
    return Deadline.after(seconds, CLOCK)


def ran(runner: ErrandRunner, errand: Errand, key: str = f"{CALL}/1/1") -> Result:
    return runner.run(Asked(key, CALL, errand), soon())


def rows(database: Database, table: object) -> int:
    with database.reading(soon()) as connection:
        return len(connection.execute(table.select()).all())  # type: ignore[attr-defined]


def test_a_language_is_remembered_and_recalled(runner: ErrandRunner) -> None:
    assert ran(runner, RecallCaller(PHONE)) == Recalled(None, registered=True)
    for _ in range(2):
        assert ran(runner, RememberLanguage(PHONE, "zh"), f"{CALL}/1/2") == Done()
    assert ran(runner, RecallCaller(PHONE)) == Recalled("zh", registered=True)


def test_an_announcement_is_brought_while_it_stands_at_the_moment_that_is_asked_for(
    runner: ErrandRunner, database: Database
) -> None:
    now = CLOCK.now()
    until = now + timedelta(hours=1)
    assert ran(runner, FindAnnouncement(now)) == NothingAnnounced()
    words = {"en": "The app is slow.", "id": "Aplikasi lambat."}
    Announcements(database).put_up(Wanted(words, until, "Ayu"), soon())
    assert ran(runner, FindAnnouncement(now)) == Announced(1, tuple(words.items()))
    assert ran(runner, FindAnnouncement(until)) == NothingAnnounced()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_database_that_is_held_up_keeps_no_caller_from_the_menu(
    runner: ErrandRunner, database: Database
) -> None:
    assert ran(runner, FindAnnouncement(CLOCK.now())) == NothingAnnounced()
    with database.writing(soon()) as connection:
        connection.exec_driver_sql("LOCK TABLE announcements")
        began = CLOCK.monotonic()
        assert ran(runner, FindAnnouncement(CLOCK.now())) == Unavailable()
        assert CLOCK.monotonic() - began < ANNOUNCEMENT_SECONDS + 1.0
    assert ran(runner, FindAnnouncement(CLOCK.now())) == NothingAnnounced()


def test_a_ticket_stands_once_however_often_it_is_asked_for(runner: ErrandRunner, database: Database) -> None:
    first = ran(runner, TICKET)
    assert isinstance(first, TicketOpened)
    assert first.due == DUE
    later = replace(TICKET, due=DUE + timedelta(seconds=2))
    assert ran(runner, later) == first
    assert rows(database, tickets) == 1


def test_the_same_key_for_another_deed_is_a_fault_and_no_old_answer(runner: ErrandRunner) -> None:
    ran(runner, TICKET)
    with pytest.raises(KeyReused):
        ran(runner, replace(TICKET, topic="refund"))
    with pytest.raises(KeyReused):
        ran(runner, SaveSurvey("contentment", 4))


def test_a_pin_is_accepted_refused_and_slowed(runner: ErrandRunner) -> None:
    right, wrong = CheckPin(ACCOUNT, Secret(PIN), None), CheckPin(ACCOUNT, Secret("000000"), None)
    assert ran(runner, right) == PinAccepted(ACCOUNT)
    assert ran(runner, CheckPin("2222222222", Secret(PIN), None), f"{CALL}/2/1") == PinRefused()
    found = [ran(runner, wrong, f"{CALL}/{turn}/1") for turn in range(3, 8)]
    assert found[0] == PinRefused()
    assert isinstance(found[-1], Slowed)
    assert 0 < found[-1].seconds <= 3600


def test_asking_again_under_the_same_key_counts_no_second_guess(runner: ErrandRunner) -> None:
    wrong = CheckPin(ACCOUNT, Secret("000000"), None)
    assert {type(ran(runner, wrong, f"{CALL}/3/1")) for _ in range(6)} == {PinRefused}


def test_a_ticket_is_told_of_to_whoever_proves_it(runner: ErrandRunner) -> None:
    opened = ran(runner, TICKET)
    assert isinstance(opened, TicketOpened)
    told = ran(runner, FindTicket(opened.number, Secret(PHONE[-4:]), None, None), f"{CALL}/2/1")
    assert told == TicketFound(opened.number, "failed-payment", "promised", DUE)
    refused = ran(runner, FindTicket(opened.number, Secret("0000"), None, None), f"{CALL}/3/1")
    assert refused == TicketUnknown()


def test_the_number_to_call_a_survey_and_a_message_are_kept(runner: ErrandRunner, database: Database) -> None:
    opened = ran(runner, replace(TICKET, number_to_call=None))
    assert isinstance(opened, TicketOpened)
    assert ran(runner, SetTicketNumber(opened.number, "+6281234567802"), f"{CALL}/2/1") == Done()
    assert ran(runner, SetTicketNumber("999999999", PHONE), f"{CALL}/3/1") == Unavailable()
    assert ran(runner, SaveSurvey("contentment", 4), f"{CALL}/4/1") == Done()
    message = KeepRecording("RE1", 7, opened.number, "question", DUE, "id", Level.RECOGNISED, PHONE)
    for _ in range(2):
        assert ran(runner, message, f"{CALL}/recording/RE1") == Done()
    # Asked again by somebody who does not know how long it was: what is known stays.
    assert ran(runner, replace(message, seconds=0), f"{CALL}/5/1") == Done()
    assert (rows(database, survey_answers), rows(database, ticket_recordings)) == (1, 1)
    with database.reading(soon()) as connection:
        assert connection.execute(ticket_recordings.select()).one().seconds == 7


def test_without_sql_or_without_time_every_errand_is_unavailable() -> None:
    database = Database("sqlite:////nowhere/at/all.sqlite", CLOCK)
    runner = runner_on(database)
    errands: tuple[Errand, ...] = (
        RecallCaller(PHONE),
        RememberLanguage(PHONE, "id"),
        FindAnnouncement(DUE),
        CheckPin(ACCOUNT, Secret(PIN), None),
        TICKET,
        SetTicketNumber("123456782", PHONE),
        FindTicket("123456782", Secret("7801"), None, None),
        SaveSurvey("contentment", 4),
        KeepRecording("RE1", 7, None, "question", DUE, "id", Level.ANONYMOUS, None),
    )
    for errand in errands:
        assert ran(runner, errand) == Unavailable()
        assert runner.run(Asked("k", CALL, errand), soon(0.0)) == Unavailable()
    database.close()
