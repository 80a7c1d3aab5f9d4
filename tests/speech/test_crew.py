"""Whether a newcomer would be heard: not while a decoder stands still, which no lag tells."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast

import pytest

from foundation.clock import StoppedClock
from speech.crew import LAGS, REMEMBERED, STANDS_STILL, Crew
from speech.decoder_line import DecoderLine
from speech.decoder_words import Done, Event
from speech.decoders import Decoders
from speech.listened import PIECE, Listened
from speech.load import LAG_AT_MOST
from speech.requests import Kind, ListenRequest

ASKED = ListenRequest("CA1", 1, "en", Kind.CHOICE, ("yes",))


class Standing:
    """A crew of one decoder, which says what the test has it say."""

    def __init__(self) -> None:
        self.clock = StoppedClock(datetime(2026, 11, 24, 3, tzinfo=UTC))
        self.line = cast("DecoderLine", SimpleNamespace(tell=lambda _order: None, is_leaving=False))
        self.crew = Crew(cast("Decoders", SimpleNamespace(able=[self.line])), self.clock)
        self.stream: Listened = self.crew.join()
        self.stream.listen(ASKED)

    def waits(self, seconds: float) -> None:
        self.clock.advance(timedelta(seconds=seconds))

    def says(self, event: Event) -> None:
        self.crew._heard(self.line, event)


def test_a_decoder_that_has_sound_and_comes_to_no_end_with_it_takes_nobody_more() -> None:
    standing = Standing()
    assert standing.crew.room > 0
    standing.stream.hear(bytes(PIECE))
    standing.waits(STANDS_STILL)
    assert standing.crew.room > 0
    standing.waits(0.1)
    assert standing.crew.room == 0
    standing.says(Done(standing.stream.number, PIECE, 0.0, 0.0))
    standing.crew._lags.clear()  # what is left of it is the lag
    assert standing.crew.room > 0


@pytest.mark.parametrize(("late", "room"), [(LAG_AT_MOST / 2, True), (LAG_AT_MOST * 2, False)])
def test_whoever_is_heard_late_is_not_joined_by_others(late: float, room: bool) -> None:  # noqa: FBT001  # a parameter
    standing = Standing()
    for piece in range(LAGS):
        standing.stream.hear(bytes(PIECE))
        standing.waits(late)
        standing.says(Done(standing.stream.number, (piece + 1) * PIECE, 0.0, 0.0))
    assert standing.crew.lag() == pytest.approx(late)
    assert (standing.crew.room > 0) is room


def test_one_hiccup_keeps_newcomers_away_for_five_seconds_and_no_longer() -> None:
    standing = Standing()
    standing.stream.hear(bytes(PIECE))
    standing.waits(LAG_AT_MOST * 2)
    standing.says(Done(standing.stream.number, PIECE, 0.0, 0.0))
    standing.waits(REMEMBERED - 0.01)
    assert standing.crew.room == 0
    for piece in range(1, 3):
        standing.stream.hear(bytes(PIECE))
        standing.waits(0.1)
        standing.says(Done(standing.stream.number, (piece + 1) * PIECE, 0.0, 0.0))
    assert standing.crew.room > 0
