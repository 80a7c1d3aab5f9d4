"""Fifty calls that change the version at every request: `make two-versions OLD=<commit>`.

The files of OLD are taken out of the history and served beside this version, with the packages of this one,
on one Redis and one PostgreSQL (DATABASE=sqlite: one file), with the menu book of OLD: an operator's own book
stays as it is too. Each webhook of a call goes to the version that did not answer the last one. Prints
figures, and returns 1 if somebody heard an apology, a question twice or a false number, if a call began again
or has no end, if a row was made twice, or if a log tells of an error.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

from exchange.exchange import CallRecord
from foundation.clock import SystemClock
from foundation.database import Database
from foundation.settings import load
from ivr.calls.working import BEGUN_AGAIN, RESTARTED
from ivr.handlers.apology_words import WORDS
from processes.launch.demo_house import prepare
from storms.aftermath import in_sql, in_the_log
from storms.ledger import judged
from storms.standing import standing
from storms.told import told
from storms.versions.switch import Switch, switching
from storms.versions.trees import serving, taken_out
from tests.end_to_end import callers
from tests.end_to_end.running import ROOT, Hotline, always_open, outside, settings_of
from tests.servers import own_postgres, own_redis, postgres_url, redis_url

AT_ONCE = 10  # calls in progress
LIBRARY = Path("ivr/menus/library")
OUTCOMES = "SELECT call, outcome FROM turns"
SHOWN = 20  # faults, word by word


@dataclass(frozen=True, slots=True)
class Both:
    """One hotline of two versions; `logs` of the old one and of ours."""

    hotline: Hotline
    switch: Switch
    logs: tuple[Path, Path]


@contextmanager
def both(commit: str, database: str) -> Iterator[Both]:
    """They answer while this is open."""
    with ExitStack() as stack:
        enter = stack.enter_context
        folder = Path(enter(tempfile.TemporaryDirectory(prefix="hotline-versions-")))
        tree = taken_out(commit, folder / "old")
        redis, switch = enter(own_redis()), Switch()
        sql = enter(own_postgres()) if database == "postgresql" else None
        environment = settings_of(
            redis_url(redis.port),
            postgres_url(sql.port) if sql else f"sqlite:///{folder / 'hotline.sqlite'}",
            folder,
            BOOKS_DIR=str(always_open(folder / "old-book", tree / LIBRARY)),
            PUBLIC_URL=switch.address,
        )
        settings = load(environment, folder)
        prepare(settings)
        logs = folder / "old.log", folder / "new.log"
        old, new = (
            enter(serving(place, environment, log)) for place, log in zip((tree, ROOT), logs, strict=True)
        )
        switch.sides = (old, new)
        enter(switching(switch))
        rows = enter(closing(Database(settings.database_url, SystemClock())))
        yield Both(Hotline(settings, rows, logs[1], 0, {**outside(), **environment}), switch, logs)


def called(two: Both) -> list[CallRecord]:
    """Fifty callers of five kinds, in three languages; four of them prove who they are."""
    with two.hotline.exchange() as exchange:
        return list(exchange.call_many(callers.fifty(two.hotline.settings.hotline_number), AT_ONCE))


def asked_twice(documents: Sequence[str]) -> list[str]:
    """Questions that stood in two documents one after the other: no caller here misses a key."""
    asked = [_question(one) for one in documents]
    return [one for one, then in pairwise(asked) if one and one == then]


def _question(body: str) -> str:
    document = ET.fromstring(body)  # noqa: S314  # our own document
    return " ".join("".join(say.itertext()) for gather in document.iter("Gather") for say in gather)


def faults(two: Both, records: Sequence[CallRecord]) -> Iterator[str]:
    """What is wrong, each with its call or its log."""
    sorry = {words.sorry for words in WORDS.values()}
    found = [told(record, two.hotline.web) for record in records]
    verdict = judged(found, standing(two.hotline))
    yield from (*verdict.false, *verdict.lost, *verdict.twice)
    for record in records:
        yield from (f"{record.sid}: heard an apology" for text in record.heard if text in sorry)
        documents = [one["body"] for one in record.of("document")]
        yield from (f"{record.sid}: was asked twice: {question}" for question in asked_twice(documents))
        yield from (f"{record.sid}: the carrier met {fault}" for fault in record.of("fault"))
    for one in found:
        yield from (f"{one.call}: an answer that leads nowhere: {answer}" for answer in one.silent)
    for call, outcome in two.hotline.rows(OUTCOMES):
        if outcome in {RESTARTED, BEGUN_AGAIN}:
            yield f"{call}: {outcome}"
    yield from in_sql(two.hotline, {record.sid for record in records}, ())
    for log in two.logs:
        yield from (f"{log.stem}: {line}" for line in in_the_log(log, 0))


def main() -> None:
    """Run and print."""
    commit, database = os.environ["OLD"], os.environ.get("DATABASE", "postgresql")
    with both(commit, database) as two:
        began = time.monotonic()
        records = called(two)
        wrong = list(faults(two, records))
        seconds = time.monotonic() - began
        filed = two.hotline.tickets({record.sid for record in records})
    old, new = (two.switch.answered[side] for side in two.switch.sides)
    print(f"{len(records)} calls on {database} in {seconds:.0f} s, {commit} beside this version")
    print(
        f"requests: {old} to the old one, {new} to this one; moves of a call between them: {two.switch.moves}"
    )
    print(f"tickets: {len(filed)}; faults: {len(wrong)}")
    for fault in wrong[:SHOWN]:
        print(fault)
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
