"""A hotline whose stores can be ended, frozen and emptied, and somebody who calls it."""

from __future__ import annotations

import itertools
import re
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

import httpx
from redis import Redis

from exchange.exchange import CallRecord, Exchange, Telephone
from exchange.signature import HEADER, sign
from exchange.tape import TapeEvent
from storms.machine import Machine
from storms.proxy import Proxy
from tests.children import frozen
from tests.end_to_end.running import TOKEN, Filed, Hotline, numbers_in, running
from tests.servers import DURABLE, Server, own_postgres, own_redis, postgres_url, redis_url

# Seconds for any answer to the carrier, whatever is broken: a budget of 1.8, and the way there and back.
ANSWER_LIMIT = 2.0
ASKED_WITHIN = 20.0  # real seconds until a call asks for something, or ends
ENGLISH = "1"  # the key of the language question
TURN = re.compile(r"/turns/(\d+)")
WAITS = ("<Gather", "<Record", "<Dial", "<Redirect", "<Hangup")  # one of them stands in every document

_client = httpx.Client(trust_env=False)
_numbers = itertools.count(35_000_001)


@dataclass(frozen=True, slots=True)
class Line:
    """One hotline and what it depends on, each behind a proxy; `sql` is None where the database is a file."""

    hotline: Hotline
    redis: Server
    redis_wire: Proxy
    sql: Server | None = None
    sql_wire: Proxy | None = None

    @property
    def postgres(self) -> Server:
        """The database server of its own."""
        assert self.sql is not None
        return self.sql

    @property
    def postgres_wire(self) -> Proxy:
        """The way to it."""
        assert self.sql_wire is not None
        return self.sql_wire

    @contextmanager
    def without_redis(self) -> Iterator[None]:
        """Killed, and begun again empty at the end."""
        self.redis_wire.refuse()
        self.redis.end(signal.SIGKILL)
        try:
            yield
        finally:
            self.redis.begin()
            self.redis_wire.listen()

    @contextmanager
    def sql_held(self) -> Iterator[None]:
        """Another process holds SQLite's one lock for writing."""
        path = self.hotline.settings.database_url.reveal().removeprefix("sqlite:///")
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")

    @contextmanager
    def web_frozen(self) -> Iterator[None]:
        """All web processes stand still: they take connections, and nobody answers."""
        with frozen(self.hotline.pid):
            yield

    def tell_redis(self, *words: str | int) -> object:
        """One command to Redis, behind the hotline's back."""
        return tell_redis_at(self.redis.port, *words)

    def tell_status(self, call: str, stage: str) -> int:
        """News of a call, signed as the carrier signs it; the status of the answer."""
        url = f"{self.hotline.web}/voice/status"
        told = {"CallSid": call, "CallStatus": stage, "From": "+6281234567801", "To": "+622150001000"}
        return _client.post(url, data=told, headers={HEADER: sign(TOKEN, url, told)}).status_code

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
    machine: Machine = field(init=False)

    def __post_init__(self) -> None:
        self.machine = Machine(self.hotline.pid)
        self.exchange.tape.listen(self.machine.note)

    def caller(self, number: str = "") -> Caller:
        """Somebody who has dialled and hears the first question; each with a number of their own."""
        shown = number or f"+62812{next(_numbers)}"
        phone = self.exchange.dial(from_=shown, to=self.hotline.settings.hotline_number)
        caller = Caller(phone, self)
        caller.listen()
        return caller

    def assert_well_answered(self, record: CallRecord, *unheard: int) -> None:
        """It met no fault, every answer was in time, and every document said what to wait for.

        `unheard`: the numbers of faults that are nothing to the caller here.
        """
        assert [one for one in record.of("fault") if one["heard"] or one["code"] not in unheard] == []
        for event in record.events:
            if event.kind == "document":
                body = event.details["body"]
                assert event.details["status"] == 200
                assert self.machine.spent(event) <= ANSWER_LIMIT, event
                assert ET.fromstring(body).tag == "Response"  # noqa: S314  # our own document
                assert any(wait in body for wait in WAITS), body


