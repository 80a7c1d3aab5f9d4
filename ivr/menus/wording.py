"""The wording of a book in one language: its voice, and the words of every prompt."""

from __future__ import annotations

from typing import Any

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from ivr.menus.shapes import PATIENCE_AT_MOST, Language, Part


class Voice(Part):
    """The voice of a language and the locales that the carrier knows it by."""

    name: str
    say_locale: str
    gather_locale: str


class Spoken(Part):
    """What callers say anywhere in this language: short answers, and numbers. Exact words, never likeness.

    `numerals`: a word -> its digit ("oh" -> "0"). `times`: a word that repeats the next digit -> how often
    ("double" -> 2). `groups`: what is said of the first group of a number that was read back, the second, ...
    """

    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    person: tuple[str, ...] = ()
    stop_my_money: tuple[str, ...] = ()
    back: tuple[str, ...] = ()
    again: tuple[str, ...] = ()
    numerals: dict[str, str] = Field(default_factory=dict)
    times: dict[str, int] = Field(default_factory=dict)
    groups: tuple[tuple[str, ...], ...] = ()


class Prompt(Part):
    """The wording of one prompt: the words, those of its choices, those of each try.

    `phrases`: choice -> what callers say for it, as they would say it. The others are for callers who are
    heard: `spoken` instead of `say` or of a part, `not_heard` instead of `silence`, `not_understood` where
    what was said is nothing that can be said here.
    """

    say: str = ""
    phrases: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    choices: dict[str, str] = Field(default_factory=dict)
    silence: tuple[str, ...] = Field(default=(), max_length=PATIENCE_AT_MOST)
    no_match: tuple[str, ...] = Field(default=(), max_length=PATIENCE_AT_MOST)
    parts: dict[str, str] = Field(default_factory=dict, description="words of the node's further stages")
    spoken: dict[str, str] = Field(
        default_factory=dict, description="part, or say -> words where it is heard"
    )
    not_heard: tuple[str, ...] = Field(default=(), max_length=PATIENCE_AT_MOST)
    not_understood: tuple[str, ...] = Field(default=(), max_length=PATIENCE_AT_MOST)

    @model_serializer(mode="wrap")
    def _without_what_is_not_said(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """A prompt for keys alone is kept, and so hashed, as it was before it could be answered by voice."""
        table: dict[str, Any] = write(self)
        for name in ("phrases", "spoken", "not_heard", "not_understood"):
            if not getattr(self, name):
                table.pop(name, None)
        return table


class Wording(Part):
    """Everything that is said in one language."""

    language: Language
    name: str
    locale: str = Field(description="how dates and money are written out, such as en_GB")
    voice: Voice
    digits: tuple[str, ...] = Field(min_length=10, max_length=10)
    keys: dict[str, str] = Field(description="how * and # are called")
    currency: str = Field(description="how an amount is said, with {amount}")
    moment: str = Field("{date}, {time}", description="how a date and a time of day are said together")
    values: dict[str, str] = Field(default_factory=dict)
    topics: dict[str, str] = Field(description="what each topic is called")
    states: dict[str, str] = Field(description="what each state of a ticket means to the caller")
    spoken: Spoken = Spoken()
    common: Prompt
    prompts: dict[str, Prompt]

    @model_serializer(mode="wrap")
    def _without_what_is_not_said(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """A language for keys alone is kept, and so hashed, as it was before it could be spoken."""
        table: dict[str, Any] = write(self)
        if self.spoken == Spoken():
            table.pop("spoken", None)
        return table
