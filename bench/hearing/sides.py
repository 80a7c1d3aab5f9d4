"""Who is measured at the same time: each side has a speech process of its own, and speakers of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from bench.hearing.bare import Bare
from bench.hearing.ears import Ear
from bench.hearing.line import opened
from bench.hearing.phrases import Book
from bench.hearing.process import Engine

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Measured:
    """A recogniser that is installed: which engine hears whom, the same bare, the book that it is asked."""

    book: Book
    engine_of: Callable[[str], Engine]
    bare: tuple[Bare, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """Our ear, its speakers and voices; the bare recognisers, and the process in which they hear.

    Elsewhere, because they let nobody else in this process run meanwhile.
    """

    ear: Ear
    speakers: tuple[str, ...]
    book: Book
    voices: tuple[str, ...]
    bare: tuple[Bare, ...]
    elsewhere: Executor


@contextmanager
def sides(measured: Measured, speakers: Sequence[str], redis: str, folder: Path) -> Iterator[list[Side]]:
    """Two or more."""
    shared = _shared(measured, speakers)
    with ExitStack() as open_ones:
        ears = [open_ones.enter_context(opened(engine, redis, folder)) for engine, _ in shared]
        yield [
            Side(
                Ear(engine.name, engine.language, line),
                theirs,
                measured.book,
                measured.book.voices[number :: len(shared)],
                measured.bare,
                # A process that was not forked from one with threads.
                open_ones.enter_context(ProcessPoolExecutor(1, get_context("spawn"))),
            )
            for number, ((engine, theirs), line) in enumerate(zip(shared, ears, strict=True))
        ]


def _shared(measured: Measured, speakers: Sequence[str]) -> list[tuple[Engine, tuple[str, ...]]]:
    """Speakers by the engine that is to hear them; in two parts where one hears them all."""
    engines = {speaker: measured.engine_of(speaker) for speaker in speakers}
    different = sorted(set(engines.values()), key=lambda one: one.given)
    if len(different) > 1:
        return [(one, tuple(who for who in speakers if engines[who] == one)) for one in different]
    one = measured.engine_of("")
    return [(one, tuple(speakers[::2])), (one, tuple(speakers[1::2]))]


def on_all(work: Callable[[Side], Sequence[T]], all_sides: Sequence[Side]) -> list[T]:
    """What all sides found, working at the same time."""
    with ThreadPoolExecutor(len(all_sides)) as threads:
        return [found for side in threads.map(work, all_sides) for found in side]
