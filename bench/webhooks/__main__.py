"""What a whole webhook costs, against the least it can be; interleaved slices of one run on this machine.

Run by `make bench-webhooks`; it starts a Redis and two servers of its own, and with `--postgresql` a
PostgreSQL for the journal instead of SQLite. Ours takes whole calls (answer, keys, silence, the news of the
hang-up; one in three files a ticket); the floor answers the very same requests with a constant. All answers
of a slice come first, then its turns, then its ends, so that each has figures of its own. Prints, writes to
bench/results/, and judges nothing.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bench.house import DIALLED, TOLD, database, name_of, options
from bench.webhooks.calls import Callers, Plan, spread
from bench.webhooks.client import ask_all
from bench.webhooks.figures import Slice, Told, keep, lines, told
from bench.webhooks.servers import FLOOR, OURS, Server, serving
from foundation.database import migrate
from tests.end_to_end.running import always_open
from tests.servers import free_port, redis_server

SLICES = 20
LINES = 8  # connections at once, as many as one worker has threads
CALLS_A_SLICE = 32
AFTERWARDS = 0.4  # seconds until the journal of a slice is written: its CPU belongs to the slice
WHOLE = "whole calls"
# The requests of a call by their place in it: each part has a cost of its own.
PARTS = {"answers": slice(0, 1), "turns": slice(1, -1), "ends": slice(-1, None)}


def main() -> None:
    """Run and print."""
    asked = _options()
    with tempfile.TemporaryDirectory() as name, redis_server() as redis, database(Path(name), asked) as sql:
        folder = Path(name)
        told = {
            **TOLD,
            "REDIS_URL": redis,
            "DATABASE_URL": sql,
            "BOOKS_DIR": str(always_open(folder / "book")),
        }
        migrate(sql)
        with (
            serving(FLOOR, free_port(), told, folder / "floor.log") as floor,
            serving(OURS, free_port(), told, folder / "ours.log") as ours,
        ):
            found = _measured(floor, ours, asked)
    base = name_of(asked)
    print(f"{asked.slices} slices of {CALLS_A_SLICE} calls, {LINES} connections, journal on {base}")
    print("median (lower to upper quartile) of the slices")
    print(*lines(found), sep="\n")
    print(
        keep(
            f"webhooks-{base}",
            found,
            {"slices": asked.slices, "calls a slice": CALLS_A_SLICE, "journal": base},
        )
    )


def _options() -> argparse.Namespace:
    parser = options(__doc__)
    parser.add_argument("--slices", type=int, default=SLICES)
    return parser.parse_args()


def _measured(floor: Server, ours: Server, asked: argparse.Namespace) -> Told:
    """The floor and ours in turn, each with the very same requests."""
    callers = Callers(TOLD["PUBLIC_URL"], TOLD["TWILIO_AUTH_TOKEN"], DIALLED)
    floors: list[Slice] = []
    parts: dict[str, list[Slice]] = {name: [] for name in (WHOLE, *PARTS)}
    for _ in range(asked.slices + 1):
        calls = [callers.call() for _ in range(CALLS_A_SLICE)]
        floors.append(_slice(floor, [[replace(one, holds=b"<Response>") for one in call] for call in calls]))
        mine = {name: _slice(ours, [call[part] for call in calls]) for name, part in PARTS.items()}
        for name, one in {**mine, WHOLE: Slice.joined(list(mine.values()))}.items():
            parts[name].append(one)
    # The first slice has warmed both up.
    return told(floors[1:], {name: slices[1:] for name, slices in parts.items()})


def _slice(server: Server, calls: Sequence[Plan]) -> Slice:
    cpu, client = server.cpu(), time.process_time()
    times, took = ask_all(server.port, spread(calls, LINES))
    client = time.process_time() - client
    time.sleep(AFTERWARDS)
    return Slice(times, took, server.cpu() - cpu, client)


if __name__ == "__main__":
    main()
