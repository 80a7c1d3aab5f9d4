"""The end of a call: who leaves unsolved leaves a promise, and no spoken message is dropped."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ivr.flow.errands import Errand, KeepRecording
from ivr.flow.events import Left
from ivr.flow.inputs import CallerInput, Recorded, Reply
from ivr.flow.instructions import HangUp
from ivr.flow.promising import number_shown, open_ticket, recordings
from ivr.flow.replies import Done, TicketOpened
from ivr.flow.state import CallState, Filed
from ivr.flow.turn import Turn
from ivr.menus.model import Goodbye, MenuBook, RecordMessage

PARTIAL_PRIORITY = "low"


def leave(book: MenuBook, state: CallState, at: datetime) -> Turn:
    """The caller has gone. A topic named and neither solved nor promised becomes a partial ticket."""
    node = book.nodes[state.place.node]
    finished = isinstance(node, Goodbye)
    gone = replace(_with_unsent(state, node), ended=True)
    left = (Left(state.place.node, abandoned=not finished),)
    return Turn(gone, (), None if finished else _last_errand(book, gone, at), left)


def _with_unsent(state: CallState, node: object) -> CallState:
    """A message spoken and not yet sent is kept: most people just hang up after speaking."""
    reviewing = isinstance(node, RecordMessage) and state.place.stage == "review"
    return state.learn(recording=state.place.entry) if reviewing else state


def _last_errand(book: MenuBook, state: CallState, at: datetime) -> Errand | None:
    topic = state.fact("topic")
    if topic and not state.fact("solved") and state.filed_on(topic) is None:
        shown = number_shown(book, state)
        asked = open_ticket(book, state, topic, at, shown.e164 if shown else None)
        return replace(asked, priority=PARTIAL_PRIORITY, partial=True)
    return _keep_next(state)


def _keep_next(state: CallState) -> KeepRecording | None:
    unfiled = recordings(state)
    return _keep(state, unfiled[0], 0) if unfiled else None


def spoken_while_leaving(state: CallState, heard: Recorded) -> Turn:
    """The caller hung up while speaking: what was said is kept, and the hang-up itself is heard next."""
    return Turn(state.learn(recording=heard.recording), (HangUp(),))


def after_the_end(state: CallState, heard: CallerInput) -> Turn:
    """What still arrives when the call is over: a spoken message is kept, all else changes nothing."""
    match heard:
        case Recorded(recording=recording, seconds=seconds):
            return Turn(state, (HangUp(),), _keep(state, recording, seconds))
        case Reply(result=TicketOpened(number=number, due=due)):
            filed = Filed(state.fact("topic") or "", number, due)
            return Turn(replace(state.learn(recording=""), filed=(*state.filed, filed)))
        case Reply(result=Done()):
            return _one_kept(state)
        case _:
            return Turn(state, (HangUp(),))


def _one_kept(state: CallState) -> Turn:
    kept = recordings(state)[:1]
    left = replace(state, facts=tuple(fact for fact in state.facts if fact[1] not in kept))
    return Turn(left, (), _keep_next(left))


def _keep(state: CallState, recording: str, seconds: int) -> KeepRecording:
    newest = state.filed[-1].ticket if state.filed else None
    topic = state.fact("topic")
    return KeepRecording(recording, seconds, newest, topic, state.language, state.number)
