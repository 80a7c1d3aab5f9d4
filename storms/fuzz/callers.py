"""What odd callers and a confused carrier send: moves of one call, drawn by hypothesis."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from hypothesis import strategies as st

from storms.fuzz import doors
from storms.fuzz.doors import Knock
from storms.fuzz.line import HOUSES
from storms.fuzz.values import SAID, STAGES, heard, numbers, odd_fields, odd_heard, sids, texts


@dataclass(frozen=True, slots=True)
class Dial:
    """A call is answered, and from then on, by this house."""

    sid: str
    number: str
    odd: dict[str, str] = field(default_factory=dict)
    house: str = "open"


@dataclass(frozen=True, slots=True)
class GoOn:
    """The document's own way on, with these fields; `back` asks as many turns before the present one."""

    fields: dict[str, str]
    back: int = 0


@dataclass(frozen=True, slots=True)
class Speak:
    """Something was heard for this turn, or is being said still; the call is moved, or its question ends."""

    said: tuple[tuple[str, float], ...]
    how: Literal["heard", "lost", "speaking"] = "heard"
    moved: bool = True


@dataclass(frozen=True, slots=True)
class Tell:
    """News of the call."""

    stage: str
    odd: dict[str, str]


Move = Dial | GoOn | Speak | Tell | Knock

_houses = st.sampled_from(("open", *HOUSES))
_said = st.lists(st.tuples(st.sampled_from(SAID) | texts, st.floats(-1, 2)), max_size=2).map(tuple)

dials = st.builds(Dial, sids, numbers, st.just({}) | odd_fields, _houses)
moves: st.SearchStrategy[Any] = st.one_of(
    st.builds(GoOn, heard),
    st.builds(GoOn, heard),
    st.builds(GoOn, heard),
    st.builds(GoOn, odd_heard, st.integers(0, 2)),
    st.builds(Speak, _said, st.sampled_from(("heard", "heard", "lost", "speaking")), st.booleans()),
    st.builds(Tell, st.sampled_from(STAGES) | texts, odd_fields),
    doors.own,
    doors.told | doors.shown,
    doors.strange,
)
