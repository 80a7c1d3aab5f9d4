"""Books and wordings with slips of the hand: refused in words, or good enough that a caller can walk them."""

from __future__ import annotations

import random
import shutil
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bench.step import KEYS, brought
from exchange.twiml.reader import read_document
from foundation.clock import SystemClock
from foundation.redaction import Secret
from foundation.settings import LIBRARY
from ivr.channels.addresses import Addresses
from ivr.channels.twiml import Person, TwimlWriter
from ivr.flow.engine import begin, step
from ivr.flow.inputs import Answered, CallerInput, Digits, Reply, Silence
from ivr.menus.loader import judge
from ivr.menus.model import MenuBook
from storms.fuzz.line import NUMBER, PERSON, PUBLIC_URL
from storms.fuzz.playing import Badly
from storms.fuzz.values import texts

SLIPS = 3  # at most, in one book
LONGEST_SLIP = 60  # characters that are overwritten
LONGEST_JUDGING = 10.0  # seconds of processor; a whole book takes a fraction of one
STEPS = 25  # of the caller who walks a book that was taken up
FILES = tuple(sorted(LIBRARY.glob("*.toml")))
CALL = "CA" + "0f" * 16
AT = datetime(2026, 11, 24, 3, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Slip:
    """In one file, at a place between 0 and 1 of its length, `put` stands instead of `length` characters."""

    file: str
    place: float
    length: int
    put: str


@dataclass
class Figures:
    """How many books were refused with their faults, and how many were taken up and walked."""

    refused: int = 0
    walked: int = 0
    slowest: float = 0.0


_MARKS = ("[", "]", '"', "'''", "{", "}", "=", "\n", "[[a]]\n", "a.b=1\n", "\\", "#", "[" * 500, "{a=" * 500)
_WORDS = ("true", "1e999", "-1", "99:99", "1979-05-27", '"*"', '"{ticket}"', '"{', "nan", "0123", '"\\u0000"')
slips = st.builds(
    Slip,
    st.sampled_from([file.name for file in FILES]),
    st.floats(0, 1),
    st.integers(0, LONGEST_SLIP) | st.just(0),
    texts | st.sampled_from(_MARKS) | st.sampled_from(_WORDS),
)


def judge_books(books: int, chance: int) -> Figures:
    """So many broken books, drawn under a seed. Raises Badly, and whatever the loader raises."""
    figures = Figures()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "library"

        @seed(chance)
        @settings(
            max_examples=books,
            database=None,
            deadline=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )
        @given(st.lists(slips, min_size=1, max_size=SLIPS))
        def held(done: list[Slip]) -> None:
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(LIBRARY, folder)
            for slip in done:
                _slip(folder, slip)
            _judged(folder, figures)

        held()
    return figures


def _slip(folder: Path, slip: Slip) -> None:
    file = folder / slip.file
    text = file.read_text("utf-8")
    start = int(slip.place * len(text))
    file.write_text(text[:start] + slip.put + text[start + slip.length :], "utf-8")


def _judged(folder: Path, figures: Figures) -> None:
    began = time.thread_time()
    judged = judge(folder)
    took = time.thread_time() - began
    figures.slowest = max(figures.slowest, took)
    if took > LONGEST_JUDGING:
        raise Badly(f"a book was judged for {took:.1f} s")
    if judged.book is None:
        figures.refused += 1
        for fault in judged.faults:
            if not (fault.file and fault.what and fault.cure):
                raise Badly(f"a fault without file, words or cure: {fault!r}")
        if not judged.faults:
            raise Badly("a book was refused without a word")
    else:
        walk(judged.book, random.Random(figures.walked))
        figures.walked += 1


def walk(book: MenuBook, chance: random.Random) -> None:
    """One caller who presses by chance; every document must be one that the carrier takes."""
    writer = TwimlWriter(
        Addresses(PUBLIC_URL, Secret("a key of nobody" * 3), SystemClock()), Person(PERSON, NUMBER)
    )
    heard: CallerInput = Answered(AT, CALL, "+6281234567801", NUMBER)
    assert isinstance(heard, Answered)
    state = begin(book, heard)
    for _ in range(STEPS):
        turn = step(book, state, heard)
        state = replace(turn.state, turn=turn.state.turn + 1)
        read_document(writer.turn(CALL, state.turn, turn.instructions))
        if turn.errand is not None:
            heard = Reply(AT, brought(turn.errand))
        else:
            heard = Silence(AT) if chance.random() < 0.1 else Digits(AT, chance.choice(KEYS))
