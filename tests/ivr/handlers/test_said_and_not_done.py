"""Whatever a recogniser brings: nothing is done that the caller has not confirmed, and nobody is stranded."""

from __future__ import annotations

import pytest
from lxml import etree

from ivr.calls.hearing import LONGEST_WORDS, Ways
from ivr.calls.memory_store import MemoryCallStore, MemoryJournal
from ivr.flow.errands import OpenTicket
from speech import mailbox_keys as mail
from speech.requests import Alternative, Heard, Service
from tests.ivr.calls.small_house import CountingRunner
from tests.ivr.handlers.front import CALL, Front

TEN_MINUTES = "and then I said to him that it was not my money " * 1_500
ODD = [
    (),
    (Alternative("", 1.0),),
    (Alternative("   ", 1.0),),
    (Alternative("the weather is nice in jakarta", 1.0),),
    (Alternative("you are a bloody thief", 1.0),),
    (Alternative(TEN_MINUTES, 1.0),),
    (Alternative("payments", float("nan")),),
    (Alternative("payments", -5.0),),
    (Alternative("payments", 7.0),),
    (Alternative("<Hangup/>", 1.0),),
    (Alternative("\x00\u202e\ufffe", 1.0),),
    tuple(Alternative(f"word {number}", 1.0) for number in range(500)),
]


class Talker(Front):
    """A front where a speech process hears English."""

    def __init__(self) -> None:
        self.done = CountingRunner()
        super().__init__(ways=Ways(local=True), runner=self.done)
        self.store = MemoryCallStore(self.clock)
        self.journal = MemoryJournal(self.clock)
        self.store.mail[mail.SERVICE] = mail.written(Service({"en": "scripted"}, 5))

    def begin(self, *keys: str) -> int:
        """To the question after these keys in English; the turn that answers it."""
        self.answer()
        for turn, key in enumerate(("1", *keys), start=1):
            self.turn(turn, Digits=key)
        return len(keys) + 2

    def say(self, turn: int, *said: Alternative) -> bytes:
        assert isinstance(self.store, MemoryCallStore)
        heard = Heard(CALL, turn, said, "scripted", 600.0)
        self.store.mail[mail.heard_key(CALL, turn)] = mail.written(heard)
        return bytes(self.heard(turn).data)


@pytest.mark.parametrize("said", ODD, ids=range(len(ODD)))
@pytest.mark.parametrize("keys", [(), ("1",), ("2",), ("1", "1")], ids=" ".join)
def test_odd_words_do_nothing_and_the_caller_is_asked_again(
    said: tuple[Alternative, ...], keys: tuple[str, ...]
) -> None:
    front = Talker()
    turn = front.begin(*keys)
    done = len(front.done.asked)
    answer = front.say(turn, *said)
    assert etree.fromstring(answer).find("Gather") is not None
    assert front.turn(turn, Digits="1").data == answer
    assert [asked for asked in front.done.asked[done:] if isinstance(asked.errand, OpenTicket)] == []
    assert isinstance(front.journal, MemoryJournal)
    row = front.journal.rows[CALL, turn]
    assert row.source == "voice"
    assert all(len(str(event)) < 10 * LONGEST_WORDS for event in row.events)


def test_what_half_sounds_like_a_choice_is_asked_about_and_done_only_after_a_yes() -> None:
    front = Talker()
    turn = front.begin()
    doubted = front.say(turn, Alternative("refunds", 0.5))
    assert isinstance(front.journal, MemoryJournal)
    assert front.journal.rows[CALL, turn].node == "main"
    assert b"<Gather" in doubted
    front.turn(turn + 1, Digits="1")
    assert front.journal.rows[CALL, turn + 1].node != "main"
