"""The menu book: one frozen model of what callers can be asked, told and given."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from callbacks.paging.on_call import OnCall
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


class Speech(Part):
    """From where on what is said is believed, and from where on asked about: 0 to 1."""

    accept: float = Field(0.8, ge=0, le=1)
    confirm: float = Field(0.5, ge=0, le=1)


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
    speech: Speech = Speech()
    calling: Calling
    topics: dict[Name, Topic]
    message_topic: Name | None = Field(
        None, description="the topic of a spoken message that comes without one; the last of topics if absent"
    )
    hours: Hours
    on_call: OnCall | None = Field(None, description="who is paged; None: nothing is said about it")
    nodes: dict[Name, Node]
    wordings: dict[Language, Wording]

    @model_serializer(mode="wrap")
    def _without_what_is_not_said(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """A book that does not use a later table is kept, and so hashed, as it was before it could.

        Two versions of this program that serve calls side by side go on reading each other's books.
        """
        table: dict[str, Any] = write(self)
        if self.on_call is None:
            table.pop("on_call", None)
        if self.speech == Speech():
            table.pop("speech", None)
        return table
