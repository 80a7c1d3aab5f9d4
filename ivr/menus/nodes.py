"""The kinds of node: a place a caller can be, one model a kind."""

from __future__ import annotations

from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from identity.levels import Level
from ivr.menus.shapes import PATIENCE_AT_MOST, Key, Name, Needs, Part

# Fields that came later: a node that does not use them is written, and so hashed, as before there were any.
LATER = ("barge_in", "accept", "confirm", "open")
TRY_SECONDS_AT_MOST = 120  # a caller who is trying something is quiet this long without a miss


class NodeBase(Part):
    """What every node may say about itself."""

    needs: Needs = Level.ANONYMOUS
    say: str | None = Field(None, description="the prompt to put; the node's own name if absent")


class Asking(NodeBase):
    """A node that waits for the caller: how many misses it bears, and where it then goes.

    Silence and no match are counted apart: two of each are borne, the third of either gives up. What is
    said is believed from `accept` on and asked about from `confirm` on; [speech] of the book if absent.
    """

    silence_patience: int = Field(PATIENCE_AT_MOST, ge=0, le=PATIENCE_AT_MOST)
    no_match_patience: int = Field(PATIENCE_AT_MOST, ge=0, le=PATIENCE_AT_MOST)
    silence_give_up: Name | None = Field(None, description="the book's give_up if absent")
    no_match_give_up: Name | None = Field(None, description="the book's give_up if absent")
    barge_in: bool = Field(default=True, description="whether a caller's words may cut the question short")
    accept: float | None = Field(None, ge=0, le=1)
    confirm: float | None = Field(None, ge=0, le=1)

    @model_serializer(mode="wrap")
    def _without_what_is_not_said(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """A node without the later fields is kept, and so hashed, as it was before there were any."""
        table: dict[str, Any] = write(self)
        fields = type(self).model_fields
        unused = [name for name in LATER if name in table and table[name] == fields[name].default]
        return {name: value for name, value in table.items() if name not in unused}


class Message(NodeBase):
    """Words, then on."""

    kind: Literal["message"]
    next: Name
    notice: str | None = Field(None, description="the version of the privacy notice that these words are")


class Choice(Part):
    """One way out of a menu. Its words stand in the wording files under its name."""

    key: Key
    to: Name
    set: dict[str, str] = Field(default_factory=dict)


class Menu(Asking):
    """A question answered by one key.

    `open`: it also takes a few words of the caller's own, and finds the choice that they are about.
    """

    kind: Literal["menu"]
    choices: dict[Name, Choice]
    open: bool = Field(
        default=False, description="whether callers may say in their own words what it is about"
    )


class LanguageQuestion(Asking):
    """Each language asks for itself, in its own voice; the keys follow the order of the book's languages."""

    kind: Literal["language"]
    next: Name
    ask_again: bool = Field(default=False, description="ask also a caller whose language is remembered")


class Agreement(Asking):
    """May the carrier's recogniser hear this caller? Asked once a call, where nobody else hears the language.

    1 agrees; 2, or silence, leaves the keys alone.
    """

    kind: Literal["agreement"]
    next: Name
    silence_patience: int = Field(0, ge=0, le=PATIENCE_AT_MOST)
    notice: str = Field(description="the version of these words: it is noted with the caller's answer")


class Digits(Asking):
    """A number typed on the keypad."""

    kind: Literal["digits"]
    fact: Name
    next: Name
    shortest: int = Field(ge=2, le=20)
    longest: int = Field(ge=2, le=20)
    check: Literal["luhn", "damm"] | None = None
    read_as: Literal["digits", "number", "money"] = "digits"
    read_back: bool = True
    skip: Choice | None = Field(None, description="a one-key entry for callers who do not know the number")


class YesNo(Asking):
    """A question answered by 1 for yes and 2 for no."""

    kind: Literal["yes-no"]
    yes: Name
    no: Name
    fact: Name | None = None
    yes_sets: dict[str, str] = Field(default_factory=dict)
    no_sets: dict[str, str] = Field(default_factory=dict)


class Check(Part):
    """One thing to try: its words stand in the wording files as a choice of the node."""

    name: Name
    seconds: int = Field(ge=5, le=TRY_SECONDS_AT_MOST, description="quiet time to try it; no miss")


class Diagnose(Asking):
    """A list of things to try, each with its words, time to try it, and 'did that help?'."""

    kind: Literal["diagnose"]
    checks: tuple[Check, ...] = Field(min_length=1)
    solved: Name
    unsolved: Name


class HoursBranch(NodeBase):
    """Whether people are there now. Says nothing."""

    kind: Literal["hours"]
    open: Name
    closed: Name


class Announce(NodeBase):
    """Says the sentence that an operator put before the menu (`hotline announce`), if one stands."""

    kind: Literal["announcement"]
    next: Name


class TicketDesk(Asking):
    """Makes the promise: a ticket, its number read twice, when an answer comes.

    `number` says when the caller is asked which number to call: before the ticket is written, after it
    (an urgent one is written first), or never.
    """

    kind: Literal["ticket"]
    next: Name
    failed: Name = Field(description="where a caller goes for whom nothing could be kept")
    topic: Name | None = Field(None, description="the fact `topic` if absent")
    number: Literal["before", "after", "never"] = "before"
    quiet: bool = Field(
        default=False, description="add to the standing ticket of this topic without a word about it"
    )


class StateOfTicket(Asking):
    """Reads the state of a ticket to somebody who can prove that it is theirs."""

    kind: Literal["ticket-state"]
    next: Name
    failed: Name


class Survey(Asking):
    """One question with a scale from 1; silence is an answer too and goes on."""

    kind: Literal["survey"]
    scale: int = Field(5, ge=2, le=5)
    next: Name


class RecordMessage(Asking):
    """A spoken message, heard again before it is sent."""

    kind: Literal["record"]
    next: Name
    discarded: Name
    longest_seconds: int = Field(120, ge=5, le=300)
    quiet_seconds: int = Field(5, ge=2, le=15)


class Verify(Asking):
    """Account number and telephone PIN, by keys alone. Where it leads: back to the node that needed it."""

    kind: Literal["verify"]
    next: Name = Field(description="where a caller goes who came here of their own accord")
    failed: Name


class Transfer(NodeBase):
    """Rings the person whose number the environment names (PERSON_FALLBACK_NUMBER)."""

    kind: Literal["transfer"]
    next: Name
    unanswered: Name
    ring_seconds: int = Field(25, ge=5, le=120)
    talk_minutes: int = Field(60, ge=1, le=240)


class Goodbye(NodeBase):
    """The last words."""

    kind: Literal["goodbye"]


Node = Annotated[
    Message
    | Menu
    | LanguageQuestion
    | Agreement
    | Digits
    | YesNo
    | Diagnose
    | HoursBranch
    | Announce
    | TicketDesk
    | StateOfTicket
    | Survey
    | RecordMessage
    | Verify
    | Transfer
    | Goodbye,
    Field(discriminator="kind"),
]


KINDS: MappingProxyType[str, type[NodeBase]] = MappingProxyType(
    {
        "message": Message,
        "menu": Menu,
        "language": LanguageQuestion,
        "agreement": Agreement,
        "digits": Digits,
        "yes-no": YesNo,
        "diagnose": Diagnose,
        "hours": HoursBranch,
        "announcement": Announce,
        "ticket": TicketDesk,
        "ticket-state": StateOfTicket,
        "survey": Survey,
        "record": RecordMessage,
        "verify": Verify,
        "transfer": Transfer,
        "goodbye": Goodbye,
    }
)
