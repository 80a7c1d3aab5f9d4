"""One step of one call: what was heard, where it leads, what is said, and one errand at most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, assert_never

from msgspec.structs import replace

from identity.levels import Level
from ivr.flow import everywhere, leaving, open_menu, refusals, spelling, voice
from ivr.flow.errands import DEEDS, Phrases, RecallCaller
from ivr.flow.events import FlowEvent, NodeEntered
from ivr.flow.hearing import listening
from ivr.flow.here import Here
from ivr.flow.inputs import (
    Answered,
    BridgeEnded,
    CallerInput,
    Digits,
    HungUp,
    Recorded,
    Reply,
    Silence,
    Utterance,
)
from ivr.flow.instructions import Collect, HangUp, Instruction
from ivr.flow.nodes import meant, menu
from ivr.flow.nodes.kinds import KINDS
from ivr.flow.prompts import common
from ivr.flow.replies import Recalled
from ivr.flow.state import TRAIL_AT_MOST, CallState, Place, Visit
from ivr.flow.turn import Move, Scene, Turn
from ivr.menus.model import MenuBook
from ivr.menus.nodes import Asking, Menu, Verify
from speech.requests import Kind

NODES_A_TURN = 20
TURNS_A_CALL = 200
TURNS_OF_FAREWELL = 10  # what a call that has gone on too long gets to reach a person

RECALLING = "recalling"  # the stage of a call that waits for what is remembered of its number


class FlowFault(Exception):
    """A book led the engine round in a circle, or named a node that is not there: our fault."""


def begin(book: MenuBook, answered: Answered) -> CallState:
    """The state of a new call: nothing known but the number it shows and the number it dialled."""
    return CallState(
        call=answered.call,
        book=book.version,
        number=answered.number,
        dialled=answered.dialled,
        answered_at=answered.at,
        language=book.numbers.get(answered.dialled, book.default_language),
        place=Place(book.start, RECALLING),
    )


def step(book: MenuBook, state: CallState, heard: CallerInput) -> Turn:
    """What happens when this is heard in this state. Pure; raises FlowFault for a book that leads nowhere.

    With an errand in the answer: run it and step again with its `Reply`.
    """
    if state.ended:
        return leaving.after_the_end(book, state, heard)
    match heard:
        case HungUp():
            return leaving.leave(book, state, heard.at)
        case Recorded(hung_up=True):
            return leaving.spoken_while_leaving(state, heard)
        case Answered():
            move = _recall(book, state)
        case Digits(keys=keys) if state.place.stage == RECALLING:
            # Pressed before the call was taken: it is recalled first, then the key leads on
            move = _recall(book, replace(state, place=replace(state.place, entry=keys)))
        case Reply(result=result) if state.place.stage == RECALLING:
            move = _recalled(book, state, result)
        case _ if state.turn >= TURNS_A_CALL:
            move = _too_long(book, state)
        case Digits() | Silence() | Utterance() | Recorded() | BridgeEnded() | Reply():
            move = _hear(book, state, heard)
        case _:
            assert_never(heard)
    if move.go is not None and not move.back:
        move = replace(move, state=_left(book, move.state, state.learned))
    return _walk(book, move, heard)


def asks_secret(book: MenuBook, state: CallState) -> bool:
    """Whether the keys now awaited are a telephone PIN or the proof of a ticket: they are kept nowhere."""
    kind = book.nodes[state.place.node].kind
    return (kind, state.place.stage) in {("verify", "pin"), ("ticket-state", "proof")}


def awaited_words(book: MenuBook, state: CallState, said: Sequence[Instruction]) -> Phrases:
    """With what words of the caller's own will be compared, where they are awaited now; else nothing."""
    last = said[-1] if said else None
    if not isinstance(last, Collect) or last.hears is None or last.hears.kind is not Kind.OPEN:
        return ()
    name = state.place.node
    scene: Scene[Any] = Scene(book, name, book.nodes[name], state.answered_at)
    return open_menu.compared(scene, state)


def _recall(book: MenuBook, state: CallState) -> Move:
    if state.number is None:
        return _begun(book, state)
    return Move(state, errand=RecallCaller(state.number))


def _recalled(book: MenuBook, state: CallState, result: object) -> Move:
    """The language chosen last time is spoken at once; a registered number is a hint, never a proof."""
    if not isinstance(result, Recalled):
        return _begun(book, state)
    known = replace(state, level=Level.RECOGNISED) if result.registered else state
    if result.language in book.languages:
        known = replace(known, language=result.language, language_remembered=True)
    return _begun(book, known)


def _begun(book: MenuBook, state: CallState) -> Move:
    """To the start of the book, or through the door whose key was pressed already."""
    doors = book.everywhere
    match state.place.entry:
        case doors.stop_my_money.key:
            return Move(state, go=doors.stop_my_money.to)
        case doors.person.key:
            return Move(state, go=doors.person.to)
        case _:
            return Move(state, go=book.start)


def _too_long(book: MenuBook, state: CallState) -> Move:
    if state.turn > TURNS_A_CALL + TURNS_OF_FAREWELL:
        return Move(state, (HangUp(),))
    if state.turn == TURNS_A_CALL:
        return Move(state, common(book, state, "too_long"), go=book.give_up)
    return Move(state, go=book.give_up)


