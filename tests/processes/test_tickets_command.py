"""`hotline tickets`: what staff see of a ticket, what is kept of their looking, and how they send it on."""

import pytest
from sqlalchemy import create_engine

from callbacks.tickets import in_groups
from foundation.database import sql_url
from tests.makers import a_draft
from tests.processes.staff_desk import CLOCK, open_ticket, run

NUMBERS = ("1234567890", "1234567891", "1234567892", "1234560000")


def test_a_database_without_our_tables_names_the_cure(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE_ENV", "development")
    monkeypatch.setenv("DATABASE_URL", empty_database_url)
    engine = create_engine(sql_url(empty_database_url))
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE another (thing INTEGER)")
    engine.dispose()
    told = run("list")
    assert told.exit_code == 1
    assert "reachable, without our tables (" in told.output
    assert "Cure: run `hotline migrate`" in told.output


@pytest.fixture
def number(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The number of the one ticket in the database that the command reads."""
    monkeypatch.setenv("HOTLINE_ENV", "development")
    monkeypatch.setenv("DATABASE_URL", database_url)
    return open_ticket(database_url, "RE1")


def test_the_list_shows_tickets_with_numbers_masked(number: str) -> None:
    told = run("list").output
    assert in_groups(number) in told
    assert "promised" in told
    assert "+62 812 ••• 000" in told
    assert "1234560000" not in told


@pytest.mark.parametrize(
    ("words", "listed"),
    [
        (("--state", "promised"), True),
        (("--state", "closed"), False),
        (("--topic", "failed-payment", "--priority", "normal"), True),
        (("--topic", "refund"), False),
        (("--priority", "urgent"), False),
    ],
)
def test_the_list_is_narrowed(number: str, words: tuple[str, ...], listed: bool) -> None:  # noqa: FBT001
    assert (in_groups(number) in run("list", *words).output) is listed


def test_overdue_tickets_are_marked(number: str) -> None:
    overdue = run("list", "--overdue").output
    assert (in_groups(number) in overdue) is (a_draft().due < CLOCK.now())


def test_a_ticket_is_shown_with_everything_and_nothing_that_moves_the_terminal(number: str) -> None:
    told = run("show", in_groups(number)).output
    assert "\x1b" not in told
    assert "what: left [2J my phone" in told
    for part in ("RE1", "failed-payment", "received -> classified", "by call CA1", "Added", "recognised"):
        assert part in told
    assert [plain for plain in NUMBERS if plain in told] == []


def test_the_numbers_are_shown_to_whoever_says_who_they_are_and_that_stays_with_the_ticket(
    number: str,
) -> None:
    told = run("show", number, "--reveal", "--actor", "Sari")
    assert told.exit_code == 0
    assert [plain for plain in NUMBERS if f"+628{plain}" not in told.stdout] == []
    assert "\x1b" not in told.stdout
    later = run("show", number).output
    assert "promised, by Sari: the numbers were shown" in later
    assert [plain for plain in NUMBERS if plain in later] == []


def test_showing_the_numbers_is_one_event_of_the_log_without_the_numbers(number: str) -> None:
    told = run("show", number, "--reveal", "--actor", "Sari")
    (event,) = told.stderr.splitlines()
    assert "somebody looked" in event
    assert "the numbers were shown" in event
    assert "actor=Sari" in event
    assert "call=CA1" in event
    assert [plain for plain in NUMBERS if plain in event] == []


@pytest.mark.parametrize("actor", [(), ("--actor", ""), ("--actor", " \t")])
def test_nobody_sees_the_numbers_without_saying_who_they_are(number: str, actor: tuple[str, ...]) -> None:
    told = run("show", number, "--reveal", *actor)
    assert told.exit_code == 2
    assert "--actor" in told.output
    assert [plain for plain in NUMBERS if plain in told.output] == []


def test_looking_without_revealing_is_not_kept(number: str) -> None:
    before = run("show", number).output
    assert run("show", number).output == before


def test_a_look_moves_nothing(number: str) -> None:
    run("show", number, "--reveal", "--actor", "Sari")
    assert run("move", number, "in-review", "--actor", "Sari").exit_code == 0


def test_a_ticket_is_sent_on_and_the_move_is_on_file(number: str) -> None:
    moved = run("move", number, "in-review", "--actor", "Sari", "--note", "asked the bank")
    assert moved.exit_code == 0
    assert "promised -> in-review" in moved.output
    assert "by Sari: asked the bank" in run("show", number).output


def test_a_move_that_is_not_legal_is_refused_with_those_that_are(number: str) -> None:
    refused = run("move", number, "closed", "--actor", "Sari")
    assert refused.exit_code == 1
    assert "it is promised; from there it can go to: cancelled, in-investigation, in-review" in refused.output


@pytest.mark.usefixtures("number")
@pytest.mark.parametrize(
    "words",
    [
        ("show", "123456789"),
        ("show", "123456789", "--reveal", "--actor", "Sari"),
        ("move", "123456789", "closed", "--actor", "Sari"),
        ("recording", "123456789", "--out", "never-written.wav", "--actor", "Sari"),
    ],
)
def test_a_ticket_that_is_not_there_is_told(words: tuple[str, ...]) -> None:
    told = run(*words)
    assert told.exit_code == 1
    assert "there is no ticket 123456789" in told.output


def test_a_database_that_does_not_answer_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_ENV", "development")
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    told = run("list")
    assert told.exit_code == 1
    assert told.output.startswith("Error: the database cannot be used: cannot be reached (")
    assert "Traceback" not in told.output
