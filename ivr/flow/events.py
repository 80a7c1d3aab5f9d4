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
    """Silence, a wrong key, or words that were not understood, for the nth time at this node."""

    node: str
    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class Understood:
    """Something was said that means something here: believed at once, or asked about.

    `said`: the words as we understood them, or digits, masked. `sure`: 0 to 1. `choice`: "number" for one.
    """

    node: str
    said: str
    sure: float
    choice: str
    by: str
    believed: bool


@dataclass(frozen=True, slots=True)
class Misheard:
    """Something was said that means nothing here; `said`: what it sounded like, numbers masked."""

    node: str
    said: str
    sure: float
    by: str


@dataclass(frozen=True, slots=True)
class DoubtSettled:
    """A caller who was asked has said whether that was meant."""

    node: str
    choice: str
    meant: bool


@dataclass(frozen=True, slots=True)
class TakenBackByCaller:
    """A promise made because it was said is taken back in the next sentence; `done`: it could be."""

    topic: str
    done: bool


@dataclass(frozen=True, slots=True)
class NoticeGiven:
    """The privacy notice was spoken, in this version."""

    version: str


@dataclass(frozen=True, slots=True)
class HearingAgreed:
    """A caller was asked, in this version of the words, whether the carrier may hear them."""

    notice: str
    agreed: bool


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
    | Understood
    | Misheard
    | DoubtSettled
    | TakenBackByCaller
    | NoticeGiven
    | HearingAgreed
    | AnnouncementGiven
    | LevelRaised
    | Promised
    | Spooled
    | Left
    | PromiseLost
)
