"""What changed among the people on call: who came, who left, who is paged otherwise, and how soon."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from callbacks.paging.on_call import OnCall
from ivr.menus.changes.sentences import shown, was_and_is
from ivr.menus.changes.walk import ABSENT, Change

_FIELDS = {
    "first_after_minutes": "minutes before an urgent ticket that nobody takes is paged",
    "again_after_minutes": "minutes before the same person is paged again",
}
_UNNAMED: dict[str, Any] = OnCall().model_dump(mode="json")


def on_call(change: Change) -> Iterator[str]:
    """One change below `on_call`; a file that comes or goes is told field by field."""
    match change.path:
        case ():
            before, after = (_UNNAMED if one is ABSENT else one for one in (change.before, change.after))
            for name in _UNNAMED:
                if before[name] != after[name]:
                    yield from on_call(Change((name,), before[name], after[name]))
            if before == after:
                yield "the file of the people on call says what holds without it"
        case ("people",):
            yield from _people(change.before, change.after)
        case path:
            name = " ".join(path)
            yield was_and_is(_FIELDS.get(name, name), change)


def _people(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Iterator[str]:
    was, now = ({(one["name"], one["by"]): one for one in people} for people in (before, after))
    for who in dict.fromkeys((*was, *now)):
        if who not in now:
            yield f"gone: {_told(was[who])}"
        elif who not in was:
            yield f"new: {_told(now[who])}"
        elif was[who] != now[who]:
            yield f"{_told(was[who])}; now {_told(now[who])}"
    if [one for one in was if one in now] != [one for one in now if one in was] or len(was) != len(before):
        yield f"paged in this order: {', '.join(name for name, _ in now) or 'the person of the settings'}"


def _told(one: dict[str, Any]) -> str:
    when = (
        "at every hour" if one["week"] is None else shown({day: to for day, to in one["week"].items() if to})
    )
    return f"{one['name']}, {one['number']}, by {one['by']} in {one['language']}, {when or 'at no time'}"
