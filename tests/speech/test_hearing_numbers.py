"""A number that somebody says with pauses is one utterance, from the sound on."""

from collections.abc import Sequence

from msgspec.structs import replace

from speech import mulaw
from speech.decoder_words import Event, Spoken
from speech.hearing import Hearing
from speech.requests import Alternative, Kind, ListenRequest
from speech.scripted import ScriptedRecognizer, sound_of
from speech.vad import ByLoudness
from tests.voices import quiet

PIECE = 800  # bytes of mu-law: 100 ms
NUMBER = ListenRequest("CA1", 1, "en", Kind.NUMBER, ("a person",), 6, 6)
CHECKED = ListenRequest("CA1", 1, "en", Kind.NUMBER, ("a person",), 4, 4, "damm")


def spoken(request: ListenRequest, *parts: bytes) -> Sequence[tuple[float, Spoken]]:
    """What was told, and after how many seconds of the turn."""
    told: list[Event] = []
    found: list[tuple[float, Spoken]] = []
    hearing = Hearing({"en": ScriptedRecognizer()}, ByLoudness(), told.append)
    hearing.listen(1, request, 0)
    line = mulaw.from_samples(b"".join(parts))
    for start in range(0, len(line), PIECE):
        hearing.sound(start, line[start : start + PIECE])
        found += [((start + PIECE) / 8_000, one) for one in told if isinstance(one, Spoken)]
        told.clear()
    return found


def test_a_breath_in_a_number_that_seems_to_have_all_its_digits_does_not_end_it() -> None:
    said = sound_of("one two three four five six", seconds=1.0)
    found = spoken(NUMBER, quiet(0.5), said, quiet(0.64), said, quiet(2.0))
    assert [one.heard.alternatives[0].words for _, one in found] == ["one two three four five six"]
    assert 3.14 + 0.7 <= found[0][0] <= 3.14 + 0.9


def test_a_number_with_a_wrong_check_digit_is_waited_for_and_one_with_the_right_one_is_not() -> None:
    for words, patience in (("five seven two two", 1.2), ("five seven two four", 0.4)):
        found = spoken(CHECKED, quiet(0.5), sound_of(words, seconds=1.0), quiet(2.0))
        assert len(found) == 1
        assert 1.5 + patience <= found[0][0] <= 1.5 + patience + 0.2


def test_a_noise_at_a_number_brings_nothing_to_the_call_and_the_number_after_it_does() -> None:
    request = replace(NUMBER, confirm=0.5)
    noise = sound_of(Alternative("one two three four five six", 0.2), seconds=1.0)
    number = sound_of("six five four three two one", seconds=1.0)
    found = spoken(request, quiet(0.5), noise, quiet(2.0), number, quiet(2.0))
    assert [(one.heard.alternatives[0].sure, one.moves) for _, one in found] == [(0.2, False), (1.0, True)]


def test_at_another_question_what_is_unsure_is_brought_to_the_call_at_once() -> None:
    request = ListenRequest("CA1", 1, "en", Kind.CHOICE, ("a person",))
    found = spoken(request, quiet(0.5), sound_of(Alternative("a person", 0.2)), quiet(2.0))
    assert [one.moves for _, one in found] == [True]
