"""What own words are like is found in time, or not at all: no caller waits for learning."""

import pytest

from foundation.clock import Deadline, SystemClock
from ivr.calls.meanings import Meanings, NotInTime
from ivr.flow.errands import FindMeaning
from ivr.matching.verdicts import Accepted

PHRASES = (("failed", ("my payment failed", "I could not pay")), ("refund", ("I want my money back",)))
# What a process has learned once it knows: these are nobody else's.
NEVER_LEARNED = (*PHRASES, ("card", ("the card of this test alone",)))


def asked(words: str, phrases: tuple[tuple[str, tuple[str, ...]], ...] = PHRASES) -> FindMeaning:
    return FindMeaning(words, 0.9, "scripted", phrases)


def within(seconds: float) -> Deadline:
    return Deadline.after(seconds, SystemClock())


def test_a_phrase_of_the_book_is_found() -> None:
    found = Meanings(patience=60.0).find(asked("My payment failed!"), within(0.0))
    assert found == Accepted("", "failed", "my payment failed", 1.0)


def test_what_is_not_ready_in_time_is_nothing_and_the_next_one_finds_it() -> None:
    meanings = Meanings()
    with pytest.raises(NotInTime):
        meanings.find(asked("the payment in the shop has failed", NEVER_LEARNED), within(0.0))
    assert (
        meanings.find(asked("I want my money back", NEVER_LEARNED), within(60.0)).said
        == "I want my money back"
    )
