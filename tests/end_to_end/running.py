"""The hotline as it runs in production: gunicorn as the Procfile says, a real Redis, a real database."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from honcho.environ import parse_procfile

from exchange.exchange import CallRecord, Exchange
from exchange.settings import NumberSettings, Person
from exchange.tape import Tape, TapeEvent
from foundation.clock import Deadline, SystemClock
from foundation.database import Database
from foundation.metrics_folder import folder_of
from foundation.settings import LIBRARY, Settings, load
from processes.launch.demo_house import prepare
from tests.servers import free_port
from tests.shipped import BOOK

ROOT = Path(__file__).resolve().parents[2]
START_LIMIT = 100.0
END_LIMIT = 20.0
JOURNAL_LIMIT = 60.0  # seconds; a quarter of one is usual, and a machine may be busy with other tests
QUERY_LIMIT = 60.0
METRICS_TOKEN = "7e" * 32
TOKEN, SECOND_TOKEN = "a1" * 16, "b2" * 16
NUMBER_LENGTH = 9
WAIT_AND_ASK = '<Pause length="1"/><Redirect'
WAITED_FOR = 1.6  # seconds; a rival looks for the owner's answer until its budget of 1.8 s is nearly spent
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Filed:
    """A row of tickets, as far as these tests look at it."""

    call: str
    number: str
    topic: str
    partial: bool


@dataclass(frozen=True, slots=True)
class Hotline:
    """One that answers: settings, database, what its processes wrote so far, and the first of them.

    `environment` is what they were told; a second process of the Procfile is told the same.
    """

    settings: Settings
    database: Database
    log: Path
    pid: int
    environment: Mapping[str, str] = field(repr=False)

    @property
    def web(self) -> str:
        return self.settings.public_url

    @contextmanager
    def exchange(self, **told: object) -> Iterator[Exchange]:
        """A carrier that knows the hotline's number; its waits take no time."""
        number = NumberSettings(f"{self.web}/voice/answer", f"{self.web}/voice/status")
        usual: dict[str, object] = {
            "account_sid": self.settings.twilio_account_sid,
            "auth_token": TOKEN,
            "numbers": {self.settings.hotline_number: number},
            "people": {self.settings.person_fallback_number: Person("no-answer")},
            "speed": float("inf"),
            "port": self.settings.exchange_port,
        }
        with Exchange(**{**usual, **told}) as exchange:  # type: ignore[arg-type]
            yield exchange

    def metrics(self) -> dict[str, float]:
        """What is counted, each sample under its name and labels as Prometheus writes them."""
        asked = {"Authorization": f"Bearer {METRICS_TOKEN}"}
        answer = httpx.get(f"{self.web}/metrics", headers=asked, trust_env=False).raise_for_status()
        samples = (line.rpartition(" ") for line in answer.text.splitlines() if not line.startswith("#"))
        return {name: float(value) for name, _, value in samples}

    def await_turn(self, call: str, turn: int) -> None:
        """Until this turn of the call, and so all that was learnt before it, stands in SQL."""
        until = time.monotonic() + JOURNAL_LIMIT
        while (call, turn) not in self.rows("SELECT call, turn FROM turns WHERE state IS NOT NULL"):
            assert time.monotonic() < until, f"the journal has no turn {turn} of {call}"
            time.sleep(0.02)

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        """What SQL says."""
        deadline = Deadline.after(QUERY_LIMIT, self.database.clock)
        with self.database.reading(deadline) as connection:
            return [tuple(row) for row in connection.exec_driver_sql(statement)]

    def tickets(self, calls: Collection[str]) -> list[Filed]:
        """The tickets that these calls came to: made by them, or joined."""
        rows = self.rows(
            "SELECT came.call, number, tickets.topic, partial FROM tickets "
            "JOIN ticket_calls AS came ON came.ticket = number"
        )
        found = [
            Filed(str(call), str(number), str(topic), bool(partial)) for call, number, topic, partial in rows
        ]
        return [filed for filed in found if filed.call in calls]

    def ends_heard(self, calls: Collection[str]) -> list[str]:
        """The calls whose end was heard, as often as it was; the journal is a moment late."""
        until = time.monotonic() + QUERY_LIMIT
        while True:
            rows = self.rows("SELECT call FROM turns WHERE source = 'hang-up'")
            found = [str(call) for (call,) in rows if call in calls]
            if len(found) >= len(calls) or time.monotonic() > until:
                return found
            time.sleep(0.05)


