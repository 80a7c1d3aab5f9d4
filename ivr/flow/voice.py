"""What a caller says at a question, made into keys: a choice, a number, a door, or nothing of these."""

from __future__ import annotations

from datetime import datetime

from ivr.flow import doubts, hearing, number_said, open_menu, spelling
from ivr.flow.here import Here
from ivr.flow.inputs import CallerInput, Digits, Reply, Utterance
from ivr.flow.patience import Miss, missed
from ivr.flow.replies import Likened, Unavailable
from ivr.flow.state import CallState
from ivr.flow.turn import Move
from ivr.matching.groups import place_of
from ivr.matching.verdicts import Accepted, Rejected


def heard(here: Here, state: CallState, given: CallerInput) -> Move | None:
    """What comes of it where speech has to do with it; None for what the node hears by itself."""
    if state.place.doubt is not None:
        return doubts.answered(spelling.going_on(here, state), state, given)
    if state.place.spelled is not None:
        return spelling.answered(here, state, given)
    match given:
        case Utterance():
            return _said(here, state, given)
        case Reply(at=at, result=Likened() as brought):
            return _likened(here, state, brought, at)
        case Reply(result=Unavailable()) if open_menu.is_open(here.scene):
            return missed(here.scene, state, Miss.NOT_UNDERSTOOD, here.ask)
        case Digits(keys=keys) if state.ears:
            return spelling.begun_by_keys(here, state, keys)
        case _:
            return None


def _said(here: Here, state: CallState, given: Utterance) -> Move:
    found = hearing.verdict(here.scene, state, given)
    group = None if isinstance(found, Rejected) else place_of(found.choice)
    if group is not None and not isinstance(found, Rejected):
        mending = spelling.repaired(here, state, group, hearing.read_back(here.scene, state))
        return doubts.understood(here, given, found, mending)
    if isinstance(found, Accepted):
        return doubts.weighed(here, state, given, found)
    number = spelling.said(here, state, given)
    if number is not None:
        return number
    state = number_said.remembered(here, state, given, number_said.in_words(here, state, given))
    if not isinstance(found, Rejected):
        return doubts.weighed(here, state, given, found)
    errand = open_menu.liken(here.scene, state, given)
    if errand is not None:
        return Move(state, errand=errand)
    return doubts.not_understood(here, state, given, found)


def _likened(here: Here, state: CallState, brought: Likened, at: datetime) -> Move:
    """Words of the caller's own, with what they are like."""
    found = open_menu.likened(here.scene, state, brought, here.thresholds)
    heard = Utterance(at, (), brought.by)
    if isinstance(found, Rejected):
        return doubts.not_understood(here, state, heard, found)
    return doubts.weighed(here, state, heard, found)
