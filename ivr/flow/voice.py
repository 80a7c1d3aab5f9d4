"""What a caller says at a question, made into keys: a choice, a number, a door, or nothing of these."""

from __future__ import annotations

from ivr.flow import doubts, hearing, open_menu, spelling
from ivr.flow.here import Here
from ivr.flow.inputs import CallerInput, Digits, Utterance
from ivr.flow.state import CallState
from ivr.flow.turn import Move
from ivr.matching.decide import decide
from ivr.matching.groups import place_of
from ivr.matching.verdicts import Accepted, Rejected


def heard(here: Here, state: CallState, given: CallerInput) -> Move | None:
    """What comes of it where speech has to do with it; None for what the node hears by itself."""
    if state.place.doubt is not None:
        return doubts.answered(here, state, given)
    if state.place.spelled is not None:
        return spelling.answered(here, state, given)
    match given:
        case Utterance():
            return _said(here, state, given)
        case Digits(keys=keys) if state.ears:
            return spelling.begun_by_keys(here, state, keys)
        case _:
            return None


def _said(here: Here, state: CallState, given: Utterance) -> Move:
    found = decide(given.alternatives, hearing.sayables(here.scene, state), here.thresholds)
    group = None if isinstance(found, Rejected) else place_of(found.choice)
    if group is not None:
        return spelling.repaired(here, state, group, hearing.read_back(here.scene, state))
    if isinstance(found, Accepted):
        return doubts.weighed(here, state, given, found)
    number = spelling.said(here, state, given)
    if number is not None:
        return number
    like = open_menu.meant(here.scene, state, given, here.thresholds) if isinstance(found, Rejected) else found
    if like is None or isinstance(like, Rejected):
        return doubts.not_understood(here, state, given, Rejected(found.said, found.sure))
    return doubts.weighed(here, state, given, like)
