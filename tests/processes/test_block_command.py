"""`hotline block` and `hotline unblock`: what an operator types, what is told, and that no number is kept."""

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from foundation.clock import Deadline, SystemClock
from foundation.database import Database
from foundation.redaction import Secret
from identity.blocked import Block, BlockList
from ivr.calls.claims import Opening, Remembered, Row
from ivr.calls.journal import Journal
from ivr.calls.sealing import Seal
from processes.commands.block import NOBODY, block, unblock

CLOCK, PATIENT, KEY = SystemClock(), 20.0, "9b1f" * 16
NUMBER, SHOWN = "+6281234567801", "+62 812 ••• 801"
CALL = "CA" + "5e" * 16


@pytest.fixture(autouse=True)
def machine(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The settings of a laptop on a database that is up to date."""
    with (
        closing(sqlite3.connect(sqlite_template)) as source,
        closing(sqlite3.connect(tmp_path / "hotline.sqlite")) as copy,
    ):
        source.backup(copy)
    url = f"sqlite:///{tmp_path / 'hotline.sqlite'}"
    monkeypatch.setenv("HOTLINE_ENV", "development")
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("SECRET_KEY", KEY)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "7c" * 16)
    return url


def typed(*words: str) -> Result:
    command = {"block": block, "unblock": unblock}[words[0]]
    return CliRunner().invoke(command, words[1:], catch_exceptions=False)


def kept(url: str, *, over: bool = False) -> tuple[Block, ...]:
    database = Database(url, CLOCK)
    try:
        return BlockList(database).listed(Deadline.after(PATIENT, CLOCK), over=over)
    finally:
        database.close()


def marks(url: str) -> frozenset[str]:
    database = Database(url, CLOCK)
    try:
        return BlockList(database).marks(Deadline.after(PATIENT, CLOCK))
    finally:
        database.close()


def test_a_number_is_blocked_listed_and_taken_again_and_each_deed_has_a_name(machine: str) -> None:
    assert typed("block", "--list").stdout == f"{NOBODY}\n"
    told = typed("block", NUMBER, "--for", "2h", "--why", "rings all\nnight", "--by", "Ayu")
    assert re.fullmatch(
        rf"calls of {re.escape(SHOWN)} are refused until [-0-9]+ [0-9:]+ \(Asia/Jakarta\)\n", told.stdout
    )
    assert marks(machine) == {Seal(Secret(KEY)).mark(NUMBER)}
    (one,) = kept(machine)
    assert one.until - one.set_at == pytest.approx(timedelta(hours=2), abs=timedelta(seconds=5))
    listed = typed("block", "--list").stdout
    assert re.fullmatch(rf"1  {re.escape(SHOWN)}  since .* until .* by Ayu: rings all night\n", listed)
    assert typed("unblock", "081234567801", "--by", "Budi").stdout.startswith("taken again")
    assert typed("block", "--list").stdout == f"{NOBODY}\n"
    assert "lifted" in typed("block", "--list", "--over").stdout
    assert [(one.set_by, one.lifted_by) for one in kept(machine, over=True)] == [("Ayu", "Budi")]


def test_without_a_word_about_its_end_a_block_ends_after_a_day(machine: str) -> None:
    typed("block", NUMBER)
    assert kept(machine)[0].until - kept(machine)[0].set_at == pytest.approx(
        timedelta(days=1), abs=timedelta(seconds=5)
    )
    typed("block", NUMBER, "--until", "tomorrow 09:00")
    (one,) = kept(machine)
    assert one.until.astimezone(UTC).hour == 2  # nine in Jakarta


def test_a_number_is_blocked_by_a_call_that_came_from_it_without_being_seen(machine: str) -> None:
    now = datetime.now(UTC)
    database = Database(machine, CLOCK)
    journal = Journal(database, Seal(Secret(KEY)))
    row = Row(CALL, 0, now, "answer", "", "answered", "", [], Remembered(0, b"{}", b""), Opening(now, NUMBER))
    journal.keep_now(row, Deadline.after(PATIENT, CLOCK))
    database.close()
    assert f"calls of caller of {CALL} are refused" in typed("block", CALL).stdout
    assert marks(machine) == {Seal(Secret(KEY)).mark(NUMBER)}
    assert typed("unblock", NUMBER).exit_code == 0
    assert "no number is known of call" in typed("block", "CA" + "0" * 32).stderr


def test_a_block_can_be_taken_away_by_its_place_in_the_list() -> None:
    typed("block", NUMBER)
    assert typed("unblock", "--id", "1").exit_code == 0
    again = typed("unblock", "--id", "1")
    assert (again.exit_code, "is not blocked" in again.stderr) == (1, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "name the number"),
        ((NUMBER, "--list"), "name the number"),
        ((NUMBER, "--over"), "name the number"),
        ((NUMBER, "--for", "2h", "--until", "18:00"), "not both"),
        ((NUMBER, "--for", "two hours"), "30m, 12h or 7d"),
        ((NUMBER, "--for", "91d"), "90d at most"),
        ((NUMBER, "--for", "٢h"), "30m, 12h or 7d"),
        ((NUMBER, "--until", "yesterday"), "is no time"),
        ((NUMBER, "--by", " "), "say who you are"),
        (("12",), "no telephone number"),
        (("anonymous",), "no telephone number"),
        (("+7378742833",), "hide their number"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_changed(
    machine: str, words: tuple[str, ...], said: str
) -> None:
    told = typed("block", *words)
    assert told.exit_code != 0
    assert said in told.stderr
    assert kept(machine, over=True) == ()


def test_the_number_itself_stands_nowhere(machine: str) -> None:
    typed("block", NUMBER, "--why", "noise")
    path = Path(machine.removeprefix("sqlite:///"))
    for file in path.parent.glob("hotline.sqlite*"):
        assert NUMBER.removeprefix("+").encode() not in file.read_bytes()
