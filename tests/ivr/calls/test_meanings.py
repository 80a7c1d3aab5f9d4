"""What own words are like is found in time, or not at all: no caller waits for learning."""

import pytest

from foundation.clock import Deadline, SystemClock
from ivr.calls.meanings import Meanings, NotInTime
from ivr.flow.errands import FindMeaning
from ivr.matching.intents import _trained
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


def test_what_was_begun_before_is_learned_once_without_a_question() -> None:
    phrases = (("top-up", ("my top up is missing",)), ("praise", ("I like what you do",)))
    meanings, before = Meanings(), _trained.cache_info().misses
    meanings.learn(phrases)
    meanings.learn(phrases)
    meanings.learn(())
    asking = FindMeaning("I like what you do", 0.9, "scripted", phrases)
    assert meanings.find(asking, within(60.0)).said == "I like what you do"
    found = _trained.cache_info()
    assert found.misses - before == 1
    meanings.learn(phrases)
    assert meanings.find(asking, within(60.0)).said == "I like what you do"
    assert _trained.cache_info().hits - found.hits == 1  # of the question alone


def test_what_is_not_ready_in_time_is_nothing_and_the_next_one_finds_it() -> None:
    meanings = Meanings()
    with pytest.raises(NotInTime):
        meanings.find(asked("the payment in the shop has failed", NEVER_LEARNED), within(0.0))
    assert (
        meanings.find(asked("I want my money back", NEVER_LEARNED), within(60.0)).said
        == "I want my money back"
    )
