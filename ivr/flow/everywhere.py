"""The keys that mean the same thing everywhere: a person, stop my money, back, again.

They count only as the whole of what was pressed: inside a number, 0 and 9 are digits.
"""

from __future__ import annotations

from msgspec.structs import replace

from ivr.flow.events import Chosen
from ivr.flow.instructions import Say
from ivr.flow.patience import Ask
from ivr.flow.promising import with_unsent
from ivr.flow.prompts import common
from ivr.flow.state import CallState
from ivr.flow.turn import Move, Scene
from ivr.menus.nodes import Asking


def door(scene: Scene[Asking], state: CallState, keys: str, ask: Ask) -> Move | None:
    """Where these keys lead from anywhere, or None if they are for the node itself."""
    doors = scene.book.everywhere
    match keys:
        case doors.person.key:
            return _through(scene, state, "person", doors.person.to)
        case doors.stop_my_money.key:
            return _through(scene, state, "stop-my-money", doors.stop_my_money.to)
        case doors.back:
            return _back(scene, state, ask)
        case doors.again:
            return Move(
                state, (*_promise(scene, state), *ask(scene, state)), events=(Chosen(scene.name, "again"),)
            )
        case _:
            return None


def _promise(scene: Scene[Asking], state: CallState) -> tuple[Say, ...]:
    """At the first question after a promise its number is said again too: one key may have cut it short."""
    if state.trail or not state.filed or not state.filed[-1].ticket:
        return ()
    return common(scene.book, state, "ticket_again", {"ticket": state.filed[-1].ticket})


def _through(scene: Scene[Asking], state: CallState, name: str, to: str) -> Move:
    return Move(with_unsent(state, scene.node), go=to, events=(Chosen(scene.name, name),))


def _back(scene: Scene[Asking], state: CallState, ask: Ask) -> Move:
    """To the question before: inside the node, else the node before; never behind a deed."""
    event = (Chosen(scene.name, "back"),)
    if state.place.depth and not state.place.sealed:
        return Move(state, go=scene.name, back=True, events=event)
    if state.place.sealed or not state.trail:
        told = common(scene.book, state, "no_way_back")
        return Move(state, (*told, *ask(scene, state)), events=event)
    visit = state.trail[-1]
    earlier = replace(state.unlearned(visit.facts), trail=state.trail[:-1])
    return Move(earlier, go=visit.node, back=True, events=event)
