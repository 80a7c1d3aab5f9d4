"""A storm over the whole hotline: `make storm-calls`, a short one with CALLS=1000 KILLS=60 SEED=7.

Everything is ended, frozen, flushed and filled while callers call, at moments drawn from a seed. Prints what
it did and what came of it, and returns 1 if a promise is lost: a number that somebody heard without its row,
something kept of which nothing stands, or a row made twice. The tape of each call of which something is wrong
is kept beside the figures.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from random import Random

from storms.line import line_under_storm
from storms.storm import LATE, Outcome, Storm, weathered
from storms.strikes import KILLS, Blow, Wanted, drawn

CALLS, KILLED, SEED = 10_000, 300, 20261129
DATABASE = "postgresql"
# Of the other blows, for ten thousand calls; fewer for fewer.
OTHERS = {
    Blow.FILL_DISK: 20,
    Blow.FLUSH_REDIS: 50,
    Blow.FREEZE_REDIS: 30,
    Blow.FREEZE_AT_POINT: 20,
    Blow.FREEZE_WEB: 20,
    Blow.FREEZE_SQL: 20,
    Blow.RESTART_SQL: 10,
}
ROOM, ROOM_A_CALL = 160, 0.1  # megabytes of the small disk
SHOWN = 10  # answers that lead nowhere, word by word
RESULTS = Path(__file__).resolve().parents[1] / "bench" / "results"


def main() -> None:
    """Run one and print it."""
    count, kills = int(os.environ.get("CALLS", CALLS)), int(os.environ.get("KILLS", KILLED))
    seed, database = int(os.environ.get("SEED", SEED)), os.environ.get("DATABASE", DATABASE)
    wanted = Wanted(kills, {blow: max(1, times * count // CALLS) for blow, times in OTHERS.items()})
    strikes = drawn(Random(seed), count, wanted, server=database == "postgresql")
    print(f"at least {count} calls on {database}, at least {kills} kills, seed {seed}")
    with line_under_storm(database, int(ROOM + count * ROOM_A_CALL)) as line:
        outcome = weathered(line, Storm(count, strikes, seed, kills))
        reasons = line.worker.said("set aside") if outcome.left.aside else ()
    print(*lines(outcome), *reasons, sep="\n")
    RESULTS.mkdir(parents=True, exist_ok=True)
    wrong = (*outcome.verdict.false, *outcome.verdict.lost, *outcome.verdict.twice)
    for tape in outcome.tapes.write(RESULTS / "storm-tapes", [line.split()[0] for line in wrong]):
        print(f"what happened in that call: {tape}")
    place = RESULTS / f"storm-{database}.json"
    place.write_text(json.dumps(kept(outcome) | {"seed": seed}, indent=2) + "\n", "utf-8")
    raise SystemExit(not (outcome.verdict.holds and killed(outcome) >= kills))


def lines(outcome: Outcome) -> Iterator[str]:
    """The figures to read."""
    verdict, told = outcome.verdict, outcome.told
    documents = sum(one.documents for one in told)
    slowest = sorted(one.slowest for one in told)
    rate = documents / outcome.seconds
    yield f"{len(told)} calls in {outcome.seconds:.0f} s, {documents} documents, {rate:.0f} a second"
    yield f"kills {killed(outcome)}: " + named(outcome.done)
    yield f"ticket numbers heard {verdict.heard}, promises kept without one {verdict.kept}"
    yield f"numbers to call agreed on {verdict.to_call}, messages sent {verdict.messages}"
    yield f"promises taken back by their callers {verdict.taken_back}"
    yield f"callers told that nothing was noted: {sum(one.nothing_kept > 0 for one in told)}"
    yield f"in the spool at the end: {outcome.left.waiting} waiting, {outcome.left.aside} set aside"
    yield f"messages left with the carrier, for `hotline` to fetch: {sum(one.at_carrier for one in told)}"
    yield f"promises lost {len(verdict.lost) + len(verdict.false)}, rows made twice {len(verdict.twice)}"
    yield f"calls that ended with the carrier's own announcement: {sum(one.by == 'fault' for one in told)}"
    silent = [f"{one.call}: {answer}" for one in told for answer in one.silent]
    yield f"answers that lead nowhere: {len(silent)}"
    yield f"slowest answer of a call: median {slowest[len(slowest) // 2]:.2f} s, of all {slowest[-1]:.2f} s"
    yield f"answers after more than {LATE} s: {named(outcome.felt.late)}"
    yield f"answers that did not come: {named(outcome.felt.missing)}"
    yield from silent[:SHOWN]
    for line in (*verdict.false, *verdict.lost, *verdict.twice):
        yield f"LOST: {line}"


def killed(outcome: Outcome) -> int:
    """How many kills found somebody."""
    return sum(times for blow, times in outcome.done.items() if blow in KILLS)


def named(counts: Mapping[Blow, int] | Mapping[Blow | None, int]) -> str:
    """Counts by blow, the most first."""
    some = sorted(((times, blow) for blow, times in counts.items() if times), key=lambda one: -one[0])
    return ", ".join(f"{blow.value if blow else 'before any'} {times}" for times, blow in some) or "none"


def kept(outcome: Outcome) -> dict[str, object]:
    """The figures for a file."""
    done = {blow.name.lower(): times for blow, times in outcome.done.items()}
    return {
        "seconds": outcome.seconds,
        "done": done,
        "documents": sum(one.documents for one in outcome.told),
        "verdict": asdict(outcome.verdict),
    }


if __name__ == "__main__":
    main()
