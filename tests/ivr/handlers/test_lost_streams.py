"""A socket that the carrier cannot reach: nobody is told all call long that she may speak."""

from __future__ import annotations

from datetime import timedelta

import pytest

from foundation.clock import StoppedClock
from foundation.metrics import SPEECH_UNHEARD
from ivr.calls.claims import HANG_UP
from ivr.calls.hearing import CUT_OFF, DOWN, FULL, LOST_AFTER
from ivr.calls.memory_store import MemoryJournal
from speech import mailbox_keys as mail
from tests.ivr.handlers.front import CALL, tags
from tests.ivr.handlers.speaking import Speaking, attribute

RECORDED = {"RecordingSid": "RE" + "1e" * 16, "RecordingDuration": "7", "Digits": "#"}


def unheard() -> list[float]:
    """How many turns were not heard, for each reason."""
    return [SPEECH_UNHEARD.labels(why)._value.get() for why in (FULL, DOWN, CUT_OFF)]


def waits(front: Speaking) -> None:
    """So long that a stream whose socket is not open is lost."""
    assert isinstance(front.clock, StoppedClock)
    front.clock.advance(timedelta(seconds=LOST_AFTER + 1))


def test_after_two_streams_that_never_opened_the_call_goes_on_by_keys_alone() -> None:
    front, cut_off = Speaking(), SPEECH_UNHEARD.labels(CUT_OFF)
    before = cut_off._value.get()
    front.begin()
    waits(front)
    second = front.turn(2, Digits="1")
    assert attribute(second, "Stop/Stream", "name") == "ears-1"
    assert attribute(second, "Start/Stream", "name") == "ears-3"
    assert cut_off._value.get() == before
    waits(front)
    third = front.turn(3, Digits="8")
    assert tags(third)[1:3] == ["Stop", "Stream"]
    assert attribute(third, "Stop/Stream", "name") == "ears-3"
    assert b"<Start" not in third.data
    assert mail.request_key(CALL) not in front.mail
    waits(front)
    fourth = front.turn(4, Digits="8")
    assert b"<Stream" not in fourth.data
    assert cut_off._value.get() == before + 2


def test_with_the_call_its_stream_ends_and_nobody_counts_as_unheard(
    capsys: pytest.CaptureFixture[str],
) -> None:
    front, before = Speaking(), unheard()
    front.begin()
    front.mail[mail.open_key(CALL)] = b"ears-1"
    waits(front)
    front.turn(2, Digits="1")
    del front.mail[mail.open_key(CALL)]
    assert front.post("/voice/status", CallStatus="completed").status_code == 204
    assert isinstance(front.journal, MemoryJournal)
    assert front.journal.rows[CALL, 3].source == HANG_UP
    assert "came to nothing" not in capsys.readouterr().out
    assert unheard() == before


def test_a_stream_that_opens_makes_good_the_one_that_was_lost() -> None:
    front = Speaking()
    front.begin()
    waits(front)
    front.turn(2, Digits="1")
    front.mail[mail.open_key(CALL)] = b"ears-3"
    waits(front)
    assert b"<Stream" not in front.turn(3, Digits="8").data
    del front.mail[mail.open_key(CALL)]
    waits(front)
    assert attribute(front.turn(4, Digits="8"), "Start/Stream", "name") == "ears-5"


def test_what_was_lost_is_remembered_beyond_a_message_that_ends_the_stream() -> None:
    front = Speaking()
    front.begin()
    waits(front)
    front.turn(2, Digits="4")
    waits(front)
    assert "Record" in tags(front.turn(3, Digits="1"))
    asked = front.turn(4, **RECORDED)
    assert "Gather" in tags(asked)
    assert b"<Start" not in asked.data
