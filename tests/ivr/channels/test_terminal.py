"""A telephone in a terminal: lines for what is said, inputs for what is typed."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from foundation.clock import StoppedClock
from ivr.channels.terminal import (
    LONGEST_MESSAGE,
    Misread,
    TerminalPhone,
    pressed,
    read_page,
    spoken_seconds,
    write_page,
    write_pause,
)
from ivr.flow.inputs import Answered, BridgeEnded, CallerInput, Digits, Outcome, Recorded, Silence
from ivr.flow.instructions import (
    Break,
    Bridge,
    Collect,
    HangUp,
    Instruction,
    PlayRecording,
    Record,
    Say,
)
from ivr.menus.wording import Voice

AT = datetime(2026, 11, 24, 3, tzinfo=UTC)
CALL = "CA" + "0f" * 16
AMY = Voice(name="Polly.Amy-Neural", say_locale="en-GB", gather_locale="en-GB")
MENU = Say("main", "en", AMY, ("For payments,", Break(600), " press 1."))
ONE_KEY, NUMBER, PIN = (
    Collect(1, "", 6, "en"),
    Collect(None, "#", 8, "en"),
    Collect(6, "#", 8, "en", secret=True),
)
ANSWERED = Answered(AT, CALL, "+6281234567801", "+622150001000")


class Session:
    """Documents one after the other, and the lines typed at them."""

    def __init__(self, *waits: Instruction) -> None:
        self._waits = [*waits, HangUp()]
        self.heard: list[CallerInput] = []
        self.written: list[str] = []
        self.ended = 0

    def type(self, *lines: str) -> list[CallerInput]:
        """What was heard after the answering of the call."""
        typed = iter(lines)
        numbers = itertools.count(1)
        phone = TerminalPhone(
            self._take,
            self._hang_up,
            lambda: next(typed, None),
            self.written.append,
            lambda: f"RE{next(numbers):032x}",
            StoppedClock(AT),
        )
        phone.converse(ANSWERED)
        return self.heard[1:]

    def _take(self, turn: int, heard: CallerInput) -> bytes:
        assert turn == len(self.heard)
        self.heard.append(heard)
        return write_page(CALL, turn + 1, (MENU, self._waits[turn]))

    def _hang_up(self) -> None:
        self.ended += 1


@pytest.mark.parametrize(
    "wait",
    [ONE_KEY, NUMBER, PIN, Record(120, 5), Bridge(25, 3_600), HangUp()],
    ids=lambda one: type(one).__name__,
)
def test_a_document_can_be_read_again(wait: Instruction) -> None:
    page = read_page(write_page(CALL, 3, (MENU, wait)))
    assert (page.turn, page.wait) == (3, wait)
    assert page.lines[:2] == ("main (en, Polly.Amy-Neural):", "    For payments, … press 1.")


def test_a_document_without_an_end_waits_for_nothing() -> None:
    page = read_page(write_pause(CALL, 3))
    assert (page.turn, page.wait, page.lines) == (3, None, ())


def test_a_message_that_is_played_is_shown() -> None:
    assert read_page(write_page(CALL, 1, (PlayRecording("RE1"),))).lines == ("(your message is played: RE1)",)


def test_characters_of_any_kind_pass_through_a_document() -> None:
    odd = Say("main", "en", AMY, ("\x00\ud800\u202e普通话",))
    assert "普通话" in read_page(write_page(CALL, 1, (odd,))).lines[1]


def test_keys_are_heard_until_the_call_is_hung_up_by_the_hotline() -> None:
    session = Session(ONE_KEY, NUMBER)
    assert session.type("1", "0812#", "!") == [Digits(AT, "1"), Digits(AT, "0812")]
    assert session.ended == 1
    assert session.written[-1] == "(the hotline has hung up)"


def test_nothing_is_silence_and_the_finishing_key_alone_asks_again() -> None:
    assert Session(ONE_KEY, NUMBER).type("", "#") == [Silence(AT), Digits(AT, "#")]


def test_a_key_that_ends_a_message_is_a_key() -> None:
    assert Session(Record(120, 5, "#0"), ONE_KEY).type("0", "") == [Digits(AT, "0"), Silence(AT)]


@pytest.mark.parametrize("lines", [("!",), (" ! ",), ()])
def test_the_caller_can_hang_up(lines: tuple[str, ...]) -> None:
    session = Session(ONE_KEY)
    assert session.type(*lines) == []
    assert session.ended == 1
    assert session.written[-1] == "(you have hung up)"


def test_a_message_is_spoken_in_seconds() -> None:
    said = Session(Record(120, 5), Record(120, 5)).type("say 4", "")
    assert said == [Recorded(AT, f"RE{1:032x}", 4), Silence(AT)]


@pytest.mark.parametrize(
    ("typed", "outcome", "seconds"),
    [
        ("answers", Outcome.ANSWERED, 30),
        ("busy", Outcome.BUSY, 0),
        ("no-answer", Outcome.NO_ANSWER, 0),
        ("fails", Outcome.FAILED, 0),
        ("", Outcome.NO_ANSWER, 0),
    ],
)
def test_a_person_answers_or_not(typed: str, outcome: Outcome, seconds: int) -> None:
    assert Session(Bridge(25, 3_600)).type(typed) == [BridgeEnded(AT, outcome, seconds)]


@pytest.mark.parametrize(
    ("wait", "typed"), [(ONE_KEY, "one"), (ONE_KEY, "１"), (Record(120, 5), "4"), (Bridge(25, 60), "1")]
)
def test_what_means_nothing_is_asked_for_again(wait: Instruction, typed: str) -> None:
    session = Session(wait)
    session.type(typed, "!")
    assert any(line.startswith("(type ") for line in session.written)


@pytest.mark.parametrize(
    ("wait", "typed", "keys"),
    [
        (ONE_KEY, "12", "1"),
        (ONE_KEY, "#", "#"),
        (PIN, "471163#9", "471163"),
        (PIN, "47 11 63 9", "471163"),
        (NUMBER, "12*3#4", "12*3"),
    ],
)
def test_keys_end_as_they_do_on_a_telephone(wait: Collect, typed: str, keys: str) -> None:
    assert pressed(wait, typed) == keys


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [("say 4", 4), ("SAY 0", 0), ("say 500", LONGEST_MESSAGE), ("say -1", None), ("say x", None)],
)
def test_a_message_has_a_length_and_an_end(typed: str, seconds: int | None) -> None:
    read = spoken_seconds(typed, Record(LONGEST_MESSAGE, 5))
    assert read == seconds if seconds is not None else isinstance(read, Misread)


def test_a_secret_is_said_to_be_kept_nowhere() -> None:
    assert "they are kept nowhere" in read_page(write_page(CALL, 1, (PIN,))).lines[0]


def test_a_pipe_that_never_ends_is_cut_off() -> None:
    session = Session(ONE_KEY)
    endless: Callable[[], str] = lambda: "nonsense"  # noqa: E731  # the shortest pipe there is
    phone = TerminalPhone(
        session._take, session._hang_up, endless, session.written.append, str, StoppedClock(AT)
    )
    phone.converse(ANSWERED)
    assert session.ended == 1
