"""Every route of the web process asks for proof, but for those that are open on purpose."""

from collections.abc import Callable
from typing import NoReturn

import pytest
from flask import Flask

from foundation.clock import SystemClock
from foundation.redaction import Secret
from ivr.app import Parts, create_app
from ivr.channels.addresses import Addresses
from ivr.channels.twilio_signature import SignatureCheck
from ivr.handlers.guard import Guard
from ivr.handlers.recordings import RecordingDoor

PUBLIC_URL = "https://hotline.example.org"
CALL = "CA" + "0" * 32
RECORDING = "RE" + "0" * 32
FORM = {"CallSid": CALL, "AccountSid": "AC" + "0" * 32, "From": "+447700900101", "To": "+622150001000"}
# Open to everybody: they say nothing of any call.
OPEN = {"/health/live", "/health/ready"}
PLACES = {"call": CALL, "recording": RECORDING, "turn": 1}


class Reached(Exception):
    """A door was opened to a request that nobody had signed."""


class Behind:
    """What stands behind the guard; whoever gets here was let in."""

    def __getattr__(self, name: str) -> Callable[..., NoReturn]:
        def reached(*_args: object, **_parts: object) -> NoReturn:
            raise Reached(name)

        return reached


@pytest.fixture
def app() -> Flask:
    clock, behind, token = SystemClock(), Behind(), Secret("7c" * 16)
    guard = Guard(SignatureCheck(PUBLIC_URL, [token]), clock)
    fetched = behind.fetch
    door = RecordingDoor(_addresses(), fetched)
    app = create_app(Parts(guard, behind, behind, door, behind))  # type: ignore[arg-type]
    app.testing = True
    return app


def _addresses() -> Addresses:
    return Addresses(PUBLIC_URL, Secret("9b1f" * 16), SystemClock())


def test_every_route_but_the_health_checks_asks_for_proof(app: Flask) -> None:
    doors = [rule for rule in app.url_map.iter_rules() if rule.rule not in OPEN]
    assert len(doors) >= 4
    for rule in doors:
        _, path = rule.build({name: PLACES[name] for name in rule.arguments}) or ("", "")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            answer = app.test_client().open(path, method=method, data=FORM if method == "POST" else None)
            assert answer.status_code == 403, (
                f"{method} {rule.rule} answers {answer.status_code} without a signature"
            )


def test_what_is_open_is_there(app: Flask) -> None:
    assert {rule.rule for rule in app.url_map.iter_rules()} >= OPEN


def test_every_route_takes_only_the_method_it_needs(app: Flask) -> None:
    methods = {rule.rule: (rule.methods or set()) - {"HEAD"} for rule in app.url_map.iter_rules()}
    assert [rule for rule, known in methods.items() if known not in ({"GET"}, {"POST"})] == []
