"""The promise: which number to call, the ticket written, its number read twice."""

from __future__ import annotations

from msgspec.structs import replace

from foundation.phone_numbers import as_dialled
from ivr.flow.asking import number, one_key
from ivr.flow.errands import SetTicketNumber, TakeBackTicket
from ivr.flow.events import Chosen, FlowEvent, Promised, Spooled
from ivr.flow.inputs import CallerInput, Digits, Reply, Silence
from ivr.flow.instructions import Instruction
from ivr.flow.nodes import meant
from ivr.flow.patience import Miss, missed
from ivr.flow.promising import brings_news, filing, may_call, message_topic, number_shown, open_ticket
from ivr.flow.prompts import common, speak
from ivr.flow.replies import Done, TakenBack, TicketOpened, TicketSpooled
from ivr.flow.sayable import Spells, choices, yes_or_no
from ivr.flow.state import CallState, Filed
from ivr.flow.turn import Move, Scene
from ivr.matching.verdicts import Sayable
from ivr.menus.nodes import TicketDesk

URGENT = "urgent"
NUMBER_DIGITS = (7, 15)  # of a telephone number as it is typed; E.164 has 15 at most

# Stages: `known` (call the number you call from?), `entry` (type one), `confirm` (is it right?), `filing`,
# and `meant` (it was said, not pressed: was it meant?).


def topic_of(scene: Scene[TicketDesk], state: CallState) -> str:
    """What the ticket is about: the node's own topic, what the caller has named, or that of messages."""
    return scene.node.topic or state.fact("topic") or message_topic(scene.book)


def enter(scene: Scene[TicketDesk], state: CallState) -> Move:
    filed = state.filed_on(topic_of(scene, state))
    if filed is not None:
        return _filed_before(scene, state, filed)
    intro = speak(scene, state)
    if scene.node.number == "before":
        asked = _named(scene, state).opened(_first_stage(scene, state))
        return Move(asked, (*intro, *ask(scene, asked)))
    return replace(_file(scene, state, None), instructions=intro)


def _named(scene: Scene[TicketDesk], state: CallState) -> CallState:
    """Whoever leaves at the question for the number has named the topic; who shows one can be called."""
    if state.fact("topic") or state.number is None:
        return state
    return state.learn(topic=topic_of(scene, state))


def _filed_before(scene: Scene[TicketDesk], state: CallState, filed: Filed) -> Move:
    """One ticket a call and topic: what the caller has told since is added to it."""
    if brings_news(state, filed):
        return _file(scene, state, None)
    known = state.learn(ticket=filed.ticket, due=filed.due.isoformat())
    part = "already" if filed.ticket else "kept"
    return Move(known, _filed_words(scene, state, part, filed), go=_after_filing(scene, filed))


def _filed_words(
    scene: Scene[TicketDesk], state: CallState, part: str, filed: Filed
) -> tuple[Instruction, ...]:
    """What is said of a promise; a quiet desk adds to one that stands without a word about it."""
    if scene.node.quiet and part in {"already", "kept"}:
        return ()
    return speak(scene, state, part, _slots(filed))


def _first_stage(scene: Scene[TicketDesk], state: CallState) -> str:
    return "known" if number_shown(scene.book, state) else "entry"


def ask(scene: Scene[TicketDesk], state: CallState) -> tuple[Instruction, ...]:
    match state.place.stage:
        case meant.STAGE:
            return meant.ask(scene, state)
        case "entry":
            return (*speak(scene, state, "entry"), number(scene, state))
        case "confirm":
            words = speak(scene, state, "entry_confirm", {"entry": read_back(scene, state)})
        case _:
            part = "number" if scene.node.number == "before" else "reach"
            shown = number_shown(scene.book, state)
            words = speak(scene, state, part, {"last_four": shown.last_four if shown else ""})
    return (*words, one_key(scene, state))


