"""The state of a ticket, read to somebody who can prove that it is theirs."""

from __future__ import annotations

from foundation.check_digits import valid
from foundation.redaction import Secret
from identity.levels import Level
from ivr.flow.asking import number
from ivr.flow.errands import FindTicket
from ivr.flow.inputs import CallerInput, Digits, Reply, Silence
from ivr.flow.instructions import Instruction, Say
from ivr.flow.patience import Miss, missed
from ivr.flow.prompts import common, speak, utter
from ivr.flow.replies import Slowed, TicketFound, TicketUnknown
from ivr.flow.sayable import Spells
from ivr.flow.state import CallState
from ivr.flow.turn import Move, Scene
from ivr.menus.nodes import StateOfTicket

TICKET_DIGITS = 9
PROOF_DIGITS = (4, 6)  # the end of the number left with the ticket, or the telephone PIN


def enter(scene: Scene[StateOfTicket], state: CallState) -> Move:
    return Move(state, ask(scene, state))


def ask(scene: Scene[StateOfTicket], state: CallState) -> tuple[Instruction, ...]:
    if state.place.stage == "proof":
        return (*speak(scene, state, "proof"), number(scene, state, secret=True))
    return (*speak(scene, state), number(scene, state, TICKET_DIGITS))


def spells(_scene: Scene[StateOfTicket], state: CallState) -> Spells | None:
    return None if state.place.stage == "proof" else Spells(TICKET_DIGITS, TICKET_DIGITS, "damm")


def answer(scene: Scene[StateOfTicket], state: CallState, heard: CallerInput) -> Move:
    match heard:
        case Silence():
            return missed(scene, state, Miss.SILENCE, ask)
        case Digits(keys=keys) if state.place.stage == "proof":
            return _proof_typed(scene, state, keys)
        case Digits(keys=keys):
            return _ticket_typed(scene, state, keys)
        case Reply():
            return _found(scene, state, heard)
        case _:
            return Move(state, ask(scene, state))


def _ticket_typed(scene: Scene[StateOfTicket], state: CallState, keys: str) -> Move:
    if not (len(keys) == TICKET_DIGITS and keys.isdecimal() and valid("damm", keys)):
        return missed(scene, state, Miss.NO_MATCH, ask)
    typed = state.retried("looking", keys)
    if state.level >= Level.VERIFIED:
        return Move(typed, errand=FindTicket(keys, None, state.customer, state.number))
    return _ask_for_proof(scene, typed)


def _ask_for_proof(scene: Scene[StateOfTicket], state: CallState) -> Move:
    asked = state.retried("proof", state.place.entry)
    return Move(asked, ask(scene, asked))


def _proof_typed(scene: Scene[StateOfTicket], state: CallState, keys: str) -> Move:
    if not (len(keys) in PROOF_DIGITS and keys.isdecimal()):
        return missed(scene, state, Miss.NO_MATCH, ask)
    return Move(state, errand=FindTicket(state.place.entry, Secret(keys), state.customer, state.number))


def _found(scene: Scene[StateOfTicket], state: CallState, reply: Reply) -> Move:
    match reply.result:
        case TicketFound() as ticket:
            return Move(state, _told(scene, state, ticket), go=scene.node.next)
        case TicketUnknown() if state.place.stage == "looking":
            # A verified caller may ask for a ticket they left before they had proved who they are.
            return _ask_for_proof(scene, state)
        case TicketUnknown():
            again = state.retried("", "")
            return missed(scene, again, Miss.NO_MATCH, ask, word="unknown")
        case Slowed():
            return Move(state, speak(scene, state, "slowed"), go=scene.node.failed)
        case _:
            return Move(state, common(scene.book, state, "unavailable"), go=scene.node.failed)


def _told(scene: Scene[StateOfTicket], state: CallState, ticket: TicketFound) -> tuple[Say, ...]:
    """Which ticket it is, then what its state means, in the words of that state."""
    wording = scene.book.wordings[state.language]
    topic = wording.topics.get(ticket.topic, "")
    found = speak(scene, state, "found", {"ticket": ticket.number, "topic": topic})
    meaning = wording.states.get(ticket.state, "")
    due = {"due": ticket.due.isoformat()}
    return (*found, *utter(scene.book, state, f"state.{ticket.state}", meaning, due))
