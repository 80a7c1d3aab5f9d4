"""One call in progress: everything its verbs need, and nothing of the other calls."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urljoin

from exchange.calls.clock import CallClock
from exchange.calls.line import Line
from exchange.calls.party import Party
from exchange.fields import Dialled
from exchange.media.stream import Stream
from exchange.mishaps import Mishaps
from exchange.recordings import Recordings
from exchange.settings import Account, Copies, NumberSettings, Person
from exchange.sids import Sids
from exchange.tape import Tape
from exchange.twiml.verbs import Method
from exchange.web import Web

Status = Literal["queued", "ringing", "in-progress", "completed", "busy", "no-answer", "failed", "canceled"]
EndedBy = Literal["caller", "document", "hangup", "reject", "fault", "carrier"]


@dataclass(frozen=True, slots=True)
class Fetch:
    """Go on with another document: where to ask, how, and what to send besides the usual fields."""

    url: str
    method: Method = "POST"
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Over:
    """The call ends, by whom, and with which status."""

    by: EndedBy
    status: Status = "completed"


@dataclass(frozen=True, slots=True)
class Rung:
    """Who is rung by a call that was placed by REST, for how many seconds, and how long it may last then.

    Without a script of their own they listen in silence until `person.talks` seconds are over.
    """

    person: Person
    timeout: int
    limit: int
    silent: bool


Next = Fetch | Over


@dataclass(slots=True)
class World:
    """What all calls of an exchange share. `api_url` is where its REST part can be reached."""

    account: Account
    numbers: Mapping[str, NumberSettings]
    people: dict[str, Person]
    tape: Tape
    web: Web
    recordings: Recordings
    sids: Sids
    copies: Iterator[Copies]
    mishaps: Mishaps
    api_url: str


@dataclass(slots=True)
class Call:
    """A call: who, on which line, at what time, and how far it has come."""

    world: World
    dialled: Dialled
    number: NumberSettings
    clock: CallClock
    line: Line
    party: Party
    status: Status = "ringing"
    url: str = ""
    documents: int = 0
    says: int = 0
    status_events: int = 0
    # The verb after the present one is a Record: whoever was told to speak after the tone waits for it.
    voice_next: bool = False
    rung: Rung | None = None
    taken_at: float | None = None
    # How it ends if not by the caller: whoever runs the account, or a limit, has cut it off.
    cut: Over | None = None
    unheard: list[asyncio.Task[Any]] = field(default_factory=list)
    # All that were ever begun, by their SIDs.
    streams: dict[str, tuple[Stream, asyncio.Task[None]]] = field(default_factory=dict)

    @property
    def sid(self) -> str:
        """Its SID."""
        return self.dialled.call_sid

    @property
    def seconds(self) -> float:
        """How long it has lasted: one that was placed by REST counts from the moment it was taken."""
        if self.rung is None:
            return self.clock.elapsed
        return 0.0 if self.taken_at is None else self.clock.elapsed - self.taken_at

    def cut_off(self, over: Over) -> None:
        """End it at once, whatever it is doing."""
        self.cut = over
        self.line.hang_up()

    def note(self, kind: str, **details: object) -> None:
        """Write on the tape."""
        self.world.tape.note(self.sid, self.clock.now(), kind, details)

    def absolute(self, url: str) -> str:
        """A URL of the present document made whole; "" is the document's own."""
        return urljoin(self.url, url) if url else self.url
