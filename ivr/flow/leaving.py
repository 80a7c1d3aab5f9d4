"""The end of a call: who leaves unsolved leaves a promise, and no spoken message is dropped."""

from __future__ import annotations

import dataclasses
from datetime import datetime

from msgspec.structs import replace

from ivr.flow.errands import KeepRecording, OpenTicket
from ivr.flow.events import Left, PromiseLost, Spooled
from ivr.flow.inputs import CallerInput, Recorded, Reply
from ivr.flow.instructions import HangUp
from ivr.flow.nodes import meant
from ivr.flow.promising import (
    brings_news,
    filing,
    keep_message,
    open_ticket,
    partial_ticket,
    recordings,
    with_unsent,
)
from ivr.flow.replies import Done, TicketOpened, TicketSpooled, Unavailable
from ivr.flow.sayable import STOP
from ivr.flow.state import CallState
from ivr.flow.turn import Turn
from ivr.menus.model import MenuBook
from ivr.menus.nodes import Goodbye, TicketDesk, Transfer


def leave(book: MenuBook, state: CallState, at: datetime) -> Turn:
    """The caller has gone. What is neither solved nor promised becomes a promise; what was told is kept."""
    node = book.nodes[state.place.node]
    finished = isinstance(node, Goodbye)
    gone = replace(_rang_in_vain(book, with_unsent(state, node), node), ended=True)
    wanted = _perhaps_wanted(book, gone)
    if wanted is not None:
        gone = wanted
    errand = _partial(book, gone, at) or _afterthought(book, gone, at)
    if wanted is not None and errand is not None:
        errand = dataclasses.replace(errand, priority=book.topics[errand.topic].priority)
    left = Left(state.place.node, abandoned=not finished)
    return Turn(gone, (), errand or _keep_next(book, gone, at), (left,))


def _rang_in_vain(book: MenuBook, state: CallState, node: object) -> CallState:
    """Whoever leaves while a person's telephone rings wanted what they are promised if nobody answers.

    A caller who shows no number could not be called: for them there is nothing to keep.
    """
    desk = book.nodes[node.unanswered] if isinstance(node, Transfer) else None
    named = desk.topic if isinstance(desk, TicketDesk) else None
    return state.learn(topic=named) if named and state.number and not state.fact("topic") else state


def _perhaps_wanted(book: MenuBook, state: CallState) -> CallState | None:
    """Whoever leaves at the question whether their money is to be stopped may have meant it."""
    doubt, desk = state.place.doubt, book.nodes[book.everywhere.stop_my_money.to]
    if doubt is None or doubt.choice != STOP or not isinstance(desk, TicketDesk):
        return None
    topic, named = desk.topic, state.fact("topic")
    if topic is None or topic not in book.topics or state.filed_on(topic):
        return None
    about = {"about": named} if named else {}
    return state.learn_all({"topic": topic, meant.FACT: meant.PERHAPS, **about})


def _partial(book: MenuBook, state: CallState, at: datetime) -> OpenTicket | None:
    """A topic named, and neither solved nor promised: a ticket of low priority."""
    topic = _unsettled(state)
    return partial_ticket(book, state, topic, at) if topic else None


def _unsettled(state: CallState) -> str | None:
    topic = state.fact("topic")
    return None if not topic or state.fact("solved") or state.filed_on(topic) else topic


def _afterthought(book: MenuBook, state: CallState, at: datetime) -> OpenTicket | None:
    """What was told after the newest promise was made: it is added to that ticket."""
    newest = state.filed[-1] if state.filed else None
    if newest is None or state.fact("solved") != "promised" or not brings_news(state, newest):
        return None
    return open_ticket(book, state, newest.topic, at, None)


def _keep_next(book: MenuBook, state: CallState, at: datetime) -> KeepRecording | None:
    unfiled = recordings(state)
    return keep_message(book, state, Recorded(at, unfiled[0], 0)) if unfiled else None


def spoken_while_leaving(state: CallState, heard: Recorded) -> Turn:
    """The caller hung up while speaking: what was said is kept, and the hang-up itself is heard next."""
    return Turn(state.learn(recording=heard.recording), (HangUp(),))


def after_the_end(book: MenuBook, state: CallState, heard: CallerInput) -> Turn:
    """What still arrives when the call is over: a spoken message is kept, all else changes nothing."""
    match heard:
        case Recorded():
            return Turn(state, (HangUp(),), keep_message(book, state, heard))
        case Reply(result=TicketOpened() | TicketSpooled() as made):
            topic = _unsettled(state) or (state.filed[-1].topic if state.filed else "")
            spooled = (Spooled(topic),) if isinstance(made, TicketSpooled) else ()
            return Turn(filing(state, topic, made), events=spooled)
        case Reply(at=at, result=Done()):
            return _one_kept(book, state, at)
        case Reply(result=Unavailable()):
            return Turn(state, events=(PromiseLost(state.fact("topic") or "", recordings(state)),))
        case _:
            return Turn(state, (HangUp(),))


def _one_kept(book: MenuBook, state: CallState, at: datetime) -> Turn:
    kept = recordings(state)[:1]
    left = replace(state, facts=tuple(fact for fact in state.facts if fact[1] not in kept))
    return Turn(left, (), _keep_next(book, left, at))
