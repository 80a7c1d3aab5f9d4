"""A call of ours that stands at the question for a number: what is said goes through its turns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from bench.hearing.line import Line
from bench.hearing.sounds import quiet
from foundation.settings import LIBRARY
from ivr.calls.hearing import Reach, arrange, utterance
from ivr.flow.events import Understood
from ivr.flow.inputs import Silence
from ivr.flow.instructions import Collect
from ivr.menus.loader import load
from ivr.menus.model import MenuBook
from ivr.menus.nodes import Digits
from speech.mailbox_keys import read_request
from tests.ivr.flow.spoken_calls import AT, SpokenCall, at

CHECK = "damm"  # the check digit of our ticket numbers
NODE, FACT = "refund-transaction", "transaction"
BEFORE = quiet(0.3)  # nothing is heard in the first quarter of a second of a turn
AFTER = quiet(1.5)  # until the longest patience is over


@dataclass
class Question:
    """The call. Between two turns nothing is kept of it but its state, and each turn is heard by itself."""

    line: Line
    call: SpokenCall

    @classmethod
    def asked(cls, line: Line, language: str, length: int) -> Question:
        """A caller who has just been asked for a number of this length with a check digit."""
        return cls(line, at(NODE, book=_book(length), language=language))

    @property
    def is_open(self) -> bool:
        """Whether the number can still be said: not once it is known, left to the keys, or given up."""
        return self.call.node == NODE and self.call.state.ears != ""

    @property
    def learned(self) -> str:
        """The number that the caller has said yes to; "" for none."""
        return self.call.state.fact(FACT) or ""

    @property
    def read_back(self) -> str:
        """The number that the caller is asked about now; "" for none."""
        place = self.call.state.place
        return place.entry if self.call.node == NODE and place.stage == "confirm" else ""

    def hear(self, sound: bytes) -> bool:
        """What is said, up to the next question; whether it was believed, and not only asked about."""
        wait = self.call.wait
        assert isinstance(wait, Collect)
        asked = read_request(arrange(self.call.state, (wait,), Reach(AT), 1).request)
        assert asked is not None
        heard = self.line.say(asked, BEFORE + sound + AFTER)
        told = len(self.call.events)
        self.call.hears(utterance(heard, AT) if heard is not None else Silence(AT))
        return any(isinstance(one, Understood) and one.believed for one in self.call.events[told:])

    def press(self, *, yes: bool) -> None:
        """Answer the read-back by key."""
        self.call.presses("1" if yes else "2")


@cache
def _book(length: int) -> MenuBook:
    """The shipped book, which asks for a number of this length there, and takes no wish beside it."""
    book = load(LIBRARY)
    node = book.nodes[NODE]
    assert isinstance(node, Digits)
    asks = node.model_copy(update={"shortest": length, "longest": length, "check": CHECK, "skip": None})
    return book.model_copy(update={"nodes": {**book.nodes, NODE: asks}})
