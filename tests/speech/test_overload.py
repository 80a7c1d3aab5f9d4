"""Four times as many come at one moment as can be heard in time: those who are taken are heard so."""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from speech.load import Limits, Load
from speech.requests import Alternative
from speech.scripted import sound_of
from tests.speech.streaming import asked, awaited, scripted_process

pytestmark = pytest.mark.timeout(120)
DECODERS = 2
ROOM = Load().room(DECODERS, Limits(), 0.0)
COME = 4 * ROOM
TOGETHER = 1_000  # milliseconds in which all of them wait for their token's turn
ANSWERED_WITHIN = (
    5.0  # seconds from the end of what all of them said; a third of one, where nothing else runs
)


def test_of_a_crowd_so_many_are_taken_as_are_heard_in_time(fresh_redis_url: str, tmp_path: Path) -> None:
    with (
        scripted_process(fresh_redis_url, tmp_path, decoders=DECODERS, capacity=COME) as ears,
        ExitStack() as held,
    ):
        crowd = [held.enter_context(ears.stream(number)) for number in range(COME)]
        ears.redis.client_pause(TOGETHER)
        for one in crowd:
            one.start()

        def refused() -> int:
            return ears.said().count("nobody is free")

        awaited(lambda: refused() + sum(bool(ears.mailbox.stream_of(one.call)) for one in crowd) == COME)
        taken = [one for one in crowd if ears.mailbox.stream_of(one.call)]
        # Some more than have room at one moment: on a busy machine they come one after the other.
        assert ROOM <= len(taken) <= 1.5 * ROOM
        assert {one.closed() for one in crowd if one not in taken} == {1008}
        for one in taken:
            ears.ask(asked(one.call, 1, "refund"))
        for one in taken:
            one.quiet(0.5)
            one.say(sound_of("refund", seconds=0.6))
            one.quiet(0.6)
        over = time.monotonic()
        for one in taken:
            assert ears.heard(one.call, 1).alternatives == (Alternative("refund", 1.0),)
        assert time.monotonic() - over < ANSWERED_WITHIN
