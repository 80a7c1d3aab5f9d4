"""A stream comes in by its socket and what was said is proposed: real processes, a scripted recogniser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from speech.mailbox_keys import speaking_key
from speech.requests import Alternative, Service
from speech.scripted import sound_of
from tests.speech.streaming import QUIET, SpeechProcess, asked, awaited, scripted_process

pytestmark = pytest.mark.xdist_group("speech process")  # one for all


@pytest.fixture(scope="module")
def ears(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SpeechProcess]:
    with scripted_process(redis_url, tmp_path_factory.mktemp("speech")) as running:
        yield running


def test_what_is_said_is_proposed_and_the_call_is_moved(ears: SpeechProcess) -> None:
    with ears.stream(1) as stream:
        stream.begin()
        ears.ask(asked(stream.call, 3, "refund", "account"))
        stream.quiet(0.5)
        stream.say(sound_of("refund", seconds=0.6))
        stream.quiet(0.6)
        heard = ears.heard(stream.call, 3)
    assert heard.alternatives == (Alternative("refund", 1.0),)
    assert heard.recognizer == "scripted"
    assert 0.4 <= heard.seconds <= 0.8
    awaited(lambda: f"{stream.call} 3" in ears.moves())


def test_who_speaks_is_seen_before_the_sentence_is_over(ears: SpeechProcess) -> None:
    with ears.stream(2) as stream:
        stream.begin()
        ears.ask(asked(stream.call, 1, "refund"))
        stream.quiet(0.5)
        stream.say(sound_of("refund", seconds=0.6))
        awaited(lambda: ears.mailbox.look(stream.call, 1).speaking)
        assert ears.mailbox.look(stream.call, 1).heard is None
        assert ears.moves() == [move for move in ears.moves() if stream.call not in move]


def test_a_click_is_nobody_who_is_waited_for(ears: SpeechProcess) -> None:
    with ears.stream(12) as stream:
        stream.begin()
        ears.ask(asked(stream.call, 1, "refund"))
        stream.quiet(0.5)
        stream.say(sound_of("refund", seconds=0.08))
        stream.quiet(0.02)  # what is handed over at once is whole: 100 ms
        awaited(lambda: ears.mailbox.look(stream.call, 1).speaking)
        ears.redis.persist(speaking_key(stream.call, 1))  # it does not lapse by itself
        stream.quiet(0.6)
        awaited(lambda: not ears.mailbox.look(stream.call, 1).speaking)
        assert ears.mailbox.look(stream.call, 1).heard is None


def test_what_was_asked_before_the_stream_came_is_heard(ears: SpeechProcess) -> None:
    with ears.stream(3) as stream:
        ears.mailbox.ask(asked(stream.call, 7, "account"))
        stream.begin()
        stream.quiet(0.5)
        stream.say(sound_of("account", seconds=0.6))
        stream.quiet(0.6)
        assert ears.heard(stream.call, 7).alternatives == (Alternative("account", 1.0),)


def test_sound_without_words_moves_nobody_and_a_better_answer_takes_its_place(ears: SpeechProcess) -> None:
    with ears.stream(4) as stream:
        stream.begin()
        ears.ask(asked(stream.call, 1, "refund"))
        stream.quiet(0.5)
        stream.say(sound_of("banana", seconds=0.6))
        stream.quiet(0.6)
        assert ears.heard(stream.call, 1).alternatives == ()
        assert not ears.heard(stream.call, 1).lost
        stream.say(sound_of("refund", seconds=0.6))
        stream.quiet(0.6)
        awaited(lambda: ears.heard(stream.call, 1).alternatives)
        awaited(lambda: f"{stream.call} 1" in ears.moves())
    assert ears.moves().count(f"{stream.call} 1") == 1


def test_words_over_a_prompt_cut_it_short_and_then_bring_the_answer(ears: SpeechProcess) -> None:
    with ears.stream(5) as stream:
        stream.begin()
        ears.ask(asked(stream.call, 1, "refund", prompt=30.0))
        stream.quiet(1.0)
        stream.say(sound_of("refund", seconds=0.8))
        awaited(lambda: f"{stream.call} 1" in ears.moves())
        assert ears.mailbox.look(stream.call, 1).heard is None
        stream.quiet(0.6)
        assert ears.heard(stream.call, 1).alternatives
        awaited(lambda: ears.moves().count(f"{stream.call} 1") == 2)


def test_the_next_turn_is_heard_on_the_same_stream_and_the_last_one_no_more(ears: SpeechProcess) -> None:
    with ears.stream(6) as stream:
        stream.begin()
        for turn, word in enumerate(("refund", "account", "refund"), 1):
            ears.ask(asked(stream.call, turn, "refund", "account"))
            stream.quiet(0.6)
            stream.say(sound_of(word, seconds=0.6))
            stream.quiet(0.6)
            assert ears.heard(stream.call, turn).alternatives == (Alternative(word, 1.0),)
        ears.mailbox.ask(asked(stream.call, 2, "account"))
        stream.say(sound_of("account", seconds=0.6))
        stream.quiet(0.6)
        assert ears.heard(stream.call, 2).alternatives == (Alternative("account", 1.0),)
        assert ears.heard(stream.call, 3).alternatives == (Alternative("refund", 1.0),)


def test_calls_do_not_hear_each_other(ears: SpeechProcess) -> None:
    with ears.stream(7) as one, ears.stream(8) as other:
        for stream, word in ((one, "refund"), (other, "account")):
            stream.begin()
            ears.ask(asked(stream.call, 1, "refund", "account"))
            stream.quiet(0.5)
            stream.say(sound_of(word, seconds=0.6))
        for stream, word in ((one, "refund"), (other, "account")):
            stream.quiet(0.6)
            assert ears.heard(stream.call, 1).alternatives == (Alternative(word, 1.0),)


def test_a_younger_stream_of_a_call_takes_the_place_of_an_older_one(ears: SpeechProcess) -> None:
    with ears.stream(9) as older, ears.stream(9, "ears-2") as younger:
        older.begin()
        younger.begin()
        older.frame(QUIET)  # one: by a second one it may be closed
        assert older.closed() == 1008
        ears.ask(asked(younger.call, 1, "refund"))
        younger.quiet(0.5)
        younger.say(sound_of("refund", seconds=0.6))
        younger.quiet(0.6)
        assert ears.heard(younger.call, 1).alternatives
        assert ears.mailbox.stream_of(younger.call) == "ears-2"


def test_a_stream_that_stops_is_closed_and_not_open_any_more(ears: SpeechProcess) -> None:
    with ears.stream(10) as stream:
        stream.begin()
        stream.quiet(0.1)
        stream.stop()
        assert stream.closed() == 1000
        awaited(lambda: not ears.mailbox.stream_of(stream.call))


def test_it_says_what_it_hears_and_how_many_are_free(ears: SpeechProcess) -> None:
    awaited(lambda: ears.mailbox.service() == Service({"en": "scripted"}, 20))
    with ears.stream(11) as stream:
        stream.begin()
        awaited(lambda: ears.mailbox.service() == Service({"en": "scripted"}, 19))
        health = ears.health()
        assert health.pop("lag") < 30.0
        assert 0.0 < health.pop("working") < 2.0
        assert health == {"status": 200, "languages": {"en": "scripted"}, "free": 19, "streams": 1}
    awaited(lambda: ears.mailbox.service() == Service({"en": "scripted"}, 20))
