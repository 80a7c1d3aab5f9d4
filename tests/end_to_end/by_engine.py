"""The engine's own words for a call that the real processes have held: same caller, moment and numbers."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from callbacks.enquiries import Enquiries
from callbacks.promises import Promises
from callbacks.store import TicketStore
from identity.guesses import Guesses
from identity.pins import PinHasher
from identity.verifier import Verifier
from ivr.calls.errand_runner import ErrandRunner
from ivr.calls.play import Player
from tests import world as worlds
from tests.conversations_read import Conversation, Said
from tests.doors import Caller, Heard
from tests.engine_door import EngineDoor
from tests.world import World


@dataclass(frozen=True, slots=True)
class HeldCall:
    """A call that is over: its id, when it was, which ticket numbers it drew, what fills its keys."""

    call: str
    dialled: str
    at: datetime
    numbers: tuple[str, ...]
    values: dict[str, str]


def heard_by_engine(here: World, conversation: Conversation, held: HeldCall) -> list[Heard]:
    """What the engine says at each turn of the conversation, on an emptied database of its own."""
    here.emptied(held.at, chance=0)
    caller = Caller(held.call, conversation.number, held.dialled)
    player = Player(_runner(here, iter(held.numbers)), here.clock)
    door = EngineDoor(here.book, player, here.clock, caller)
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
    return replace(said, what=str(said.what).format(**held.values, ticket=ticket))


def _runner(here: World, numbers: Iterator[str]) -> ErrandRunner:
    """Errands on this database; the tickets get the numbers that the real ones got."""
    guesses, store = Guesses(worlds.SECRET_KEY), TicketStore()
    verifier = Verifier(here.database, here.directory, PinHasher(worlds.SECRET_KEY), guesses)
    # A number is drawn without its last digit, which checks it.
    promises = Promises(store, here.database, lambda: next(numbers)[:-1])
    enquiries = Enquiries(store, here.database, verifier, guesses)
    return ErrandRunner(promises, enquiries, verifier, here.directory, here.clock)
