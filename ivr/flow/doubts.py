"""What was perhaps said, or would cost something, is asked about before it is done: "did you say ...?"."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from ivr.flow import hearing
from ivr.flow.asking import one_key
from ivr.flow.errands import KeepRecording, OpenTicket, SetTicketNumber
from ivr.flow.events import DoubtSettled, Misheard, Understood
from ivr.flow.here import Here
from ivr.flow.inputs import CallerInput, Digits, Silence, Utterance
from ivr.flow.instructions import Bridge, Instruction
from ivr.flow.nodes import meant
from ivr.flow.patience import Ask, Miss, missed
from ivr.flow.prompts import common
from ivr.flow.said_numbers import masked
from ivr.flow.sayable import AGAIN, BACK, NO, STOP, YES
from ivr.flow.state import CallState, Doubt, Unconfirmed
from ivr.flow.turn import Move, Scene, Turn
from ivr.matching.verdicts import Accepted, Doubted, Rejected
from ivr.menus.nodes import Menu, RecordMessage

# What somebody else has to work for, or is rung for.
COSTS = (OpenTicket, SetTicketNumber, KeepRecording)
# What a spoken message is lost by, which stands nowhere else.
LOSES = frozenset({"discard", "say-again", BACK})
# Answers that are themselves a yes or a no to a question about it, and "I do not know the number": whoever
# knows it comes to the same.
CONFIRMS = frozenset({YES, NO, "this-number", "skip"})


def ask(scene: Scene[Any], state: CallState) -> tuple[Instruction, ...]:
    """The question about what was perhaps said."""
    doubt = state.place.doubt
    told = common(scene.book, state, "did_you_say", {"said": doubt.said if doubt else ""})
    return (*told, one_key(scene, state))


def weighed(here: Here, state: CallState, heard: Utterance, found: Accepted | Doubted) -> Move:
    """Done at once if it is believed and costs nothing; asked about otherwise."""
    move = _at_once(here, state, found) if isinstance(found, Accepted) else None
    if move is not None:
        return understood(here, heard, found, move)
    asked = _with(state, Doubt(found.keys, found.choice, found.said))
    return understood(here, heard, found, Move(asked, ask(here.scene, asked)), believed=False)


def understood(
    here: Here, heard: Utterance, found: Accepted | Doubted, move: Move, *, believed: bool = True
) -> Move:
    """The move, with what was said told to the journal."""
    event = Understood(here.scene.name, found.said, found.sure, found.choice, heard.recognizer, believed)
    return replace(move, events=(event, *move.events))


def not_understood(
    here: Here, state: CallState, heard: Utterance, found: Rejected, question: Ask | None = None
) -> Move:
    """A miss by voice: the first says the keys, the second offers a person."""
    said = masked(found.said, here.scene.book.wordings[state.language])
    event = Misheard(here.scene.name, said, found.sure, heard.recognizer)
    move = missed(here.scene, state, Miss.NOT_UNDERSTOOD, question or here.ask)
    if state.place.doubt is not None or state.place.stage == meant.STAGE:
        move = _or_by_keys(here, move)
    return replace(move, events=(event, *move.events))


def answered(here: Here, state: CallState, heard: CallerInput) -> Move:
    """What comes of the answer to "did you say ...?": 1 and 2 are its own keys, all others the question's.

    `here`: the question as it stood, with what there was of a number.
    """
    clear = _with(state, None)
    match heard:
        case Digits(keys="1"):
            return _settled(here, clear, state.place.doubt, yes=True)
        case Digits(keys="2"):
            return _settled(here, clear, state.place.doubt, yes=False)
        case Digits(keys=keys) if keys == here.scene.book.everywhere.again:
            return Move(state, ask(here.scene, state))
        case Digits(keys=keys):
            return here.press(clear, keys)
        case Silence():
            return missed(here.scene, state, Miss.SILENCE, ask)
        case Utterance():
            return _said(here, state, heard)
        case _:
            return Move(state, ask(here.scene, state))


def _said(here: Here, state: CallState, heard: Utterance) -> Move:
    found = hearing.verdict(here.scene, state, heard)
    clear, doubt = _with(state, None), state.place.doubt
    match found:
        case Accepted(choice="yes"):
            return understood(here, heard, found, _settled(here, clear, doubt, yes=True))
        case Accepted(choice="no") | Doubted(choice="no"):
            return understood(here, heard, found, _settled(here, clear, doubt, yes=False))
        case Accepted(choice=choice) if choice == AGAIN:
            return understood(here, heard, found, Move(state, ask(here.scene, state)))
        case Accepted():
            return weighed(here, clear, heard, found)
        case _:
            nothing = Rejected(found.said, found.sure)
            return not_understood(here, state, heard, nothing, ask)


def _settled(here: Here, state: CallState, doubt: Doubt | None, *, yes: bool) -> Move:
    choice, keys = (doubt.choice, doubt.keys) if doubt else ("", "")
    event = DoubtSettled(here.scene.name, choice, yes)
    if not yes:
        move = _or_by_keys(here, missed(here.scene, state, Miss.NOT_UNDERSTOOD, here.ask))
        return replace(move, events=(event, *move.events))
    move = here.choose(state, keys)
    return replace(move, events=(event, *move.events))


def _or_by_keys(here: Here, move: Move) -> Move:
    """Nobody is given up because we hear them badly: where patience ends, the question goes on by keys."""
    return move if move.go is None else replace(by_keys(here, move.state), events=move.events)


def by_keys(here: Here, state: CallState) -> Move:
    """The question once more, and nobody is heard at it any longer."""
    place = replace(state.place, doubt=None, no_matches=0, by_keys=True, tried=None)
    asked = replace(state, place=place)
    told = common(here.scene.book, asked, "by_keys")
    return Move(asked, (*told, *here.ask(here.scene, asked)))


def _at_once(here: Here, state: CallState, found: Accepted) -> Move | None:
    """What is done without a question; None for what has to be asked about first."""
    move = here.choose(state, found.keys)
    if found.choice in CONFIRMS and not isinstance(here.scene.node, Menu):
        return move
    turn = here.outcome(move)
    if found.choice == STOP and isinstance(turn.errand, OpenTicket):
        return _unconfirmed(here, state, found, turn.errand.topic)
    return None if _costs(turn) or _loses(here, found) else move


def _unconfirmed(here: Here, state: CallState, found: Accepted, topic: str) -> Move:
    """Money is stopped first and asked about in the next sentence; what stands already stands."""
    if state.filed_on(topic):
        return here.choose(state, found.keys)
    stood = Unconfirmed(state.place, state.trail, state.learned)
    return here.choose(replace(state, unconfirmed=stood).learn_all({meant.FACT: meant.SAID}), found.keys)


def _costs(turn: Turn) -> bool:
    rings = any(isinstance(one, Bridge) for one in turn.instructions)
    return rings or isinstance(turn.errand, COSTS)


def _loses(here: Here, found: Accepted) -> bool:
    return isinstance(here.scene.node, RecordMessage) and found.choice in LOSES


def _with(state: CallState, doubt: Doubt | None) -> CallState:
    return replace(state, place=replace(state.place, doubt=doubt))