@dataclass(slots=True)
class Caller:
    """Somebody on the line: does one thing, then listens until the call asks for the next, or ends."""

    phone: Telephone
    carrier: Carrier
    heard: list[str] = field(default_factory=list)
    over: bool = False
    document: str = ""
    _after: int = 0
    _unheard: int = 0  # texts of the document at hand
    _asked: bool = False

    @property
    def call(self) -> str:
        return self.phone.sid

    @property
    def turn(self) -> int:
        """The number of the turn that was answered last: the document leads to the next one."""
        (following,) = set(TURN.findall(self.document))
        return int(following) - 1

    def press(self, *keys: str) -> list[str]:
        """Press keys, each when the call asks for some; what is heard from the first one on."""
        before = len(self.heard)
        for one in keys:
            self.key(one)
            self.listen()
        return self.heard[before:]

    def key(self, one: str) -> None:
        """Press it, and do not wait for what comes of that."""
        self._asked = False
        self.phone.press(one)

    def stay_silent(self) -> list[str]:
        """Do nothing; what is heard then."""
        before = len(self.heard)
        self._asked = False
        self.phone.stay_silent()
        self.listen()
        return self.heard[before:]

    def say(self, words: str) -> list[str]:
        """Say it in English, while a stream carries it away; what is heard then."""
        self.phone.say(words, "en")
        return self.answered()

    def answered(self) -> list[str]:
        """What is heard next. Words may cut a prompt short first, and are answered after that."""
        before = len(self.heard)
        while not (self.over or self.heard[before:]):
            self._asked = False
            self.listen()
        return self.heard[before:]

    def moved(self) -> None:
        """The call is about to be led elsewhere: what comes next is another document."""
        self._asked = False

    def speak(self, seconds: float) -> list[str]:
        """Speak after the tone, and end it by a key; what is heard then."""
        before = len(self.heard)
        self._asked = False
        self.phone.speak(seconds)
        self.phone.press("#")
        self.listen()
        return self.heard[before:]

    def listen(self) -> None:
        """Until the call has said what it has to say and waits for this caller, or is over."""
        while not self.over and not (self._asked and self._unheard <= 0):
            events = self.phone.events(self._after, ASKED_WITHIN)
            assert events, f"dead air after {self.heard[-1:]}"
            for event in events:
                self._after = event.sequence
                self._take(event)

    def _take(self, event: TapeEvent) -> None:
        match event.kind:
            case "document":
                self.document = event.details["body"]
                self._unheard, self._asked = texts_before_asking(self.document), False
            case "heard":
                self.heard.append(event.details["text"])
                self._unheard -= 1
            case "listening":
                self._asked = True
            case "pressed" | "silence" | "recorded":
                self._asked = False
            case "ended":
                self.over = True
            case _:
                pass

    def leave(self, *unheard: int) -> CallRecord:
        """Hang up, if the call is not over, and look at all that was answered to it."""
        record = self.gone()
        self.carrier.assert_well_answered(record, *unheard)
        return record

    def gone(self) -> CallRecord:
        """Hang up, if the call is not over."""
        if not self.over:
            self.phone.hang_up()
        return self.phone.until_over()

    def numbers(self) -> set[str]:
        """The ticket numbers that were read to this caller so far."""
        return {number for text in self.heard for number in numbers_in(text)}

    def tickets(self) -> list[Filed]:
        """What SQL holds of this call."""
        return self.carrier.hotline.tickets([self.call])

    def promised(self) -> str:
        """The one number this caller heard; it is the one row of the call."""
        assert len(self.numbers()) == 1, self.heard
        (number,) = self.numbers()
        assert [filed.number for filed in self.tickets()] == [number]
        return number


def texts_before_asking(document: str) -> int:
    """How many texts of a document are spoken until it waits for somebody, or leads elsewhere."""
    texts = 0
    for verb in ET.fromstring(document):  # noqa: S314  # our own document
        texts += len(verb.findall("Say")) if verb.tag == "Gather" else int(verb.tag == "Say")
        if verb.tag not in {"Say", "Pause", "Play", "Start", "Stop"}:
            break
    return texts


@contextmanager
def on_sqlite(folder: Path, **more: str) -> Iterator[Line]:
    """A line whose promises stand in a file."""
    database = f"sqlite:///{folder / 'hotline.sqlite'}"
    with (
        own_redis() as redis,
        Proxy(redis.port) as wire,
        running(redis_url(wire.port), database, folder, **more) as hotline,
    ):
        yield Line(hotline, redis, wire)


@contextmanager
def on_postgres(folder: Path, within: Path | None = None, **more: str) -> Iterator[Line]:
    """A line with a PostgreSQL of its own, its data in a folder made `within` a place, if that is named."""
    with (
        own_redis() as redis,
        own_postgres(*DURABLE, within=within) if within else own_postgres() as sql,
        Proxy(redis.port) as wire,
        Proxy(sql.port) as sql_wire,
        running(redis_url(wire.port), postgres_url(sql_wire.port), folder, **more) as hotline,
    ):
        yield Line(hotline, redis, wire, sql, sql_wire)


def tell_redis_at(port: int, *words: str | int) -> object:
    """One command to the Redis at this port."""
    with closing(Redis.from_url(redis_url(port))) as client:
        return client.execute_command(*words)  # type: ignore[no-untyped-call]
