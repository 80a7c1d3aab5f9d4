"""PocketSphinx on a telephone line: numbers keep their length and check, nonsense is no phrase."""

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from foundation.check_digits import valid
from speech.digits import digits_in
from speech.recognizer import NOTHING_YET, RecognizerFault
from speech.requests import RATE, Alternative, Kind, ListenRequest
from speech.sphinx.numbers import Found, sureness
from speech.sphinx.phrases import fit, shares
from speech.sphinx.recognizer import SphinxRecognizer
from speech.sphinx.telephone_sound import samples_of, tight
from tests import voices

NOISE = 700  # of a very bad line, in 16-bit steps
PHRASES = ("payments", "my refund", "a person", "repeat that", "stop my money", "something else")


def heard(request: ListenRequest, sound: bytes) -> tuple[Alternative, ...]:
    decoder = voices.sphinx().decoder(request)
    decoder.feed(sound)
    return decoder.finish()


def test_every_alternative_of_a_number_has_its_length_and_passes_its_check() -> None:
    asked = ListenRequest("CA1", 1, "en", Kind.NUMBER, (), 4, 4, "damm")
    found = heard(asked, voices.flite("five seven two four"))
    numbers = [digits_in(one.words, "en") for one in found]
    assert numbers[0] == "5724"
    assert all(len(number) == 4 and valid("damm", number) for number in numbers)
    assert len(set(numbers)) == len(numbers)


def test_a_doubled_digit_is_one_word_more() -> None:
    asked = ListenRequest("CA1", 1, "en", Kind.NUMBER, (), 4, 4)
    found = heard(asked, voices.flite("seven double four nine"))
    assert digits_in(found[0].words, "en") == "7449"


def test_a_number_that_has_begun_is_not_told_as_a_whole_one() -> None:
    decoder = voices.sphinx().decoder(ListenRequest("CA1", 1, "en", Kind.NUMBER, (), 6, 6, "damm"))
    decoder.feed(voices.flite("five seven"))
    assert 1 <= len(decoder.partial().words.split()) <= 3


def test_what_was_heard_before_changes_nothing() -> None:
    asked = ListenRequest("CA1", 1, "en", Kind.NUMBER, (), 6, 6, "damm")
    sound = voices.flite("seven three zero two one three", "kal16")
    first = heard(asked, sound)
    heard(asked, voices.flite("nine four five eight zero five", "awb"))
    assert heard(asked, sound) == first


