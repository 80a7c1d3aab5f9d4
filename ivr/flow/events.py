"""Facts for the journal. Nothing depends on them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NodeEntered:
    node: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice was taken: its name in the node (or `everywhere`: person, stop-my-money, back, again)."""

    node: str
    choice: str


@dataclass(frozen=True, slots=True)
class Missed:
    """Silence or no match, for the nth time at this node."""

    node: str
    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class NoticeGiven:
    """The privacy notice was spoken, in this version."""

    version: str


@dataclass(frozen=True, slots=True)
class AnnouncementGiven:
    """An operator's sentence was spoken: that of this row of `announcements`."""

    number: int


@dataclass(frozen=True, slots=True)
class LevelRaised:
    level: str


@dataclass(frozen=True, slots=True)
class Promised:
    """A ticket was written for this topic."""

    topic: str
    ticket: str
    joined: bool


@dataclass(frozen=True, slots=True)
class Spooled:
    """A promise on this topic stands in the spool: it has no number yet."""

    topic: str


@dataclass(frozen=True, slots=True)
class Left:
    """The call is over: at this node, abandoned if it was not an end node."""

    node: str
    abandoned: bool


@dataclass(frozen=True, slots=True)
class PromiseLost:
    """The call is over and what it leaves could not be kept: its end must be heard again."""

    topic: str
    recordings: tuple[str, ...]


FlowEvent = (
    NodeEntered
    | Chosen
    | Missed
    | NoticeGiven
    | AnnouncementGiven
    | LevelRaised
    | Promised
    | Spooled
    | Left
    | PromiseLost
)
