"""A hotline's database filled and looked at, for the tests of what is saved of it and brought back."""

import random
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from callbacks.promises import Promises
from callbacks.series import NumberSeries
from callbacks.store import TicketStore
from foundation.clock import Clock, Deadline, StoppedClock, SystemClock
from foundation.database import Database
from foundation.redaction import Secret
from foundation.schema import UtcTime
from foundation.settings import Settings, load
from migrations.tables import metadata
from processes.backup import Restored, back_up, restore
from tests.makers import NOW, a_draft
from tests.servers import postgres_admin

KEY = "a key of the tests, as long as production wants it"
WORDS = "Café 转账 ' \" \\ \n \u2028 😀"  # what a careless copy would spoil
PATIENCE = 30.0  # seconds for a transaction


def settings_for(url: str, key: str = KEY) -> Settings:
    """Settings of a hotline on this database."""
    told = {
        "HOTLINE_ENV": "development",
        "DATABASE_URL": url,
        "SECRET_KEY": key,
        "TWILIO_AUTH_TOKEN": "x" * 32,
    }
    return load(told, Path("/nowhere"))


@contextmanager
def database_at(url: str, clock: Clock | None = None) -> Iterator[Database]:
    with closing(Database(url, clock or SystemClock(), limit=PATIENCE)) as database:
        yield database


def within() -> Deadline:
    return Deadline.after(PATIENCE, SystemClock())


def open_tickets(url: str, count: int, *, at: datetime = NOW, seed: int = 7, call: str = "CA") -> set[str]:
    """Tickets opened as a call opens them, with the chance of this seed; their numbers."""
    clock = StoppedClock(at)
    with database_at(url) as database:
        below = random.Random(seed).randrange
        promises = Promises(TicketStore(), database, NumberSeries(Secret(KEY), clock, below).draw)
        drafts = [a_draft(call=f"{call}{one}", key=f"{call}{one}/3/1", at=at) for one in range(count)]
        # Nobody's kin: linking each to ten others is not what is tried here.
        return {promises.open_ticket(replace(one, calling_number=None), within()).number for one in drafts}


def save(url: str, place: Path, at: datetime = NOW) -> dict[str, int]:
    return back_up(settings_for(url), place, StoppedClock(at), lambda _done: None)


def bring_back(url: str, place: Path, at: datetime = NOW, *, replace: bool = True) -> Restored:
    return restore(settings_for(url), place, StoppedClock(at), lambda _done: None, replace=replace)


def everything(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, in an order of its own."""
    with database_at(url) as database, database.reading(within()) as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(table.select())), key=repr)
            for table in metadata.sorted_tables
        }


def destroy(url: str) -> None:
    """The database is gone as a disk or a server goes: no table, no file."""
    if url.startswith("sqlite"):
        file = Path(url.removeprefix("sqlite:///"))
        for name in (file.name, f"{file.name}-wal", f"{file.name}-shm"):
            file.with_name(name).unlink(missing_ok=True)
        return
    with postgres_admin(url) as admin:
        admin.execute(b"DROP SCHEMA public CASCADE")
        admin.execute(b"CREATE SCHEMA public")


def fill(url: str) -> None:
    """Rows in every table, with all that a column may hold."""
    open_tickets(url, 3)
    with database_at(url) as database, database.writing(within()) as connection:
        numbers = [row.number for row in connection.execute(metadata.tables["tickets"].select())]
        for table in metadata.sorted_tables:
            for place in range(2):
                row = {column.name: _value(column, place, numbers) for column in table.columns}
                own = {"ticket_links": {"related": numbers[2]}, "tickets": {"number": f"98765432{place}"}}
                connection.execute(table.insert().values({**row, **own.get(table.name, {})}))


def _value(column: Any, place: int, numbers: list[str]) -> object:  # noqa: ANN401  # a column of any type
    for key in column.foreign_keys:
        of_ticket = key.column.table.name == "tickets"
        return numbers[place] if of_ticket else _value(key.column, place, numbers)
    if column.nullable and place:
        return None
    if isinstance(column.type, UtcTime):
        return NOW + timedelta(days=3, microseconds=123_456)
    values = {
        str: f"{place} {WORDS}"[: getattr(column.type, "length", None) or 50],
        int: 40 + place,
        bool: bool(place),
        bytes: bytes(range(256)),
        # JSON
        object: {"an": [1, 2.5, None, True, WORDS]},
    }
    return values[column.type.python_type]
