"""An utterance begins, goes on through pauses and ends; what may cut a prompt; in frames of 20 ms."""

from __future__ import annotations

import pytest

from speech import listener
from speech.listener import Listening, Move, hear
from speech.recognizer import NOTHING_YET, SoFar
from speech.requests import Kind, ListenRequest

CHOICE = ListenRequest("CA1", 1, "en", Kind.CHOICE, ("yes", "no"))
NUMBER = ListenRequest("CA1", 1, "en", Kind.NUMBER, ("a person",), 6, 6)
CHECKED = ListenRequest("CA1", 1, "en", Kind.NUMBER, ("a person",), 4, 4, "damm")
OVER_PROMPT = ListenRequest("CA1", 1, "en", Kind.CHOICE, ("yes", "no"), prompt_seconds=10.0)


def frames(seconds: float) -> int:
    return round(seconds * 50)


def played(
    request: ListenRequest, *spans: tuple[float, bool], words: str = "", is_long: bool = False
) -> list[Move]:
    """What is done with each frame of spans of so many seconds, with a voice or without."""
    return walked(request, *spans, so_far=SoFar(words, is_long))[0]


def walked(
    request: ListenRequest, *spans: tuple[float, bool], so_far: SoFar = NOTHING_YET
) -> tuple[list[Move], Listening]:
    listening, moves = Listening(), []
    for seconds, voiced in spans:
        for _ in range(frames(seconds)):
            listening, move = hear(request, listening, voiced=voiced, so_far=so_far)
            moves.append(move)
            if move in {Move.END, Move.DROP}:
                return moves, listening
    return moves, listening


def test_nobody_speaks_and_nothing_is_decoded() -> None:
    assert set(played(CHOICE, (20.0, False))) == {Move.WAIT}


def test_an_utterance_begins_after_three_voiced_frames_and_ends_after_a_silence() -> None:
    moves = played(CHOICE, (1.0, False), (0.5, True), (2.0, False))
    assert moves.index(Move.BEGIN) == frames(1.0) + listener.ONSET - 1
    assert moves[-1] is Move.END
    assert len(moves) == frames(1.5) + listener.ENDS[Kind.CHOICE]
    assert 0.3 <= listener.ENDS[Kind.CHOICE] / 50 <= 0.5


def test_the_pre_roll_reaches_back_to_where_the_softest_digits_begin() -> None:
    noticed_late = 0.3  # of a "six" and a "four" over a telephone, at most
    assert frames(noticed_late) <= listener.PRE_ROLL - (listener.ONSET - 1)


def test_a_pause_inside_does_not_end_it() -> None:
    moves = played(CHOICE, (1.0, False), (0.3, True), (0.3, False), (0.3, True), (1.0, False))
    assert moves.count(Move.BEGIN) == 1
    assert len(moves) > frames(1.9)


def test_nothing_begins_in_the_first_quarter_of_a_second() -> None:
    moves = played(CHOICE, (3.0, True))
    assert moves.index(Move.BEGIN) == frames(0.25)


def test_a_click_is_dropped() -> None:
    moves = played(CHOICE, (1.0, False), (0.06, True), (1.0, False))
    assert moves[-1] is Move.DROP


def test_scattered_frames_with_a_voice_begin_nothing() -> None:
    assert Move.BEGIN not in played(CHOICE, (1.0, False), *[(0.02, True), (0.02, False)] * 50)


def test_a_number_is_waited_for_longer_until_it_is_whole() -> None:
    spans = ((1.0, False), (0.5, True), (3.0, False))
    assert len(played(NUMBER, *spans)) == frames(1.5) + listener.ENDS[Kind.NUMBER]
    for words in ("one two three four five six", "double one three four five six", "a person"):
        assert len(played(NUMBER, *spans, words=words)) == frames(1.5) + listener.ENDS_WHOLE
    for words in ("one two three four five", "triple one", "one two person"):
        assert len(played(NUMBER, *spans, words=words)) == frames(1.5) + listener.ENDS[Kind.NUMBER]


def test_a_pause_that_people_make_does_not_end_a_number_whose_digits_are_only_counted() -> None:
    six = "one two three four five six"
    moves = played(NUMBER, (1.0, False), (0.5, True), (0.64, False), (0.3, True), (2.0, False), words=six)
    assert len(moves) == frames(2.44) + listener.ENDS_WHOLE


def test_a_right_check_digit_ends_a_number_at_once_and_a_wrong_one_means_that_more_is_to_come() -> None:
    spans = ((1.0, False), (0.5, True), (3.0, False))
    right, wrong = "five seven two four", "five seven two two"
    assert len(played(CHECKED, *spans, words=right)) == frames(1.5) + listener.ENDS_PROVEN
    assert len(played(CHECKED, *spans, words=wrong)) == frames(1.5) + listener.ENDS[Kind.NUMBER]


