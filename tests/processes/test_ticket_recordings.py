"""`hotline tickets recording`: a spoken message is fetched from the carrier, and who fetched it is kept."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from exchange.exchange import Exchange
from exchange.recordings import Recording, tone
from tests.processes.staff_desk import open_ticket, run

ACCOUNT, TOKEN = "AC" + "a" * 32, "b1" * 16
FIRST, SECOND = "RE" + "1e" * 16, "RE" + "2e" * 16
SPOKEN = {FIRST: tone(1.0), SECOND: tone(2.0)}


@pytest.fixture(scope="module")
def carrier() -> Iterator[Exchange]:
    """A carrier that keeps two spoken messages."""
    with Exchange(account_sid=ACCOUNT, auth_token=TOKEN, numbers={}) as exchange:
        for sid, audio in SPOKEN.items():
            kept = Recording(sid, "CA1", ACCOUNT, datetime(2026, 11, 23, tzinfo=UTC), 1)
            exchange.board.recordings.keep(kept, audio)
        yield exchange


@pytest.fixture
def desk(database_url: str, carrier: Exchange, monkeypatch: pytest.MonkeyPatch) -> str:
    """The settings of the command; gives the URL of its database."""
    told = {"DATABASE_URL": database_url, "TWILIO_API_URL": carrier.api_url}
    for name, value in {**told, "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOTLINE_ENV", "development")
    return database_url


def test_the_one_recording_is_fetched_and_the_ticket_says_who_did(desk: str, tmp_path: Path) -> None:
    number, out = open_ticket(desk, FIRST), tmp_path / "message.wav"
    told = run("recording", number, "--out", str(out), "--actor", "Sari")
    assert told.exit_code == 0, told.output
    assert out.read_bytes() == SPOKEN[FIRST]
    assert out.stat().st_mode & 0o077 == 0  # a voice is for whoever fetched it
    assert f"by Sari: recording {FIRST} was fetched" in run("show", number).output


def test_of_several_recordings_one_is_named_as_show_numbers_them(desk: str, tmp_path: Path) -> None:
    number, out = open_ticket(desk, FIRST, SECOND), tmp_path / "message.wav"
    place = next(line for line in run("show", number).output.splitlines() if SECOND in line).split()[1]
    unnamed = run("recording", number, "--out", str(out), "--actor", "Sari")
    assert "it has 2 recordings" in unnamed.output
    assert "--which" in unnamed.output
    assert run("recording", number, "--which", "3", "--out", str(out), "--actor", "Sari").exit_code == 1
    assert not out.exists()
    assert run("recording", number, "--which", place, "--out", str(out), "--actor", "Sari").exit_code == 0
    assert out.read_bytes() == SPOKEN[SECOND]


def test_what_the_carrier_no_longer_has_is_told_and_nothing_is_kept(
    desk: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("telephony.recordings.TIME_LIMIT", 0.3)
    number, out = open_ticket(desk, "RE" + "3e" * 16), tmp_path / "message.wav"
    told = run("recording", number, "--out", str(out), "--actor", "Sari")
    assert told.exit_code == 1
    assert "the carrier does not have it" in told.output
    assert not out.exists()
    assert "Sari" not in run("show", number).output


def test_a_file_that_is_there_is_not_written_over(desk: str, tmp_path: Path) -> None:
    number, out = open_ticket(desk, FIRST), tmp_path / "message.wav"
    out.write_text("of another ticket")
    told = run("recording", number, "--out", str(out), "--actor", "Sari")
    assert told.exit_code == 1
    assert "is there already" in told.output
    assert out.read_text() == "of another ticket"


@pytest.mark.parametrize("name", ["RE1", "RE1/../../Calls", "../" + FIRST])
def test_a_name_that_is_no_recordings_is_not_asked_for(desk: str, tmp_path: Path, name: str) -> None:
    told = run("recording", open_ticket(desk, name), "--out", str(tmp_path / "x"), "--actor", "Sari")
    assert told.exit_code == 1
    assert "is no name of a recording" in told.output


def test_a_ticket_without_recordings_says_so(desk: str, tmp_path: Path) -> None:
    told = run("recording", open_ticket(desk), "--out", str(tmp_path / "x"), "--actor", "Sari")
    assert told.exit_code == 1
    assert "it has no recording" in told.output
