"""Faults 2 and 4 at each state: conversation files with Redis emptied before each turn, and with none at all.

A sample is played here; `make redis-states` plays every file.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass

import pytest
from flask import Flask
from redis import Redis

from ivr.calls.store import KEY
from processes.rehearsal.conversation import Said
from processes.rehearsal.playing import Play, caller_of, expected, left
from processes.rehearsal.stage import Stage, scratch_stage
from processes.rehearsal.telephone import Heard
from tests import world as worlds
from tests.conversation_files import FILES
from tests.servers import free_port, own_redis, redis_url
from tests.shipped import BOOK
from tests.test_conversations import by_the_engine, through
from tests.webhook_door import WebhookDoor

EVERY = "EVERY_CONVERSATION"  # in the environment: all files, not the sample
WRITTEN_WITHIN = 10.0  # seconds until a turn is in the journal; a quarter of one is usual
# Secrets typed and mistyped, messages spoken, a person rung, checks, amounts, the end in the middle.
SAMPLE = (
    "feedback-again-and-back",
    "own-transactions-after-one-wrong-pin",
    "payment-hung-up-while-checking",
    "person-does-not-answer",
    "question-said-again",
    "refund-amount-corrected",
    "state-by-the-pin",
    "stop-my-money-account-mistyped",
)
# What was heard lies in Redis alone: a caller who is heard and whose words are gone is asked again.
PLAYED = [one for one in FILES if not one.ears and (EVERY in os.environ or one.name in SAMPLE)]
PLAYS = [Play(one, one.languages[place % len(one.languages)]) for place, one in enumerate(PLAYED)]
NAMES = [f"{play.conversation.name}-{play.language}" for play in PLAYS]


@dataclass
class Forgetful(WebhookDoor):
    """Signed forms, each posted twice; before each of the caller's deeds something happens."""

    before: Callable[[str, int], None] = lambda _call, _turn: None
    turns: int = 0  # that were answered

    def do(self, said: Said) -> Heard | None:
        self.before(self.caller.call, self.turns)
        self.turns += 1
        return super().do(said)


@dataclass(frozen=True, slots=True)
class Webs:
    """The web application on a Redis that can be emptied, and on one that nobody can reach."""

    stage: Stage
    redis: Redis
    emptied: Flask
    alone: Flask

    def empty(self, call: str, turn: int) -> None:
        """Once the journal has this turn, Redis forgets everything."""
        until = time.monotonic() + WRITTEN_WITHIN
        settled = "SELECT call, turn FROM turns WHERE state IS NOT NULL"
        while {"call": call, "turn": turn} not in self.stage.rows(settled):
            assert time.monotonic() < until, f"the journal has no turn {turn} of {call}"
            time.sleep(0.01)
        assert self.redis.exists(KEY + call)
        self.redis.flushall()


@pytest.fixture(scope="module")
def webs() -> Iterator[Webs]:
    with ExitStack() as stack:
        stage = stack.enter_context(scratch_stage(BOOK))
        url = redis_url(stack.enter_context(own_redis()).port)
        (emptied, close), (alone, close_alone) = (
            worlds.web_app(stage, one) for one in (url, redis_url(free_port()))
        )
        stack.callback(close)
        stack.callback(close_alone)
        yield Webs(stage, stack.enter_context(closing(Redis.from_url(url))), emptied, alone)


def says_the_same(webs: Webs, play: Play, web: Flask, before: Callable[[str, int], None]) -> None:
    """The prompts of the file, in the words of the engine, and the tickets of the file."""
    here = webs.stage.set_for(play.conversation)
    by_engine, _ = by_the_engine(here, play)
    here = webs.stage.set_for(play.conversation)
    door = Forgetful(web.test_client(), worlds.PUBLIC_URL, worlds.TOKEN, caller_of(play, "webhook"))
    door.before = before
    assert [one.words for one in through(door, here, play)] == [one.words for one in by_engine]
    assert left(here) == expected(play.conversation)


@pytest.mark.parametrize("play", PLAYS, ids=NAMES)
def test_redis_is_emptied_before_each_turn(play: Play, webs: Webs) -> None:
    says_the_same(webs, play, webs.emptied, webs.empty)


@pytest.mark.parametrize("play", PLAYS, ids=NAMES)
def test_there_is_no_redis_at_any_turn(play: Play, webs: Webs) -> None:
    says_the_same(webs, play, webs.alone, lambda _call, _turn: None)


def test_the_sample_shows_the_states_at_risk() -> None:
    turns = [said for one in FILES if one.name in SAMPLE for said in one.turns]
    assert {"presses", "speaks", "hangs_up", "person"} <= {said.way for said in turns}
    pressed = "".join(str(said.what) for said in turns if said.way == "presses")
    assert all(place in pressed for place in ("{account}", "{pin}", "{ticket}"))
    assert {one.name for one in FILES} >= set(SAMPLE)
