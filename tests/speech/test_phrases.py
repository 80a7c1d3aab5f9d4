"""Phrases by PocketSphinx's model: every rival, and any sounds at all, are known from one hearing."""

from itertools import pairwise

import numpy as np
import pytest

from speech.recognizer import NOTHING_YET, UNKNOWN, SoFar
from speech.requests import RATE, Kind, ListenRequest
from speech.sphinx.any_sounds import AnySounds, Loop
from speech.sphinx.cepstra import features
from speech.sphinx.mixtures import Mixtures
from speech.sphinx.model import STATES
from speech.sphinx.telephone_sound import samples_of, tight
from tests import voices

PHRASES = ("payments", "a payment failed", "my refund", "a person", "repeat that", "stop my money")
PIECE = RATE // 10
ASKED = ListenRequest("CA1", 1, "en", Kind.CHOICE, PHRASES)


def so_far(sound: bytes) -> list[SoFar]:
    """What was told of it, tenth of a second by tenth."""
    decoder = voices.sphinx().decoder(ASKED)
    told = []
    for piece in voices.in_pieces(sound, PIECE):
        decoder.feed(piece)
        told.append(decoder.partial())
    return told


@pytest.mark.parametrize("voice", voices.FLITE_VOICES)
@pytest.mark.parametrize("said", ["a payment, failed", "stop, my, money", "my... refund"])
def test_somebody_may_pause_between_two_words_of_a_phrase(said: str, voice: str) -> None:
    decoder = voices.sphinx().decoder(ASKED)
    decoder.feed(voices.flite(said, voice))
    (found, *_) = decoder.finish()
    assert found.words == said.replace(",", "").replace("...", "")
    assert found.sure > 0.8


@pytest.mark.parametrize("voice", voices.FLITE_VOICES)
def test_every_phrase_is_weighed_and_their_parts_are_one_at_most(voice: str) -> None:
    decoder = voices.sphinx().decoder(ASKED)
    decoder.feed(voices.flite("a payment failed", voice))
    found = decoder.finish()
    assert {one.words for one in found} == set(PHRASES)
    assert sum(one.sure for one in found) <= 1
    assert all(one.sure >= other.sure for one, other in pairwise(found))


def test_a_phrase_is_known_while_it_is_said_and_stays() -> None:
    told = [one.words for one in so_far(voices.flite("stop my money"))]
    known = told.index("stop my money")
    assert known * PIECE < 0.8 * RATE  # 0.3 s of it before anybody speaks
    assert set(told[known:]) == {"stop my money"}


@pytest.mark.parametrize("nonsense", ["purple elephants dance at midnight", "nobody knows the trouble"])
def test_what_is_no_phrase_is_not_on_the_way_to_one(nonsense: str) -> None:
    told = so_far(voices.flite(nonsense))
    behind = told[len(told) // 2 :]
    assert set(behind) == {NOTHING_YET}


def test_what_answers_the_question_is_meant_rather_than_what_is_said_everywhere() -> None:
    said = ("yes", "yeah", "no", "back", "go back", "a person")
    sound = voices.flite("yeah", "kal16")
    meant = {}
    for own in (0, 3):
        decoder = voices.sphinx().decoder(ListenRequest("CA1", 1, "en", Kind.CHOICE, said, own=own))
        decoder.feed(sound)
        meant[own] = decoder.finish()[0].words
    assert meant == {0: "back", 3: "yeah"}
    for phrase in said[3:]:
        decoder = voices.sphinx().decoder(ListenRequest("CA1", 1, "en", Kind.CHOICE, said, own=3))
        decoder.feed(voices.flite(phrase, "rms"))
        assert decoder.finish()[0].words == phrase


@pytest.mark.parametrize("voice", voices.FLITE_VOICES)
@pytest.mark.parametrize(
    ("said", "phrase"),
    [
        ("hello, I would like to talk about my refund", "my refund"),
        ("well you see, a payment failed, I think", "a payment failed"),
        ("yes please stop my money now", "stop my money"),
    ],
)
def test_a_phrase_with_other_words_around_it_is_found_and_told_as_that(
    said: str, phrase: str, voice: str
) -> None:
    decoder = voices.sphinx().decoder(ASKED)
    for piece in voices.in_pieces(voices.flite(said, voice), PIECE):
        decoder.feed(piece)
    (found, *_) = decoder.finish()
    assert found.words == f"{UNKNOWN} {phrase} {UNKNOWN}"
    assert found.sure > 0.5


@pytest.mark.parametrize(
    "talk", ["good morning how are you today", "my neighbour bought a new car yesterday"]
)
def test_talk_without_a_phrase_in_it_is_none(talk: str) -> None:
    decoder = voices.sphinx().decoder(ASKED)
    decoder.feed(voices.flite(talk, "rms"))
    assert all(one.sure < 0.5 for one in decoder.finish())


def test_of_two_phrases_in_each_other_the_longer_one_is_found() -> None:
    phrases = ("my account", "my account was hacked", "again")
    decoder = voices.sphinx().decoder(ListenRequest("CA1", 1, "en", Kind.CHOICE, phrases))
    decoder.feed(voices.flite("hello there, my account was hacked yesterday", "rms"))
    assert decoder.finish()[0].words == f"{UNKNOWN} my account was hacked {UNKNOWN}"


def test_no_phrase_is_as_long_as_a_sentence() -> None:
    sound = voices.flite("stop my money") * 5
    assert len(tight(samples_of(sound))) > 5 * RATE
    decoder = voices.sphinx().decoder(ASKED)
    decoder.feed(sound)
    assert decoder.partial() == NOTHING_YET
    assert all(UNKNOWN in one.words for one in decoder.finish())


def test_any_sounds_are_as_likely_whole_and_while_they_come() -> None:
    model = voices.sphinx_model()
    loop = Loop(model)
    frames = features(tight(samples_of(voices.flite("the weather is nice today"))))
    heard = Mixtures(model, np.unique(loop.states)).likelihoods(frames)
    heard = heard[:, np.searchsorted(np.unique(loop.states), loop.states)]
    whole, grown = AnySounds(loop), AnySounds(loop)
    whole.follow(heard, 0)
    wrong = heard.copy()
    wrong[40:] -= 5  # what was thought of the last frames turns out otherwise
    grown.follow(wrong[:50], 0)
    grown.follow(heard, 40)
    assert grown.likely == pytest.approx(whole.likely, rel=1e-6)


def test_no_single_sound_is_likelier_than_any_sounds() -> None:
    model = voices.sphinx_model()
    loop = Loop(model)
    frames = features(tight(samples_of(voices.flite("no"))))
    states = np.unique(loop.states)
    heard = Mixtures(model, states).likelihoods(frames)[:, np.searchsorted(states, loop.states)]
    any_sounds = AnySounds(loop)
    any_sounds.follow(heard, 0)
    best_of_each = float(heard.max(1).sum())
    one_phone = max(
        float(heard[:, first : first + STATES].max(1).sum()) for first in range(0, loop.size, STATES)
    )
    assert one_phone < any_sounds.likely < best_of_each
