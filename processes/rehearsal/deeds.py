"""What a caller does in a turn of a conversation file: keys, silence, speech, leaving, being bridged."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ivr.channels.terminal import PERSON
from ivr.menus.faults import Path, did_you_mean
from processes.rehearsal.conversation import PLACES, SURE, WAYS, Words
from processes.rehearsal.sheet import Sheet, shown

MOST_KEYS = 1_000
LONGEST_SPEECH = 600.0  # seconds
KEYS = frozenset("0123456789*#wW")  # w and W are pauses of half a second and of a second
LONGEST_WORDS = 2_000  # characters
LEAVES_WHEN = (True, "waiting", "during", "reply")  # whenever it is: what is heard until then is the same
_SURE = "write it beside say: sure = 0.6, from 0 to 1"
_OPEN = re.compile(r"\{([^{}]*)\}")
_PLACE_OR_PAUSE = re.compile(r"\{([a-z_]+)\}|[wW]")


class Unfilled(Exception):
    """Keys leave a place open, and this call has nothing to put there."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


def deed_of(sheet: Sheet, place: Path) -> tuple[str, Any]:
    """The way and the what of a turn; ("ends", None) if it says nothing that the caller does."""
    turn = sheet.value(place)
    ways = [way for way in WAYS if isinstance(turn, dict) and way in turn]
    if not ways:
        return "ends", None
    if len(ways) > 1:
        cure = "write a [[turn]] for each, with what is heard in between"
        sheet.wrong((*place, ways[1]), f"a turn does one thing, not {' and '.join(ways)}", cure)
    way, what = ways[0], turn[ways[0]]
    trouble = _trouble(way, what)
    if trouble:
        sheet.wrong((*place, way), *trouble)
    if "sure" in turn and not (way == "say" and _is_sureness(turn["sure"])):
        sheet.wrong((*place, "sure"), f"sure = {shown(turn['sure'])} means nothing here", _SURE)
    elif way == "say" and not trouble:
        what = Words(what, float(turn.get("sure", SURE)))
    return way, what


def _is_sureness(told: object) -> bool:
    return isinstance(told, int | float) and not isinstance(told, bool) and 0 <= told <= 1


def _trouble(way: str, what: object) -> tuple[str, str] | None:
    """What is wrong with a deed, and the cure."""
    match way:
        case "presses":
            return _wrong_keys(what)
        case "stays_silent":
            return None if what is True else _wrong(way, what, "stays_silent = true")
        case "speaks":
            seconds = what if isinstance(what, int | float) and not isinstance(what, bool) else 0
            if 0 < seconds <= LONGEST_SPEECH:
                return None
            return _wrong(way, what, f"speaks = 4.0, the seconds; {LONGEST_SPEECH:.0f} at most")
        case "say":
            return _wrong_words(what)
        case "hangs_up":
            return None if what in LEAVES_WHEN else _wrong(way, what, "hangs_up = true")
        case _:
            if isinstance(what, str) and what in PERSON:
                return None
            near = did_you_mean(str(what), PERSON, f"there are {', '.join(PERSON)}")
            return f"a person {shown(what)} is not known", near


def _wrong(way: str, what: object, right: str) -> tuple[str, str]:
    return f"{way} = {shown(what)} means nothing", f"write {right}"


def _wrong_words(what: object) -> tuple[str, str] | None:
    words = what if isinstance(what, str) else ""
    if words.strip() and words.isprintable() and '"' not in words and len(words) <= LONGEST_WORDS:
        return None
    return _wrong("say", what, f'say = "a refund", a text; {LONGEST_WORDS} characters at most')


def _wrong_keys(what: object) -> tuple[str, str] | None:
    if not isinstance(what, str | int) or isinstance(what, bool):
        return _wrong("presses", what, 'presses = "1#"')
    told = str(what)
    for name in _OPEN.findall(told):
        if name not in PLACES:
            known = ", ".join(f"{{{one}}}" for one in PLACES)
            return f"nobody says what {{{name}}} is", did_you_mean(name, PLACES, f"there are {known}")
    if not told or len(told) > MOST_KEYS or set(_OPEN.sub("", told)) - KEYS:
        return f"{shown(told)} are not keys of a telephone", f"0-9, *, #, and w to wait; {MOST_KEYS} at most"
    return None


def filled(keys: object, values: Mapping[str, str]) -> str:
    """The keys as they are pressed: open places filled, pauses left out, for the clock stands still.

    Raises Unfilled for a place that has no value.
    """

    def fill(found: re.Match[str]) -> str:
        if found[1] is None:
            return ""
        if found[1] not in values:
            raise Unfilled(found[1])
        return values[found[1]]

    return _PLACE_OR_PAUSE.sub(fill, str(keys))
