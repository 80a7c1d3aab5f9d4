"""Odd words on the command line are one clear line, and never a traceback."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from processes.commands.main import main
from tests.servers import free_port

LONG = "9" * 3_000
HALF = "caf\udce9"  # `café` in Latin-1, as Python hears it


@pytest.fixture
def laptop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "HOTLINE_ENV": "development",
        "DATABASE_URL": f"sqlite:///{tmp_path}/hotline.sqlite",
        "SPEECH_MODELS": str(tmp_path / "models"),
        "SECRET_KEY": "9b1f" * 16,
        "TWILIO_AUTH_TOKEN": "7c" * 16,
        "EXCHANGE_PORT": str(free_port()),
    }.items():
        monkeypatch.setenv(name, value)


def refused(words: tuple[str, ...]) -> str:
    told: Result = CliRunner().invoke(main, words)
    assert told.exception is None or isinstance(told.exception, SystemExit), repr(told.exception)
    assert told.exit_code in (1, 2)
    assert len(told.output) < 1_000
    return told.output


@pytest.mark.parametrize(
    "words",
    [
        ("backup", HALF),
        ("pages", "--ticket", HALF),
        ("restore", HALF),
        ("tickets", "list", "--topic", HALF),
        ("tickets", "show", HALF),
    ],
    ids=" ".join,
)
def test_what_is_no_text_is_refused(words: tuple[str, ...]) -> None:
    assert "'caf\\udce9' cannot be read as text" in refused(words)


@pytest.mark.parametrize(
    "words",
    [
        ("backup", LONG),
        ("tickets", "recording", "123", "--actor", "me", "--out", LONG),
        ("play", LONG),
        ("menus", "diff", LONG, LONG),
    ],
    ids=lambda words: " ".join(words)[:20],
)
@pytest.mark.usefixtures("laptop")
def test_a_name_that_no_file_has_is_refused(words: tuple[str, ...]) -> None:
    assert "long" in refused(words)


@pytest.mark.parametrize(
    "address", ["https://[bad/model.zip", "https://x:99999999/m.zip", "https:///m", "ftp://x"]
)
@pytest.mark.usefixtures("laptop")
def test_an_address_that_is_none_installs_nothing(address: str) -> None:
    assert address in refused(("speech", "install", "en", "--from", address))


@pytest.mark.parametrize("number", ["0", "-1", "9" * 22])
@pytest.mark.usefixtures("laptop")
def test_a_number_beyond_what_is_counted_is_refused(number: str) -> None:
    assert "is not in the range" in refused(("unblock", "--id", number))
