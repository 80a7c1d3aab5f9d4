"""The menu book: one frozen model of what callers can be asked, told and given."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from foundation.hours import Hours
from ivr.menus.nodes import Node
from ivr.menus.shapes import Key, Language, Name, Part
from ivr.menus.wording import Wording

CHOICES_A_MENU = 5  # besides the everywhere keys and the language key; more cannot be kept in mind
BREATH_SECONDS = 20  # the longest prompt, spoken


class Door(Part):
    """A choice that is open everywhere and leads to a node."""

    key: Key
    to: Name


class Everywhere(Part):
    """The keys that mean the same thing everywhere."""

    person: Door
    stop_my_money: Door
    back: Key = "*"
    again: Key = "#"


class Topic(Part):
    """What a ticket can be about, how much it presses, and by when it is answered."""

    priority: Literal["urgent", "normal", "low"] = "normal"
    answer_within_minutes: int = Field(gt=0, description="of working time, unless around_the_clock")
    around_the_clock: bool = False


class Timing(Part):
    """Seconds of quiet before a question counts as unanswered."""

    menu: int = Field(6, ge=3, le=30)
    digits: int = Field(8, ge=3, le=30)


class Calling(Part):
    """Which numbers we promise to call."""

    region: str = Field(pattern=r"^[A-Z]{2}$", description="how a number without country code is read")
    countries: tuple[str, ...] = Field(min_length=1)


class MenuBook(Part):
    """A book: nodes, everywhere choices, topics, hours, and a wording in each language.

    `version` is the hash of the files it was read from: a call ends on the book it began with.
    """

    name: Name
    version: str = ""
    start: Name
    give_up: Name
    verification: Name
    languages: tuple[Language, ...] = Field(min_length=1)
    default_language: Language
    numbers: dict[str, Language] = Field(default_factory=dict, description="dialled number -> language")
    values: dict[str, str] = Field(
        default_factory=dict, description="placeholders, the same in all languages"
    )
    everywhere: Everywhere
    timing: Timing = Timing()
    calling: Calling
    topics: dict[Name, Topic]
    message_topic: Name | None = Field(
        None, description="the topic of a spoken message that comes without one; the last of topics if absent"
    )
    hours: Hours
    nodes: dict[Name, Node]
    wordings: dict[Language, Wording]
