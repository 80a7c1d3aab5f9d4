"""A live call is moved, and a caller who was quicker is no fault."""

from __future__ import annotations

import pytest

from foundation.clock import SystemClock
from foundation.redaction import Secret
from telephony.live_calls import HasEnded, LiveCalls, Moved
from telephony.recordings import CarrierAccount
from telephony.rest import CarrierRest, Refused, Trouble, Unclear, Unreached
from tests.scripted_carrier import Answer, carrier, refuses, says
from tests.servers import free_port

SID = "AC" + "de30" * 8
CALL = "CA" + "1" * 32
URL = f"https://hotline.example.org/voice/calls/{CALL}/turns/3/heard"


def moved(carrier_url: str) -> Moved | HasEnded | Trouble:
    rest = CarrierRest(CarrierAccount(carrier_url, SID, "SK1", Secret("hidden")), SystemClock(), tries=1)
    try:
        return LiveCalls(rest).move(CALL, URL)
    finally:
        rest.close()


def test_a_live_call_is_told_where_to_go() -> None:
    with carrier(says({"sid": CALL})) as one:
        assert moved(one.url) == Moved()
    assert [(it.method, it.path, it.fields) for it in one.asked] == [
        ("POST", f"/2010-04-01/Accounts/{SID}/Calls/{CALL}.json", {"Url": URL, "Method": "POST"})
    ]


@pytest.mark.parametrize("answer", [refuses(404, 20404), refuses(400, 21220), refuses(404)])
def test_a_call_that_has_ended_is_no_fault(answer: Answer) -> None:
    with carrier(answer) as one:
        assert moved(one.url) == HasEnded()


def test_anything_else_is_told_as_it_is() -> None:
    with carrier(refuses(401, 20003, "who are you")) as one:
        assert moved(one.url) == Refused(401, 20003, "who are you")
    with carrier(refuses(503)) as one:
        assert isinstance(moved(one.url), Unclear)
    assert isinstance(moved(f"http://127.0.0.1:{free_port()}"), Unreached)
