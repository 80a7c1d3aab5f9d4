"""What stands in a file for the keys of a call: the same that our own conversation files say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from msgspec import structs

from ivr.calls.masking import LAST_FOUR, NOT_SHOWN, PIN
from ivr.calls.stand_in import WRONG, KeysHeard, stand_in
from ivr.calls.working import BEGUN_AGAIN, RESTARTED
from ivr.flow.state import CallState, Place
from processes.rehearsal.conversation import LEAVES, Conversation, Said
from processes.rehearsal.playing import Play, meant
from processes.rehearsal.stage import Stage, scratch_stage
from tests.conversation_files import FILES
from tests.inside_web import Call, inside_web
from tests.shipped import BOOK

SECRETS = ("verify.pin", "ticket-state.proof")
# Where an entry may stand for something, and the end of a call with a secret question.
ASKING = (*SECRETS, "verify", "ticket-state", "stop-account")
BY_KEYS = [one for one in FILES if not one.ears]
CHOSEN = [one for one in BY_KEYS if any(turn.hears[-1:] and turn.hears[-1] in ASKING for turn in one.turns)]


@pytest.fixture(scope="module")
def here() -> Iterator[Stage]:
    with scratch_stage(BOOK) as stage:
        yield stage


@pytest.fixture(scope="module")
def app(here: Stage) -> Flask:
    return inside_web(here)


def test_many_conversations_are_compared() -> None:
    assert len(CHOSEN) >= 30


@pytest.mark.parametrize("conversation", CHOSEN, ids=lambda one: one.name)
def test_what_is_told_is_what_the_conversation_file_says(
    conversation: Conversation, here: Stage, app: Flask
) -> None:
    here.set_for(conversation)
    play = Play(conversation, conversation.languages[0])
    call = Call(app, here, number=conversation.number)
    done = [said for said in conversation.turns if said.way not in LEAVES]
    for said in done:
        call.does(said.way, meant(said, here, play).what)
    told = call.told()
    assert [tuple(turn["prompts"]) for turn in told] == [said.hears for said in conversation.turns]
    after = [turn["prompts"] for turn in told[1:]]
    assert [turn["stand_in"] for turn in told[1:]] == list(map(expected, done, after))


def expected(said: Said, then: list[str]) -> str | None:
    """What the file says, its secrets made zeros: a proof that was not looked at is none."""
    keys = str(said.what).removesuffix("#")
    if said.way != "presses" or len(keys) < 2:
        return None
    if said.hears[-1] in SECRETS and not (keys.startswith("{") and not then[0].endswith(".slowed")):
        kind = {"{pin}": PIN, "{last_four}": LAST_FOUR}.get(keys, {6: PIN, 4: LAST_FOUR}.get(len(keys), ""))
        return WRONG[kind]
    return keys if keys.startswith("{") else None


def keys_heard(**changed: object) -> KeysHeard:
    """A PIN was typed at its question, and nothing came of it."""
    at = datetime(2026, 11, 24, tzinfo=UTC)
    state = CallState("CA1", BOOK.version, None, "", at, "en", Place("verify", "pin"))
    asked = KeysHeard(NOT_SHOWN, "answered", (), PIN, (), BOOK, state, state, frozenset())
    return replace(asked, **changed)  # type: ignore[arg-type]


@pytest.mark.parametrize("outcome", [RESTARTED, BEGUN_AGAIN])
def test_keys_that_nobody_looked_at_stand_as_the_key_that_asks_again(outcome: str) -> None:
    assert stand_in(keys_heard(outcome=outcome)) == "#"
    assert stand_in(keys_heard(outcome=outcome, book=None, before=None, after=None)) == "#"


@pytest.mark.parametrize("lost", ["book", "before", "after"])
@pytest.mark.parametrize(("proof", "zeros"), [(PIN, "000000"), (LAST_FOUR, "0000"), ("", "000")])
def test_a_secret_stays_one_whatever_is_lost_of_the_turn(lost: str, proof: str, zeros: str) -> None:
    assert stand_in(keys_heard(proof=proof)) == zeros
    assert stand_in(keys_heard(proof=proof, **{lost: None})) == zeros


def test_one_key_that_leads_away_from_a_secret_question_is_none() -> None:
    person = ({"event": "Chosen", "node": "verify", "choice": "person"},)
    assert stand_in(keys_heard(events=person)) is None
    assert stand_in(keys_heard(events=person, before=None)) is None


def test_a_node_that_is_no_longer_in_the_book_hides_no_secret() -> None:
    asked = keys_heard()
    assert asked.before is not None
    moved = structs.replace(asked.before, place=Place("gone", "pin"))
    assert stand_in(replace(asked, before=moved)) == "000000"
