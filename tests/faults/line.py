"""A hotline whose stores can be ended, frozen and emptied, and somebody who calls it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

from redis import Redis

from exchange.exchange import CallRecord, Exchange, Telephone
from tests.end_to_end.running import Filed, Hotline, numbers_in, running
from tests.servers import Server, own_postgres, own_redis, postgres_url, redis_url

ANSWER_LIMIT = 2.0  # seconds for any answer to the carrier, whatever is broken: the promise of the house
NOISE = 0.5  # seconds that a shared machine may add
ASKED_WITHIN = 20.0  # real seconds until a call asks for something, or ends
ENGLISH = "1"  # the key of the language question
WAITS = ("<Gather", "<Record", "<Dial", "<Redirect", "<Hangup")  # one of them stands in every document

_numbers = itertools.count(35_000_001)


@dataclass(frozen=True, slots=True)
class Line:
    """One hotline and what it depends on; `sql` is None where the database is a file."""

    hotline: Hotline
    redis: Server
    sql: Server | None = None

    @property
    def postgres(self) -> Server:
        """The database server of its own."""
        assert self.sql is not None
        return self.sql

    def tell_redis(self, *words: str | int) -> object:
        """One command to Redis, behind the hotline's back."""
        with closing(Redis.from_url(redis_url(self.redis.port))) as client:
            return client.execute_command(*words)  # type: ignore[no-untyped-call]

    @contextmanager
    def carrier(self, **told: object) -> Iterator[Carrier]:
        """A carrier of its own for one test; `told` as the exchange takes it."""
        with self.hotline.exchange(**told) as exchange:
            yield Carrier(exchange, self.hotline)


@dataclass(slots=True)
class Carrier:
    """Whose callers reach the hotline."""

    exchange: Exchange
    hotline: Hotline

    def caller(self, number: str = "") -> Caller:
        """Somebody who has dialled and hears the first question; each with a number of their own."""
        shown = number or f"+62812{next(_numbers)}"
        phone = self.exchange.dial(from_=shown, to=self.hotline.settings.hotline_number)
        caller = Caller(phone, self.hotline)
        caller.listen()
        return caller


@dataclass(slots=True)
class Caller:
    """Somebody on the line: does one thing, then listens until the call asks for the next, or ends."""

    phone: Telephone
    hotline: Hotline
    heard: list[str] = field(default_factory=list)
    over: bool = False
    _after: int = 0

    @property
    def call(self) -> str:
        return self.phone.sid

    def press(self, *keys: str) -> list[str]:
        """Press keys, each when the call asks for some; what is heard from the first one on."""
        before = len(self.heard)
        for one in keys:
            self.phone.press(one)
            self.listen()
        return self.heard[before:]

    def stay_silent(self) -> list[str]:
        """Do nothing; what is heard then."""
        before = len(self.heard)
        self.phone.stay_silent()
        self.listen()
        return self.heard[before:]

    def speak(self, seconds: float) -> list[str]:
        """Speak after the tone, and end it by a key; what is heard then."""
        before = len(self.heard)
        self.phone.speak(seconds)
        self.phone.press("#")
        self.listen()
        return self.heard[before:]

    def listen(self) -> None:
        """Until the call waits for this caller, or is over."""
        while not self.over:
            events = self.phone.events(self._after, ASKED_WITHIN)
            assert events, f"dead air after {self.heard[-1:]}"
            for event in events:
                self._after = event.sequence
                if event.kind == "heard":
                    self.heard.append(event.details["text"])
                self.over = self.over or event.kind == "ended"
                if event.kind == "listening":
                    return

    def leave(self) -> CallRecord:
        """Hang up, if the call is not over, and look at all that was answered to it."""
        if not self.over:
            self.phone.hang_up()
        record = self.phone.until_over()
        assert_well_answered(record)
        return record

    def numbers(self) -> set[str]:
        """The ticket numbers that were read to this caller so far."""
        return {number for text in self.heard for number in numbers_in(text)}

    def tickets(self) -> list[Filed]:
        """What SQL holds of this call."""
        return self.hotline.tickets([self.call])

    def promised(self) -> str:
        """The one number this caller heard; it is the one row of the call."""
        (number,) = self.numbers()
        assert [filed.number for filed in self.tickets()] == [number]
        return number


def assert_well_answered(record: CallRecord) -> None:
    """The carrier met no fault, every answer was in time, and every document said what to wait for."""
    assert record.of("fault") == []
    for document in record.of("document"):
        assert document["status"] == 200
        assert document["seconds"] <= ANSWER_LIMIT + NOISE, document
        assert ET.fromstring(document["body"]).tag == "Response"  # noqa: S314  # our own document
        assert any(wait in document["body"] for wait in WAITS), document["body"]


@contextmanager
def on_sqlite(folder: Path, **more: str) -> Iterator[Line]:
    """A line whose promises stand in a file."""
    with (
        own_redis() as redis,
        _hotline(redis, f"sqlite:///{folder / 'hotline.sqlite'}", folder, more) as line,
    ):
        yield line


@contextmanager
def on_postgres(folder: Path, **more: str) -> Iterator[Line]:
    """A line with a PostgreSQL of its own."""
    with (
        own_redis() as redis,
        own_postgres() as sql,
        _hotline(redis, postgres_url(sql.port), folder, more) as line,
    ):
        yield Line(line.hotline, redis, sql)


@contextmanager
def _hotline(redis: Server, database: str, folder: Path, more: dict[str, str]) -> Iterator[Line]:
    with running(redis_url(redis.port), database, folder, **more) as hotline:
        yield Line(hotline, redis)
