import pytest
from click.testing import CliRunner, Result

from callbacks.promises import Promises
from callbacks.records import NumberToCall
from callbacks.store import TicketStore
from callbacks.tickets import in_groups
from foundation.clock import Deadline, SystemClock
from foundation.database import Database
from processes.commands.tickets import tickets
from tests.ticket_makers import NOW, a_draft

CLOCK = SystemClock()


def within() -> Deadline:
    return Deadline.after(20, CLOCK)


@pytest.fixture
def number(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The number of the one ticket in the database that the command reads."""
    monkeypatch.setenv("HOTLINE_ENV", "development")
    monkeypatch.setenv("DATABASE_URL", database_url)
    database = Database(database_url, CLOCK)
    promises = Promises(TicketStore(), database, lambda: "41177331")
    spoken = "left\x1b[2J\nmy phone"  # what would clear a terminal and forge a line
    draft = a_draft(recordings=("RE1",), answers=(("what", spoken), ("other number", "+6281234567892")))
    made = promises.open_ticket(draft, within()).number
    promises.set_number(NumberToCall(made, "+6281234560000", "CA1", "CA1/9/1", NOW), within())
    database.close()
    return made


def run(*words: str) -> Result:
    return CliRunner().invoke(tickets, words, catch_exceptions=False)


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
    for plain in ("1234567890", "1234567891", "1234567892", "1234560000"):
        assert plain not in told


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
@pytest.mark.parametrize("words", [("show", "123456789"), ("move", "123456789", "closed", "--actor", "Sari")])
def test_a_ticket_that_is_not_there_is_told(words: tuple[str, ...]) -> None:
    told = run(*words)
    assert told.exit_code == 1
    assert "there is no ticket 123456789" in told.output


def test_a_database_that_does_not_answer_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_ENV", "development")
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    told = run("list")
    assert told.exit_code == 1
    assert "the database does not answer" in told.output
    assert "Traceback" not in told.output