def _hear(book: MenuBook, state: CallState, heard: CallerInput) -> Move:
    state = _believed(state, heard)
    scene = _scene(book, state.place.node, heard)
    kind = KINDS[scene.node.kind]
    if kind.ask is None or kind.answer is None:
        # Only a lost document leads here: the node said its words and did not wait. Say them again.
        return Move(state, go=scene.name)
    here = _here(book, scene, heard)
    move = voice.heard(here, state, heard) if here and not asks_secret(book, state) else None
    if move is None and here and isinstance(heard, Digits):
        move = here.press(state, heard.keys)
    move = move or kind.answer(scene, state, heard)
    return _asked_again(book, refusals.settled(here, state, heard, move) if here else move, heard)


def _believed(state: CallState, heard: CallerInput) -> CallState:
    """Whoever goes on from the question whether money was to be stopped has not taken it back."""
    if state.unconfirmed is None or isinstance(heard, Reply) or state.place.stage == meant.STAGE:
        return state
    return replace(state, unconfirmed=None)


def _here(book: MenuBook, scene: Scene[Any], heard: CallerInput) -> Here | None:
    """What keys come to at this question; None at a node that asks nothing of the caller."""
    kind = KINDS[scene.node.kind]
    ask, answer = kind.ask, kind.answer
    if ask is None or answer is None or not isinstance(scene.node, Asking):
        return None

    def tell(state: CallState, keys: str) -> Move:
        return answer(scene, state, Digits(scene.at, keys))

    def press(state: CallState, keys: str) -> Move:
        if state.place.spelled is not None:
            state = replace(state, place=replace(state.place, spelled=None))
        if len(keys) > 1 and isinstance(scene.node, Menu) and scene.node.open:
            return _through(book, scene, state, keys)
        return everywhere.door(scene, state, keys, ask) or tell(state, keys)

    return Here(scene, press, press, tell, ask, lambda move: _walk(book, move, heard))


def _through(book: MenuBook, scene: Scene[Any], state: CallState, keys: str) -> Move:
    """The keys of a menu and of the one behind it, pressed one after the other."""
    first = menu.answer(scene, state, Digits(scene.at, keys[:1]))
    there = book.nodes.get(first.go or "")
    if first.go is None or not isinstance(there, Menu):
        return first
    passed = _left(book, first.state, state.learned).at(first.go)
    second = menu.answer(Scene(book, first.go, there, scene.at), passed, Digits(scene.at, keys[1:]))
    left = _left(book, second.state, passed.learned)
    return replace(second, state=left, events=(*first.events, NodeEntered(first.go), *second.events))


def _asked_again(book: MenuBook, move: Move, heard: CallerInput) -> Move:
    """With the question at which the caller stands now, where the move says so and leads nowhere."""
    if not move.again:
        return move
    scene = _scene(book, move.state.place.node, heard)
    ask = KINDS[scene.node.kind].ask if move.state.place.spelled is None else spelling.ask
    asked = ask(scene, move.state) if ask else ()
    return replace(move, instructions=(*move.instructions, *asked))


def _walk(book: MenuBook, move: Move, heard: CallerInput) -> Turn:
    """Enter node after node until one waits or sends an errand."""
    said: list[Instruction] = list(move.instructions)
    events: list[FlowEvent] = list(move.events)
    state = move.state
    for _ in range(NODES_A_TURN):
        if move.go is None:
            sealed = _sealed(state, move)
            waiting, told = listening(_scene(book, sealed.place.node, heard), sealed, said)
            return Turn(waiting, told, move.errand, tuple(events))
        state, name = _needed_level(book, state, move.go)
        scene = _scene(book, name, heard)
        move = KINDS[scene.node.kind].enter(scene, state.at(name))
        state = move.state
        said.extend(move.instructions)
        events.extend((NodeEntered(name), *move.events))
    raise FlowFault(f"more than {NODES_A_TURN} nodes in one turn, the last one {state.place.node!r}")


def _scene(book: MenuBook, name: str, heard: CallerInput) -> Scene[Any]:
    node = book.nodes.get(name)
    if node is None:
        raise FlowFault(f"the book has no node {name!r}")
    return Scene(book, name, node, heard.at)


def _needed_level(book: MenuBook, state: CallState, name: str) -> tuple[CallState, str]:
    """A node that needs a level is entered only by a caller who has it; the others prove themselves first."""
    node = book.nodes.get(name)
    if node is None or node.needs <= state.level or isinstance(node, Verify):
        return state, name
    return replace(state, detour=name), book.verification


def _left(book: MenuBook, state: CallState, learned: int) -> CallState:
    """The trail with the node that was just answered, so that `*` leads back to it.

    `learned`: how many facts were known before the answer; whoever comes back has not given it yet.
    """
    place = state.place
    node = book.nodes[place.node]
    if place.sealed or place.stage == RECALLING or not isinstance(node, Asking):
        return state
    if isinstance(node, Verify) or (state.trail and state.trail[-1].node == place.node):
        return state
    visit = Visit(place.node, learned)
    return replace(state, trail=(*state.trail, visit)[-TRAIL_AT_MOST:])


def _sealed(state: CallState, move: Move) -> CallState:
    """Nobody goes back behind a deed: the trail ends where it is done."""
    if not isinstance(move.errand, DEEDS):
        return state
    return replace(state, trail=(), place=replace(state.place, sealed=True))
