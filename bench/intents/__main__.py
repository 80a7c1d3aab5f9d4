"""How well `ivr/matching/intents.py` finds what is wanted: Banking77, 77 intents of bank customers.

Run by `make bench-intents [TRAIN=file TEST=file]`; the files are CSV with the columns `text` and `category`.
Without TEST a fifth of each intent of TRAIN is set aside, with a fixed seed, and never trained on. Prints
what is found with 10 examples an intent (several draws) and with all, the time of a query, and what the two
thresholds make of it, also of questions whose intent was never trained and of words that were misheard.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench.intents.questions import Question, divided, drawn, misheard, read
from ivr.matching.intents import INTENT_THRESHOLDS, Intents
from ivr.matching.verdicts import Accepted, Doubted

ROOT = Path(__file__).resolve().parents[2]
PLACES = (ROOT.parent / "shared", ROOT.parents[1] / "shared")
FEW = 10
DRAWS = 5
MISHEARD = 0.1  # of the words, as a recogniser loses or mistakes them
UNTAUGHT = 20  # intents left out, to see what is made of questions about them
TIMED = 300
AIMS = {"few": 80.0, "all": 92.0, "ms": 5.0}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 2 if there is nothing to measure with."""
    parser = argparse.ArgumentParser(prog="bench.intents")
    parser.add_argument("--train", type=Path)
    parser.add_argument("--test", type=Path)
    asked = parser.parse_args(arguments)
    place = asked.train or next((one for one in map(_shared, PLACES) if one.is_file()), None)
    if place is None:
        print("no questions: give TRAIN=file, a CSV with the columns text and category", file=sys.stderr)
        return 2
    taught, asked_for = read(place), read(asked.test) if asked.test else []
    train, test = (taught, asked_for) if asked_for else divided(taught)
    intents = {one.intent for one in train}
    print(f"{len(intents)} intents, {len(train)} questions to learn from, {len(test)} to understand")
    _few(train, test)
    _all(train, test)
    _thresholds(train, test)
    return 0


def _shared(folder: Path) -> Path:
    return folder / "data" / "banking77" / "train.csv"


def taught_by(train: Sequence[Question]) -> Intents:
    """The hotline's own classifier; the name of an intent is one more phrase for it."""
    phrases: dict[str, list[str]] = {}
    for one in train:
        phrases.setdefault(one.intent, [one.intent.replace("_", " ")]).append(one.text)
    return Intents(phrases)


def right(intents: Intents, test: Sequence[Question]) -> float:
    """Of a hundred questions, those whose likeliest intent is theirs."""
    found = intents.likeliest([one.text for one in test])
    return 100 * statistics.mean(best == one.intent for best, one in zip(found, test, strict=True))


def _few(train: Sequence[Question], test: Sequence[Question]) -> None:
    found, worse = [], []
    for seed in range(DRAWS):
        intents = taught_by(drawn(train, FEW, seed))
        found.append(right(intents, test))
        worse.append(right(intents, misheard(test, MISHEARD, seed)))
    spread = f"{min(found):.1f} to {max(found):.1f} in {DRAWS} draws"
    print(
        f"{FEW} examples an intent: {statistics.mean(found):.1f} % right ({spread}); aim {AIMS['few']:.0f} %"
    )
    print(f"  {MISHEARD:.0%} of the words lost or mistaken: {statistics.mean(worse):.1f} % right")


def _all(train: Sequence[Question], test: Sequence[Question]) -> None:
    began = time.perf_counter()
    intents = taught_by(train)
    learnt = time.perf_counter() - began
    print(
        f"all examples: {right(intents, test):.1f} % right; aim {AIMS['all']:.0f} %; learnt in {learnt:.0f} s"
    )
    worse = right(intents, misheard(test, MISHEARD, 0))
    print(f"  {MISHEARD:.0%} of the words lost or mistaken: {worse:.1f} % right")
    began = time.process_time()
    spent = [_seconds(intents, one.text) for one in test[:TIMED]]
    processor = 1000 * (time.process_time() - began) / len(spent)
    middle, slow = 1000 * statistics.median(spent), 1000 * statistics.quantiles(spent, n=20)[-1]
    clock = f"by the clock p50 {middle:.1f} ms, p95 {slow:.1f} ms"
    print(f"a query: {processor:.1f} ms of one processor; {clock}; aim {AIMS['ms']:.0f} ms")


def _seconds(intents: Intents, text: str) -> float:
    began = time.perf_counter()
    intents.decide(text)
    return time.perf_counter() - began


def _thresholds(train: Sequence[Question], test: Sequence[Question]) -> None:
    """What callers would meet, with few examples, as in a book: of intents it knows, and of others."""
    names = sorted({one.intent for one in train})
    known = set(names[UNTAUGHT:])
    few = [one for one in drawn(train, FEW, 0) if one.intent in known]
    intents = taught_by(few)
    limits = INTENT_THRESHOLDS
    print(f"accept from {limits.accept}, ask from {limits.confirm}, {FEW} examples of {len(known)} intents:")
    print("  " + _met(intents, [one for one in test if one.intent in known]))
    heard = misheard([one for one in test if one.intent in known], MISHEARD, 0)
    print(f"  {MISHEARD:.0%} of the words lost or mistaken: {_met(intents, heard)}")
    strange = _met(intents, [one for one in test if one.intent not in known])
    print(f"  of {UNTAUGHT} intents never taught: {strange}")


def _met(intents: Intents, test: Sequence[Question]) -> str:
    counts = dict.fromkeys(
        ("accepted rightly", "accepted wrongly", "asked rightly", "asked wrongly", "menu"), 0
    )
    for one in test:
        match intents.decide(one.text):
            case Accepted(choice=choice):
                counts["accepted rightly" if choice == one.intent else "accepted wrongly"] += 1
            case Doubted(choice=choice):
                counts["asked rightly" if choice == one.intent else "asked wrongly"] += 1
            case _:
                counts["menu"] += 1
    return ", ".join(f"{what} {100 * count / len(test):.1f} %" for what, count in counts.items() if count)


if __name__ == "__main__":
    sys.exit(main())
