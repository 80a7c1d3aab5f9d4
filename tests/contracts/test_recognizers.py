"""Whoever hears a caller keeps the same contract: the stand-in, PocketSphinx, Vosk."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from speech.recognizer import MOST_ALTERNATIVES, NOTHING_YET, Decoder, Recognizer, RecognizerFault
from speech.requests import DIGITS, MOST_LENGTHS, Alternative, Kind, ListenRequest
from speech.scripted import ScriptedRecognizer, sound_of
from tests import voices


@dataclass(frozen=True)
class Ear:
    """A recogniser, words that it hears well and one that it does not know, and how they sound."""

    recognizer: Recognizer
    words: tuple[str, str, str]
    unknown: str
    say: Callable[[str], bytes]

    def hears(self, *phrases: str, kind: Kind = Kind.CHOICE, longest: int = 0) -> Decoder:
        language = self.recognizer.language
        return self.recognizer.decoder(
            ListenRequest("CA1", 1, language, kind, phrases, min(1, longest), longest)
        )


@pytest.fixture(params=["scripted", "pocketsphinx", "vosk"])
def ear(request: pytest.FixtureRequest) -> Ear:
    if request.param == "scripted":
        said = ("payments", "refund", "my account")
        return Ear(ScriptedRecognizer("en", unknown={"zyzzyx"}), said, "zyzzyx", sound_of)
    if request.param == "pocketsphinx":
        return Ear(voices.sphinx(), ("payments", "refund", "my account"), "zyzzyx", voices.flite)
    korean = ("네", "아니요", "환불")
    return Ear(voices.vosk(), korean, "zyzzyx", lambda text: voices.espeak(text, "ko"))


def heard(decoder: Decoder, sound: bytes, samples: int = 800) -> tuple[Alternative, ...]:
    for piece in voices.in_pieces(sound, samples):
        decoder.feed(piece)
    return decoder.finish()


def test_what_is_said_is_heard_first(ear: Ear) -> None:
    for said in ear.words:
        found = heard(ear.hears(*ear.words), ear.say(said))
        assert found, said
        assert found[0].words == said


def test_silence_is_nothing(ear: Ear) -> None:
    assert heard(ear.hears(*ear.words), voices.quiet(1.5)) == ()
    assert heard(ear.hears(*ear.words), bytes(16_000)) == ()
    assert ear.hears(*ear.words).finish() == ()


def test_the_size_of_the_pieces_does_not_matter(ear: Ear) -> None:
    sound = ear.say(ear.words[1])
    found = {heard(ear.hears(*ear.words), sound, samples) for samples in (len(sound), 1600, 161, 80)}
    assert {one[0].words for one in found} == {ear.words[1]}


def test_alternatives_are_sorted_once_each_and_their_sureness_is_a_share(ear: Ear) -> None:
    found = heard(ear.hears(*ear.words), ear.say(f"{ear.words[0]} {ear.words[2]}"))
    assert len(found) <= MOST_ALTERNATIVES
    assert len({one.words for one in found}) == len(found)
    assert list(found) == sorted(found, key=lambda one: -one.sure)
    assert all(0 <= one.sure <= 1 for one in found)


def test_a_phrase_with_an_unknown_word_is_left_out_and_the_others_are_heard(ear: Ear) -> None:
    phrases = (f"{ear.words[0]} {ear.unknown}", ear.unknown, ear.words[1])
    assert heard(ear.hears(*phrases), ear.say(ear.words[1]))[0].words == ear.words[1]
    assert all(ear.unknown not in one.words for one in heard(ear.hears(*phrases), ear.say(ear.words[0])))


def test_where_nothing_may_be_said_nothing_is_heard(ear: Ear) -> None:
    assert heard(ear.hears(), ear.say(ear.words[0])) == ()
    assert heard(ear.hears(ear.unknown), ear.say(ear.words[0])) == ()
    assert heard(ear.hears("", "  ", "?!"), ear.say(ear.words[0])) == ()


def test_it_knows_its_words(ear: Ear) -> None:
    assert all(ear.recognizer.knows(word) for said in ear.words for word in said.split())
    assert not ear.recognizer.knows(ear.unknown)
    assert not ear.recognizer.knows("")


def test_a_finished_utterance_is_finished(ear: Ear) -> None:
    decoder = ear.hears(*ear.words)
    decoder.finish()
    with pytest.raises(RecognizerFault, match="finished"):
        decoder.finish()
    with pytest.raises(RecognizerFault, match="finished"):
        decoder.feed(bytes(320))


def test_half_a_sample_is_refused_in_words(ear: Ear) -> None:
    with pytest.raises(RecognizerFault, match="half a sample"):
        ear.hears(*ear.words).feed(bytes(321))


def test_two_utterances_at_once_do_not_mix(ear: Ear) -> None:
    first, second = ear.hears(*ear.words), ear.hears(*ear.words)
    here, there = (voices.in_pieces(ear.say(said), 800) for said in ear.words[:2])
    for number in range(max(len(here), len(there))):
        for decoder, pieces in ((first, here), (second, there)):
            decoder.feed(b"".join(pieces[number : number + 1]))
            decoder.partial()
    assert [one.finish()[0].words for one in (first, second)] == list(ear.words[:2])


def test_what_is_said_so_far_is_told_before_the_end(ear: Ear) -> None:
    decoder = ear.hears(*ear.words)
    assert decoder.partial() == NOTHING_YET
    told = set()
    for piece in voices.in_pieces(ear.say(ear.words[1]), 800):
        decoder.feed(piece)
        told.add(decoder.partial().words)
    assert ear.words[1] in told


def test_beside_a_number_phrases_are_heard(ear: Ear) -> None:
    decoder = ear.hears(ear.words[1], kind=Kind.NUMBER, longest=4)
    assert heard(decoder, ear.say(ear.words[1]))[0].words == ear.words[1]


def test_the_places_of_a_number_are_ten_digits_each_and_few_enough_to_be_handed_on(ear: Ear) -> None:
    decoder = ear.hears(ear.words[1], kind=Kind.NUMBER, longest=4)
    heard(decoder, ear.say(ear.words[0]))
    assert len(decoder.places()) <= MOST_LENGTHS
    assert all(0 < len(one) <= 4 * DIGITS and len(one) % DIGITS == 0 for one in decoder.places())


def test_what_is_no_number_has_no_places(ear: Ear) -> None:
    for decoder in (ear.hears(*ear.words), ear.hears(ear.words[1], kind=Kind.NUMBER, longest=4)):
        heard(decoder, ear.say(ear.words[1]))
        assert decoder.places() == ()
