"""A number that is heard while it is said is heard as it is from its whole sound."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench.hearing.sounds import People, numbers
from speech.requests import RATE, Alternative, Kind, ListenRequest
from speech.sphinx.alone import Alone, Phrases
from speech.sphinx.cepstra import features
from speech.sphinx.mixtures import Mixtures
from speech.sphinx.net import Net
from speech.sphinx.places import Places
from speech.sphinx.telephone_sound import Tight, samples_of, tight
from speech.sphinx.word_chains import Word, chains
from tests import voices
from tests.house.plan import ROOT

PIECE = RATE // 10
PHRASES = ("a person", "stop my money", "I lost my phone", "again")
SIX = ListenRequest("CA1", 1, "en", Kind.NUMBER, PHRASES, 6, 6, "damm")
# Recordings of real people; where they are not, nobody is asked to say them.
PEOPLE = [one for up in ("..", "../..") if (one := ROOT / up / "shared/data/spoken-digits").is_dir()][:1]


def in_one_piece(asked: ListenRequest, sound: bytes) -> tuple[Alternative, ...]:
    decoder = voices.sphinx().decoder(asked)
    decoder.feed(sound)
    return decoder.finish()


def while_it_is_said(asked: ListenRequest, sound: bytes) -> tuple[Alternative, ...]:
    decoder = voices.sphinx().decoder(asked)
    for piece in voices.in_pieces(sound, PIECE):
        decoder.feed(piece)
        decoder.partial()
    return decoder.finish()


def assert_heard_alike(asked: ListenRequest, sound: bytes) -> None:
    whole, grown = in_one_piece(asked, sound), while_it_is_said(asked, sound)
    assert [one.words for one in grown] == [one.words for one in whole]
    assert [one.sure for one in grown] == pytest.approx([one.sure for one in whole], abs=1e-3)


@pytest.mark.parametrize("voice", voices.FLITE_VOICES)
@pytest.mark.parametrize(
    "said", ["seven three zero two one three", "double four, nine eight two five", "a person"]
)
def test_a_made_voice_is_heard_alike_in_pieces_and_whole(said: str, voice: str) -> None:
    assert_heard_alike(SIX, voices.flite(said, voice))


@pytest.mark.parametrize("people", PEOPLE)
@pytest.mark.parametrize("length", [4, 6, 10])
def test_people_are_heard_alike_in_pieces_and_whole(length: int, people: Path) -> None:
    recordings = People(people)
    asked = ListenRequest("CA1", 1, "en", Kind.NUMBER, PHRASES, length, length, "damm")
    for speaker in recordings.speakers():
        chance = random.Random(f"{speaker} {length}")
        (number,) = numbers(length, 1, "damm", chance)
        assert_heard_alike(asked, recordings.number(speaker, number, chance))


def test_what_is_said_behind_a_phrase_s_length_is_heard_alike() -> None:
    sound = voices.flite("seven three zero two one three") * 3
    assert len(tight(samples_of(sound))) > RATE * 6
    assert_heard_alike(ListenRequest("CA1", 1, "en", Kind.NUMBER, PHRASES, 3, 20), sound)


def louder(first: str, then: str) -> bytes:
    """Words on a line that is quiet at first, so that its noise is taken for speech for two seconds."""
    parts = [voices.flite(words)[RATE * 6 // 10 : -RATE * 8 // 10] for words in (first, then)]
    noise = np.random.default_rng(3).normal(0, 60, RATE * 2).astype("<i2").tobytes()
    return voices.quiet(0.2) + parts[0] + noise + parts[1] + noise


def test_a_line_that_turns_out_louder_than_it_was_is_heard_alike() -> None:
    assert_heard_alike(SIX, louder("seven three zero", "two one three"))


def test_an_utterance_that_goes_on_is_cut_as_it_is_whole() -> None:
    sound = louder("five two", "nine nine") + bytes(6)
    grown, chosen_anew = Tight(), 0
    for piece in voices.in_pieces(sound, 161):
        grown.feed(piece)
        before = len(grown)
        chosen_anew += grown.look() < before
    assert chosen_anew
    assert np.array_equal(grown.since(0), tight(samples_of(sound)))
    assert np.array_equal(grown.since(20), tight(samples_of(sound))[1_600:])


def test_a_phrase_alone_is_as_likely_as_a_number_of_one_word() -> None:
    words = (Word((("T", "UW"),), 0), Word((("F", "AY", "V"), ("T", "UW")), 1))
    model = voices.sphinx_model()
    heard = features(tight(samples_of(voices.flite("five two"))))
    among = chains(model, words)
    alone = replace(chains(model, words, alone=True), pause_costs=among.pause_costs)
    likely = Mixtures(model, among.scored).likelihoods(heard)
    net, phrases = Net(among, 1), Phrases(alone)
    number, phrase = Places(net, 2), Alone(phrases)
    number.follow(likely, 0)
    phrase.follow(Mixtures(model, alone.scored).likelihoods(heard), 0)
    assert phrase.likely() == pytest.approx(dict(enumerate(number.of_length(1)[0].tolist())), abs=0.05)
    assert phrase.likely()[1] > phrase.likely()[0]
