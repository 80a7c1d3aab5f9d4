"""`hotline connect` as it is typed, against the exchange and against carriers that misbehave."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from exchange.exchange import Exchange
from exchange.settings import Account, NumberSettings, Person
from ivr.channels.addresses import OVERRIDES
from tests.exchange.scripted_hotline import Answer as Document
from tests.exchange.scripted_hotline import Server
from tests.processes.test_commands import CLEAN, HOTLINE, ROOT
from tests.processes.typed_here import hotline
from tests.servers import free_port

SID, TOKEN = "AC" + "de30" * 8, "7c" * 16
KEY, KEY_SECRET = "SK" + "ab" * 16, "5e" * 16
NUMBER, ON_A_TRUNK, FOR_TEXTS = "+622150001000", "+622150001002", "+622150001003"
FRIEND, BUSY, STRANGER = "+6281234567801", "+6281234567802", "+6281234567803"
TRUNK = "TK" + "7" * 32


@pytest.fixture
def web() -> Iterator[Server]:
    """A web process of a few lines: whoever is rung ends up at its answer."""
    server = Server()
    server.hotline.answers |= {
        "/health/live": Document(b'{"live": true}', content_type="application/json"),
        "/health/ready": Document(b'{"ready": true, "checks": {}}', content_type="application/json"),
        "/voice/check": Document(status=204),
        "/voice/answer": "<Say>Welcome</Say>",
        "/voice/status": Document(status=204),
    }
    yield server
    server.close()


def opened(kind: str = "Full", status: str = "active") -> Exchange:
    account = Account(
        SID,
        TOKEN,
        {KEY: KEY_SECRET},
        status=status,  # type: ignore[arg-type]
        kind=kind,  # type: ignore[arg-type]
        verified=frozenset({FRIEND}),
    )
    numbers = {
        NUMBER: NumberSettings(""),
        ON_A_TRUNK: NumberSettings("", trunk_sid=TRUNK),
        FOR_TEXTS: NumberSettings("", takes_calls=False),
    }
    people = {FRIEND: Person("answers", rings=1.0, talks=3.0), BUSY: Person("busy")}
    return Exchange(
        account_sid=SID, auth_token=TOKEN, numbers=numbers, account=account, people=people, speed=float("inf")
    )


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    with opened() as exchange:
        yield exchange


@pytest.fixture
def told(tmp_path: Path) -> dict[str, str]:
    return {
        "HOTLINE_ENV": "development",
        "DATABASE_URL": f"sqlite:///{tmp_path}/hotline.sqlite",
        "TWILIO_ACCOUNT_SID": SID,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "SECRET_KEY": "9b1f" * 16,
        "PUBLIC_URL": f"http://127.0.0.1:{free_port()}",
    }


def settings_of(exchange: Exchange, number: str = NUMBER) -> NumberSettings:
    return exchange.board.numbers[number]


def test_a_dry_run_tells_old_and_new_and_changes_nothing(
    exchange: Exchange, web: Server, told: dict[str, str]
) -> None:
    before = settings_of(exchange)
    environ = {**told, "TWILIO_API_URL": exchange.api_url, "PUBLIC_URL": web.base}
    answer = hotline("connect", NUMBER, "--dry-run", "--call", FRIEND, **environ)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert f"change   VoiceUrl: (none) -> {web.base}/voice/answer#" in answer.stdout
    assert f"change   StatusCallback: (none) -> {web.base}/voice/status" in answer.stdout
    assert "nothing was changed" in answer.stdout
    assert "is not rung" in answer.stdout
    assert settings_of(exchange) == before
    assert exchange.tape.calls() == []


def test_it_is_set_read_again_and_rung_and_the_second_time_nothing_changes(
    exchange: Exchange, web: Server, told: dict[str, str]
) -> None:
    environ = {**told, "TWILIO_API_URL": exchange.api_url, "PUBLIC_URL": web.base}
    first = hotline(
        "connect", NUMBER, "--yes", "--call", FRIEND, "--fallback-url", f"{web.base}/f", **environ
    )
    assert (first.returncode, first.stderr) == (0, "")
    assert "read again, and as it was set" in first.stdout
    assert "the call came to the hotline and ended after" in first.stdout
    now = settings_of(exchange)
    assert now.voice_url == f"{web.base}/voice/answer{OVERRIDES}"
    assert now.fallback_url == f"{web.base}/f"
    asked = web.hotline.fields("/voice/answer")
    assert (asked["From"], asked["To"], asked["Direction"]) == (NUMBER, FRIEND, "outbound-api")
    assert exchange.call(from_=STRANGER, to=NUMBER).heard == ("Welcome",)
    plain = hotline("connect", NUMBER, "--yes", "--plain", **environ)
    assert "change   VoiceUrl: " in plain.stdout
    assert settings_of(exchange).voice_url == f"{web.base}/voice/answer"
    assert settings_of(exchange).fallback_url == f"{web.base}/f"
    second = hotline("connect", NUMBER, "--plain", **environ)
    assert (second.returncode, second.stderr) == (0, "")
    assert "nothing to change" in second.stdout
    assert "change  " not in second.stdout


def test_with_nobody_there_to_say_yes_nothing_is_changed(exchange: Exchange, told: dict[str, str]) -> None:
    before = settings_of(exchange)
    answer = hotline("connect", NUMBER, **told, TWILIO_API_URL=exchange.api_url)
    assert answer.returncode == 2
    assert "nobody is here to say yes: give --yes" in answer.stderr
    # The web process that is not there is told, and does not stand in the way.
    assert "WARNING  PUBLIC_URL" in answer.stdout
    assert settings_of(exchange) == before


@pytest.mark.parametrize(("typed", "changed"), [(b"n\n", False), (b"y\n", True)])
def test_somebody_at_a_terminal_is_asked(
    exchange: Exchange, told: dict[str, str], typed: bytes, *, changed: bool
) -> None:
    ours, theirs = os.openpty()
    os.write(ours, typed)
    try:
        answer = subprocess.run(
            [HOTLINE, "connect", NUMBER],
            env={**CLEAN, **told, "TWILIO_API_URL": exchange.api_url},
            cwd=ROOT,
            stdin=theirs,
            capture_output=True,
            text=True,
            timeout=40,
            check=False,
        )
    finally:
        os.close(ours)
        os.close(theirs)
    assert f"change these 2 settings of {NUMBER} at the carrier? [y/N]" in answer.stdout
    assert (answer.returncode == 0, bool(settings_of(exchange).voice_url)) == (changed, changed)


@pytest.mark.parametrize(
    ("words", "told_so"),
    [
        (
            ["connect", "+622150009999"],
            f"the account has no number +622150009999\n         cure: it has {NUMBER}",
        ),
        (["connect", FOR_TEXTS], f"{FOR_TEXTS} takes no calls"),
        (["connect", ON_A_TRUNK, "--yes"], f"belongs to trunk {TRUNK}"),
    ],
)
def test_a_number_that_cannot_be_led_here_is_told_with_the_cure(
    exchange: Exchange, told: dict[str, str], words: list[str], told_so: str
) -> None:
    before = dict(exchange.board.numbers)
    answer = hotline(*words, **told, TWILIO_API_URL=exchange.api_url)
    assert answer.returncode == 1
    assert told_so in answer.stderr
    assert "cure: " in answer.stderr
    assert exchange.board.numbers == before


def test_a_number_is_taken_off_a_trunk_when_that_is_said(exchange: Exchange, told: dict[str, str]) -> None:
    answer = hotline("connect", ON_A_TRUNK, "--take-over", "--yes", **told, TWILIO_API_URL=exchange.api_url)
    assert answer.returncode == 0
    assert f"change   TrunkSid: {TRUNK} -> (none)" in answer.stdout
    assert "that ends now" in answer.stdout
    assert f"HOTLINE_NUMBER is {NUMBER}" in answer.stdout
    assert settings_of(exchange, ON_A_TRUNK).trunk_sid == ""


def test_a_key_that_may_not_read_the_account_goes_on_and_a_wrong_one_does_not(
    exchange: Exchange, told: dict[str, str]
) -> None:
    key = {**told, "TWILIO_API_URL": exchange.api_url, "TWILIO_API_KEY_SID": KEY}
    answer = hotline("connect", NUMBER, "--dry-run", **key, TWILIO_API_KEY_SECRET=KEY_SECRET)
    assert answer.returncode == 0
    assert "note     the API key may not read the account" in answer.stdout
    wrong = hotline("connect", NUMBER, "--dry-run", **key, TWILIO_API_KEY_SECRET="6b" * 16)
    assert wrong.returncode == 1
    assert "is not let in" in wrong.stderr
    assert "mend TWILIO_API_KEY_SID and its secret" in wrong.stderr
    no_token = {**told, "TWILIO_AUTH_TOKEN": "6b" * 16, "TWILIO_API_URL": exchange.api_url}
    without = hotline("connect", NUMBER, "--dry-run", **no_token)
    assert "mend TWILIO_AUTH_TOKEN" in without.stderr
    assert "6b" * 16 not in without.stdout + without.stderr + wrong.stdout + wrong.stderr


def test_a_trial_tells_its_limits_and_calls_nobody_unverified(web: Server, told: dict[str, str]) -> None:
    with opened(kind="Trial") as trial:
        environ = {**told, "TWILIO_API_URL": trial.api_url, "PUBLIC_URL": web.base}
        answer = hotline("connect", NUMBER, "--yes", "--call", STRANGER, **environ)
    assert answer.returncode == 1
    assert "active, a trial: " in answer.stdout
    assert "a trial account calls verified numbers alone (21219)" in answer.stderr
    assert "cure: verify it in the carrier's console" in answer.stderr


def test_a_suspended_account_is_told_before_anything_else(told: dict[str, str]) -> None:
    with opened(status="suspended") as suspended:
        answer = hotline("connect", NUMBER, "--yes", **told, TWILIO_API_URL=suspended.api_url)
    assert answer.returncode == 1
    assert "is suspended" in answer.stderr


def test_a_call_that_nobody_takes_is_told_as_it_ended(
    exchange: Exchange, web: Server, told: dict[str, str]
) -> None:
    environ = {**told, "TWILIO_API_URL": exchange.api_url, "PUBLIC_URL": web.base}
    busy = hotline("connect", NUMBER, "--yes", "--call", BUSY, **environ)
    assert (busy.returncode, "your number is busy" in busy.stderr) == (1, True)
    nobody = hotline("connect", NUMBER, "--yes", "--call", STRANGER, **environ)
    assert (nobody.returncode, "nobody took it within 40 s" in nobody.stderr) == (1, True)


def test_what_the_carrier_could_not_do_with_us_is_told_in_plain_words(
    exchange: Exchange, web: Server, told: dict[str, str]
) -> None:
    web.hotline.answers["/voice/answer"] = Document(b"<Nonsense")
    environ = {**told, "TWILIO_API_URL": exchange.api_url, "PUBLIC_URL": web.base}
    answer = hotline("connect", NUMBER, "--yes", "--call", FRIEND, **environ)
    assert answer.returncode == 1
    assert "FAULT    the carrier's error 12100: what we answered is no XML" in answer.stdout


def test_the_address_as_it_was_set_is_what_the_carrier_then_asks(
    exchange: Exchange, web: Server, told: dict[str, str]
) -> None:
    environ = {**told, "TWILIO_API_URL": exchange.api_url, "PUBLIC_URL": web.base}
    hotline("connect", NUMBER, "--yes", **environ)
    place = f"{exchange.api_url}/2010-04-01/Accounts/{SID}/IncomingPhoneNumbers.json"
    (found,) = httpx.get(place, params={"PhoneNumber": NUMBER}, auth=(SID, TOKEN)).json()[
        "incoming_phone_numbers"
    ]
    assert found["voice_url"].endswith(OVERRIDES)
    exchange.call(from_=STRANGER, to=NUMBER)
    (asked,) = web.hotline.at("/voice/answer")
    assert "#" not in asked.url
