"""The number in what was said at a question: with what stood before it, and without what it cannot be."""

from __future__ import annotations

from msgspec.structs import replace

from ivr.flow import hearing, tried
from ivr.flow.here import Here
from ivr.flow.inputs import Utterance
from ivr.flow.reading import groups
from ivr.flow.state import CallState
from ivr.matching.numbers import Complete, Partial, Refused, Wanted, choose, numerals, whole
from speech.amounts import amount_in
from speech.requests import Alternative


def in_words(here: Here, state: CallState, heard: Utterance) -> Complete | Partial | None:
    """The number in what was said, however sure."""
    asked = _wanted_by_voice(here, state)
    if asked is None:
        return None
    known = numerals(here.scene.book.wordings[state.language])
    amounts = _amounts(heard, state.language)
    if amounts and not _counts(here, state):
        return None
    found = choose(amounts or heard.alternatives, known, asked, "" if amounts else before(state))
    return None if isinstance(found, Refused) else found


def remembered(
    here: Here, state: CallState, heard: Utterance, number: Complete | Partial | None
) -> CallState:
    """The state with what was heard of a whole number (`number`: of `in_words`), believed or not."""
    if state.place.spelled is not None or not isinstance(number, Complete) or number.sure < tried.OFFERED:
        return state
    asked = _wanted_by_voice(here, state)
    known = numerals(here.scene.book.wordings[state.language])
    others = whole(heard.alternatives, known, asked) if asked else ()
    return tried.heard(state, heard, tuple(dict.fromkeys((number.digits, *others))))


def wanted(here: Here, state: CallState) -> Wanted | None:
    """What is to be gathered: the whole number, or one group of it."""
    spells, spelled = hearing.whole_number(here.scene, state), state.place.spelled
    if spells is None:
        return None
    if spelled and spelled.group:
        size = len(groups(spelled.digits)[spelled.group - 1])
        return Wanted(size, size)
    return Wanted(spells.shortest, spells.longest, spells.check)


def before(state: CallState) -> str:
    """The digits that what is heard now goes on from."""
    spelled = state.place.spelled
    return spelled.digits if spelled and not spelled.group else ""


def _wanted_by_voice(here: Here, state: CallState) -> Wanted | None:
    """The same; nothing that the caller has said no to, however it sounds."""
    asked = wanted(here, state)
    return replace(asked, refused=tried.refused_here(state)) if asked else None


def _amounts(heard: Utterance, language: str) -> tuple[Alternative, ...]:
    """What was said, in digits, if it most likely is an amount: "fifty thousand" is 50000."""
    said = [(amount_in(one.words, language), one.sure) for one in heard.alternatives]
    return tuple(Alternative(one, sure) for one, sure in said if one) if said and said[0][0] else ()


def _counts(here: Here, state: CallState) -> bool:
    """Whether an amount is awaited; elsewhere "one hundred" is not the digit one."""
    awaited = hearing.number(here.scene, state)
    return awaited is not None and awaited.amount
