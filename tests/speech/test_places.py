"""How likely each digit is at each place, against the slow way: every number by itself."""

from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from speech.sphinx.cepstra import features
from speech.sphinx.mixtures import Mixtures
from speech.sphinx.model import Figures, SphinxModel
from speech.sphinx.net import Net
from speech.sphinx.places import Places
from speech.sphinx.telephone_sound import samples_of, tight
from speech.sphinx.word_chains import Chains, Word, chains
from tests import voices

TWO, FIVE, EIGHT, DOUBLE = (("T", "UW"),), (("F", "AY", "V"),), (("EY", "T"),), (("D", "AH", "B", "AH", "L"),)
WORDS = (Word(TWO, 0, 3.0), Word(FIVE, 1, -4.0), Word(EIGHT, 2), Word(DOUBLE, -1, -5.0, 2))


@cache
def model() -> SphinxModel:
    return voices.sphinx_model()


def heard(words: tuple[Word, ...], said: str) -> tuple[Chains, Figures]:
    drawn = chains(model(), words)
    mixtures = Mixtures(model(), drawn.scored)
    return drawn, mixtures.likelihoods(features(tight(samples_of(voices.flite(said)))))


def followed(words: tuple[Word, ...], said: str, longest: int) -> Places:
    drawn, likely = heard(words, said)
    net = Net(drawn, longest)
    places = Places(net, 3)
    places.follow(likely, 0)
    return places


def best(words: tuple[Word, ...], said: str, length: int) -> Figures:
    return followed(words, said, length).of_length(length)


def test_at_every_place_the_best_is_the_best_of_all() -> None:
    places = best(WORDS[:3], "five eight two", 3)
    assert places.argmax(1).tolist() == [1, 2, 0]
    assert np.ptp(places.max(1)) < 0.05


def test_words_that_sound_alike_are_as_likely_as_each_other_at_every_place() -> None:
    places = best((Word(TWO, 0), Word(FIVE, 1), Word(FIVE, 2)), "five two", 2)
    assert np.allclose(places[:, 1], places[:, 2], atol=0.05)
    assert places[0, 1] > places[0, 0]


def test_a_doubled_digit_stands_at_two_places() -> None:
    places = best(WORDS, "double five two", 3)
    assert places.argmax(1).tolist() == [1, 1, 0]
    assert all(abs(one - other) < 0.05 for one, other in pairwise(places.max(1)))


def test_the_length_that_was_said_is_the_likeliest() -> None:
    said = followed(WORDS[:3], "five eight two", 5)
    assert next(iter(said.lengths(1))) == 3
    for length, likely in said.lengths(1).items():
        assert said.of_length(length).max() == pytest.approx(likely, abs=0.05)


def test_what_a_word_is_given_is_added_once_for_each_time_it_is_said() -> None:
    plain = best((Word(TWO, 0), Word(FIVE, 1)), "five five", 2).max()
    given = best((Word(TWO, 0), Word(FIVE, 1, 7.0)), "five five", 2).max()
    assert given - plain == pytest.approx(14.0, abs=0.05)
