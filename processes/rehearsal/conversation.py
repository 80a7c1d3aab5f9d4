"""A recorded conversation as values: who calls when, what is heard, what the caller does, what is left."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

CALLER = "+6281234567801"  # the first demo customer's number
WITHHELD = "withheld"
MOMENT = datetime.fromisoformat("2026-11-24T10:00:00+07:00")  # a Tuesday morning, when people are there
WAYS = ("presses", "stays_silent", "speaks", "say", "hangs_up", "person")
LEAVES = ("ends", "hangs_up")  # ways after which nothing more is heard
# What keys may leave open, as `{account}`; a rehearsal fills in what each of them is.
PLACES = ("language", "account", "pin", "ticket", "last_four")
SURE = 0.93  # how sure a recogniser is of words that were spoken clearly
FAILS = ("tickets", "database", "spool")


@dataclass(frozen=True, slots=True)
class Words:
    """What the caller says instead of a key, and how sure whoever hears it is: 0 to 1."""

    words: str
    sure: float = SURE


@dataclass(frozen=True, slots=True)
class Said:
    """One turn: the prompts heard since the last input, in order, and what the caller does then.

    `line` is where the turn stands in its file, from 1; 0 if it comes from no file. `fails` names what
    refuses to work from the caller's deed on, () nothing any more; None: what did before.
    """

    hears: tuple[str, ...]
    way: str = "ends"
    what: Any = None
    line: int = field(default=0, compare=False)
    fails: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Reads:
    """The exact words of one prompt, to prove how numbers are read."""

    prompt: str
    words: dict[str, str]
    line: int = field(default=0, compare=False)


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
    """One file, played in each of its languages.

    `file` is where it stands, as people are told, and `text` all of it; `number` is None if it is withheld;
    `fails` names what refuses to work; `tickets` are those left behind, as the file tells them. `ears`: what
    the caller says is heard; `hosted`: by the carrier's recogniser, once the caller has agreed.
    """

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
    ears: bool = False
    hosted: bool = False
    file: str = field(default="", compare=False)
    text: str = field(default="", compare=False, repr=False)
