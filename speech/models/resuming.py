"""What an answer means for a download that was begun before: go on, begin anew, or it is all here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

_RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")  # RFC 9110, 14.4
OK, PART, NO_SUCH_RANGE = 200, 206, 416


class Do(Enum):
    """What is done with an answer."""

    APPEND = "append"
    BEGIN = "begin anew with this answer"
    ASK_ANEW = "throw away what is here and ask for all of it"
    WHOLE = "all of it is here"
    GIVE_UP = "no use"


@dataclass(frozen=True, slots=True)
class Next:
    """What to do, and the size of the whole in bytes, 0 if nobody says."""

    do: Do
    size: int = 0


def asked_for(here: int, mark: str | None) -> dict[str, str]:
    """The headers that ask for what is missing behind what is here, if it is still the same thing."""
    if not here or not mark:
        return {}
    return {"Range": f"bytes={here}-", "If-Range": mark}


def mark_of(headers: Mapping[str, str]) -> str | None:
    """By what one knows later that it is still the same thing (RFC 9110, 13.1.5: never a weak tag)."""
    tag = headers.get("etag")
    if tag and not tag.startswith("W/"):
        return tag
    return headers.get("last-modified")


def judged(status: int, headers: Mapping[str, str], here: int) -> Next:
    """What an answer means where so many bytes are here. Header names are lower-case.

    A server that sends another part than the one it was asked for, or none that it can name, is not
    believed: what is here is thrown away.
    """
    if status == OK:
        length = headers.get("content-length", "")
        return Next(Do.BEGIN, int(length) if length.isdigit() else 0)
    found = _RANGE.fullmatch(headers.get("content-range", ""))
    whole = int(found[3]) if found and found[3] != "*" else 0
    if status == PART:
        return Next(Do.APPEND, whole) if found and found[1] == str(here) and here else Next(Do.ASK_ANEW)
    if status == NO_SUCH_RANGE and here:
        return Next(Do.WHOLE, whole) if whole == here else Next(Do.ASK_ANEW)
    return Next(Do.GIVE_UP)
