"""The REST part on a bad day: refused, lost, late or never answered, and what was done all the same."""

import re
import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from exchange.exchange import Exchange
from exchange.mishaps import REQUESTS, Chance, Mishap, Mishaps, mishap_kind
from exchange.rest.routes import routes
from exchange.settings import NumberSettings, Person
from tests.exchange.conftest import ACCOUNT, NUMBER, TOKEN
from tests.exchange.rest_client import OWN, Rest, code

BUSY = "+6281300000002"


@pytest.fixture(scope="module")
def shared() -> Iterator[Exchange]:
    with Exchange(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        numbers={NUMBER: NumberSettings("http://127.0.0.1:1/nobody")},
        people={BUSY: Person("busy")},
        speed=float("inf"),
    ) as exchange:
        yield exchange


@pytest.fixture
def own(shared: Exchange) -> Iterator[Exchange]:
    yield shared
    shared.mishaps.clear()


def suffered(exchange: Exchange) -> list[tuple[str, object, object]]:
    told = exchange.tape.events(ACCOUNT, "told")
    return [(one.details["what"], one.details["mishap"], one.details["status"]) for one in told]


@pytest.mark.parametrize(
    ("kind", "answer", "done"),
    [("too-many", (429, 20429), 0), ("fails-before", (500, 20500), 0), ("fails-after", (500, 20500), 1)],
)
def test_a_call_may_be_placed_or_not_behind_a_refusal(
    own: Exchange, kind: str, answer: tuple[int, int], done: int
) -> None:
    before = len(own.tape.calls())
    own.mishaps.plan("calls.create", Mishap(mishap_kind(kind), seconds=7))
    refused = Rest(own).call(BUSY)
    assert code(refused) == answer
    assert refused.headers.get("retry-after") == ("7" if kind == "too-many" else None)
    assert len(own.tape.calls()) - before == done
    assert suffered(own)[-1] == ("calls.create", kind, answer[0])


@pytest.mark.parametrize(("kind", "done"), [("torn", 0), ("lost", 1)])
def test_a_connection_may_be_closed_without_one_byte_of_an_answer(
    own: Exchange, kind: str, done: int
) -> None:
    before = len(own.tape.calls())
    own.mishaps.plan("calls.create", Mishap(mishap_kind(kind)), times=2)
    for _ in range(2):
        with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
            Rest(own).call(BUSY)
    assert Rest(own).call(BUSY).status_code == 201, "the plan was for two"
    assert len(own.tape.calls()) - before == 2 * done + 1
    assert suffered(own)[-3:-1] == [("calls.create", kind, None)] * 2


def test_a_late_answer_is_the_right_one_and_nobody_else_waits_for_it(own: Exchange) -> None:
    own.mishaps.plan("calls.create", Mishap("slow", seconds=0.6))
    answers: list[httpx.Response] = []
    slow = threading.Thread(target=lambda: answers.append(Rest(own).call(BUSY)))
    began = time.monotonic()
    slow.start()
    while len(own.mishaps.planned()):
        time.sleep(0.01)
    assert Rest(own).listed("calls")[0]["to"] == BUSY
    slow.join(5)
    assert answers[0].status_code == 201
    assert time.monotonic() - began >= 0.6


def test_into_a_black_hole_a_request_goes_and_nothing_comes_of_it(own: Exchange) -> None:
    before = own.tape.calls()
    own.mishaps.plan("calls.*", Mishap("black-hole"))
    with pytest.raises(httpx.ReadTimeout):
        Rest(own, timeout=0.2).call(BUSY)
    assert Rest(own).get("/Calls.json").status_code == 200
    assert own.tape.calls() == before


def test_what_is_refused_anyway_is_refused_and_a_stranger_spends_no_mishap(own: Exchange) -> None:
    own.mishaps.plan("calls.create", Mishap("lost"))
    stranger = httpx.post(Rest(own).address("/Calls.json"), data={"To": BUSY}, auth=(ACCOUNT, "wrong"))
    assert code(stranger) == (401, 20003)
    assert len(own.mishaps.planned()) == 1
    assert code(Rest(own).call("12")) == (400, 21211)
    assert own.mishaps.planned() == []


def test_everything_that_arrives_stands_on_the_tape_with_its_answer(own: Exchange) -> None:
    placed = Rest(own).call(BUSY, StatusCallbackEvent=["answered", "completed"])
    Rest(own).get("/Calls.json", To=BUSY)
    asked = [one.details for one in own.tape.events(ACCOUNT, "asked")][-2:]
    assert [(one["what"], one["method"]) for one in asked] == [
        ("calls.create", "POST"),
        ("calls.list", "GET"),
    ]
    assert asked[0]["fields"]["StatusCallbackEvent"] == ["answered", "completed"]
    assert asked[1]["fields"] == {"To": BUSY}
    told = own.tape.events(ACCOUNT, "told")[-2].details
    assert (told["request"], told["status"], told["body"]) == (asked[0]["request"], 201, placed.text)
    assert not any(TOKEN in str(one) for one in own.tape.events(ACCOUNT))


