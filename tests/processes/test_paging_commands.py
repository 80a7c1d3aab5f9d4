"""`hotline on-call`, `hotline pages`, and what `hotline tickets` tells of pages: who, and what came of it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from callbacks.paging.next_page import Outcome
from callbacks.tickets import TicketState, in_groups
from foundation.database import Database
from processes.commands.main import main
from tests.callbacks.paging_desk import FIRST, PagingDesk
from tests.callbacks.promise_desk import CLOCK
from tests.makers import book_files, write_book

SARI = '[[people]]\nname = "Sari"\nnumber = "+6281234567801"\nlanguage = "id"\n'


@pytest.fixture
def paging(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[PagingDesk]:
    monkeypatch.setenv("HOTLINE_ENV", "development")
    monkeypatch.setenv("DATABASE_URL", database_url)
    database = Database(database_url, CLOCK, limit=20)
    yield PagingDesk(database)
    database.close()


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words, catch_exceptions=False)


def line_of(told: str, sign: str) -> str:
    (line,) = [line for line in told.splitlines() if sign in line]
    return line


def test_a_ticket_shows_since_when_it_waits_and_who_was_paged(paging: PagingDesk) -> None:
    ticket = paging.urgent()
    waits = line_of(run("tickets", "list").output, in_groups(ticket))
    assert waits.endswith("waits since 2026-11-23 02:30")
    paging.look(FIRST)
    assert line_of(run("tickets", "list").output, in_groups(ticket)).endswith(
        "paged 02:35 Sari by call, under way"
    )
    paging.hangs_up(paging.last(ticket), Outcome.NO_ANSWER)
    paging.look(timedelta(minutes=1))
    paging.presses(paging.last(ticket))
    assert line_of(run("tickets", "list").output, in_groups(ticket)).endswith("acknowledged by Chen")
    shown = run("tickets", "show", ticket).output
    assert "promised, by Chen: acknowledged by telephone" in shown
    assert shown.splitlines()[-2:] == [
        "Paged 2026-11-23 02:35: Sari by call, no answer",
        "Paged 2026-11-23 02:36: Chen by call, acknowledged",
    ]


def test_a_ticket_that_somebody_moved_no_longer_says_that_it_waits(paging: PagingDesk) -> None:
    ticket = paging.urgent()
    paging.tickets.move(ticket, TicketState.IN_INVESTIGATION)
    assert "waits" not in run("tickets", "list").output


def test_a_ticket_that_was_reopened_waits_since_then(paging: PagingDesk) -> None:
    ticket = paging.urgent()
    paging.look(FIRST)
    paging.presses(paging.last(ticket))
    paging.tickets.move(ticket, TicketState.IN_REVIEW, TicketState.SOLVED, TicketState.REOPENED)
    assert line_of(run("tickets", "list").output, in_groups(ticket)).endswith("waits since 2026-11-23 03:30")
    paging.look(timedelta(hours=1))
    assert line_of(run("tickets", "list").output, in_groups(ticket)).endswith(
        "waits since 2026-11-23 03:30, paged 03:35 Sari by call, under way"
    )


def test_pages_are_listed_with_numbers_masked(paging: PagingDesk) -> None:
    ticket, other = paging.urgent("CA1"), paging.urgent("CA2")
    ticket, other = sorted((ticket, other))
    paging.look(FIRST)
    told = run("pages").output
    row = line_of(told, "Sari")
    assert in_groups(ticket) in row
    assert row.endswith("call  under way")
    assert "+622150001021" not in told
    assert told.splitlines()[-1] == "Urgent tickets that nobody has taken: 2"
    assert "Sari" in run("pages", "--ticket", in_groups(ticket)).output
    assert "Sari" not in run("pages", "--ticket", other).output


def test_who_is_on_call_now_is_told_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_ENV", "development")
    monkeypatch.setenv("BOOKS_DIR", str(write_book(tmp_path / "book", book_files(on_call=SARI))))
    told = run("on-call").output.splitlines()
    assert told[0].endswith(", Asia/Jakarta), in this order:")
    assert told[1] == "   1  Sari, +62 812 ••• 801, by call in id"
    assert told[2].startswith("First after 5 min")


def test_where_nobody_is_named_the_number_of_the_settings_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_ENV", "development")
    told = run("on-call").output
    assert "PERSON_FALLBACK_NUMBER" in told
    assert "write on-call.toml" in told


def test_a_faulty_book_says_where_its_faults_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE_ENV", "development")
    faulty = write_book(tmp_path / "book", book_files(on_call=SARI.replace("id", "fr")))
    monkeypatch.setenv("BOOKS_DIR", str(faulty))
    told = run("on-call")
    assert told.exit_code == 1
    assert "hotline menus check" in told.output
