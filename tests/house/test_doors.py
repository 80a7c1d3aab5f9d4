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
from ivr.handlers.inside import InsideDoor
from ivr.handlers.metrics_door import MetricsDoor
from ivr.handlers.recordings import RecordingDoor

PUBLIC_URL = "https://hotline.example.org"
CALL = "CA" + "0" * 32
RECORDING = "RE" + "0" * 32
FORM = {"CallSid": CALL, "AccountSid": "AC" + "0" * 32, "From": "+447700900101", "To": "+622150001000"}
# Open to everybody: they say nothing of any call.
OPEN = {"/health/live", "/health/ready"}
PLACES = {
    "call": CALL,
    "recording": RECORDING,
    "turn": 1,
    "why": "overflow",
    "times": 1,
    "attempt": "0" * 32,
    "time": 0,
}


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
    """As in production."""
    return _app()


@pytest.fixture
def laptop() -> Flask:
    """As in development, where the inside of calls is told too."""
    behind = Behind()
    return _app(InsideDoor(Secret("5e" * 32), behind, behind, behind.draw))  # type: ignore[arg-type]


def _app(inside: InsideDoor | None = None) -> Flask:
    clock, behind, token = SystemClock(), Behind(), Secret("7c" * 16)
    guard = Guard(SignatureCheck(PUBLIC_URL, [token]), clock)
    fetched = behind.fetch
    door = RecordingDoor(_addresses(), fetched)
    metrics = MetricsDoor(Secret("3d" * 32), behind.look_up, clock)
    told = Parts(
        *(guard, behind, behind, door, behind),  # type: ignore[arg-type]
        inside=inside,
        metrics=metrics,
        pages=behind,  # type: ignore[arg-type]
    )
    app = create_app(told)
    app.testing = True
    return app


def _addresses() -> Addresses:
    return Addresses(PUBLIC_URL, Secret("9b1f" * 16), SystemClock())


@pytest.mark.parametrize("where", ["app", "laptop"])
def test_every_route_but_the_health_checks_asks_for_proof(where: str, request: pytest.FixtureRequest) -> None:
    app: Flask = request.getfixturevalue(where)
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


def test_in_production_every_route_is_the_carriers_a_recording_or_tells_of_no_call(app: Flask) -> None:
    signed = {rule.rule for rule in app.url_map.iter_rules() if rule.methods == {"POST"}}
    others = {rule.rule for rule in app.url_map.iter_rules()} - signed
    assert others == {*OPEN, "/metrics", "/voice/recordings/<string(length=34):recording>"}
    assert all(rule.startswith("/voice/") for rule in signed)


def test_a_laptop_has_the_doors_to_the_inside_and_no_other_more(app: Flask, laptop: Flask) -> None:
    more = {rule.rule for rule in laptop.url_map.iter_rules()} - {
        rule.rule for rule in app.url_map.iter_rules()
    }
    assert more == {"/inside/calls/<call>", "/inside/book.svg"}


def test_every_route_takes_only_the_method_it_needs(laptop: Flask) -> None:
    methods = {rule.rule: (rule.methods or set()) - {"HEAD"} for rule in laptop.url_map.iter_rules()}
    assert [rule for rule, known in methods.items() if known not in ({"GET"}, {"POST"})] == []
