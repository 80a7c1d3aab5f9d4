"""What a call knows about itself between two turns. Frozen; no field can hold a secret.

Structs of msgspec rather than dataclasses: a turn makes a dozen new states, and `replace` of a dataclass
was the largest part of a step (`make bench-step`).
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from identity.levels import Level

TRAIL_AT_MOST = 20  # places that `*` can lead back to
FACTS_AT_MOST = 100
LOCAL, HOSTED = "local", "hosted"  # who hears: a recogniser of ours, or the carrier's
REFUSED = "refused"  # the agreement of a caller who wants to use the keys alone


class Doubt(Struct, frozen=True):
    """What was perhaps said, and is asked about: the keys it would count as, its choice, its words."""

    keys: str
    choice: str
    said: str


class Spelled(Struct, frozen=True):
    """A number on its way, by voice and by keys: the digits so far, what is still to come of them.

    `group`: the group of the read-back that is being said again, from 1; 0: none. `read_back`: it is whole,
    and the caller is asked whether it is right.
    """

    digits: str
    group: int = 0
    read_back: bool = False


class Tried(Struct, frozen=True):
    """What was heard by voice of a number that is not settled; it is as personal as the number.

    `hearings`: how often a number was heard. `places`: what all of them come to, as `speech.requests.Heard`
    has it. `next`: what the last one may have been besides, the likeliest first. `read_back`: the number
    that the caller is asked about now, "" for none. `refused`: those that they were asked about before.
    """

    hearings: int = 0
    places: tuple[bytes, ...] = ()
    next: tuple[str, ...] = ()
    read_back: str = ""
    refused: tuple[str, ...] = ()


class Place(Struct, frozen=True):
    """Where in the book the call stands, and what that node keeps while it is there.

    `stage` and `index`: how far inside the node. `entry`: what was typed so far (never a secret).
    `depth`: how many of the node's own questions lie behind. `sealed`: a deed was done here, so `*` must
    not begin the node again. `doubt` and `spelled`: what is being asked about what was said here.
    `by_keys`: nobody is heard here any more, after too much that was not understood. `tried`: what was heard
    of the number that is asked for here.
    """

    node: str
    stage: str = ""
    index: int = 0
    entry: str = ""
    depth: int = 0
    silences: int = 0
    no_matches: int = 0
    sealed: bool = False
    doubt: Doubt | None = None
    spelled: Spelled | None = None
    by_keys: bool = False
    tried: Tried | None = None


class Visit(Struct, frozen=True):
    """A node that asked something, and how many facts had been learned then."""

    node: str
    facts: int


class Unconfirmed(Struct, frozen=True):
    """A promise is made because it was said, not pressed: where the caller stood then, to go back there."""

    place: Place
    trail: tuple[Visit, ...]
    facts: int


class Filed(Struct, frozen=True):
    """A promise made in this call. `facts`: how many were learned by then; later ones are not in it.

    `ticket` is empty while the promise stands in the spool.
    """

    topic: str
    ticket: str
    due: datetime
    facts: int = 0


class CallState(Struct, frozen=True):
    """One call. Times are aware UTC; `number` is a hint and never a proof.

    `hearers` are told before each step, by whoever steps. `invited`: the caller was told that they can speak.
    """

    call: str
    book: str
    number: str | None
    dialled: str
    answered_at: datetime
    language: str
    place: Place
    turn: int = 0
    language_remembered: bool = False
    level: Level = Level.ANONYMOUS
    customer: str | None = None
    facts: tuple[tuple[str, str], ...] = ()
    forgotten: int = 0  # facts that were too old to be kept
    trail: tuple[Visit, ...] = ()
    detour: str | None = None
    filed: tuple[Filed, ...] = ()
    ended: bool = False
    hearers: tuple[tuple[str, str], ...] = ()  # language, who can hear it now; told anew before each turn
    invited: bool = False
    unconfirmed: Unconfirmed | None = None
    agreement: str = ""  # to be heard by the carrier: which notice, REFUSED, or nothing before it was asked

    @property
    def ears(self) -> str:
        """Who hears the caller in the language spoken now: LOCAL, HOSTED, or nobody (keys alone)."""
        if self.place.by_keys:
            return ""
        hearer = next((by for language, by in self.hearers if language == self.language), "")
        if hearer == HOSTED and self.agreement in ("", REFUSED):
            return ""
        return hearer

    @property
    def may_be_asked_to_agree(self) -> bool:
        """Whether only the carrier could hear the caller, and has not been refused or agreed to yet."""
        return (self.language, HOSTED) in self.hearers and not self.agreement

    def fact(self, name: str) -> str | None:
        """The newest value of a fact, None if it is not known."""
        for known, value in reversed(self.facts):
            if known == name:
                return value
        return None

    def learn(self, **facts: str) -> CallState:
        """The state with these facts added; the newest value of a name counts."""
        return self.learn_all(facts)

    def learn_all(self, facts: dict[str, str]) -> CallState:
        """As `learn`, from a mapping. A new topic is not solved yet."""
        if not facts:
            return self
        added = tuple(facts.items())
        if "topic" in facts and "solved" not in facts:
            added += (("solved", ""),)
        known = self.facts + added
        over = max(0, len(known) - FACTS_AT_MOST)
        return replace(self, facts=known[over:], forgotten=self.forgotten + over)

    @property
    def learned(self) -> int:
        """How many facts the call has learned, those included that it has forgotten."""
        return self.forgotten + len(self.facts)

    def facts_since(self, learned: int) -> tuple[tuple[str, str], ...]:
        """What was learned after that many facts, as far as it is still known."""
        return self.facts[max(0, learned - self.forgotten) :]

    def unlearned(self, learned: int) -> CallState:
        """The state as it knew that many facts."""
        return replace(self, facts=self.facts[: max(0, learned - self.forgotten)])

    def filed_on(self, topic: str) -> Filed | None:
        """The promise of this call about a topic, if there is one."""
        return next((filed for filed in self.filed if filed.topic == topic), None)

    def at(self, node: str) -> CallState:
        """The state at the beginning of another node."""
        return replace(self, place=Place(node))

    def opened(self, stage: str, entry: str = "") -> CallState:
        """The state at the first question of a node that begins in the middle of its stages."""
        return replace(self, place=Place(self.place.node, stage, entry=entry, sealed=self.place.sealed))

    def staged(self, stage: str, entry: str = "", index: int = 0) -> CallState:
        """The state in a further stage of the same node, its misses counted anew."""
        here = self.place
        depth = here.depth + 1
        place = Place(here.node, stage, index, entry, depth, sealed=here.sealed, tried=here.tried)
        return replace(self, place=place)

    def retried(self, stage: str, entry: str = "") -> CallState:
        """As `staged`, the wrong tries kept: three are three, whatever was asked between them."""
        staged = self.staged(stage, entry)
        return replace(staged, place=replace(staged.place, no_matches=self.place.no_matches))
