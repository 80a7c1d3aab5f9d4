"""Small pieces of the sentences that tell a change."""

from __future__ import annotations

from typing import Any

from ivr.menus.changes.walk import ABSENT, Change

MINUTES_AN_HOUR = 60


def quoted(text: str) -> str:
    """Words as they are heard."""
    return f'"{text}"'


def shown(value: Any) -> str:  # noqa: ANN401  # whatever a field can hold
    """A value for people."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case dict():
            return ", ".join(f"{name} = {shown(one)}" for name, one in value.items()) or "nothing"
        case list() | tuple():
            return ", ".join(shown(one) for one in value) or "nothing"
        case _:
            return "nothing" if value is ABSENT else str(value)


def was_and_is(what: str, change: Change) -> str:
    """`what: this; now that`, or what is new or gone."""
    if change.before is ABSENT:
        return f"new: {what}: {shown(change.after)}"
    if change.after is ABSENT:
        return f"gone: {what} (it was {shown(change.before)})"
    return f"{what}: {shown(change.before)}; now {shown(change.after)}"


def minutes(count: int) -> str:
    """`90` as `1 hour 30 minutes`."""
    hours, rest = divmod(count, MINUTES_AN_HOUR)
    parts = [_counted(hours, "hour")] if hours else []
    if rest or not hours:
        parts.append(_counted(rest, "minute"))
    return " ".join(parts)


def some(names: list[str], at_most: int = 6) -> str:
    """The first names of many."""
    more = len(names) - at_most
    return ", ".join(names[:at_most]) + (f" and {more} more" if more > 0 else "")


def _counted(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"
