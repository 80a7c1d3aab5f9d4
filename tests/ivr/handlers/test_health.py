"""What is asked before traffic is sent here."""

from ivr.handlers.health import Finding
from tests.ivr.handlers.front import Front


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
