"""The engine's own words for a call that the real processes have held: same caller, moment and numbers."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from callbacks.enquiries import Enquiries
from callbacks.promises import Promises
from callbacks.store import TicketStore
from identity.guesses import Guesses
from identity.pins import PinHasher
from identity.verifier import Verifier
from ivr.calls.errand_runner import ErrandRunner
from ivr.calls.play import Player
from ivr.menus.model import MenuBook
from processes.rehearsal.conversation import Conversation, Said
from processes.rehearsal.deeds import filled
from processes.rehearsal.stage import SECRET_KEY, Stage, new_stage
from processes.rehearsal.telephone import Caller, Heard
from tests.engine_door import EngineDoor, ears_of


@dataclass(frozen=True, slots=True)
class HeldCall:
    """A call that is over: its id, when it was, which ticket numbers it drew, what fills its keys."""

    call: str
    dialled: str
    at: datetime
    numbers: tuple[str, ...]
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine on a database of its own, emptied for each call; its tickets get the numbers it is given."""

    here: Stage
    runner: ErrandRunner
    numbers: deque[str]

    def hear(self, conversation: Conversation, held: HeldCall) -> list[Heard]:
        """What the engine says at each turn of the conversation."""
        self.here.emptied(held.at, chance=0)
        self.numbers.clear()
        # A number is drawn without its last digit, which checks it.
        self.numbers.extend(number[:-1] for number in held.numbers)
        caller = Caller(held.call, conversation.number, held.dialled)
        clock, ears = self.here.clock, ears_of(conversation)
        door = EngineDoor(self.here.book, Player(self.runner, clock), clock, caller, ears)
        heard = [door.dial()]
        for said in conversation.turns:
            if said.way in {"ends", "hangs_up"}:
                break
            answer = door.do(_filled(said, held))
            if answer is not None:
                heard.append(answer)
        door.do(Said((), "hangs_up"))
        return heard


def _filled(said: Said, held: HeldCall) -> Said:
    if said.way != "presses":
        return said
    ticket = held.numbers[-1] if held.numbers else ""
    return replace(said, what=filled(said.what, {**held.values, "ticket": ticket}))


@contextmanager
def engine_for(book: MenuBook, path: Path) -> Iterator[Engine]:
    """An engine that reads this book; its database is made at `path`."""
    here = new_stage(book, path)
    numbers: deque[str] = deque()
    guesses, store = Guesses(SECRET_KEY), TicketStore()
    verifier = Verifier(here.database, here.directory, PinHasher(SECRET_KEY), guesses)
    promises = Promises(store, here.database, lambda *_: numbers.popleft())
    enquiries = Enquiries(store, here.database, verifier, guesses)
    runner = ErrandRunner(promises, enquiries, verifier, here.directory, here.announcements, here.clock)
    yield Engine(here, runner, numbers)
    here.database.close()