def sayables(scene: Scene[TicketDesk], state: CallState) -> tuple[Sayable, ...]:
    """Yes to the number that is named, no or another one; of one read back, right or wrong."""
    match state.place.stage:
        case "entry":
            return ()
        case "confirm" | meant.STAGE:
            return yes_or_no(scene, state)
        case _:
            other = {"this-number": "1", "another-number": "2"}
            return (*yes_or_no(scene, state), *choices(scene, state, other))


def spells(_scene: Scene[TicketDesk], state: CallState) -> Spells | None:
    return Spells(*NUMBER_DIGITS, reads_back=True) if state.place.stage == "entry" else None


def read_back(scene: Scene[TicketDesk], state: CallState) -> str:
    """The number as the caller has just heard it, as it is dialled at home; "" where none was read."""
    read = state.place.stage == "confirm"
    return as_dialled(state.place.entry, scene.book.calling.region) if read else ""


def answer(scene: Scene[TicketDesk], state: CallState, heard: CallerInput) -> Move:
    match heard:
        case Silence() if state.place.stage == meant.STAGE:
            return _onward(scene, state)
        case Silence():
            return missed(scene, state, Miss.SILENCE, ask)
        case Digits(keys=keys) if state.place.stage == meant.STAGE:
            return _meant(scene, state, keys)
        case Digits(keys=keys) if state.place.stage == "entry":
            return _typed(scene, state, keys)
        case Digits(keys=keys):
            return _yes_or_no(scene, state, keys)
        case Reply():
            return _told(scene, state, heard)
        case _:
            return Move(state, ask(scene, state))


def _meant(scene: Scene[TicketDesk], state: CallState, keys: str) -> Move:
    """Whether the wish that was said, and done at once, was one."""
    match keys:
        case "1":
            sure = _onward(scene, meant.confirmed(state))
            return replace(sure, events=(Chosen(scene.name, "meant"), *sure.events))
        case "2":
            back = TakeBackTicket(topic_of(scene, state))
            return Move(state, errand=back, events=(Chosen(scene.name, "not-meant"),))
        case _:
            return missed(scene, state, Miss.NO_MATCH, ask)


def _onward(scene: Scene[TicketDesk], state: CallState) -> Move:
    """From a promise that stands to the number to call, or to the next node."""
    filed = state.filed_on(topic_of(scene, state))
    if scene.node.number != "after" or filed is None or _cannot_wait(scene, filed):
        return Move(state, go=_after_filing(scene, filed) if filed else scene.node.next)
    asked = state.staged(_first_stage(scene, state))
    return Move(asked, ask(scene, asked))


def _typed(scene: Scene[TicketDesk], state: CallState, keys: str) -> Move:
    if "*" in keys or "#" in keys:
        return Move(state, (*speak(scene, state, "mixed"), *ask(scene, state)))
    found = may_call(scene.book, keys)
    if found is None:
        return missed(scene, state, Miss.NO_MATCH, ask, word="bad_number")
    asked = state.retried("confirm", found.e164)
    return Move(asked, ask(scene, asked))


def _yes_or_no(scene: Scene[TicketDesk], state: CallState, keys: str) -> Move:
    match keys:
        case "1":
            return _agreed(scene, state)
        case "2":
            again = state.retried("entry")
            return Move(again, ask(scene, again), events=(Chosen(scene.name, "another-number"),))
        case _:
            return missed(scene, state, Miss.NO_MATCH, ask)


def _agreed(scene: Scene[TicketDesk], state: CallState) -> Move:
    known = state.place.stage == "known"
    shown = number_shown(scene.book, state)
    chosen = shown.e164 if known and shown else state.place.entry
    event = (Chosen(scene.name, "this-number" if known else "right"),)
    filed = state.filed_on(topic_of(scene, state))
    if scene.node.number == "before" or filed is None or not filed.ticket:
        return replace(_file(scene, state, chosen), events=event)
    return Move(state, errand=SetTicketNumber(filed.ticket, chosen), events=event)


