"""Faults 26 and 27: no answer of ours in time, or no host at all; what the carrier keeps becomes a ticket."""

import time
from datetime import timedelta
from pathlib import Path

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
from processes.connect.connecting import addresses
from processes.launch.demo_house import prepare
from processes.sweeping import sweep_of
from storms.fallback import carriers_own
from telephony.rest import CarrierRest
from tests.end_to_end.later import Later
from tests.end_to_end.running import TOKEN, settings_of
from tests.faults.line import ENGLISH, Line
from tests.faults.telling import Fault

CALLER, OTHER = "+6281234567801", "+622150009999"
MESSAGE_SECONDS = 9.0
LEFT = ({"speaks": MESSAGE_SECONDS, "then": "#"},)
IMPATIENT = "#rt=1000&rc=1&rp=rt"  # milliseconds for each of two tries
KEPT = "Your message is kept"
SERVED_WITHIN = 5.0  # seconds until the next call is served after a freeze
SWEEP_LIMIT = 60.0  # seconds


def number_of(settings: Settings, fallback: str) -> NumberSettings:
    """What the carrier is told of the number by `hotline connect`, but with less patience."""
    told = addresses(settings.public_url, fallback, IMPATIENT)
    return NumberSettings(told.voice, told.status, told.fallback)


def swept(settings: Settings) -> dict[str, Swept]:
    """Ten minutes later: what came of the message of each call."""
    calls = build_call_parts(settings, 3, Later(QUIET + timedelta(minutes=5)))
    account = carrier_account(settings)
    assert account is not None
    rest = CarrierRest(account, calls.clock)
    try:
        sweep = sweep_of(calls, rest, settings)
        since = SystemClock().now() - timedelta(hours=1)
        found = sweep.sweep(since, Deadline.after(SWEEP_LIMIT, calls.clock))
        return {one.message.call: one for one in found}
    finally:
        for close in (rest.close, *calls.closing):
            close()


def test_fault_26_every_web_process_is_frozen_when_a_call_begins(line: Line, fault: Fault) -> None:
    settings = line.hotline.settings
    with (
        carriers_own() as fallback,
        line.carrier(numbers={settings.hotline_number: number_of(settings, fallback)}) as carrier,
    ):
        with line.web_frozen():
            record = carrier.exchange.call(from_=CALLER, to=settings.hotline_number, script=LEFT)
        began = time.monotonic()
        newcomer = carrier.caller()
        assert time.monotonic() - began < SERVED_WITHIN
        newcomer.press(ENGLISH, "9", "1")
        newcomer.leave()
        newcomer.promised()
        (met,) = {one["code"] for one in record.of("fault") if one["heard"]}
        assert any(KEPT in text for text in record.heard)
        # What the frozen ones read of the call, once they went on, is no ticket; its message is one.
        assert line.hotline.tickets([record.sid]) == []
        made = swept(settings)[record.sid]
        assert made.fate is Fate.BECAME
        assert [filed.number for filed in line.hotline.tickets([record.sid])] == [made.ticket]
    fault.tells(
        "All web processes are frozen (SIGSTOP). The carrier asks twice, notes a fault "
        f"({met}) and plays its own document; the message is a ticket once we are back",
        record.heard,
    )


def carrier_alone(settings: Settings, fallback: str) -> Exchange:
    """The carrier of two numbers that lead to addresses at which nobody listens."""
    return Exchange(
        account_sid=str(settings.twilio_account_sid),
        auth_token=TOKEN,
        numbers=dict.fromkeys((settings.hotline_number, OTHER), number_of(settings, fallback)),
        people={settings.person_fallback_number: Person("no-answer")},
        speed=float("inf"),
        port=settings.exchange_port,
    )


def test_fault_27_what_is_left_while_the_whole_host_is_down_is_a_ticket_once_it_is_back(
    tmp_path: Path, redis_url: str, fault: Fault
) -> None:
    database = f"sqlite:///{tmp_path / 'hotline.sqlite'}"
    settings = load(settings_of(redis_url, database, tmp_path), tmp_path)
    prepare(settings)
    with carriers_own() as fallback, carrier_alone(settings, fallback) as exchange:
        record = exchange.call(from_=CALLER, to=settings.hotline_number, script=LEFT)
        elsewhere = exchange.call(from_=CALLER, to=OTHER, script=LEFT)
        silent = exchange.call(from_=CALLER, to=settings.hotline_number, script=({"stays_silent": True},))
        assert any(KEPT in text for text in record.heard)
        fates = swept(settings)
        assert fates[record.sid].fate is Fate.BECAME
        assert fates[record.sid].message.seconds == MESSAGE_SECONDS
        assert fates[elsewhere.sid].fate is Fate.ELSEWHERE
        assert silent.sid not in fates
        again = swept(settings)
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
    fault.tells(
        "No machine of ours is there: the carrier plays its own document; later the message is a ticket",
        record.heard,
    )


def by_hand(settings: Settings, *words: str) -> str:
    """A command, with the settings of this hotline."""
    told = {
        name.upper(): getattr(value, "reveal", lambda one=value: one)() for name, value in settings if value
    }
    done = CliRunner().invoke(main, words, env={name: str(value) for name, value in told.items()})
    assert done.exit_code == 0, done.output
    return done.output
