"""How much room words take in the picture, and how they are broken into lines."""

from __future__ import annotations

import re
import unicodedata

# Widths as shares of the size of the letters, a little generous: the font is that of whoever looks.
NARROW, USUAL, BROAD, FULL = 0.36, 0.60, 0.84, 1.02
_NARROW = frozenset("iljtfrI.,:;'!|()[]{}-/ ")
_BROAD = frozenset("mwMWGOQ@%#")

# What XML 1.0 cannot hold (section 2.2).
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def seen(text: str) -> str:
    """Words without the characters that no picture can hold."""
    return _UNSEEN.sub("", text)


def width(text: str, size: float) -> float:
    """Pixels that a line takes with letters of `size` pixels: an estimate."""
    return size * sum(_share(one) for one in text)


def _share(one: str) -> float:
    if one in _NARROW:
        return NARROW
    if ord(one) > 0x2E7F and unicodedata.east_asian_width(one) in "WF":
        return FULL
    if unicodedata.combining(one):
        return 0.0
    return BROAD if one in _BROAD or one.isupper() else USUAL


def cut(text: str, size: float, room: float) -> str:
    """A line that fits into `room` pixels, with an ellipsis where something is left out."""
    if width(text, size) <= room:
        return text
    while text and width(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def lines(text: str, size: float, room: float, at_most: int) -> tuple[str, ...]:
    """Words broken into at most so many lines of `room` pixels, the last with an ellipsis if need be."""
    found: list[str] = []
    line = ""
    for word in _pieces(text, size, room):
        if line and width((line + word).rstrip(), size) > room:
            found.append(line.strip())
            line = ""
            if len(found) > at_most:
                break
        line += word if line else word.lstrip()
    if line.strip():
        found.append(line.strip())
    if len(found) <= at_most:
        return tuple(found)
    return (*found[: at_most - 1], cut(f"{found[at_most - 1]} …", size, room))


def _pieces(text: str, size: float, room: float) -> list[str]:
    """Where a line may break: after a blank, beside a Chinese character, within a word longer than a line."""
    found: list[str] = []
    for word in re.findall(r"\S*\s*", text):
        if any(ord(one) > 0x2E7F for one in word) or width(word, size) > room:
            found += re.findall(r".[，。！？、：；）」』…,.!?)]*\s*", word)
        else:
            found.append(word)
    return [one for one in found if one]
