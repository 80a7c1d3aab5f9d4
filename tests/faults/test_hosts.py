"""An hour in which no machine of ours answers: what callers leave at the carrier is a ticket afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from callbacks.tickets import in_groups
from exchange.exchange import Exchange
from exchange.settings import NumberSettings, Person
from foundation.clock import Deadline, SystemClock
from foundation.settings import Settings, load
from ivr.calls.sweep import QUIET, Fate, Swept
from processes.call_parts import build_call_parts
from processes.carrier import carrier_account
from processes.commands.main import main
from processes.launch.demo_house import prepare
from processes.sweeping import sweep_of
from telephony.rest import CarrierRest
from tests.end_to_end.running import ROOT, TOKEN
from tests.exchange.scripted_hotline import Answer, ScriptedHotline, Server
from tests.servers import free_port

CALLER, OTHER = "+6281234567801", "+622150009999"
LINK = "https://handler.twilio.com/twiml/EH00000000000000000000000000000000"
LEFT = ({"speaks": 9.0, "then": "#"},)


@dataclass(frozen=True)
class Later:
    """A clock that is ahead: nobody waits ten minutes in a test."""

    ahead: timedelta

    def now(self) -> datetime:
        return SystemClock().now() + self.ahead

    def monotonic(self) -> float:
        return SystemClock().monotonic()


def settings_of(folder: Path, redis_url: str, carrier: int) -> Settings:
    told = {
        "HOTLINE_ENV": "development",
        "PUBLIC_URL": f"http://127.0.0.1:{free_port()}",
        "TWILIO_API_URL": f"http://127.0.0.1:{carrier}",
        "TWILIO_ACCOUNT_SID": "AC" + "de30" * 8,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "SECRET_KEY": "5c" * 32,
        "DATABASE_URL": f"sqlite:///{folder / 'hotline.sqlite'}",
        "REDIS_URL": redis_url,
    }
    return load(told, folder)


@contextmanager
def carrier_alone(settings: Settings, documents: ScriptedHotline, port: int) -> Iterator[Exchange]:
    """The carrier while nobody of ours listens: it has the two documents, filled in."""
    filled = (ROOT / "docs/fallback.xml").read_text("utf-8").replace(LINK, f"{documents.base}/thanks")
    documents.answers |= {
        "/fallback": Answer(filled.encode()),
        "/thanks": Answer((ROOT / "docs/fallback-thanks.xml").read_bytes()),
    }
    ours = settings.public_url
    number = NumberSettings(f"{ours}/voice/answer", f"{ours}/voice/status", f"{documents.base}/fallback")
    with Exchange(
        account_sid=str(settings.twilio_account_sid),
        auth_token=TOKEN,
        numbers={settings.hotline_number: number, OTHER: number},
        people={settings.person_fallback_number: Person("no-answer")},
        speed=float("inf"),
        port=port,
    ) as exchange:
        yield exchange


def swept(settings: Settings) -> list[Swept]:
    """The host is back, ten minutes later."""
    calls = build_call_parts(settings, 3, Later(QUIET + timedelta(minutes=5)))
    account = carrier_account(settings)
    assert account is not None
    rest = CarrierRest(account, calls.clock)
    try:
        sweep = sweep_of(calls, rest, settings)
        since = SystemClock().now() - timedelta(hours=1)
        return list(sweep.sweep(since, Deadline.after(60, calls.clock)))
    finally:
        for close in (rest.close, *calls.closing):
            close()


@pytest.fixture
def documents() -> Iterator[ScriptedHotline]:
    """Where the two documents stand: on a machine of the carrier's."""
    server = Server()
    server.hotline = ScriptedHotline(base=server.base)
    yield server.hotline
    server.close()


def test_what_is_left_while_the_whole_host_is_down_is_a_ticket_once_it_is_back(
    tmp_path: Path, redis_url: str, documents: ScriptedHotline
) -> None:
    port = free_port()
    settings = settings_of(tmp_path, redis_url, port)
    prepare(settings)
    with carrier_alone(settings, documents, port) as exchange:
        record = exchange.call(from_=CALLER, to=settings.hotline_number, script=LEFT)
        elsewhere = exchange.call(from_=CALLER, to=OTHER, script=LEFT)
        silent = exchange.call(from_=CALLER, to=settings.hotline_number, script=({"stays_silent": True},))
        assert any("Your message is kept" in text for text in record.heard)
        fates = {one.message.call: one for one in swept(settings)}
        assert fates[record.sid].fate is Fate.BECAME
        assert fates[record.sid].message.seconds == 9
        assert fates[elsewhere.sid].fate is Fate.ELSEWHERE
        assert silent.sid not in fates
        again = {one.message.call: one for one in swept(settings)}
        assert again[record.sid] == Swept(fates[record.sid].message, Fate.BELONGS, fates[record.sid].ticket)
        told = by_hand(settings, "sweep")
    assert "2 messages since" in told
    assert "1  belongs to a ticket" in told
    number = fates[record.sid].ticket
    assert number is not None
    assert in_groups(number) in told
    shown = by_hand(settings, "tickets", "show", number)
    assert fates[record.sid].message.sid in shown
    assert record.sid in shown


def by_hand(settings: Settings, *words: str) -> str:
    """A command, with the settings of this hotline."""
    told = {
        name.upper(): getattr(value, "reveal", lambda one=value: one)() for name, value in settings if value
    }
    done = CliRunner().invoke(main, words, env={name: str(value) for name, value in told.items()})
    assert done.exit_code == 0, done.output
    return done.output