def on_a_bad_line(sound: bytes, seed: int) -> bytes:
    noise = np.random.default_rng(seed).normal(0, NOISE, len(sound) // 2)
    return (samples_of(sound) + noise).clip(-32_768, 32_767).astype("<i2").tobytes()


def listened(request: ListenRequest, sound: bytes) -> tuple[tuple[Alternative, ...], tuple[bytes, ...]]:
    decoder = voices.sphinx().decoder(request)
    decoder.feed(sound)
    return decoder.finish(), decoder.places()


def test_two_unsure_hearings_of_a_number_make_a_sure_one() -> None:
    said, asked = "nine one three six", ListenRequest("CA1", 1, "en", Kind.NUMBER, (), 4, 4, "damm")
    sounds = [on_a_bad_line(voices.flite(said, voice), seed) for seed, voice in enumerate(("awb", "rms"))]
    (first, places), (second, _) = (listened(asked, sound) for sound in sounds)
    assert max(one.sure for one in (*first, *second)) < 0.5
    both, _ = listened(replace(asked, before=places), sounds[1])
    assert digits_in(both[0].words, "en") == "9136"
    assert both[0].sure > 0.5


def test_a_number_that_was_refused_is_not_heard_again_and_its_rivals_are() -> None:
    asked = ListenRequest("CA1", 1, "en", Kind.NUMBER, PHRASES, 4, 4, "damm")
    sound = voices.flite("five seven two four")
    found = heard(asked, sound)
    again = heard(replace(asked, refused=("5724",)), sound)
    assert again[0].words == found[1].words
    assert all(digits_in(one.words, "en") != "5724" for one in again)


def test_what_is_no_number_hands_nothing_on() -> None:
    asked = ListenRequest("CA1", 1, "en", Kind.NUMBER, PHRASES, 4, 4, "damm")
    for said in ("my refund", "purple elephants dance at midnight"):
        assert listened(asked, voices.flite(said, "rms"))[1] == ()


def test_a_number_is_sure_enough_to_be_asked_about_however_close_its_rival_is() -> None:
    asked = ListenRequest("CA1", 1, "en", Kind.NUMBER, (), 4, 4)
    noisy = on_a_bad_line(voices.flite("two seven zero nine", "rms"), 1)
    assert heard(asked, noisy)[0].sure > 0.05


def test_the_right_number_is_not_lost_on_the_way_to_a_much_less_likely_one() -> None:
    asked = ListenRequest("CA1", 1, "en", Kind.NUMBER, (), 6, 6, "damm")
    found = heard(asked, voices.flite("six four zero five six eight", "rms"))
    assert digits_in(found[0].words, "en") == "640568"


@pytest.mark.parametrize("nonsense", ["purple elephants dance at midnight", "she sells sea shells"])
def test_a_sentence_that_nobody_offered_is_not_believed(nonsense: str) -> None:
    found = heard(ListenRequest("CA1", 1, "en", Kind.CHOICE, PHRASES), voices.flite(nonsense, "rms"))
    assert all(one.sure < 0.5 for one in found)


@pytest.mark.parametrize("short", ["hello", "one moment", "hmm", "the dog", "a shop", "Monday"])
def test_a_short_word_that_nobody_offered_is_not_believed(short: str) -> None:
    for voice in ("rms", "awb"):
        found = heard(ListenRequest("CA1", 1, "en", Kind.CHOICE, PHRASES), voices.flite(short, voice))
        assert all(one.sure < 0.8 for one in found), voice


@pytest.mark.parametrize("phrase", PHRASES)
def test_a_phrase_that_is_offered_is_believed(phrase: str) -> None:
    found = heard(ListenRequest("CA1", 1, "en", Kind.CHOICE, PHRASES), voices.flite(phrase, "slt"))
    assert found[0].words == phrase
    assert found[0].sure > 0.8


def test_a_number_whose_rival_is_close_is_no_sure_thing() -> None:
    first, close, far = (Found(word, likely, 0.0, 1.0) for word, likely in (("1", 0), ("9", -10), ("2", -90)))
    assert max(sureness([first, close])) < 0.5
    assert sureness([first, far])[0] > 0.8
    assert sureness([first])[0] > 0.8
    assert sureness([]) == []


def test_a_number_that_is_much_less_likely_than_one_with_another_check_digit_is_less_sure() -> None:
    rival = Found("two four", -140.0, 140.0, 1.0)
    owing, owed_nothing = (Found("five seven", -owed, owed, 1.0) for owed in (100.0, 0.0))
    assert sureness([owing, rival])[0] < 0.5 < sureness([owed_nothing, rival])[0]
    assert sureness([Found("one", -9.0, 300.0, 1.0), rival])[0] == 0


def test_a_phrase_has_its_share_of_the_likelihood_and_must_fit_at_all() -> None:
    first, second = shares([-200.0, -210.0])
    assert first + second == pytest.approx(1)
    assert first > second
    assert fit(-200.0, any_sounds=-190.0, frames=50) > 0.9
    assert fit(-9e5, any_sounds=-90.0, frames=10) < 1e-9


@pytest.mark.parametrize(("shortest", "longest"), [(0, 4), (5, 4), (1, 99)])
def test_lengths_that_make_no_sense_are_refused(shortest: int, longest: int) -> None:
    with pytest.raises(ValueError, match="digits"):
        voices.sphinx().decoder(ListenRequest("CA1", 1, "en", Kind.NUMBER, (), shortest, longest))


def test_a_number_of_any_length_has_as_many_digits_as_were_said() -> None:
    asked = ListenRequest("CA1", 1, "en", Kind.NUMBER, (), 3, 8)
    for said in ("five two nine", "seven three zero two one three"):
        found = heard(asked, voices.flite(said))
        assert digits_in(found[0].words, "en") == digits_in(said, "en")


def test_a_sentence_that_nobody_offered_is_no_number() -> None:
    asked = ListenRequest("CA1", 1, "en", Kind.NUMBER, PHRASES, 4, 4, "damm")
    for nonsense in ("purple elephants dance at midnight", "she sells sea shells", "the kettle is boiling"):
        assert all(one.sure < 0.5 for one in heard(asked, voices.flite(nonsense, "rms")))


@pytest.mark.parametrize("phrase", PHRASES)
def test_a_phrase_beside_a_number_is_believed(phrase: str) -> None:
    asked = ListenRequest("CA1", 1, "en", Kind.NUMBER, PHRASES, 6, 6, "damm")
    found = heard(asked, voices.flite(phrase, "slt"))
    assert found[0].words == phrase
    assert found[0].sure > 0.8


@pytest.mark.parametrize("short", ["hello", "hmm", "a shop", "Monday"])
def test_a_short_word_beside_a_number_is_not_believed(short: str) -> None:
    asked = ListenRequest("CA1", 1, "en", Kind.NUMBER, PHRASES, 6, 6, "damm")
    assert all(one.sure < 0.8 for one in heard(asked, voices.flite(short, "awb")))


def test_the_whole_number_is_known_in_the_pause_behind_it() -> None:
    decoder = voices.sphinx().decoder(ListenRequest("CA1", 1, "en", Kind.NUMBER, (), 6, 6, "damm"))
    so_far = []
    for piece in voices.in_pieces(voices.flite("seven three zero two one three"), 800):
        decoder.feed(piece)
        so_far.append(digits_in(decoder.partial().words, "en"))
    assert so_far[-1] == "730213"


def test_a_digit_that_is_said_three_times_at_once_is_heard() -> None:
    asked = ListenRequest("CA1", 1, "en", Kind.NUMBER, PHRASES, 5, 5)
    found = heard(asked, voices.flite("treble four nine one", "rms"))
    assert digits_in(found[0].words, "en") == "44491"


@pytest.mark.parametrize(
    ("said", "is_long"), [("seven three zero two one four", True), ("seven three zero two one", False)]
)
def test_that_all_digits_were_said_is_known_whichever_they_are(said: str, is_long: bool) -> None:  # noqa: FBT001  # a parameter
    decoder = voices.sphinx().decoder(ListenRequest("CA1", 1, "en", Kind.NUMBER, (), 6, 6, "damm"))
    so_far = NOTHING_YET
    for piece in voices.in_pieces(voices.flite(said) + voices.quiet(0.5), 800):
        decoder.feed(piece)
        so_far = decoder.partial()
    assert so_far.is_long is is_long


def test_pauses_are_shortened_and_the_words_stay_whole() -> None:
    tone = (8_000 * np.sin(np.arange(RATE // 2) * 0.5)).astype("<i2").tobytes()
    sound = voices.quiet(1.0) + tone + voices.quiet(1.0) + tone
    assert RATE * 1.1 < len(tight(samples_of(sound))) < RATE * 1.4
    assert len(tight(samples_of(voices.quiet(1.0)))) == 0
    assert len(tight(samples_of(bytes(6)))) == 0


def test_a_folder_without_a_model_is_a_fault_in_words(tmp_path: Path) -> None:
    with pytest.raises(RecognizerFault, match="no dictionary"):
        SphinxRecognizer(tmp_path)
