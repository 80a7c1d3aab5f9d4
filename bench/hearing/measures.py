"""What is measured on one side: single digits, numbers with their read-back, phrases and nonsense."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from bench.hearing import phrases, trials
from bench.hearing.question import CHECK
from bench.hearing.sides import Side
from bench.hearing.sounds import VOICES, People, flite, numbers
from bench.hearing.trials import Tally

SEED = 20261129
TRIES = 3
ANSWERS = {True: ("yes", "that's right", "correct"), False: ("no", "that's wrong", "nope")}
Tells = Callable[[str], None]  # how far it is


@dataclass(frozen=True, slots=True)
class Digits:
    """Of so many single digits of a speaker, those heard rightly, by ours and each bare one."""

    speaker: str
    count: int
    ours: int
    bare: Counter[str]


@dataclass(frozen=True, slots=True)
class Numbers:
    """What became of the numbers of a speaker; of each one's first try what each bare one heard rightly."""

    speaker: str
    tally: Tally
    bare: Counter[str]


Outcomes = tuple[Counter[str], Counter[str]]  # of phrases, and of nonsense


def digits(side: Side, people: People, tells: Tells) -> list[Digits]:
    """Each recording alone."""
    found = []
    for speaker in side.speakers:
        clips = people.every(speaker)
        beside = [(digit, _bare(side, sound, 1)) for digit, sound in clips]
        ours = sum(side.ear.digit(sound) == digit for digit, sound in clips)
        found.append(Digits(speaker, len(clips), ours, _right(beside)))
        tells(f"{speaker}, single digits: {ours} of {len(clips)}")
    return found


def strings(side: Side, people: People, length: int, count: int, tells: Tells) -> list[Numbers]:
    """Numbers with a check digit, with read-back and three tries; the bare ones hear the first."""
    found = []
    for speaker in side.speakers:
        chance = random.Random(f"{SEED} {speaker} {length}")
        tally, beside = Tally(Counter()), []
        for number in numbers(length, count, CHECK, chance):
            tries = [people.number(speaker, number, chance) for _ in range(TRIES)]
            beside.append((number, _bare(side, tries[0], length)))
            tally += trials.number(side.ear, number, tries, _answer(random.Random(f"{SEED} {number}")))
        found.append(Numbers(speaker, tally, _right(beside)))
        ends = ", ".join(f"{end.value} {times}" for end, times in tally.ends.items())
        tells(f"{speaker}, {length} digits: {ends}")
    return found


def sentences(side: Side) -> Outcomes:
    """The book's phrases and nonsense, by ours."""
    return phrases.measure(side.ear.phrase, side.book, side.voices)


def sentences_bare(side: Side) -> Future[Outcomes]:
    """The same by the first of the bare ones, elsewhere."""
    return side.elsewhere.submit(phrases.measure_bare, side.bare[0], side.book, side.voices)


def _bare(side: Side, sound: bytes, length: int) -> dict[str, Future[str]]:
    return {one.name: side.elsewhere.submit(one.digits, sound, length) for one in side.bare}


def _right(beside: Sequence[tuple[str, dict[str, Future[str]]]]) -> Counter[str]:
    return Counter(name for said, found in beside for name, heard in found.items() if heard.result() == said)


def _answer(chance: random.Random) -> trials.Says:
    """Yes and no in the voices of flite."""
    return lambda yes: flite(chance.choice(ANSWERS[yes]), chance.choice(VOICES))
