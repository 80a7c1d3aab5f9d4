"""The measurement of hearing goes the whole way: a carrier's socket, a speech process, the mailbox."""

from collections import Counter
from collections.abc import Iterator

import pytest

from bench.hearing import trials
from bench.hearing.ears import Ear
from bench.hearing.line import opened
from bench.hearing.process import Engine
from bench.hearing.sounds import quiet
from bench.hearing.trials import End, Tally
from ivr.flow.tried import HEARINGS
from ivr.matching.verdicts import Accepted, Doubted, Rejected, Sayable
from tests.voices import flite

CHOICES = (Sayable("a refund", "1", "refund"), Sayable("my account", "2", "account"))
pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def ear(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ear]:
    engine = Engine("en")
    with opened(engine, redis_url, tmp_path_factory.mktemp("hearing")) as line:
        yield Ear(engine.name, engine.language, line)


def test_a_phrase_is_believed_and_silence_is_nothing(ear: Ear) -> None:
    verdict = ear.phrase(flite("my account"), CHOICES)
    assert isinstance(verdict, Accepted)
    assert verdict.choice == "account"
    assert isinstance(ear.phrase(quiet(0.5), CHOICES), Rejected)


def test_a_phrase_in_a_sentence_is_asked_about_by_the_whole_way(ear: Ear) -> None:
    verdict = ear.phrase(flite("hello, I would like to ask about my account please", "rms"), CHOICES)
    assert isinstance(verdict, Doubted)
    assert verdict.choice == "account"


def test_sound_that_is_longer_than_may_wait_for_a_decoder_is_heard_whole(ear: Ear) -> None:
    verdict = ear.phrase(quiet(6.0) + flite("a refund"), CHOICES)
    assert isinstance(verdict, Accepted)
    assert verdict.choice == "refund"


def test_a_number_is_said_read_back_and_taken_by_the_turns_of_a_call(ear: Ear) -> None:
    tally = trials.number(
        ear, "5724", [flite("five seven two four")] * 3, lambda yes: flite("yes" if yes else "no")
    )
    assert tally == Tally(Counter({End.AT_ONCE: 1}), tries=1, believed=1)


def test_an_answer_that_is_not_understood_twice_is_given_by_key(ear: Ear) -> None:
    tally = trials.number(ear, "5724", [flite("five seven two four")] * 3, lambda _: flite("goodbye then"))
    assert tally == Tally(Counter({End.AT_ONCE: 1}), tries=1, believed=1, keyed=1)


def test_a_number_that_is_read_back_wrong_is_never_taken_and_each_is_asked_about_once(ear: Ear) -> None:
    tally = trials.number(
        ear, "4025", [flite("five seven two four")] * 4, lambda yes: flite("yes" if yes else "no")
    )
    assert tally.ends == Counter({End.GIVEN_UP: 1})
    assert tally.tries == HEARINGS
    assert tally.wrongly_believed + tally.wrong_in_doubt == tally.believed + tally.in_doubt > HEARINGS
