"""What is known of a number from one time that it is said to the next: with its question, and no longer."""

from __future__ import annotations

from msgspec.structs import replace

from ivr.flow.inputs import Utterance
from ivr.flow.reading import groups
from ivr.flow.state import CallState, Tried

HEARINGS = 3  # of one number; what is still not known then is typed
OFFERS = 2  # numbers that the last of them is asked about
# How sure a number must be that is heard again to be read back: so sure is what is a number at all.
OFFERED = 0.05


def heard(state: CallState, given: Utterance, numbers: tuple[str, ...]) -> CallState:
    """With one hearing more: what it perhaps was, the likeliest first."""
    before = state.place.tried or Tried()
    tried = replace(
        before,
        hearings=before.hearings + 1,
        places=given.places or before.places,
        next=numbers[:OFFERS],
    )
    return _with(state, tried)


def read_back(state: CallState, digits: str) -> CallState:
    """The caller is asked whether it is this one."""
    before = state.place.tried or Tried()
    rest = tuple(one for one in before.next if one != digits)
    return _with(state, replace(before, read_back=digits, next=rest))


def refused(state: CallState) -> CallState:
    """The caller has said that it is another one; a group of it that they named is mended by itself."""
    before = state.place.tried or Tried()
    tried = replace(before, read_back="", refused=(*before.refused, before.read_back))
    mending = state.place.spelled is not None
    return _with(state, replace(tried, places=(), next=()) if mending else tried)


def dropped(state: CallState) -> CallState:
    """Nothing is known of it any more."""
    return _with(state, None)


def is_heard_again(state: CallState) -> bool:
    """Whether the whole of a number is awaited that was heard before."""
    tried = state.place.tried
    return tried is not None and tried.hearings > 0 and state.place.spelled is None


def refused_here(state: CallState) -> tuple[str, ...]:
    """What the whole number cannot be, or the group of it that is said again."""
    spelled = state.place.spelled
    if spelled is not None and spelled.group:
        return (groups(spelled.digits)[spelled.group - 1],)
    return state.place.tried.refused if state.place.tried else ()


def refused_of_rest(state: CallState) -> tuple[str, ...]:
    """The same of what is still to come of it."""
    there = state.place.spelled.digits if state.place.spelled and not state.place.spelled.group else ""
    return tuple(one[len(there) :] for one in refused_here(state) if one.startswith(there) and one != there)


def _with(state: CallState, tried: Tried | None) -> CallState:
    return replace(state, place=replace(state.place, tried=tried))
