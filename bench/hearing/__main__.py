"""How well callers are heard: single digits, numbers, phrases, nonsense, for every recogniser installed.

Run by `make bench-hearing [SOUNDS=folder of DIGIT_SPEAKER_N.wav]`. Everything comes as a telephone line
carries it (8 kHz, mu-law). Our way goes from the sound to the decision and on to the read-back; the bare
recognisers hear the same sounds in the same run. PocketSphinx is measured on each half of the speakers with
what the other half gave.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.hearing import phrases, trials
from bench.hearing.bare import Bare, BareSphinx, BareVosk
from bench.hearing.ears import CHECK, Ear
from bench.hearing.halves import given_for
from bench.hearing.sounds import VOICES, People, can_speak, numbers, spoken
from bench.hearing.tables import share, table
from bench.hearing.trials import Caller, End, Tally
from speech.models.installed import model_of
from speech.sphinx_recognizer import SphinxRecognizer
from speech.vosk_recognizer import VoskRecognizer

SEED = 20261129
LENGTHS = (4, 6, 10)
STRINGS = 30  # of each length and speaker
ANSWERS = {True: ("yes", "that's right", "correct"), False: ("no", "that's wrong", "nope")}
HERE = Path(__file__).resolve().parents[2]
PLACES = (HERE / "../shared/data/spoken-digits", HERE / "../../shared/data/spoken-digits")


@dataclass(frozen=True, slots=True)
class Heard:
    """Who hears: by our way, also as it was made with other speakers than this one, and bare."""

    ear: Ear
    bare: Sequence[Bare]
    by_others: Callable[[str], Ear]


def recognizers() -> Iterator[Heard]:
    """All that hear English here."""
    ears = {given: Ear(SphinxRecognizer(given=dict(given))) for given in map(frozen, ("george", "lucas"))}
    ours = Ear(SphinxRecognizer())
    bare = (BareSphinx(fixed=False), BareSphinx(fixed=True))
    yield Heard(ours, bare, lambda speaker: ears.get(frozen(speaker), ours))
    model = model_of("en", HERE / "var" / "speech")
    if model is not None and model.fault is None:
        vosk = Ear(VoskRecognizer(model.folder, "en"))
        yield Heard(vosk, (BareVosk(str(model.folder)),), lambda _: vosk)


def frozen(speaker: str) -> tuple[tuple[str, float], ...]:
    return tuple(sorted(given_for(speaker).items()))


def digits(heard: Heard, people: People) -> None:
    """Each recording alone."""
    rows: list[list[int]] = []
    for speaker in people.speakers():
        clips = people.every(speaker)
        ours = sum(heard.by_others(speaker).digit(sound) == digit for digit, sound in clips)
        bare = [sum(one.digits(sound, 1) == digit for digit, sound in clips) for one in heard.bare]
        rows.append([ours, *bare, len(clips)])
        say([speaker, *map(str, rows[-1])])
    rows.append([sum(column) for column in zip(*rows, strict=True)])
    names = ["single digits", heard.ear.name, *(one.name for one in heard.bare)]
    shares = [[share(one, row[-1]) for one in row[:-1]] for row in rows]
    print(
        table(names, [[who, *row] for who, row in zip((*people.speakers(), "all"), shares, strict=True)]),
        "\n",
    )


def strings(heard: Heard, people: People, length: int, count: int) -> None:
    """Numbers with a check digit, with read-back and three tries; the bare ones have one."""
    rows, whole = [], Tally(Counter())
    for speaker in people.speakers():
        chance = random.Random(f"{SEED} {speaker} {length}")
        caller = Caller(people, speaker, chance, answer(chance))
        tally = Tally(Counter())
        bare: Counter[str] = Counter()
        for number in numbers(length, count, CHECK, chance):
            tally += trials.number(heard.by_others(speaker), caller, number)
            sound = people.number(speaker, number, chance)
            bare.update(one.name for one in heard.bare if one.digits(sound, length) == number)
        rows.append(row(speaker, tally, [share(bare[one.name], count) for one in heard.bare]))
        say(rows[-1])
        whole += tally
    rows.append(row("all", whole, ["" for _ in heard.bare]))
    heads = [
        f"{length} digits",
        *(end.value for end in End),
        "read back wrong",
        *(one.name for one in heard.bare),
    ]
    print(table(heads, rows), "\n")


def row(name: str, tally: Tally, bare: Sequence[str]) -> list[str]:
    """`read back wrong`: of all tries."""
    count = tally.ends.total()
    ends = [share(tally.ends[end], count) for end in End]
    return [name, *ends, share(tally.wrong_read_back, tally.tries), *bare]


def answer(chance: random.Random) -> trials.Says:
    """Yes and no in the voices of flite; without them a truthful key."""
    return lambda yes: spoken(chance.choice(ANSWERS[yes]), chance.choice(VOICES))


def sentences(heard: Heard) -> None:
    """The book's phrases in four voices, and nonsense."""
    ours, nonsense = phrases.measure(heard.ear)
    rows = [[heard.ear.name, *outcome(ours, nonsense)]]
    rows += [[one.name, *outcome(*phrases.measure_bare(one))] for one in heard.bare[:1]]
    heads = ["phrases", "right", "asked about", "wrong", "nonsense acted on", "nonsense asked about"]
    print(table(heads, rows), "\n")


def outcome(said: Counter[str], nonsense: Counter[str]) -> list[str]:
    count, odd = said.total(), nonsense.total()
    return [
        share(said["right"], count),
        share(said["asked"], count),
        share(said["wrong"] + said["wrong question"], count),
        share(nonsense["Accepted"], odd),
        share(nonsense["Doubted"], odd),
    ]


def say(cells: Sequence[str]) -> None:
    print("  ", *cells, sep="  ", file=sys.stderr, flush=True)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sounds", type=Path, help="folder of DIGIT_SPEAKER_N.wav")
    arguments.add_argument("--strings", type=int, default=STRINGS, help="numbers of a length and speaker")
    asked = arguments.parse_args()
    folder = asked.sounds or next((place for place in PLACES if place.is_dir()), None)
    for heard in recognizers():
        if folder is not None:
            people = People(folder)
            digits(heard, people)
            for length in LENGTHS:
                strings(heard, people, length, asked.strings)
        if can_speak():
            sentences(heard)


if __name__ == "__main__":
    main()
