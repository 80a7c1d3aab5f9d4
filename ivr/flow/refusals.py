"""A number that was read back and is not it: the next likeliest one, the question again, or the keys."""

from __future__ import annotations

from msgspec.structs import replace

from ivr.flow import doubts, hearing, spelling, tried
from ivr.flow.here import Here
from ivr.flow.inputs import CallerInput, Digits
from ivr.flow.state import CallState, Tried
from ivr.flow.turn import Move


def settled(here: Here, state: CallState, heard: CallerInput, move: Move) -> Move:
    """The move that an answer in `state` came to, with what is still to be known of the number said here.

    Whoever types a number is done with saying it.
    """
    known = move.state.place.tried
    if known is None or move.go is not None:
        return move
    if isinstance(heard, Digits) and _types(state, heard.keys):
        return replace(move, state=tried.dropped(move.state))
    if not known.read_back or hearing.number(here.scene, move.state) is None:
        return move
    if move.state.place.spelled is not None:
        return replace(move, state=tried.mended(move.state))
    return _refused(here, replace(move, state=tried.refused(move.state)))


def _types(state: CallState, keys: str) -> bool:
    """Whether these keys are digits of the number, and no answer to a question about it."""
    asked = state.place.doubt is not None or bool(state.place.tried and state.place.tried.read_back)
    return keys.isdecimal() and not (asked and keys in {"1", "2"})


def _refused(here: Here, move: Move) -> Move:
    """After the last hearing what it may have been besides is read back at once, then the keys are left."""
    state = move.state
    known = state.place.tried or Tried()
    if known.hearings < tried.HEARINGS:
        return move
    offer = spelling.whole(here, state, known.next[0]) if known.next else doubts.by_keys(here, state)
    return replace(offer, events=(*move.events, *offer.events))
