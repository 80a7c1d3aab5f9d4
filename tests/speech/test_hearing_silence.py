"""What a decoder is fed of an utterance: every word with its pauses, and little of the silence behind."""

from speech import mulaw
from speech.decoder_words import Event, Spoken
from speech.hearing import Hearing
from speech.listener import ENDS, FRAME_MS, PRE_ROLL, TAIL
from speech.requests import BYTES_A_SAMPLE, RATE, Kind, ListenRequest
from speech.scripted import ScriptedDecoder, ScriptedRecognizer, sound_of
from speech.vad import ByLoudness
from tests.voices import quiet

CHOICE = ListenRequest("CA1", 1, "en", Kind.CHOICE, ("my account",))


class Fed(ScriptedRecognizer):
    """Keeps what its decoders are fed, one after the other."""

    def __init__(self, *, pays_for_silence: bool) -> None:
        super().__init__()
        self.pays_for_silence = pays_for_silence
        self.sounds: list[bytes] = []

    def decoder(self, request: ListenRequest) -> ScriptedDecoder:
        decoder, fed, place = super().decoder(request), self.sounds, len(self.sounds)
        fed.append(b"")
        inner = decoder.feed

        def feed(sound: bytes) -> None:
            fed[place] += sound
            inner(sound)

        decoder.feed = feed  # type: ignore[method-assign]
        return decoder


def of(frames: int) -> int:
    """Bytes of so many frames."""
    return frames * FRAME_MS * RATE // 1_000 * BYTES_A_SAMPLE


def fed(*parts: bytes, pays_for_silence: bool = True) -> tuple[list[bytes], list[Event]]:
    """What the decoders were fed of it, and what was told."""
    recognizer, told = Fed(pays_for_silence=pays_for_silence), list[Event]()
    hearing = Hearing({"en": recognizer}, ByLoudness(), told.append)
    hearing.listen(1, CHOICE, 0)
    line = mulaw.from_samples(b"".join(parts))
    for start in range(0, len(line), 800):
        hearing.sound(start, line[start : start + 800])
    return recognizer.sounds, told


def test_a_pause_between_words_is_decoded_whole_and_the_end_is_not_waited_for_with_the_decoder() -> None:
    words = sound_of("my account", seconds=0.6)
    pause = quiet(0.3)
    (sound,), told = fed(quiet(1.0), words, pause, words, quiet(2.0))
    heard = mulaw.to_samples(mulaw.from_samples(words + pause + words + quiet(TAIL * FRAME_MS / 1_000)))
    assert sound.endswith(heard)
    assert len(sound) - len(heard) <= of(PRE_ROLL)
    (spoken,) = [one for one in told if isinstance(one, Spoken)]
    assert spoken.heard.alternatives[0].words == "my account"


def test_whoever_does_not_pay_for_silence_is_fed_it_to_the_end_of_the_utterance() -> None:
    words = sound_of("my account", seconds=0.6)
    (sound,), _ = fed(quiet(1.0), words, quiet(2.0), pays_for_silence=False)
    silence = ENDS[Kind.CHOICE] - 1
    assert sound.endswith(mulaw.to_samples(mulaw.from_samples(words + quiet(silence * FRAME_MS / 1_000))))


def test_silence_that_was_held_back_of_one_utterance_is_none_of_the_next() -> None:
    cough = sound_of("", seconds=0.08)
    words = sound_of("my account", seconds=0.6)
    sounds, _ = fed(quiet(1.0), cough, quiet(1.0), words, quiet(2.0))
    assert len(sounds) == 2
    assert len(sounds[1]) <= of(PRE_ROLL + TAIL) + len(words)