def test_the_same_seed_and_the_same_requests_suffer_the_same() -> None:
    chances = [
        Chance("calls.create", Mishap("lost"), 0.07),
        Chance("calls.*", Mishap("too-many"), 0.05),
        Chance("messages.create", Mishap("slow"), 1.0),
    ]
    first, second, other = (Mishaps(chances, seed) for seed in (3, 3, 4))
    suffered, again, otherwise = (
        [one.next("calls.create") for _ in range(2_000)] for one in (first, second, other)
    )
    assert suffered == again != otherwise
    assert 100 <= suffered.count(Mishap("lost")) <= 180
    assert 60 <= suffered.count(Mishap("too-many")) <= 140
    assert first.next("recordings.list") is None
    assert first.next("messages.create") == Mishap("slow")


def test_what_is_planned_comes_before_chance_and_in_its_order() -> None:
    mishaps = Mishaps([Chance("*", Mishap("slow"), 1.0)])
    mishaps.plan("calls.create", Mishap("lost"), times=2)
    mishaps.plan("*", Mishap("too-many"))
    assert mishaps.next("calls.list") == Mishap("too-many")
    assert [mishaps.next("calls.create") for _ in range(3)] == [
        Mishap("lost"),
        Mishap("lost"),
        Mishap("slow"),
    ]


def test_the_control_surface_plans_and_clears_mishaps(own: Exchange) -> None:
    place = f"{own.api_url}/exchange/mishaps"
    httpx.post(place, json={"what": "calls.create", "kind": "lost", "times": 2})
    told = httpx.post(place, json={"what": "*", "kind": "slow", "seconds": 3, "chance": 0.5})
    assert told.status_code == 201
    assert httpx.get(place).json() == {
        "planned": [{"what": "calls.create", "kind": "lost", "seconds": 1.0}] * 2,
        "chances": [{"what": "*", "kind": "slow", "seconds": 3.0, "chance": 0.5}],
    }
    assert own.mishaps.next("calls.create") == Mishap("lost")
    assert httpx.delete(place).json() == {"planned": [], "chances": []}


@pytest.mark.parametrize(
    "table",
    [
        {"what": "calls.create"},
        {"what": "calls.create", "kind": "rude"},
        {"what": "calls.create", "kind": "lost", "times": 0},
        {"what": "calls.create", "kind": "lost", "times": 1e9},
        {"what": "calls.create", "kind": "lost", "chance": 2},
        {"what": "calls.creat", "kind": "lost"},
        {"what": "recordings.create", "kind": "lost"},
        {"what": "stream.open", "kind": "lost"},
        {"what": "calls.*", "kind": "dropped"},
        {"what": "call.*", "kind": "lost", "chance": 0.5},
        {"what": "calls.create", "kind": "slow", "seconds": 1e6},
    ],
)
def test_a_mishap_that_cannot_be_is_refused(own: Exchange, table: dict[str, object]) -> None:
    refused = httpx.post(f"{own.api_url}/exchange/mishaps", json=table)
    assert refused.status_code == 422
    assert own.mishaps.planned() == []
    assert own.mishaps.chances() == ()


def test_a_name_that_nothing_has_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"calls\.create, .*'calls\.creat'"):
        Mishaps().plan("calls.creat", Mishap("lost"))
    with pytest.raises(ValueError, match=r"dropped befalls stream\.open, and nothing named 'calls\.\*'"):
        Chance("calls.*", Mishap("dropped"), 0.5)


def test_every_request_of_the_rest_part_has_its_name(own: Exchange) -> None:
    begun = len(suffered(own))
    for route in routes(own.board):
        for method in (route.methods or set()) - {"HEAD"}:
            httpx.request(method, own.api_url + re.sub(r"\{.+?\}", "x", route.path))
    assert {what for what, _, _ in suffered(own)[begun:]} == set(REQUESTS)


def test_a_body_too_large_or_no_form_is_refused_and_on_the_tape(own: Exchange) -> None:
    for body, status in ((b"Body=" + b"x" * 70_000, 413), (b"\xff\xfe", 400)):
        answer = httpx.post(Rest(own).address("/Messages.json"), content=body, auth=OWN)
        assert code(answer) == (status, 20001)
        assert suffered(own)[-1] == ("messages.create", None, status)
