"""The written table of node kinds: who enters, asks and answers for each. A new kind is a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ivr.flow.inputs import CallerInput
from ivr.flow.instructions import Instruction
from ivr.flow.nodes import (
    agreement,
    announcement,
    diagnose,
    digits,
    goodbye,
    hours,
    language,
    menu,
    message,
    record,
    survey,
    ticket,
    ticket_state,
    transfer,
    verify,
    yes_no,
)
from ivr.flow.sayable import Spells
from ivr.flow.state import CallState
from ivr.flow.turn import Move, Scene
from ivr.matching.verdicts import Sayable


def _nothing(_scene: Scene[Any], _state: CallState) -> tuple[Sayable, ...]:
    return ()


def _no_number(_scene: Scene[Any], _state: CallState) -> None:
    return None


def _nothing_read(_scene: Scene[Any], _state: CallState) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of node can do. Kinds that never wait for the caller neither ask nor answer.

    `sayables`: what may be said instead of a key. `spells`: the number awaited, if one is. `read_back`: the
    digits that are asked about, as they were read out.
    """

    enter: Callable[[Scene[Any], CallState], Move]
    ask: Callable[[Scene[Any], CallState], tuple[Instruction, ...]] | None = None
    answer: Callable[[Scene[Any], CallState, CallerInput], Move] | None = None
    sayables: Callable[[Scene[Any], CallState], tuple[Sayable, ...]] = _nothing
    spells: Callable[[Scene[Any], CallState], Spells | None] = _no_number
    read_back: Callable[[Scene[Any], CallState], str] = _nothing_read


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "message": Kind(message.enter),
        "menu": Kind(menu.enter, menu.ask, menu.answer, menu.sayables),
        "language": Kind(language.enter, language.ask, language.answer, language.sayables),
        "agreement": Kind(agreement.enter, agreement.ask, agreement.answer),
        "digits": Kind(
            digits.enter, digits.ask, digits.answer, digits.sayables, digits.spells, digits.read_back
        ),
        "yes-no": Kind(yes_no.enter, yes_no.ask, yes_no.answer, yes_no.sayables),
        "diagnose": Kind(diagnose.enter, diagnose.ask, diagnose.answer, diagnose.sayables),
        "hours": Kind(hours.enter),
        "announcement": Kind(announcement.enter, announcement.ask, announcement.answer),
        "ticket": Kind(
            ticket.enter, ticket.ask, ticket.answer, ticket.sayables, ticket.spells, ticket.read_back
        ),
        "ticket-state": Kind(
            ticket_state.enter, ticket_state.ask, ticket_state.answer, spells=ticket_state.spells
        ),
        "survey": Kind(survey.enter, survey.ask, survey.answer, survey.sayables),
        "record": Kind(record.enter, record.ask, record.answer, record.sayables),
        "verify": Kind(verify.enter, verify.ask, verify.answer, spells=verify.spells),
        "transfer": Kind(transfer.enter, transfer.ask, transfer.answer),
        "goodbye": Kind(goodbye.enter),
    }
)
