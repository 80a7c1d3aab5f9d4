"""What is known of a number from one time that it is said to the next: with its question, and no longer."""

from __future__ import annotations

from msgspec.structs import replace

from ivr.flow.inputs import Utterance
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
    """The caller has said that it is another one."""
    before = state.place.tried or Tried()
    return _with(state, replace(before, read_back="", refused=(*before.refused, before.read_back)))


def mended(state: CallState) -> CallState:
    """One group of it is said again. It may be the same: whoever names a group may have miscounted."""
    before = state.place.tried or Tried()
    return _with(state, replace(before, read_back="", places=(), next=()))


def dropped(state: CallState) -> CallState:
    """Nothing is known of it any more."""
    return _with(state, None)


def is_heard_again(state: CallState) -> bool:
    """Whether the whole of a number is awaited that was heard before."""
    tried = state.place.tried
    return tried is not None and tried.hearings > 0 and state.place.spelled is None


def refused_here(state: CallState) -> tuple[str, ...]:
    """What the number awaited cannot be; of one group of it nothing is known."""
    spelled, known = state.place.spelled, state.place.tried
    return known.refused if known and not (spelled and spelled.group) else ()


def refused_of_rest(state: CallState) -> tuple[str, ...]:
    """The same of what is still to come of it."""
    there = state.place.spelled.digits if state.place.spelled else ""
    return tuple(one[len(there) :] for one in refused_here(state) if one.startswith(there) and one != there)


def _with(state: CallState, tried: Tried | None) -> CallState:
    return replace(state, place=replace(state.place, tried=tried))
