"""A call by voice through the shipped book, for tests: what is said, what is pressed, what errands bring."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from identity.levels import Level
from ivr.flow.engine import begin, step
from ivr.flow.errands import Errand, FindMeaning, FindTicket, OpenTicket, TakeBackTicket
from ivr.flow.events import FlowEvent
from ivr.flow.inputs import Answered, CallerInput, Digits, Reply, Silence, Utterance
from ivr.flow.instructions import Collect, Say
from ivr.flow.replies import Done, Likened, Result, TakenBack, TicketOpened, TicketUnknown
from ivr.flow.state import CallState
from ivr.flow.turn import Turn
from ivr.matching.verdicts import Rejected
from ivr.menus.model import MenuBook
from speech.requests import Alternative
from tests.shipped import BOOK

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # ten in the morning there: people are at work
NUMBER = "+6281234567801"
TICKET = "123456784"

Bring = Callable[[Errand], Result]


def usually(errand: Errand) -> Result:
    """A world in which everything works."""
    match errand:
        case OpenTicket():
            return TicketOpened(TICKET, AT + timedelta(hours=1))
        case TakeBackTicket():
            return TakenBack()
        case FindMeaning():
            return Likened(Rejected(errand.words, 0.1), errand.sure, errand.by)
        case FindTicket():
            return TicketUnknown()
        case _:
            return Done()


@dataclass
class SpokenCall:
    """One call: its state, what was said last, the errands and events of all turns."""

    state: CallState
    book: MenuBook = BOOK
    bring: Bring = usually
    said: tuple[str, ...] = ()
    words: str = ""
    wait: object = None
    errands: list[Errand] = field(default_factory=list)
    events: list[FlowEvent] = field(default_factory=list)

    def says(self, *alternatives: str, sure: float = 0.95, seconds: float = 0.0) -> SpokenCall:
        heard = tuple(Alternative(one, sure - place / 100) for place, one in enumerate(alternatives))
        return self.hears(Utterance(AT, heard, "scripted", seconds=seconds))

    def presses(self, keys: str) -> SpokenCall:
        return self.hears(Digits(AT, keys))

    def stays_silent(self) -> SpokenCall:
        return self.hears(Silence(AT))

    def hears(self, heard: CallerInput) -> SpokenCall:
        turn = step(self.book, self.state, heard)
        said = self._taken(turn)
        while turn.errand is not None:
            self.errands.append(turn.errand)
            turn = step(self.book, turn.state, Reply(AT, self.bring(turn.errand)))
            said += self._taken(turn)
        self.said = tuple(one.prompt for one in said)
        self.words = " ".join(part for one in said for part in one.words if isinstance(part, str))
        self.state, self.wait = turn.state, (turn.instructions or (None,))[-1]
        return self

    def _taken(self, turn: Turn) -> list[Say]:
        self.events.extend(turn.events)
        return [one for one in turn.instructions if isinstance(one, Say)]

    @property
    def node(self) -> str:
        return self.state.place.node

    @property
    def collect(self) -> Collect:
        assert isinstance(self.wait, Collect)
        return self.wait


def at(
    node: str,
    stage: str = "",
    entry: str = "",
    *,
    ears: str = "local",
    book: MenuBook = BOOK,
    language: str = "en",
) -> SpokenCall:
    """A caller who has just heard the question of this node, and has been told that it can be said."""
    answered = Answered(AT, "CA" + "1" * 32, NUMBER, "+622150001000")
    hearers = tuple((language, ears) for language in book.languages if ears)
    known = replace(begin(book, answered).learn(topic="refund"), hearers=hearers, language=language)
    level = Level.ANONYMOUS
    state = replace(known, agreement="voice-1", invited=True, level=level).at(node)
    call = SpokenCall(state.staged(stage, entry) if stage else state, book)
    return call.presses(book.everywhere.again)
