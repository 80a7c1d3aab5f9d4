"""Under load a stream's oldest sound is dropped and counted; what is newest is heard."""

from datetime import UTC, datetime, timedelta
from typing import cast

from foundation.clock import StoppedClock
from foundation.metrics import SPEECH_DROPPED
from speech.decoder_line import DecoderLine
from speech.decoder_words import Done, Listen, Order, Sound
from speech.listened import PIECE, UNDERWAY, WAITING, Listened
from speech.requests import Kind, ListenRequest

ASKED = ListenRequest("CA1", 1, "en", Kind.CHOICE, ("yes",))


class Frozen:
    """A decoder that takes what it is told, and says nothing."""

    def __init__(self) -> None:
        self.told: list[Order] = []

    def tell(self, order: Order) -> None:
        self.told.append(order)

    def pieces(self) -> list[int]:
        """Where the sound begins that it was told, in pieces."""
        return [one.at // PIECE for one in self.told if isinstance(one, Sound)]


def listened() -> tuple[Listened, Frozen]:
    decoder = Frozen()
    stream = Listened(1, StoppedClock(datetime(2026, 11, 24, 3, tzinfo=UTC)))
    stream.seat(cast("DecoderLine", decoder))
    stream.listen(ASKED)
    assert decoder.told == [Listen(1, ASKED)]
    return stream, decoder


def test_a_decoder_holds_a_few_pieces_and_the_oldest_of_too_many_is_dropped_and_counted() -> None:
    stream, decoder = listened()
    dropped = SPEECH_DROPPED._value.get()
    for _ in range(UNDERWAY + WAITING):
        stream.hear(bytes(PIECE))
    assert decoder.pieces() == list(range(UNDERWAY))
    assert SPEECH_DROPPED._value.get() == dropped
    for _ in range(3):
        stream.hear(bytes(PIECE))
    assert SPEECH_DROPPED._value.get() == dropped + 3
    stream.done(Done(1, UNDERWAY * PIECE, 0.1, 0.1))
    assert decoder.pieces()[UNDERWAY:] == list(range(UNDERWAY + 3, 2 * UNDERWAY + 3))


def test_sound_comes_in_pieces_of_a_tenth_of_a_second_however_it_is_cut() -> None:
    stream, decoder = listened()
    for _ in range(11):
        stream.hear(bytes(160))
    assert decoder.pieces() == [0, 1]
    assert {len(one.mulaw) for one in decoder.told if isinstance(one, Sound)} == {PIECE}


def test_how_long_the_sound_at_hand_has_waited_is_known() -> None:
    decoder, clock = Frozen(), StoppedClock(datetime(2026, 11, 24, 3, tzinfo=UTC))
    stream = Listened(1, clock)
    stream.seat(cast("DecoderLine", decoder))
    stream.listen(ASKED)
    assert stream.waited() == 0.0
    stream.hear(bytes(PIECE))
    clock.advance(timedelta(seconds=0.25))
    stream.hear(bytes(PIECE))
    assert stream.waited() == 0.25
    stream.done(Done(1, PIECE, 0.1, 0.1))
    assert stream.waited() == 0.0
