"""An operator's sentence on the way to the menu: heard in the call's language, or passed by in silence."""

from datetime import UTC, datetime

import pytest

from ivr.flow.engine import begin, step
from ivr.flow.errands import FindAnnouncement, RecallCaller
from ivr.flow.events import AnnouncementGiven, NodeEntered
from ivr.flow.inputs import Answered, CallerInput, Digits, HungUp, Reply, Silence
from ivr.flow.instructions import Collect, Say
from ivr.flow.replies import Announced, Done, NothingAnnounced, Recalled, Result, Unavailable
from ivr.flow.turn import Turn
from ivr.menus.model import MenuBook

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
WORDS = (("en", "Slow {today} <b> & more."), ("id", "Lambat."))


def on_the_way(book: MenuBook, language: str = "2") -> Turn:
    """A caller without a number who has chosen a language: the call now asks what is announced."""
    answered = Answered(AT, "CA" + "1" * 32, None, "+622150001000")
    return step(book, step(book, begin(book, answered), answered).state, Digits(AT, language))


def names(turn: Turn) -> list[str]:
    return [said.prompt for said in turn.instructions if isinstance(said, Say)]


def test_what_stands_is_asked_for_with_the_moment_of_the_call(shipped_book: MenuBook) -> None:
    turn = on_the_way(shipped_book)
    assert turn.errand == FindAnnouncement(AT)
    assert names(turn) == ["privacy", "keys"]


def test_it_is_said_as_it_was_written_in_the_language_and_voice_of_the_call(shipped_book: MenuBook) -> None:
    turn = step(shipped_book, on_the_way(shipped_book, "1").state, Reply(AT, Announced(7, WORDS)))
    assert names(turn) == ["announcement", "main"]
    said = turn.instructions[0]
    assert isinstance(said, Say)
    assert said.words == ("Slow {today} <b> & more.",)
    assert said.voice == shipped_book.wordings["en"].voice
    assert isinstance(turn.instructions[-1], Collect)
    assert AnnouncementGiven(7) in turn.events


@pytest.mark.parametrize(
    "brought",
    [NothingAnnounced(), Unavailable(), Done(), Recalled(None), Announced(7, (("fr", "Lent."),))],
    ids=lambda brought: type(brought).__name__,
)
def test_else_the_caller_comes_to_the_menu_without_a_word(shipped_book: MenuBook, brought: Result) -> None:
    turn = step(shipped_book, on_the_way(shipped_book).state, Reply(AT, brought))
    assert names(turn) == ["main"]
    assert turn.errand is None
    assert [event for event in turn.events if isinstance(event, AnnouncementGiven)] == []


@pytest.mark.parametrize("heard", [Silence(AT), Digits(AT, "1")], ids=["silence", "keys"])
def test_a_call_that_was_left_there_goes_on_to_the_menu(shipped_book: MenuBook, heard: CallerInput) -> None:
    turn = step(shipped_book, on_the_way(shipped_book).state, heard)
    assert turn.state.place.node == "main"
    assert turn.errand is None


def test_a_caller_who_leaves_there_leaves_nothing_behind(shipped_book: MenuBook) -> None:
    turn = step(shipped_book, on_the_way(shipped_book).state, HungUp(AT))
    assert turn.state.ended
    assert turn.errand is None


def test_a_remembered_caller_hears_it_in_the_first_turn(shipped_book: MenuBook) -> None:
    answered = Answered(AT, "CA" + "2" * 32, "+6281234567801", "+622150001000")
    turn = step(shipped_book, begin(shipped_book, answered), answered)
    assert isinstance(turn.errand, RecallCaller)
    turn = step(shipped_book, turn.state, Reply(AT, Recalled("id", registered=True)))
    assert turn.errand == FindAnnouncement(AT)
    turn = step(shipped_book, turn.state, Reply(AT, Announced(7, WORDS)))
    assert names(turn)[:2] == ["announcement", "main"]
    entered = [event.node for event in turn.events if isinstance(event, NodeEntered)]
    assert entered == ["main"]
