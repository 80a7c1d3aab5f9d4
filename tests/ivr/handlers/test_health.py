"""What is asked before traffic is sent here."""

import threading
from collections.abc import Mapping
from datetime import timedelta

from flask import Flask

from foundation.clock import StoppedClock
from ivr.handlers.health import KEPT_SECONDS, Check, Finding, Health
from tests.ivr.handlers.front import AT, Front


def broken() -> Finding:
    raise RuntimeError("a secret stands in this text")


def test_a_process_that_answers_is_alive_whatever_else_is_broken() -> None:
    assert Front(checks={"redis": broken}).client.get("/health/live").json == {"live": True}


def test_a_process_is_ready_when_every_check_is_well() -> None:
    ready = Front(checks={"redis": Finding, "database": Finding}).client.get("/health/ready")
    assert ready.status_code == 200
    assert ready.json == {"ready": True, "checks": {"redis": "ok", "database": "ok"}}


def test_a_fault_that_stops_calls_is_told_with_its_name() -> None:
    ready = Front(checks={"redis": Finding, "database": lambda: Finding("gone")}).client.get("/health/ready")
    assert ready.status_code == 503
    assert ready.json == {"ready": False, "checks": {"redis": "ok", "database": "gone"}}


def test_a_fault_that_stops_no_call_is_told_and_does_not_take_the_process_away() -> None:
    ready = Front(checks={"book": lambda: Finding("2 faults", stops=False)}).client.get("/health/ready")
    assert ready.status_code == 200
    assert ready.json == {"ready": True, "checks": {"book": "2 faults"}}


def test_a_check_that_breaks_is_a_fault_without_its_words() -> None:
    ready = Front(checks={"redis": broken}).client.get("/health/ready")
    assert ready.status_code == 503
    assert "secret" not in ready.get_data(as_text=True)


class Counting:
    """A check that counts how often it was asked, and may be held up."""

    def __init__(self) -> None:
        self.asked = 0
        self.fault: str | None = None
        self.begun = threading.Event()
        self.let_go = threading.Event()
        self.let_go.set()

    def __call__(self) -> Finding:
        self.asked += 1
        self.begun.set()
        assert self.let_go.wait(10)
        return Finding(self.fault)


def ready(health: Health) -> int:
    with Flask(__name__).app_context():
        return health.ready().status_code


def counted() -> tuple[Counting, Mapping[str, Check], StoppedClock]:
    check = Counting()
    return check, {"database": check}, StoppedClock(AT)


def test_whoever_asks_often_is_told_what_was_found_a_moment_ago() -> None:
    check, checks, clock = counted()
    health = Health(checks, clock)
    assert {ready(health) for _ in range(50)} == {200}
    assert check.asked == 1
    check.fault = "gone"
    clock.advance(timedelta(seconds=KEPT_SECONDS))
    assert {ready(health) for _ in range(50)} == {503}
    assert check.asked == 2


def test_while_one_asks_the_others_are_told_what_was_found_before_and_hold_no_thread() -> None:
    check, checks, clock = counted()
    health = Health(checks, clock)
    assert ready(health) == 200
    clock.advance(timedelta(seconds=KEPT_SECONDS))
    check.fault = "gone"
    check.let_go.clear()
    check.begun.clear()
    told: list[int] = []
    asking = threading.Thread(target=lambda: told.append(ready(health)))
    asking.start()
    assert check.begun.wait(10)
    assert [ready(health) for _ in range(5)] == [200] * 5
    check.let_go.set()
    asking.join(10)
    assert (told, check.asked) == ([503], 2)


def test_before_anything_was_found_the_second_to_ask_waits_for_the_first() -> None:
    check, checks, clock = counted()
    health = Health(checks, clock)
    check.let_go.clear()
    told: list[int] = []
    both = [threading.Thread(target=lambda: told.append(ready(health))) for _ in range(2)]
    for one in both:
        one.start()
    check.let_go.set()
    for one in both:
        one.join(10)
    assert (told, check.asked) == ([200, 200], 1)