@contextmanager
def running(redis_url: str, database_url: str, folder: Path, **more: str) -> Iterator[Hotline]:
    """Start it with these settings (and `more`), wait until it is ready, and end it."""
    told = settings_of(redis_url, database_url, folder, **more)
    settings = load(told, folder)
    prepare(settings)
    log = folder / "web.log"
    database = Database(settings.database_url, SystemClock())
    with log.open("wb") as out:
        environment = {**outside(), **told}
        web = subprocess.Popen(command_of("web"), cwd=ROOT, env=environment, stdout=out, stderr=out)
        try:
            _await_ready(web, f"http://127.0.0.1:{settings.port}/health/ready", log)
            yield Hotline(settings, database, log, web.pid, environment)
        finally:
            database.close()
            web.terminate()
            try:
                web.wait(END_LIMIT)
            except subprocess.TimeoutExpired:
                web.kill()
                web.wait()
            shutil.rmtree(folder_of(settings.port), ignore_errors=True)


def settings_of(redis_url: str, database_url: str, folder: Path, **more: str) -> dict[str, str]:
    """What the processes of one hotline are told: free ports, and a book whose people are always there."""
    port, exchange_port = free_port(), free_port()
    return {
        "HOTLINE_ENV": "development",
        "BOOKS_DIR": str(always_open(folder / "book")),
        "PORT": str(port),
        "EXCHANGE_PORT": str(exchange_port),
        "SPEECH_PORT": str(free_port()),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TWILIO_API_URL": f"http://127.0.0.1:{exchange_port}",
        "TWILIO_ACCOUNT_SID": "AC" + "de30" * 8,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_AUTH_TOKEN_SECONDARY": SECOND_TOKEN,
        "SECRET_KEY": "5c" * 32,
        "DATABASE_URL": database_url,
        "SPOOL_DIR": str(folder / "spool"),
        "REDIS_URL": redis_url,
        "LOG_LEVEL": "debug",
        "METRICS_TOKEN": METRICS_TOKEN,
        **more,
    }


def always_open(folder: Path, book: Path = LIBRARY) -> Path:
    """A copy of the shipped book, or of another one, whose people are always there: the processes' clock is
    real, and no test here may depend on the hour it runs at. Its words and menus are as they were."""
    shutil.copytree(book, folder)
    week = "\n".join(f'{day} = ["00:00-24:00"]' for day in DAYS)
    (folder / "hours.toml").write_text(f'zone = "Asia/Jakarta"\n\n[week]\n{week}\n', encoding="utf-8")
    return folder


def outside() -> dict[str, str]:
    """Nothing of a developer's own settings, only what a process needs."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {"PATH": path, "PYTHONUNBUFFERED": "1", "LANG": "C.UTF-8"}


def command_of(process: str, tree: Path = ROOT) -> list[str]:
    """The line of the Procfile, of this version or of another one's files."""
    written = parse_procfile((tree / "Procfile").read_text("utf-8"))
    return shlex.split(written.processes[process])


def _await_ready(web: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    until = time.monotonic() + START_LIMIT
    while time.monotonic() < until and web.poll() is None:
        try:
            if httpx.get(address, timeout=2.0, trust_env=False).status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"the web process is not ready: {log.read_text('utf-8', 'replace')[-3_000:]}")


def numbers_heard(record: CallRecord) -> list[str]:
    """Every ticket number that was read to the caller, as often as it was read."""
    return [number for text in record.heard for number in numbers_in(text)]


def numbers_in(text: str) -> list[str]:
    """Runs of exactly nine spoken digits, in any language of the book."""
    found: list[str] = []
    for wording in BOOK.wordings.values():
        values = {word: str(value) for value, word in enumerate(wording.digits)}
        word = "|".join(sorted(values, key=len, reverse=True))
        for run in re.findall(rf"(?:(?:{word})[\s,，]*){{{NUMBER_LENGTH},}}", text, re.IGNORECASE):
            digits = "".join(values[one.lower()] for one in re.findall(word, run, re.IGNORECASE))
            # A longer run is a telephone number or an account.
            if len(digits) == NUMBER_LENGTH:
                found.append(digits)
    return found


def differing(tape: Tape) -> list[TapeEvent]:
    """Replies that were not byte-same when their request was repeated.

    One other answer is allowed, and only of a request that waited for it to the end of its budget, as on a
    machine that is busy elsewhere: "wait a second and ask again". Nobody stores that one.
    """
    return [event for event in tape.differing() if len(_answers(event.details)) > 1]


def _answers(details: Mapping[str, Any]) -> set[str]:
    asked = zip(details["bodies"], details["took"], strict=True)
    return {body for body, took in asked if WAIT_AND_ASK not in body or took < WAITED_FOR}
