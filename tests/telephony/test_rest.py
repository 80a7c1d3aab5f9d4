"""One request to the carrier: what came of it, and that nothing is done twice that may not be."""

import time
from collections.abc import Callable

import pytest

from foundation.clock import SystemClock
from foundation.redaction import Secret
from telephony import rest
from telephony.recordings import CarrierAccount
from telephony.rest import CarrierRest, Refused, Told, Trouble, Unclear, Unreached
from tests.scripted_carrier import Answer, carrier, gives, hangs, refuses, says, tears
from tests.servers import free_port

SID = "AC" + "de30" * 8


def asked(url: str, how: str = "ask", slept: list[float] | None = None, tries: int = 3) -> Told | Trouble:
    account = CarrierAccount(url, SID, "SK1", Secret("hidden"))
    one = CarrierRest(account, SystemClock(), sleep=(slept if slept is not None else []).append, tries=tries)
    ways: dict[str, Callable[[], Told | Trouble]] = {
        "ask": lambda: one.ask("/Calls.json", {"To": "+1"}),
        "set": lambda: one.set("/Calls.json", {"To": "+1"}),
        "create": lambda: one.create("/Calls.json", {"To": "+1"}),
        "remove": lambda: one.remove("/Calls.json"),
    }
    try:
        return ways[how]()
    finally:
        one.close()


@pytest.mark.parametrize(("how", "method"), [("ask", "GET"), ("set", "POST"), ("create", "POST")])
def test_an_answer_is_told_and_the_fields_have_arrived(how: str, method: str) -> None:
    with carrier(says({"sid": "CA1"}, 201)) as one:
        assert asked(one.url, how) == Told({"sid": "CA1"})
    assert [(it.method, it.path, it.fields) for it in one.asked] == [
        (method, f"/2010-04-01/Accounts/{SID}/Calls.json", {"To": "+1"})
    ]


def test_a_refusal_is_told_with_the_carriers_number_and_words_on_one_line() -> None:
    with carrier(refuses(400, 21211, "not\nvalid\x1b[2J")) as one:
        assert asked(one.url) == Refused(400, 21211, "not valid [2J")
    assert len(one.asked) == 1


@pytest.mark.parametrize("odd", [b"", b"<html>", b"[1]", b"\xff\xfe", b"[" * 100_000, b'"text"', b"null"])
def test_a_refusal_in_other_words_is_one_all_the_same(odd: bytes) -> None:
    with carrier(gives(odd, 403)) as one:
        assert asked(one.url) == Refused(403, 0, "")


@pytest.mark.parametrize("odd", [b"", b"<html>", b"[1]", b"\xff\xfe", b"[" * 100_000, b'"text"', b"null"])
def test_a_good_answer_that_is_no_object_is_unclear(odd: bytes) -> None:
    with carrier(gives(odd)) as one:
        assert isinstance(asked(one.url, tries=1), Unclear)


@pytest.mark.parametrize("how", ["ask", "set", "create"])
def test_too_many_requests_were_never_carried_out_and_are_repeated_when_the_carrier_says(how: str) -> None:
    slept: list[float] = []
    with carrier(refuses(429, 20429, "Too Many", Retry_After="2"), says({})) as one:
        assert asked(one.url, how, slept) == Told({})
    assert (slept, len(one.asked)) == ([2.0], 2)


def test_without_a_moment_it_is_asked_again_after_growing_pauses_and_then_given_up() -> None:
    slept: list[float] = []
    with carrier(refuses(429, 20429, "Too Many")) as one:
        assert asked(one.url, "create", slept) == Refused(429, 20429, "Too Many")
    assert (slept, len(one.asked)) == ([0.5, 1.0], 3)


def test_who_shall_wait_long_is_told_so_instead() -> None:
    slept: list[float] = []
    with carrier(refuses(429, 20429, "Too Many", Retry_After="120")) as one:
        assert asked(one.url, "ask", slept) == Refused(429, 20429, "Too Many", 120.0)
    assert (slept, len(one.asked)) == ([], 1)


@pytest.mark.parametrize("odd", ["-1", "soon", "Wed, 21 Oct 2026 07:28:00 GMT", "9" * 40, "²"])
def test_a_moment_that_is_no_number_of_seconds_is_none(odd: str) -> None:
    with carrier(refuses(503), refuses(429, 20429, "", Retry_After=odd.encode().decode("latin-1"))) as one:
        outcome = asked(one.url)
    assert isinstance(outcome, Refused)
    assert outcome.wait is None


@pytest.mark.parametrize("lost", [refuses(500, 20500, "oops"), refuses(503), tears, gives(b"<html>")])
def test_after_a_lost_answer_asking_and_setting_are_repeated_and_creating_is_not(lost: Answer) -> None:
    for how, times in (("ask", 2), ("set", 2)):
        with carrier(lost, says({})) as one:
            assert asked(one.url, how) == Told({})
        assert len(one.asked) == times
    with carrier(lost, says({})) as one:
        assert isinstance(asked(one.url, "create"), Unclear)
    assert len(one.asked) == 1


@pytest.mark.parametrize("lost", [refuses(500, 20500, "oops"), tears])
def test_what_is_taken_away_answers_nothing_and_may_be_asked_for_again(lost: Answer) -> None:
    with carrier(lost, gives(b"", 204)) as one:
        assert asked(one.url, "remove") == Told({})
    assert one.methods() == ["DELETE", "DELETE"]


def test_where_nobody_listens_nothing_was_sent_and_even_creating_is_tried_again() -> None:
    slept: list[float] = []
    assert isinstance(asked(f"http://127.0.0.1:{free_port()}", "create", slept), Unreached)
    assert slept == [0.5, 1.0]


def test_a_silent_carrier_is_waited_for_within_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest, "ANSWER_LIMIT", 0.3)
    with carrier(hangs(3)) as one:
        began = time.monotonic()
        assert isinstance(asked(one.url, "create"), Unclear)
        assert time.monotonic() - began < 1.5
    assert len(one.asked) == 1


def test_an_endless_answer_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest, "LARGEST_ANSWER", 1_000)
    with carrier(gives(b" " * 5_000)) as one:
        assert isinstance(asked(one.url, tries=1), Unclear)


def test_a_redirect_is_not_followed_with_our_credentials() -> None:
    with carrier(says({})) as other, carrier(gives(b"", 302, Location=other.url)) as one:
        assert asked(one.url) == Refused(302, 0, "")
    assert other.asked == []
