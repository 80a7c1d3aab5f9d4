"""Which group of a number that was read back is wrong, and the number with that group said anew."""

from __future__ import annotations

from collections.abc import Sequence

from ivr.matching.verdicts import Sayable
from ivr.menus.wording import Spoken

GROUP = "group-"  # the choice of a sayable: `group-2` for the second


def sayables(spoken: Spoken, groups: int) -> tuple[Sayable, ...]:
    """What may be said to name one of so many groups; without keys, because no key stands for it."""
    return tuple(
        Sayable(words=phrase, keys="", choice=f"{GROUP}{place}")
        for place, phrases in enumerate(spoken.groups[:groups], start=1)
        for phrase in phrases
    )


def place_of(choice: str) -> int | None:
    """Which group a choice of `sayables` names, from 0; None if it is another choice."""
    place = choice.removeprefix(GROUP)
    return int(place) - 1 if choice.startswith(GROUP) and place.isdecimal() else None


def mended(groups: Sequence[str], place: int, digits: str) -> str:
    """The whole number with one group said anew. ValueError if the new one is not as long as the old."""
    if len(digits) != len(groups[place]):
        raise ValueError(f"group {place} has {len(groups[place])} digits, not {len(digits)}")
    return "".join((*groups[:place], digits, *groups[place + 1 :]))
