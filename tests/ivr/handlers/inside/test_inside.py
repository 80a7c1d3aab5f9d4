"""The inside of a call is told turn by turn, to whoever holds the token, and no secret is in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from callbacks.store import TicketStore
from foundation.clock import Deadline
from foundation.database import Database
from foundation.redaction import Secret
from ivr.calls.sealing import Seal
from ivr.calls.story import Stories
from ivr.handlers.inside import InsideDoor
from ivr.menus.drawing import draw
from ivr.menus.model import MenuBook
from processes.rehearsal.stage import OneBook, Stage
from tests.inside_web import KEY, Call, inside_web, told

ACCOUNT, PIN = "1002003018", "471163"
FIELDS = {
    *("turn", "at", "path", "source", "heard", "outcome", "nodes", "node", "prompts", "waits", "level"),
    *("language", "book", "events", "tickets", "stand_in"),
}
BEARER = {"Authorization": f"Bearer {KEY.reveal()}"}
AT_ONCE = "2026-11-24T03:00:00+00:00"


@pytest.fixture
def call(app: Flask, here: Stage) -> Call:
    return Call(app, here)


def proved(call: Call) -> None:
    """To the question before a ticket, proved by the PIN."""
    call.presses("1", "2", "2", "1", ACCOUNT, PIN)


def test_the_first_turn_says_where_it_was_asked_what_is_said_and_what_is_awaited(
    call: Call, here: Stage
) -> None:
    (turn,) = call.told()
    assert turn.keys() == FIELDS
    assert turn | {"events": []} == {
        "turn": 0,
        "at": AT_ONCE,
        "path": "/voice/answer",
        "source": "answer",
        "heard": "answered",
        "outcome": "answered",
        "nodes": ["welcome", "language"],
        "node": "language",
        "prompts": ["welcome", "language", "language", "language"],
        "waits": "keys",
        "level": "recognised",
        "language": "en",
        "book": here.book.version,
        "events": [],
        "tickets": [],
        "stand_in": None,
    }


def test_each_turn_says_what_the_keys_stand_for_and_what_became_of_them(call: Call) -> None:
    proved(call)
    turns = call.told()
    assert [turn["turn"] for turn in turns] == list(range(7))
    assert [turn["path"] for turn in turns[1:]] == [f"/voice/calls/{call.sid}/turns/{n}" for n in range(1, 7)]
    stood_for = [None, "{language}", None, None, None, "{account}", "{pin}"]
    assert [turn["stand_in"] for turn in turns] == stood_for
    assert [turn["heard"] for turn in turns[3:]] == ["keys 2", "keys 1", "keys ••••••••18", "keys ••"]
    assert [turn["waits"] for turn in turns[4:]] == ["keys", "secret", "keys"]
    assert [turn["level"] for turn in turns[4:]] == ["recognised", "identified", "verified"]
    assert turns[3]["nodes"] == ["own-why", "own-details"]
    assert turns[6]["prompts"] == ["verify.verified", "ticket.number"]
    assert {"event": "LevelRaised", "level": "verified"} in turns[6]["events"]
    assert not [event for turn in turns for event in turn["events"] if event["event"] == "Told"]


def test_a_ticket_is_told_in_the_turn_that_promised_it_as_it_stands_now(call: Call, here: Stage) -> None:
    proved(call)
    call.presses("1")
    (ticket,) = call.told(6)[0]["tickets"]
    row = here.tickets()[0]
    assert ticket == {
        "number": row["number"],
        "topic": "account-details",
        "state": "promised",
        "priority": "normal",
        "due": ticket["due"],
        "joined": False,
    }
    assert ticket["due"].startswith("2026-11-2")
    with here.database.writing(here.deadline()) as connection:
        connection.execute(text("UPDATE tickets SET state = 'cancelled'"))
    assert call.told(6)[0]["tickets"][0]["state"] == "cancelled"


def test_a_ticket_that_an_open_one_took_in_is_told_as_joined(app: Flask, here: Stage) -> None:
    here.open_ticket("account-details", ACCOUNT)
    call = Call(app, here)
    proved(call)
    call.presses("1")
    assert [one["joined"] for one in call.told(6)[0]["tickets"]] == [True]


def test_the_end_is_told_with_the_promise_that_it_leaves(call: Call, here: Stage) -> None:
    call.presses("1", "1", "1")  # into the payments, where something is wrong: nothing is solved yet
    call.does("hangs_up")
    end = call.told()[-1]
    (ticket,) = here.tickets()
    assert (end["path"], end["waits"], end["prompts"], end["source"]) == ("", "end", [], "hang-up")
    assert end["outcome"] == "ended"
    assert {"event": "Left", "node": end["node"], "abandoned": True} in end["events"]
    assert [one["number"] for one in end["tickets"]] == [ticket["number"]]
    assert (end["tickets"][0]["priority"], end["tickets"][0]["joined"]) == ("low", False)


def test_a_spoken_message_is_awaited_as_a_voice_and_played_as_a_recording(call: Call) -> None:
    call.presses("1", "2", "3", "3", "2", "1")
    assert call.told()[-1]["waits"] == "voice"
    call.does("speaks", 5)
    last = call.told()[-1]
    assert last["source"] == "recording"
    assert "<recording>" in last["prompts"]
    assert last["stand_in"] is None


def test_a_person_is_awaited(call: Call) -> None:
    call.presses("1", "0")
    assert call.told()[-1]["waits"] == "person"
    assert call.told()[-1]["stand_in"] is None


def test_a_second_call_types_the_number_of_its_ticket_and_the_end_of_a_number_as_proof(
    call: Call, app: Flask, here: Stage
) -> None:
    proved(call)
    call.presses("1")
    ticket = here.newest_ticket()
    other = Call(app, here, sid="CA" + "2e" * 16)
    other.presses("1", "4", ticket, "0000#", ticket, "12345#", "7801#")
    turns = other.told(2)
    stood_for = ["{ticket}", "0000", "{ticket}", "000", "{last_four}"]
    assert [turn["stand_in"] for turn in turns] == stood_for
    assert turns[-1]["prompts"][0] == "ticket-state.found"


def test_a_wrong_pin_is_zeros_and_keys_that_are_no_secret_stay(call: Call) -> None:
    call.presses("1", "2", "2", "1", ACCOUNT, "999999", ACCOUNT, "123#", "#", "*#", "#", ACCOUNT, "0#")
    stood_for = [turn["stand_in"] for turn in call.told(4)]
    wrong = ["{account}", "000000", "{account}", "000"]
    assert stood_for == [*wrong, None, None, None, "{account}", None]


def test_a_pin_that_is_typed_a_question_too_early_is_a_secret_there_too(call: Call) -> None:
    call.presses("1", "2", "2", "1", PIN, "12345678", "*#")
    call.presses("1", "4", PIN)
    assert [turn["stand_in"] for turn in call.told(4)] == ["000000", None, None, None, None, "000000"]


def test_no_secret_is_in_what_is_told_nor_in_the_open_part_of_the_journal(call: Call, here: Stage) -> None:
    call.presses("1", "2", "2", "1", PIN, ACCOUNT, "907254", ACCOUNT, PIN, "1")
    answered = json.dumps(call.told(), ensure_ascii=False)
    kept = json.dumps(here.rows("SELECT heard, events, node, source, outcome FROM turns"), ensure_ascii=False)
    for secret in (PIN, "907254", ACCOUNT, KEY.reveal(), "+6281234567801", "6281234567801"):
        assert secret not in answered
        assert secret not in kept


@pytest.mark.parametrize(
    "given",
    [
        "",
        "Bearer",
        "Bearer ",
        f"Bearer {KEY.reveal()}x",
        f"Basic {KEY.reveal()}",
        KEY.reveal(),
        "Bearer \xe4",
    ],
)
@pytest.mark.parametrize("path", ["/inside/calls/CA" + "1d" * 16, "/inside/book.svg"])
def test_without_the_token_nothing_is_told(app: Flask, given: str, path: str) -> None:
    answer = app.test_client().get(path, headers={"Authorization": given} if given else {})
    assert (answer.status_code, answer.data) == (403, b"")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_the_door_is_there_for_looking_alone(app: Flask, method: str) -> None:
    answer = app.test_client().open("/inside/calls/CA1", method=method, headers=BEARER)
    assert answer.status_code == 405


@pytest.mark.parametrize("sid", ["CA" + "00" * 16, "CA1", "x", "%00", "CA'--", "9" * 5_000])
def test_an_unknown_call_has_no_turns(app: Flask, sid: str) -> None:
    answer = app.test_client().get(f"/inside/calls/{sid}", headers=BEARER)
    assert (answer.status_code, answer.json) == (200, {"turns": []})


@pytest.mark.parametrize(
    ("after", "turns"), [("-5", [0, 1, 2]), ("-1", [0, 1, 2]), ("1", [2]), ("2", []), ("999999999", [])]
)
def test_turns_are_told_from_anywhere_on(call: Call, after: str, turns: list[int]) -> None:
    call.presses("1", "1")
    answer = call.app.test_client().get(f"/inside/calls/{call.sid}?after={after}", headers=BEARER)
    assert answer.json is not None
    assert [turn["turn"] for turn in answer.json["turns"]] == turns


@pytest.mark.parametrize("after", ["x", "", "1.5", "1e3", "9" * 40, "--1", "٣", "1;2"])
def test_an_odd_after_is_told_so(call: Call, after: str) -> None:
    asked = {"after": after}
    answer = call.app.test_client().get(f"/inside/calls/{call.sid}", query_string=asked, headers=BEARER)
    assert answer.status_code == 400
    assert answer.json == {"error": "after is a whole number, -1 for all turns"}


def test_a_call_of_two_hundred_turns_is_told_whole(call: Call) -> None:
    call.presses(*["#"] * 205)
    turns = call.told()
    assert [turn["turn"] for turn in turns] == list(range(206))
    assert "common.too_long" in turns[201]["prompts"]


def test_what_another_key_has_sealed_is_told_without_it_and_a_secret_stays_one(
    call: Call, here: Stage
) -> None:
    proved(call)
    call.presses("1")
    stranger = inside_web(here, Secret("another key than the one that sealed it"))
    turns = told(stranger, call.sid)
    assert {turn["level"] for turn in turns} == {None}
    assert {turn["book"] for turn in turns} == {None}
    assert turns[6]["stand_in"] == "000000"
    assert [turn["stand_in"] for turn in turns[:6]] == [None] * 6
    assert [one["topic"] for one in turns[7]["tickets"]] == ["account-details"]


@pytest.mark.parametrize("path", ["/inside/calls/CA" + "1d" * 16, "/inside/book.svg?version=" + "ab" * 32])
def test_while_sql_is_down_it_says_so(here: Stage, path: str, tmp_path: Path) -> None:
    gone = Database(f"sqlite:///{tmp_path / 'no such folder' / 'x.sqlite'}", here.clock)

    class Shelf(OneBook):
        def pinned(self, version: str, deadline: Deadline | None = None) -> MenuBook | None:
            del version, deadline
            with gone.reading(here.deadline()):
                raise AssertionError

    app = inside_web(here)
    stories = Stories(gone, Seal(Secret("k" * 32)), TicketStore())
    door = InsideDoor(KEY, stories, Shelf(here.book), draw)
    app.view_functions["/inside/calls/<call>"] = door.call
    app.view_functions["/inside/book.svg"] = door.book
    answer = app.test_client().get(path, headers=BEARER)
    assert answer.status_code == 503
    assert answer.json == {"error": "the database cannot be read now; ask again"}
    gone.close()
