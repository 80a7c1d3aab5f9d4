"""What happens inside a call: asked in the background, each turn once, in order, at no cost to the call."""

import json
import time
from collections.abc import Iterator

import httpx
import pytest

from exchange.exchange import CallPlan, Exchange
from exchange.settings import NumberSettings, Person
from exchange.surface.settings import SurfaceSettings
from tests.exchange.conftest import ACCOUNT, CALLER, CALLERS, NUMBER, PERSON, TOKEN
from tests.exchange.scripted_hotline import Answer, Answering, Asked, ScriptedHotline, Server
from tests.exchange.sockets import line
from tests.exchange.telling_hotline import PIN, TOKEN_INSIDE, TellingHotline

SCRIPT = ({"presses": "1"}, {"presses": "2"}, {"presses": PIN}, {"presses": "2"})


def opened(server: Server, **more: object) -> Exchange:
    told: dict[str, object] = {
        "account_sid": ACCOUNT,
        "auth_token": TOKEN,
        "numbers": {NUMBER: NumberSettings(f"{server.base}/voice/answer", f"{server.base}/status")},
        "people": {PERSON: Person("busy")},
        "speed": float("inf"),
        "surface": SurfaceSettings(CALLERS, {}, {NUMBER: f"{server.base}/inside"}, TOKEN_INSIDE),
    }
    return Exchange(**{**told, **more})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def told(server: Server) -> Iterator[Exchange]:
    with opened(server) as exchange:
        yield exchange


@pytest.fixture
def telling(server: Server) -> TellingHotline:
    telling = TellingHotline(server.base, late=0.15)
    server.hotline = ScriptedHotline(base=server.base, otherwise=telling.answer)
    return telling


def test_each_turn_is_told_once_and_in_order(told: Exchange, telling: TellingHotline) -> None:
    record = told.call(from_=CALLER, to=NUMBER, script=SCRIPT)
    turns = record.of("inside")
    assert [turn["turn"] for turn in turns] == [0, 1, 2, 3, 4, 5]
    assert [turn["node"] for turn in turns] == ["welcome", "main", "pin", "proved", "goodbye", "goodbye"]
    written = [turn for _, turn in telling.calls[record.sid].turns]
    assert turns == written
    assert record.ended_by == "hangup"


def test_what_is_told_after_the_end_still_reaches_whoever_follows(
    told: Exchange, telling: TellingHotline
) -> None:
    telling.late = 0.6
    with line(told, from_=CALLER, to=NUMBER) as held:
        held.until("listening")
        held.do(hangup=True)
        events = held.to_the_end()
    kinds = [one["kind"] for one in events]
    assert kinds.index("ended") < kinds.index("inside")
    assert (events[-1]["kind"], events[-1]["path"]) == ("inside", "")


def test_the_call_does_not_wait_for_what_is_told(server: Server, telling: TellingHotline) -> None:
    def slow(asked: Asked) -> str | Answer:
        if asked.path.startswith("/inside/"):
            time.sleep(1.0)
        return telling.answer(asked)

    server.hotline.otherwise = slow
    with opened(server) as exchange:
        began = time.monotonic()
        handset = exchange.dial(from_=CALLER, to=NUMBER)
        handset.wait_for("listening")
        handset.hang_up()
        exchange.run(exchange.board.until_over(handset.sid))
        assert time.monotonic() - began < 0.9


NONSENSE = (
    Answer(status=500),
    Answer(b"<html>", content_type="text/html"),
    Answer(b"[]", content_type="application/json"),
    Answer(b'{"turns": 1}', content_type="application/json"),
    Answer(b'{"turns": [{}]}', content_type="application/json"),
    Answer(b'{"turns": [{"turn": -1, "path": ""}, {"turn": 1e9, "path": 3}]}'),
    Answer(b"[" * 100_000),
    Answer(b" " * 2_000_000),
)


def test_nonsense_inside_does_no_harm_and_is_not_asked_for_long(
    server: Server, telling: TellingHotline
) -> None:
    answers = {f"+6281200000{place:02}": answer for place, answer in enumerate(NONSENSE)}
    callers: dict[str, str] = {}

    def nonsense(asked: Asked) -> str | Answer:
        if asked.path.startswith("/inside/"):
            return answers[callers[asked.path.rpartition("/")[2]]]
        callers[asked.fields["CallSid"]] = asked.fields["From"]
        return telling.answer(asked)

    server.hotline.otherwise = nonsense
    with opened(server) as exchange:
        began = time.monotonic()
        plans = [CallPlan(number, NUMBER, [{"hangs_up": True}]) for number in answers]
        records = exchange.call_many(plans)
        assert time.monotonic() - began < 6
    for record in records:
        assert record.of("inside") == []
        assert (record.ended_by, record.of("fault")) == ("caller", [])


def test_a_door_that_refuses_us_is_said_once_and_not_asked_again(
    server: Server, telling: TellingHotline
) -> None:
    surface = SurfaceSettings(inside={NUMBER: f"{server.base}/inside"}, inside_token="another")
    with opened(server, surface=surface) as exchange:
        record = exchange.call(from_=CALLER, to=NUMBER, script=SCRIPT)
    assert [one["what"].endswith("tells nothing: status 403") for one in record.of("note")] == [True]
    assert len(telling.asked) == 1


@pytest.mark.usefixtures("telling")
def test_fifty_calls_at_once_are_all_told(told: Exchange) -> None:
    plans = [CallPlan(f"+62812{number:07}", NUMBER, SCRIPT) for number in range(50)]
    for record in told.call_many(plans):
        assert [turn["turn"] for turn in record.of("inside")] == [0, 1, 2, 3, 4, 5], record.sid


def test_a_number_without_such_an_address_has_no_such_events(exchange: Exchange, server: Server) -> None:
    telling = TellingHotline(server.base)
    answers: dict[str, Answering] = {"/answer": "<Hangup/>", "/status": Answer(status=204)}
    server.hotline = ScriptedHotline(base=server.base, answers=answers, otherwise=telling.answer)
    assert exchange.call(from_=CALLER, to=NUMBER).of("inside") == []
    assert telling.asked == []


def test_the_token_is_not_printed(told: Exchange) -> None:
    assert TOKEN_INSIDE not in repr(told)
    assert TOKEN_INSIDE not in repr(told.settings())


@pytest.mark.usefixtures("telling")
def test_the_book_is_fetched_as_it_is_drawn(told: Exchange) -> None:
    with httpx.Client(base_url=told.api_url) as client:
        drawn = client.get("/exchange/book.svg", params={"to": NUMBER})
        assert (drawn.text, drawn.headers["content-type"]) == ("<svg>live</svg>", "image/svg+xml")
        assert "style-src 'unsafe-inline'" in drawn.headers["content-security-policy"]
        older = client.get("/exchange/book.svg", params={"to": NUMBER, "version": "ab12"})
        assert older.text == "<svg>ab12</svg>"
        assert client.get("/exchange/book.svg", params={"to": NUMBER, "version": "../x"}).status_code == 422
        assert client.get("/exchange/book.svg", params={"to": "+1"}).status_code == 404
        assert json.loads(client.get("/exchange/book.svg").text)["error"]
