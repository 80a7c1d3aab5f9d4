"""`hotline play --wire`: files on the running line, and calls kept there as files that play anywhere."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from exchange.exchange import Exchange, ScriptLike
from exchange.surface.settings import Caller, SurfaceSettings
from foundation.clock import StoppedClock
from identity.demo import DEMO_CUSTOMERS
from processes.commands.play import command
from processes.inside import inside_token
from processes.rehearsal.files import read
from processes.rehearsal.playing import Play
from processes.rehearsal.wire import Line
from tests.end_to_end.callers import HELPLESS, presses
from tests.end_to_end.running import Hotline
from tests.end_to_end.test_conversation_files import as_if_nobody_had_called
from tests.servers import free_port
from tests.shipped import BOOK
from tests.world import FOLDER

FIRST = DEMO_CUSTOMERS[0]
# Calls as somebody holds them in the browser: keys and silence, proof, speech, a person, leaving.
KEPT: dict[str, ScriptLike] = {
    "proved": presses("3", "2", "2", "1", FIRST.customer.account, FIRST.pin.reveal(), "1", "2"),
    "spoken": [*presses("1", "4", "1"), {"speaks": 4.0, "then": "#"}, *presses("1")],
    "busy": [*presses("2", "0"), {"person": "busy"}, {"stays_silent": True}],
    "unsolved": presses("1", "1", "1", *HELPLESS, "1#", "1", "1", "1", "2"),
    "gone": [],
}
# A customer for each: the exchange remembers which language a number has chosen.
WHO = {name: demo.customer.phone or "" for name, demo in zip(KEPT, DEMO_CUSTOMERS, strict=True)}

# One database is enough: what is tried here is the carrier's side.
pytestmark = pytest.mark.parametrize("hotline", ["sqlite"], indirect=True, scope="session")


@pytest.fixture(scope="module")
def line(hotline: Hotline) -> Iterator[Exchange]:
    to = hotline.settings.hotline_number
    callers = tuple(
        Caller(one.customer.phone or "", one.customer.name, "", one.customer.account, one.pin.reveal())
        for one in DEMO_CUSTOMERS
    )
    inside = {to: f"{hotline.settings.public_url}/inside"}
    token = inside_token(hotline.settings).reveal()
    with hotline.exchange(surface=SurfaceSettings(callers, {}, inside, token)) as exchange:
        yield exchange


@pytest.fixture(autouse=True)
def _nobody_has_called(hotline: Hotline, monkeypatch: pytest.MonkeyPatch) -> None:
    as_if_nobody_had_called(hotline)
    monkeypatch.setenv("HOTLINE_ENV", "development")
    monkeypatch.setenv("EXCHANGE_PORT", str(hotline.settings.exchange_port))
    monkeypatch.setenv("BOOKS_DIR", str(hotline.settings.books_dir))


def play(*arguments: str) -> tuple[int, list[str]]:
    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    return result.exit_code, result.output.splitlines()


@pytest.mark.usefixtures("line")
@pytest.mark.parametrize(
    "name", ["payment-investigated", "own-details-verified", "person-busy", "ticket-withheld-number"]
)
def test_the_running_line_says_what_the_file_says(name: str) -> None:
    told = [f"ok   {name} (id)", "1 played: 1 ok, 0 not"]
    assert play(str(FOLDER / f"{name}.toml"), "--wire", "--language", "id") == (0, told)


@pytest.mark.usefixtures("line")
def test_what_the_line_says_instead_is_told_with_its_words(tmp_path: Path) -> None:
    path = tmp_path / "call.toml"
    text = (FOLDER / "payment-investigated.toml").read_text("utf-8")
    path.write_text(text.replace('"payments"', '"paymnts"'), encoding="utf-8")
    code, lines = play(str(path), "--wire", "--language", "en")
    told = [one.strip() for one in lines]
    assert (code, told[0], told[2]) == (1, "not  call (en)", "expected paymnts")
    assert told[4].startswith('payments says: "For a payment that failed, press 1.')


@pytest.mark.parametrize("name", KEPT)
def test_a_call_kept_by_the_exchange_is_played_well_anywhere(
    name: str, line: Exchange, hotline: Hotline, tmp_path: Path
) -> None:
    to = hotline.settings.hotline_number
    record = line.call(from_=WHO[name], to=to, script=KEPT[name])
    reply = httpx.get(f"{line.api_url}/exchange/calls/{record.sid}/conversation", trust_env=False)
    path = tmp_path / "kept.toml"
    path.write_text(reply.text, encoding="utf-8")
    code, lines = play(str(path))
    assert code == 0, "\n".join([*lines, reply.text])
    as_if_nobody_had_called(hotline)
    code, lines = play(str(path), "--wire")
    assert code == 0, "\n".join([*lines, reply.text])


def test_other_hours_are_noted(line: Exchange, hotline: Hotline) -> None:
    night = Play(read(FOLDER / "payment-at-night.toml", BOOK.languages), "en")
    morning = StoppedClock(datetime.fromisoformat("2026-11-24T10:00:00+07:00"))
    with httpx.Client(base_url=line.api_url, timeout=30.0, trust_env=False) as client:
        verdict = Line(client, hotline.settings.hotline_number, BOOK, morning, lambda: "+6281234567899").play(
            night
        )
    told = "the file is of Tuesday 24 November 2026 23:30, when people are not there; now they are there"
    assert verdict.notes == (told,)


@pytest.mark.usefixtures("line")
def test_what_cannot_be_arranged_on_the_line_is_noted() -> None:
    code, lines = play(str(FOLDER / "language-remembered.toml"), "--wire")
    assert (code, lines[0]) == (1, "not  language-remembered (zh)")
    assert any("`earlier`" in one for one in lines)


@pytest.mark.usefixtures("line")
def test_a_number_that_is_none_of_the_exchange_is_told() -> None:
    code, lines = play(str(FOLDER / "person-busy.toml"), "--wire", "--to", "+6299", "--language", "en")
    assert code == 2
    assert lines[0].endswith("the exchange does not play it: '+6299' is no number of this exchange")
    assert lines[1:] == ["0 played: 0 ok, 0 not, 1 unreadable"]


def test_without_an_exchange_it_is_said_what_to_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXCHANGE_PORT", str(free_port()))
    code, lines = play(str(FOLDER / "person-busy.toml"), "--wire")
    assert (code, len(lines)) == (2, 1)
    assert "start it with `make run`" in lines[0]


def test_options_that_say_nothing_together_are_refused(tmp_path: Path) -> None:
    assert play("-", "--to", "+62")[0] == 2
    assert play("-", "--wire", "--book", str(tmp_path))[0] == 2
