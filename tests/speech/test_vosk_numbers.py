"""Numbers said in Korean, by Vosk's real model: what it hears is put to a call as a webhook puts it."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from exchange.sound import samples_of
from foundation.check_digits import valid
from ivr.calls.hearing import Reach, arrange, utterance
from ivr.flow.state import Spelled
from ivr.matching.numbers import read
from ivr.menus.loader import load
from speech.digits import numerals
from speech.mailbox_keys import read_request
from speech.requests import Heard
from tests import voices
from tests.ivr.flow.spoken_calls import AT, SpokenCall, at
from tests.korean_numbers import FACT, NODE, book_in, said, said_so

KOREAN = numerals("ko")
# Heard at 130 to 150 words a minute, half as loud and with noise on the line too.
NUMBERS = [("3523", None), ("2353", None), ("352323", None), ("323523", "damm"), ("235325", "luhn")]

pytestmark = pytest.mark.timeout(120)


def sound_of(digits: str) -> bytes:
    return on_the_line(said(digits))


def on_the_line(wav: bytes) -> bytes:
    spoken = voices.on_the_line(samples_of(wav).tobytes())
    return voices.quiet(0.3) + spoken + voices.quiet(0.4)


class Asked:
    """A caller who has just been asked for a number, in Korean, and is heard by the real model."""

    def __init__(
        self, folder: Path, length: int, check: str | None = None, own: Mapping[str, str] | None = None
    ) -> None:
        book = load(book_in(folder / "book", length, check, own))
        self.call: SpokenCall = at(NODE, book=book, language="ko")

    def hears(self, sound: bytes) -> Heard:
        """What is heard at the question that stands now, after the call has had it."""
        asked = read_request(arrange(self.call.state, (self.call.collect,), Reach(AT), 1).request)
        assert asked is not None
        decoder = voices.vosk().decoder(asked)
        for piece in voices.in_pieces(sound, 800):
            decoder.feed(piece)
        proposal = Heard(asked.call, asked.turn, decoder.finish(), "vosk", places=decoder.places())
        self.call.hears(utterance(proposal, AT))
        return proposal

    @property
    def read_back(self) -> str:
        """The number that the caller is asked about now; "" for none."""
        place = self.call.state.place
        return place.entry if place.stage == "confirm" else ""


def test_the_model_knows_every_word_for_a_digit() -> None:
    assert {word for word in KOREAN.digits if not voices.vosk().knows(word)} == set()


@pytest.mark.parametrize(("number", "check"), NUMBERS)
def test_a_number_is_read_back_as_it_was_said_and_counts_after_a_yes(
    number: str, check: str | None, tmp_path: Path
) -> None:
    caller = Asked(tmp_path, len(number), check)
    proposal = caller.hears(sound_of(number))
    assert caller.read_back == number, proposal
    assert caller.call.state.fact(FACT) is None
    caller.hears(voices.espeak("네", "ko"))
    assert (caller.call.node, caller.call.state.fact(FACT)) == ("refund", number)


def test_a_number_goes_on_over_a_pause(tmp_path: Path) -> None:
    caller = Asked(tmp_path, 6, "damm")
    first = caller.hears(sound_of("323"))
    assert caller.call.state.place.spelled == Spelled("323"), first
    rest = caller.hears(sound_of("523"))
    assert caller.read_back == "323523", rest


def test_a_word_for_a_digit_that_the_book_adds_is_heard_as_it(tmp_path: Path) -> None:
    sound = on_the_line(said_so("이, 엄마, 오, 삼"))
    assert Asked(tmp_path / "without", 4).hears(sound).alternatives[0].words.split()[1:2] != ["엄마"]
    caller = Asked(tmp_path / "with", 4, own={"엄마": "7"})
    proposal = caller.hears(sound)
    assert caller.read_back == "2753", proposal


def test_a_number_with_another_check_digit_is_not_understood(tmp_path: Path) -> None:
    caller = Asked(tmp_path, 6, "damm")
    wrong = "352323"
    assert not valid("damm", wrong)
    proposal = caller.hears(sound_of(wrong))
    assert read(proposal.alternatives[0].words, KOREAN) == wrong
    assert caller.read_back == ""
    assert caller.call.said[0] == f"{NODE}.not_understood.1"


def test_silence_is_no_number(tmp_path: Path) -> None:
    caller = Asked(tmp_path, 4, None)
    assert caller.hears(voices.quiet(2.0)).alternatives == ()
    assert (caller.call.node, caller.read_back, caller.call.state.place.spelled) == (NODE, "", None)