def _file(scene: Scene[TicketDesk], state: CallState, to_call: str | None) -> Move:
    topic = topic_of(scene, state)
    return Move(state, errand=open_ticket(scene.book, state, topic, scene.at, to_call))


def _told(scene: Scene[TicketDesk], state: CallState, reply: Reply) -> Move:
    match reply.result:
        case TicketOpened() as opened:
            return _promised(scene, state, opened)
        case TicketSpooled() as spooled:
            return _spooled(scene, state, spooled)
        case Done():
            return Move(state, speak(scene, state, "number_kept"), go=scene.node.next)
        case TakenBack():
            return meant.taken_back(scene, state, topic_of(scene, state), done=True)
        case _ if state.place.stage == meant.STAGE:
            return meant.taken_back(scene, state, topic_of(scene, state), done=False)
        case _ if state.filed_on(topic_of(scene, state)) and scene.node.quiet:
            return Move(state, go=scene.node.next)
        case _ if state.filed_on(topic_of(scene, state)):
            return Move(state, common(scene.book, state, "unavailable"), go=scene.node.next)
        case _:
            return Move(state, speak(scene, state, "failed"), go=scene.node.failed)


def _promised(scene: Scene[TicketDesk], state: CallState, opened: TicketOpened) -> Move:
    topic = topic_of(scene, state)
    before = state.filed_on(topic)
    known = filing(state, topic, opened)
    if before and not before.ticket:
        # It stood in the spool until now, also at a quiet desk: the number is news.
        told = (*_number_kept(scene, state), *speak(scene, known, "already", _slots(known.filed[-1])))
    else:
        part = "already" if before else "joined" if opened.joined else "opened"
        told = _filed_words(scene, known, part, known.filed[-1])
    event = (Promised(topic, opened.number, opened.joined),)
    if before:
        return Move(known, told, go=scene.node.next, events=event)
    return _filed(scene, known, told, event, asks=bool(known.unconfirmed) and not opened.joined)


def _filed(
    scene: Scene[TicketDesk],
    state: CallState,
    told: tuple[Instruction, ...],
    event: tuple[FlowEvent, ...],
    *,
    asks: bool,
) -> Move:
    """On from a promise just made; `asks`: first to the question whether it was meant."""
    if asks:
        asked = state.staged(meant.STAGE)
        return Move(asked, (*told, *ask(scene, asked)), events=event)
    onward = _onward(scene, state)
    return replace(onward, instructions=(*told, *onward.instructions), events=(*event, *onward.events))


def _spooled(scene: Scene[TicketDesk], state: CallState, spooled: TicketSpooled) -> Move:
    """It is kept and has no number yet: none is spoken but one that the caller was told before."""
    topic = topic_of(scene, state)
    before = state.filed_on(topic)
    known = filing(state, topic, spooled)
    filed = known.filed[-1]
    told = _number_kept(scene, state) or _filed_words(
        scene, known, "already" if filed.ticket else "kept", filed
    )
    event = (Spooled(topic),)
    if before:
        return Move(known, told, go=_after_filing(scene, filed), events=event)
    return _filed(scene, known, told, event, asks=known.unconfirmed is not None)


def _after_filing(scene: Scene[TicketDesk], filed: Filed) -> str:
    return scene.node.failed if _cannot_wait(scene, filed) else scene.node.next


def _cannot_wait(scene: Scene[TicketDesk], filed: Filed) -> bool:
    """What presses and stands in the spool is seen by nobody now: its caller gets the person."""
    promised = scene.book.topics.get(filed.topic)
    return not filed.ticket and promised is not None and promised.priority == URGENT


def _number_kept(scene: Scene[TicketDesk], state: CallState) -> tuple[Instruction, ...]:
    """What is said of a number to call that was agreed on after the promise was made."""
    agreed = scene.node.number == "after" and state.place.stage in {"known", "confirm"}
    return speak(scene, state, "number_kept") if agreed else ()


def _slots(filed: Filed) -> dict[str, str]:
    return {"ticket": filed.ticket, "due": filed.due.isoformat()}
