"""A call becomes a conversation file without a secret in it, and the file played is the same call again."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from exchange.conversations import read_conversation_text
from exchange.exchange import CallRecord, Exchange
from tests.exchange.conftest import CALLER, NUMBER, Place
from tests.exchange.scripted_hotline import ScriptedHotline, Server
from tests.exchange.telling_hotline import PIN, TICKET, TellingHotline, ticket
from tests.exchange.test_inside import opened

SCRIPTS: dict[str, tuple[dict[str, Any], ...]] = {
    "proved": ({"presses": "3"}, {"presses": "2"}, {"presses": PIN}, {"presses": "2"}),
    "wrong": ({"presses": "1"}, {"presses": "2"}, {"presses": "123456"}, {"hangs_up": True}),
    "spoken": ({"presses": "1"}, {"presses": "3"}, {"speaks": 4.0}, {"presses": "1"}, {"hangs_up": True}),
    "busy": ({"presses": "1"}, {"presses": "0"}, {"person": "busy"}, {"presses": "2"}),
    "answers": ({"presses": "1"}, {"presses": "0"}, {"person": "answers"}, {"presses": "2"}),
    "silent": ({"stays_silent": True}, {"presses": "1"}, {"stays_silent": True}, {"hangs_up": True}),
}


@pytest.fixture(scope="module")
def told(server: Server) -> Iterator[Exchange]:
    with opened(server) as exchange:
        yield exchange


@pytest.fixture
def telling(server: Server) -> TellingHotline:
    telling = TellingHotline(server.base)
    server.hotline = ScriptedHotline(base=server.base, otherwise=telling.answer)
    return telling


@pytest.fixture
def client(told: Exchange) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=told.api_url, timeout=10) as client:
        yield client


def kept(client: httpx.Client, record: CallRecord) -> str:
    reply = client.get(f"/exchange/calls/{record.sid}/conversation")
    assert (reply.status_code, reply.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    return reply.text


def hears(record: CallRecord) -> list[list[str]]:
    return [turn["prompts"] for turn in record.of("inside") if turn["path"]]


@pytest.mark.usefixtures("telling")
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_call_that_is_kept_and_played_is_the_same_call(
    name: str, told: Exchange, client: httpx.Client
) -> None:
    record = told.call(from_=CALLER, to=NUMBER, script=SCRIPTS[name])
    text = kept(client, record)
    played = client.post("/exchange/play", json={"conversation": text})
    assert played.status_code == 201, played.text
    again = told.record(played.json()["sid"])
    assert played.json()["hears"] == hears(record) == hears(again)
    assert again.of("mismatch") == []
    assert (again.ended_by, again.heard) == (record.ended_by, record.heard)


def test_the_file_says_who_called_and_what_they_did(
    told: Exchange, client: httpx.Client, telling: TellingHotline
) -> None:
    text = kept(client, record := told.call(from_=CALLER, to=NUMBER, script=SCRIPTS["proved"]))
    file = tomllib.loads(text)
    assert telling.calls[record.sid].language == "id"
    assert file.pop("at") == record.events[0].at.replace(microsecond=0)
    assert file.pop("title").startswith("A call of 20")
    assert file == {
        "from": CALLER,
        "languages": ["id"],
        "turn": [
            {"hears": ["welcome", "language"], "presses": "{language}"},
            {"hears": ["privacy", "main"], "presses": "2"},
            {"hears": ["verify.pin"], "presses": "{pin}"},
            {"hears": ["verify.verified", "ticket.opened", "anything-else"], "presses": "2"},
            {"hears": ["goodbye"]},
        ],
        "leaves": {"tickets": [{"topic": "account-details", "priority": "normal", "partial": False}]},
    }
    assert PIN not in text


def test_a_wrong_secret_stands_as_zeros(told: Exchange, client: httpx.Client) -> None:
    TellingHotline("")
    text = kept(client, told.call(from_=CALLER, to=NUMBER, script=SCRIPTS["wrong"]))
    assert [turn.get("presses") for turn in tomllib.loads(text)["turn"]] == [
        "{language}",
        "2",
        "000000",
        None,
    ]
    assert "123456" not in text


@pytest.mark.usefixtures("telling")
def test_who_leaves_while_it_rings_hears_no_more(told: Exchange, client: httpx.Client) -> None:
    script = ({"presses": "1"}, {"presses": "0"}, {"hangs_up": True})
    text = kept(client, told.call(from_=CALLER, to=NUMBER, script=script))
    assert tomllib.loads(text)["turn"][2:] == [{"hears": ["person-call"], "hangs_up": True}]


@pytest.mark.usefixtures("telling")
def test_who_leaves_while_speaking_has_spoken_and_left(told: Exchange, client: httpx.Client) -> None:
    script = ({"presses": "1"}, {"presses": "3"}, {"speaks": 4.0, "then": "hangs_up"})
    text = kept(client, told.call(from_=CALLER, to=NUMBER, script=script))
    assert tomllib.loads(text)["turn"][2:] == [
        {"hears": ["question-message"], "speaks": 4},
        {"hears": ["review", "<recording>", "choose"], "hangs_up": True},
    ]


def test_a_secret_that_nobody_marked_is_not_written_either(
    told: Exchange, client: httpx.Client, telling: TellingHotline
) -> None:
    telling.also = lambda _path: {"stand_in": None}
    text = kept(client, told.call(from_=CALLER, to=NUMBER, script=SCRIPTS["proved"]))
    assert PIN not in text
    assert 'presses = "000000"' in text
    early = ({"presses": "1"}, {"presses": "4"}, {"presses": PIN + "#"}, {"hangs_up": True})
    assert PIN not in kept(client, told.call(from_=CALLER, to=NUMBER, script=early))


def test_a_ticket_is_asked_for_by_what_was_promised_before(
    told: Exchange, client: httpx.Client, telling: TellingHotline
) -> None:
    telling.late = 0.2
    number = "+6281200000077"
    asks = ({"presses": "1"}, {"presses": "4"}, {"presses": TICKET})
    told.call(from_=number, to=NUMBER, script=SCRIPTS["proved"])
    text = kept(client, told.call(from_=number, to=NUMBER, script=asks))
    assert 'presses = "{ticket}"' in text
    sid = client.post("/exchange/play", json={"conversation": text}).json()["sid"]
    record = told.record(sid)
    assert record.of("mismatch") == []
    assert hears(record)[-1] == ["goodbye"]
    strange = client.post("/exchange/play", json={"conversation": text, "from": "+6281200000078"}).json()
    wrong = [one["what"] for one in told.record(strange["sid"]).of("mismatch")]
    assert wrong == ["no ticket has been promised to this number yet"]


def test_the_end_an_earlier_call_and_an_announcement_are_told(
    told: Exchange, client: httpx.Client, telling: TellingHotline
) -> None:
    telling.also = of_an_earlier_call
    told.call(from_="+6281200000066", to=NUMBER, script=SCRIPTS["wrong"])
    script = ({"stays_silent": True}, {"hangs_up": True})
    text = kept(client, told.call(from_="+6281200000066", to=NUMBER, script=script))
    file = tomllib.loads(text)
    assert file["earlier"] == {"language": "en", "tickets": ["account-details"], "announcement": True}
    # The ticket that was joined stands after the call too.
    assert [(one["topic"], one["partial"]) for one in file["leaves"]["tickets"]] == [
        ("account-details", False),
        ("question", True),
    ]
    assert read_conversation_text(text, "kept").arranged == ("earlier",)
    assert client.post("/exchange/play", json={"conversation": text}).json()["notes"] == [
        "the file has `earlier`, which only the hotline can arrange"
    ]


def of_an_earlier_call(path: str) -> dict[str, Any]:
    partial = {"number": "111111118", "topic": "question", "priority": "low", "joined": False}
    started = {"prompts": ["announcement", "welcome"]} if path == "/voice/answer" else {}
    return {**started, "tickets": [ticket(joined=True), *([] if path else [partial])]}


@pytest.mark.usefixtures("telling")
@pytest.mark.parametrize("number", ["anonymous", "+266696687"])
def test_a_withheld_number_stays_withheld(told: Exchange, client: httpx.Client, number: str) -> None:
    text = kept(client, told.call(from_=number, to=NUMBER, script=SCRIPTS["proved"]))
    assert tomllib.loads(text)["from"] == "withheld"
    sid = client.post("/exchange/play", json={"conversation": text}).json()["sid"]
    # Whoever withholds the number knows what the first customer knows.
    assert told.record(sid).events[0].details["from_number"] == "anonymous"
    assert hears(told.record(sid))[-1] == ["goodbye"]


def test_without_a_word_from_inside_there_is_nothing_to_keep(exchange: Exchange, place: Place) -> None:
    record = place("<Hangup/>")
    with httpx.Client(base_url=exchange.api_url) as client:
        refused = client.get(f"/exchange/calls/{record.sid}/conversation")
        assert (refused.status_code, "no names" in refused.json()["error"]) == (409, True)
        assert client.get("/exchange/calls/CA0/conversation").status_code == 404


GOOD = '[[turn]]\nhears = ["welcome"]\npresses = "{language}"\n'


@pytest.mark.usefixtures("telling")
@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({}, '"conversation" is the text'),
        ({"conversation": 1}, '"conversation" is the text'),
        ({"conversation": "title = "}, "the conversation: Invalid value"),
        ({"conversation": "title = 1"}, "there is no [[turn]]"),
        ({"conversation": "[[turn]]\nhears = 1"}, "turn 1 does not say what is heard"),
        ({"conversation": '[[turn]]\nhears = []\npresses = "x"'}, "not keys of a telephone"),
        ({"conversation": GOOD + '[earlier]\nweather = "fine"'}, "unknown: weather"),
        ({"conversation": "earlier = 1\n" + GOOD}, "earlier is a table"),
        ({"conversation": "languages = 1\n" + GOOD}, "languages is a list"),
        ({"conversation": GOOD, "language": "fr"}, "is played in en, zh, id"),
        ({"conversation": 'languages = ["zh"]\n' + GOOD, "language": "en"}, "is played in zh"),
        ({"conversation": GOOD, "speed": 1000}, '"speed" is a number'),
        ({"conversation": GOOD, "to": "+1"}, "no number of this exchange"),
        ({"conversation": GOOD.replace("language", "shoe")}, "nobody says what {shoe} is"),
        ({"conversation": "a = " + "[" * 20_000}, "the conversation"),
    ],
)
def test_what_cannot_be_played_says_why(client: httpx.Client, asked: dict[str, Any], why: str) -> None:
    refused = client.post("/exchange/play", json=asked)
    assert refused.status_code == 422
    assert why in refused.json()["error"]


@pytest.mark.usefixtures("telling")
def test_whoever_calls_from_a_new_number_knows_what_the_first_customer_knows(
    told: Exchange, client: httpx.Client
) -> None:
    text = kept(client, told.call(from_=CALLER, to=NUMBER, script=SCRIPTS["proved"]))
    played = client.post("/exchange/play", json={"conversation": text, "from": "+6281200000099"})
    record = told.record(played.json()["sid"])
    assert PIN in [one["keys"] for one in record.of("pressed")]
    assert hears(record)[-1] == ["goodbye"]


def test_a_language_is_pressed_by_its_place(
    told: Exchange, client: httpx.Client, telling: TellingHotline
) -> None:
    for key, language in enumerate(("en", "zh", "id"), start=1):
        played = client.post("/exchange/play", json={"conversation": GOOD, "language": language})
        record = told.record(played.json()["sid"])
        assert record.of("pressed")[0]["keys"] == str(key)
        assert telling.calls[record.sid].language == language


def test_all_our_files_can_be_read_as_text() -> None:
    files = sorted((Path(__file__).resolve().parents[1] / "conversations").glob("*.toml"))
    assert len(files) > 100
    for path in files:
        assert read_conversation_text(path.read_text("utf-8"), path.name).hears()
