"""Texts over REST: refused by number, sent, told to their callback, and listed."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from twilio.request_validator import RequestValidator

from exchange.exchange import Exchange
from exchange.messages import segments
from exchange.settings import Account, NumberSettings
from tests.exchange.conftest import ACCOUNT, CALLER, NUMBER, TOKEN
from tests.exchange.rest_client import Rest, code
from tests.exchange.scripted_hotline import ScriptedHotline

ARRIVES, UNREACHED, UNSENT, UNHEARD = (f"+62813000001{n:02}" for n in range(4))
STOPPED, LANDLINE = "+6281300000110", "+622150005555"


def opened(**more: Any) -> Exchange:  # noqa: ANN401
    return Exchange(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        numbers={NUMBER: NumberSettings("http://127.0.0.1:1/nobody")},
        texts={
            UNREACHED: "undelivered",
            UNSENT: "failed",
            UNHEARD: "sent",
            STOPPED: "stopped",
            LANDLINE: "landline",
        },
        speed=float("inf"),
        **more,
    )


@pytest.fixture(scope="module")
def own() -> Iterator[Exchange]:
    with opened() as exchange:
        yield exchange


@pytest.mark.parametrize(
    ("to", "statuses", "error"),
    [
        (ARRIVES, ["sent", "delivered"], None),
        (UNREACHED, ["sent", "undelivered"], 30003),
        (UNSENT, ["failed"], 30001),
        (UNHEARD, ["sent"], None),
    ],
)
def test_what_becomes_of_a_text_is_told_signed_and_can_be_read(
    own: Exchange, hotline: ScriptedHotline, to: str, statuses: list[str], error: int | None
) -> None:
    answer = Rest(own).text(to, StatusCallback=f"{hotline.base}/status")
    placed = answer.json()
    assert (answer.status_code, placed["status"], placed["error_code"]) == (201, "queued", None)
    seen = Rest(own).until(placed["uri"], lambda table: table["status"] == statuses[-1])
    Rest(own).until(placed["uri"], lambda _: len(hotline.at("/status")) == len(statuses))
    assert (seen["error_code"], seen["date_sent"] is None) == (error, to == UNSENT)
    told = hotline.at("/status")
    assert [one.fields["MessageStatus"] for one in told] == statuses
    assert {one.fields["MessageSid"] for one in told} == {placed["sid"]}
    assert told[-1].fields.get("ErrorCode") == (None if error is None else str(error))
    for one in told:
        assert RequestValidator(TOKEN).validate(one.url, one.fields, one.headers["x-twilio-signature"])
    noted = [one.details["status"] for one in own.tape.events(placed["sid"], "text-status")]
    assert noted == statuses
    assert placed["sid"] not in own.tape.calls()


@pytest.mark.parametrize(
    ("fields", "number"),
    [
        ({"To": None}, 21604),
        ({"From": None}, 21603),
        ({"Body": ""}, 21602),
        ({"Body": "x" * 1601}, 21617),
        ({"To": "12"}, 21211),
        ({"From": CALLER}, 21606),
        ({"To": STOPPED}, 21610),
        ({"To": LANDLINE}, 21614),
        ({"StatusCallback": "nowhere"}, 21609),
        ({"MediaUrl": "https://pictures.example.org/a.png"}, 20001),
    ],
)
def test_a_text_that_cannot_be_sent_is_refused_by_number(
    own: Exchange, fields: Mapping[str, Any], number: int
) -> None:
    before = Rest(own).listed("messages")
    assert code(Rest(own).text(**{"to": ARRIVES, **{name: fields[name] for name in fields}})) == (400, number)
    assert [one["sid"] for one in Rest(own).listed("messages")] == [one["sid"] for one in before]


def test_a_trial_account_texts_verified_numbers_alone_and_a_closed_one_nobody() -> None:
    with opened(account=Account(ACCOUNT, TOKEN, kind="Trial", verified=frozenset({ARRIVES}))) as trial:
        assert code(Rest(trial).text(UNHEARD)) == (400, 21608)
        assert Rest(trial).text(ARRIVES).status_code == 201
    with opened(account=Account(ACCOUNT, TOKEN, status="closed")) as closed:
        assert code(Rest(closed).text(ARRIVES)) == (403, 20005)


def test_texts_are_listed_newest_first_by_ends_and_day_page_by_page() -> None:
    with opened() as exchange:
        rest = Rest(exchange)
        sent = [rest.text(to).json() for to in (ARRIVES, UNSENT, ARRIVES, ARRIVES)]
        for one, status in zip(sent, ("delivered", "failed", "delivered", "delivered"), strict=True):
            rest.until(one["uri"], lambda table, status=status: table["status"] == status)  # type: ignore[misc]
        assert [one["sid"] for one in rest.listed("messages")] == [one["sid"] for one in reversed(sent)]
        assert [one["sid"] for one in rest.listed("messages", To=UNSENT)] == [sent[1]["sid"]]
        assert rest.listed("messages", From=CALLER) == []
        assert len(rest.listed("messages", **{"DateSent>": "2026-01-01"})) == 3, "one was never sent"
        assert rest.listed("messages", **{"DateSent<": "2001-01-01"}) == []
        first = rest.get("/Messages.json", PageSize="3").json()
        assert (len(first["messages"]), first["page_size"]) == (3, 3)
        second = rest.get("/Messages.json", PageSize="3", Page="1").json()
        assert first["next_page_uri"] == second["uri"]
        assert [one["sid"] for one in second["messages"]] == [sent[0]["sid"]]
        assert second["next_page_uri"] is None
        assert code(rest.get("/Messages/SM" + "0" * 32 + ".json")) == (404, 20404)


@pytest.mark.parametrize(
    ("body", "parts"), [("x" * 160, 1), ("x" * 161, 2), ("你" * 70, 1), ("你" * 71, 2), ("x" * 1600, 11)]
)
def test_a_long_text_goes_in_parts(body: str, parts: int) -> None:
    assert segments(body) == parts
