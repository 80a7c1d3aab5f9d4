"""Conversation files as values: who presses or says what, and which prompts are heard in answer."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

CALLER = "+6281234567801"  # the first demo customer's number
WAYS = ("presses", "stays_silent", "speaks", "hangs_up", "person")


@dataclass(frozen=True, slots=True)
class Said:
    """One turn: the prompts heard since the last input, in order, and what the caller does then."""

    hears: tuple[str, ...]
    way: str = "ends"
    what: Any = None


@dataclass(frozen=True, slots=True)
class Reads:
    """The exact words of one prompt, to prove how numbers are read."""

    prompt: str
    words: dict[str, str]


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an earlier call left: the language chosen, and open tickets of the proven customer, by topic.

    `announcement`: whether an operator's sentence stands while the call is held.
    """

    language: str | None = None
    tickets: tuple[str, ...] = ()
    announcement: bool = False


@dataclass(frozen=True, slots=True)
class Conversation:
    """One file, played in each of its languages."""

    name: str
    title: str
    number: str | None
    at: datetime
    languages: tuple[str, ...]
    fails: tuple[str, ...]
    earlier: Earlier
    turns: tuple[Said, ...]
    tickets: tuple[dict[str, Any], ...]
    reads: Reads | None


def conversations(folder: Path, book_languages: tuple[str, ...]) -> list[Conversation]:
    """All conversation files of a folder, in the order of their names."""
    return [read(path, book_languages) for path in sorted(folder.glob("*.toml"))]


def read(path: Path, book_languages: tuple[str, ...]) -> Conversation:
    """One conversation file. Raises ValueError that names the file for what it cannot mean."""
    told = tomllib.loads(path.read_text("utf-8"))
    unknown = told.keys() - {
        "title",
        "from",
        "at",
        "languages",
        "fails",
        "turn",
        "leaves",
        "reads",
        "earlier",
    }
    if unknown:
        raise ValueError(f"{path.name}: unknown fields {sorted(unknown)}")
    number = told.get("from", CALLER)
    return Conversation(
        name=path.stem,
        title=told["title"],
        number=None if number == "withheld" else number,
        at=told.get("at", datetime.fromisoformat("2026-11-24T10:00:00+07:00")),
        languages=tuple(told.get("languages", book_languages)),
        fails=tuple(told.get("fails", ())),
        earlier=_earlier(told.get("earlier", {})),
        turns=tuple(_said(path, turn) for turn in told["turn"]),
        tickets=tuple(told.get("leaves", {}).get("tickets", ())),
        reads=_reads(told.get("reads")),
    )


def _earlier(told: dict[str, Any]) -> Earlier:
    return Earlier(told.get("language"), tuple(told.get("tickets", ())), told.get("announcement", False))


def _said(path: Path, turn: dict[str, Any]) -> Said:
    ways = [way for way in WAYS if way in turn]
    unknown = turn.keys() - {"hears", *WAYS}
    if len(ways) > 1 or unknown:
        raise ValueError(f"{path.name}: a turn does one thing, and has no {sorted(unknown)}: {turn}")
    if not ways:
        return Said(tuple(turn["hears"]))
    return Said(tuple(turn["hears"]), ways[0], turn[ways[0]])


def _reads(told: dict[str, str] | None) -> Reads | None:
    if told is None:
        return None
    return Reads(
        told["prompt"], {language: words for language, words in told.items() if language != "prompt"}
    )
