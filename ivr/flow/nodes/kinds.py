"""The written table of node kinds: who enters, asks and answers for each. A new kind is a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ivr.flow.inputs import CallerInput
from ivr.flow.instructions import Instruction
from ivr.flow.nodes import (
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
from ivr.flow.state import CallState
from ivr.flow.turn import Move, Scene


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of node can do. Kinds that never wait for the caller neither ask nor answer."""

    enter: Callable[[Scene[Any], CallState], Move]
    ask: Callable[[Scene[Any], CallState], tuple[Instruction, ...]] | None = None
    answer: Callable[[Scene[Any], CallState, CallerInput], Move] | None = None


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "message": Kind(message.enter),
        "menu": Kind(menu.enter, menu.ask, menu.answer),
        "language": Kind(language.enter, language.ask, language.answer),
        "digits": Kind(digits.enter, digits.ask, digits.answer),
        "yes-no": Kind(yes_no.enter, yes_no.ask, yes_no.answer),
        "diagnose": Kind(diagnose.enter, diagnose.ask, diagnose.answer),
        "hours": Kind(hours.enter),
        "announcement": Kind(announcement.enter, announcement.ask, announcement.answer),
        "ticket": Kind(ticket.enter, ticket.ask, ticket.answer),
        "ticket-state": Kind(ticket_state.enter, ticket_state.ask, ticket_state.answer),
        "survey": Kind(survey.enter, survey.ask, survey.answer),
        "record": Kind(record.enter, record.ask, record.answer),
        "verify": Kind(verify.enter, verify.ask, verify.answer),
        "transfer": Kind(transfer.enter, transfer.ask, transfer.answer),
        "goodbye": Kind(goodbye.enter),
    }
)
