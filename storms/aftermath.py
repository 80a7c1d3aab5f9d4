"""What must stand in SQL and in the log when everybody has hung up: each turn once, and nothing left out."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path

from tests.end_to_end.running import Hotline

WRITTEN_WITHIN = 10.0  # seconds; each process writes its own turns, a moment after they were answered
FAILED = "errand failed"  # as the log says it
# A call that Redis has forgotten goes on one turn further: no number of a turn is used twice.
TURNS = (
    "SELECT call, count(*), max(turn), sum(CASE WHEN outcome = 'restarted' THEN 1 ELSE 0 END) "
    "FROM turns GROUP BY call"
)


def in_sql(hotline: Hotline, calls: Collection[str], spoken: Collection[str]) -> Iterator[str]:
    """What is wrong there: a turn left out, an end heard twice or never, a message not kept once."""
    ended = Counter(hotline.ends_heard(calls))
    yield from (f"{call}: the end was heard {ended[call]} times" for call in calls if ended[call] != 1)
    until = time.monotonic() + WRITTEN_WITHIN
    while (gaps := _gaps(hotline, calls)) and time.monotonic() < until:
        time.sleep(0.1)
    yield from gaps
    kept = Counter(str(sid) for (sid,) in hotline.rows("SELECT sid FROM ticket_recordings"))
    yield from (f"{sid}: a message that is kept {kept[sid]} times" for sid in spoken if kept[sid] != 1)


def _gaps(hotline: Hotline, calls: Collection[str]) -> list[str]:
    return [
        f"{call}: {turns} turns, the newest is {newest}"
        for call, turns, newest, restarts in hotline.rows(TURNS)
        if call in calls and int(str(newest)) + 1 - int(str(turns)) > int(str(restarts))
    ]


def in_the_log(log: Path, after: int) -> Iterator[str]:
    """A deed under the key of another one is an error there, and so is every other fault of ours.

    An errand that failed is none: on a busy machine SQL has no time, and the caller is told.
    """
    said = log.read_bytes()[after:].decode("utf-8", "replace").splitlines()
    yield from (line for line in said if "KeyReused" in line or ("[error" in line and FAILED not in line))
