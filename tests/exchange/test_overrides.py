"""Connection overrides in the fragment of an address: limits, tries, and what cannot be asked for."""

import socket
import time
from itertools import count

import pytest

from exchange.exchange import CallRecord, Exchange
from exchange.faults import ANNOUNCEMENT, CarrierFault
from exchange.overrides import Overrides, overrides_of
from exchange.settings import NumberSettings
from tests.exchange.conftest import ACCOUNT, CALLER, NUMBER, TOKEN
from tests.exchange.scripted_hotline import Answer, Answering, Asked, ScriptedHotline
from tests.exchange.test_webhooks import validates

WELL = "<Say>Welcome</Say>"


def called(hotline: ScriptedHotline, fragment: str, fallback: str | None = None) -> CallRecord:
    number = NumberSettings(f"{hotline.base}/answer{fragment}", fallback_url=fallback)
    with Exchange(
        account_sid=ACCOUNT, auth_token=TOKEN, numbers={NUMBER: number}, speed=float("inf")
    ) as exchange:
        return exchange.call(from_=CALLER, to=NUMBER)


def unwell_first(times: int, *, status: int = 503, seconds: float = 0.0) -> Answering:
    tries = count(1)

    def answer(_asked: Asked) -> str | Answer:
        if next(tries) > times:
            return WELL
        time.sleep(seconds)
        return Answer(b"unwell", status=status)

    return answer


def test_without_a_fragment_an_address_is_asked_as_the_page_says() -> None:
    assert overrides_of("https://h/voice") == Overrides(5.0, 15.0, 15.0, 1, frozenset({"ct"}))


def test_every_setting_is_read() -> None:
    read = overrides_of(
        "https://h/voice?x=1#ct=100&rt=3000&tt=9000&rc=5&rp=ct,rt,5xx&e=singapore,tokyo&sni=y"
    )
    assert read == Overrides(0.1, 3.0, 9.0, 5, frozenset({"ct", "rt", "5xx"}))


@pytest.mark.parametrize(
    ("fragment", "code"),
    [
        ("ct=99", 11243),
        ("ct=10001", 11243),
        ("rt=15001", 11243),
        ("tt=16000", 11243),
        ("rc=6", 11243),
        ("rc=-1", 11243),
        ("rc=one", 11243),
        ("rp=sometimes", 11243),
        ("rp=", 11243),
        ("rc=1&rc=2", 11243),
        ("sni=perhaps", 11243),
        ("nonsense", 11243),
        ("e=atlantis", 11241),
        ("e=singapore-ix", 11242),
    ],
)
def test_what_cannot_be_is_the_carriers_error(fragment: str, code: int) -> None:
    with pytest.raises(CarrierFault) as fault:
        overrides_of(f"https://h/voice#{fragment}")
    assert fault.value.code == code


def test_a_caller_hears_of_an_address_that_asks_for_what_cannot_be(hotline: ScriptedHotline) -> None:
    hotline.answers["/answer"] = WELL
    record = called(hotline, "#rc=9")
    assert (record.heard, record.of("fault")[0]["code"]) == ((ANNOUNCEMENT,), 11243)
    assert hotline.asked == []


@pytest.mark.parametrize("policy", ["5xx", "ct,5xx", "all"])
def test_an_unwell_answer_is_asked_for_again_as_one_request(hotline: ScriptedHotline, policy: str) -> None:
    hotline.answers["/answer"] = unwell_first(2)
    record = called(hotline, f"#rc=2&rp={policy}")
    assert record.heard == ("Welcome",)
    assert record.of("document")[0]["failed"] == ["5xx", "5xx"]
    tries = hotline.at("/answer")
    assert len(tries) == 3
    assert len({one.headers["i-twilio-idempotency-token"] for one in tries}) == 1
    assert len({str(one.fields) for one in tries}) == 1
    assert all(validates(one) and "#" not in one.url for one in tries)
    assert record.of("requested")[0]["url"].endswith(f"/answer#rc=2&rp={policy}")


@pytest.mark.parametrize("fragment", ["", "#rc=3", "#rc=3&rp=4xx,rt", "#rc=0&rp=all"])
def test_what_the_policy_does_not_name_is_not_tried_again(hotline: ScriptedHotline, fragment: str) -> None:
    hotline.answers["/answer"] = unwell_first(1)
    record = called(hotline, fragment)
    assert len(hotline.at("/answer")) == 1
    assert record.of("fault")[0]["code"] == 11200


def test_a_refusal_is_tried_again_where_the_policy_says_so(hotline: ScriptedHotline) -> None:
    hotline.answers["/answer"] = unwell_first(1, status=404)
    assert called(hotline, "#rp=4xx").heard == ("Welcome",)


def test_whoever_does_not_answer_in_time_is_asked_again(hotline: ScriptedHotline) -> None:
    hotline.answers["/answer"] = unwell_first(1, seconds=0.5)
    record = called(hotline, "#rt=200&rp=rt")
    assert record.heard == ("Welcome",)
    assert record.of("document")[0]["failed"] == ["rt"]


def test_all_tries_together_have_one_limit(hotline: ScriptedHotline) -> None:
    hotline.answers["/answer"] = unwell_first(9, seconds=0.25)
    record = called(hotline, "#tt=400&rc=5&rp=all")
    assert record.of("fault")[0]["code"] == 11203
    assert len(hotline.at("/answer")) <= 2, "six would have taken longer than all of them may"


@pytest.fixture
def closed_door() -> str:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        return f"http://127.0.0.1:{closed.getsockname()[1]}/answer"


def test_the_fallback_is_told_what_failed_after_all_tries(hotline: ScriptedHotline, closed_door: str) -> None:
    hotline.answers["/fallback"] = "<Say>Please hold</Say>"
    number = NumberSettings(f"{closed_door}#rc=2", fallback_url=f"{hotline.base}/fallback#rc=0")
    with Exchange(
        account_sid=ACCOUNT, auth_token=TOKEN, numbers={NUMBER: number}, speed=float("inf")
    ) as exchange:
        record = exchange.call(from_=CALLER, to=NUMBER)
    assert "before it: ct, ct" in record.of("fault")[0]["what"]
    told = hotline.fields("/fallback")
    assert (told["ErrorCode"], told["ErrorUrl"]) == ("11205", f"{closed_door}#rc=2")
    assert record.heard == ("Please hold",)


def test_a_verb_may_ask_for_its_own_connection(hotline: ScriptedHotline) -> None:
    hotline.answers |= {
        "/answer": "<Redirect>/next#rp=5xx&amp;rc=1</Redirect>",
        "/next": unwell_first(1),
    }
    assert called(hotline, "").heard == ("Welcome",)
