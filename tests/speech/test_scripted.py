"""What is written into sound is heard again."""

from speech import mulaw
from speech.requests import Alternative, Kind, ListenRequest
from speech.scripted import ScriptedRecognizer, sound_of

ASKED = ListenRequest("CA1", 3, "en", Kind.NUMBER, ("a person",), 2, 4)


def heard(sound: bytes, request: ListenRequest = ASKED) -> tuple[Alternative, ...]:
    decoder = ScriptedRecognizer().decoder(request)
    decoder.feed(sound)
    return decoder.finish()


def test_alternatives_and_their_sureness_are_written_into_the_sound() -> None:
    said = (Alternative("double two oh", 0.6), Alternative("two two oh", 0.3))
    assert heard(sound_of(*said)) == said


def test_a_line_and_a_gate_that_cuts_the_beginning_change_nothing() -> None:
    sound = mulaw.to_samples(mulaw.from_samples(sound_of("a person")))
    assert heard(sound[602:4002]) == (Alternative("a person", 1.0),)


def test_what_the_question_does_not_allow_is_not_heard() -> None:
    assert heard(sound_of("one two three four five")) == ()
    assert heard(sound_of("payments")) == ()
    assert heard(sound_of("payments"), ListenRequest("CA1", 3, "en", Kind.OPEN, ())) == (
        Alternative("payments", 1.0),
    )