def test_a_number_that_is_surely_as_long_as_was_asked_for_is_waited_for_no_longer_than_a_breath() -> None:
    spans = ((1.0, False), (0.5, True), (3.0, False))
    wrong, fewer = "five seven two two", "five seven two"
    assert len(played(CHECKED, *spans, words=wrong, is_long=True)) == frames(1.5) + listener.ENDS_WHOLE
    assert len(played(CHECKED, *spans, words=fewer, is_long=True)) == frames(1.5) + listener.ENDS[Kind.NUMBER]


def test_a_long_silence_inside_a_number_is_not_decoded() -> None:
    moves = played(NUMBER, (1.0, False), (0.5, True), (1.1, False), (0.5, True), (3.0, False))
    assert moves.count(Move.SKIP) >= frames(0.4)
    assert moves[frames(2.6) + 1] is Move.FEED


@pytest.mark.parametrize("request_", [CHOICE, ListenRequest("CA1", 1, "en", Kind.OPEN, ("yes",))])
def test_silence_behind_words_is_held_back_until_there_are_more(request_: ListenRequest) -> None:
    moves = played(request_, (1.0, False), (0.5, True), (0.3, False), (0.5, True), (3.0, False))
    pause = moves[frames(1.5) : frames(1.8)]
    assert pause == [Move.FEED] * listener.TAIL + [Move.HOLD] * (frames(0.3) - listener.TAIL)
    assert moves[frames(1.8)] is Move.FEED
    ends = listener.ENDS[request_.kind]
    assert moves[frames(2.3) :] == [
        *[Move.FEED] * listener.TAIL,
        *[Move.HOLD] * (ends - listener.TAIL - 1),
        Move.END,
    ]


@pytest.mark.parametrize("kind", list(Kind))
def test_whoever_never_stops_is_ended(kind: Kind) -> None:
    request = ListenRequest("CA1", 1, "en", kind, ("yes",), 6, 6)
    moves = played(request, (1.0, False), (60.0, True))
    assert moves[-1] is Move.END
    assert len(moves) < frames(30)


def test_words_cut_a_prompt_after_three_tenths_of_a_second_of_voice() -> None:
    _, early = walked(OVER_PROMPT, (1.0, False), (0.28, True))
    _, late = walked(OVER_PROMPT, (1.0, False), (0.32, True))
    assert not listener.cuts(OVER_PROMPT, early, "yes")
    assert listener.cuts(OVER_PROMPT, late, "yes")
    assert not listener.cuts(OVER_PROMPT, late, "")


def test_a_prompt_for_a_number_is_cut_by_two_digits_or_a_phrase_and_not_by_one() -> None:
    asked = ListenRequest("CA1", 1, "en", Kind.NUMBER, ("a person",), 6, 6, prompt_seconds=10.0)
    _, late = walked(asked, (1.0, False), (0.32, True))
    assert not listener.cuts(asked, late, "one")
    for words in ("one two", "double one", "a person"):
        assert listener.cuts(asked, late, words)
    last = ListenRequest("CA1", 1, "en", Kind.NUMBER, (), 1, 1, prompt_seconds=10.0)
    assert listener.cuts(last, late, "one")


def test_there_is_nothing_to_cut_after_the_prompt_and_a_node_can_forbid_it() -> None:
    _, late = walked(OVER_PROMPT, (9.9, False), (0.4, True))
    assert not listener.cuts(OVER_PROMPT, late, "yes")
    deaf = ListenRequest("CA1", 1, "en", Kind.CHOICE, ("yes",), barge_in=False, prompt_seconds=10.0)
    _, speaking = walked(deaf, (1.0, False), (1.0, True))
    assert not listener.cuts(deaf, speaking, "yes")
    assert not listener.moves(deaf, speaking)
    _, after = walked(deaf, (10.0, False), (1.0, True))
    assert listener.moves(deaf, after)


def test_over_a_prompt_a_soft_voice_is_its_echo_and_a_short_one_is_no_answer() -> None:
    start = Listening(elapsed=50)
    assert not listener.is_voice(OVER_PROMPT, start, lambda: listener.LOUD_IN_PROMPT - 1)
    assert listener.is_voice(OVER_PROMPT, start, lambda: listener.LOUD_IN_PROMPT)
    assert listener.is_voice(CHOICE, start, lambda: 10)
    assert played(OVER_PROMPT, (1.0, False), (0.16, True), (1.0, False))[-1] is Move.DROP
    assert played(CHOICE, (1.0, False), (0.16, True), (1.0, False))[-1] is Move.END
