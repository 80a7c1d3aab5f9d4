"""Which words a recogniser knows, read from its files without loading it; and what it knows instead."""

from __future__ import annotations

import difflib
import mmap
import struct
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing
from functools import partial
from itertools import chain
from pathlib import Path

from speech.choice import Choice, Ear
from speech.grammar import HAN, known_pieces
from speech.models.embedded import DICTIONARY, embedded_model
from speech.models.layout import form_of

NEAR = 0.8  # how alike two words are, 0 to 1
SLIP = 2  # characters that a near word may be longer or shorter
COMPARED_AT_MOST = 50  # unknown words for which a near one is looked for
LONGEST_WORD = 40  # characters; a longer one is not taken apart
SPELT = 3  # letters: so short a word is one that is said letter by letter
PIECES = 3  # that an unknown word is taken apart into at most
_FST, _SYMBOLS = 0x7EB2FDD6, 0x7EB2FB74  # magic numbers (OpenFst, `fst.h` and `symbol-table.cc`)
_INPUT, _OUTPUT = 1, 2  # flags: the graph carries the table of its input, of its output

Words = Callable[[], Iterator[bytes]]
Spoken = Callable[[], Iterator[tuple[bytes, bytes]]]  # a word, and its sounds with blanks between


class Vocabulary:
    """The words of one recogniser, in UTF-8. Read anew for each question, not kept: there may be 500,000."""

    def __init__(self, words: Words, spoken: Spoken | None = None) -> None:
        self._words = words
        self._spoken = spoken

    def sounds(self, wanted: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """How these words sound, sound by sound; none of a recogniser that does not tell."""
        asked = {word.encode() for word in wanted}
        told = self._spoken() if self._spoken else iter(())
        return {word.decode(): tuple(sounds.decode().split()) for word, sounds in told if word in asked}

    def among(self, wanted: Iterable[str]) -> frozenset[str]:
        """Those of these words that it knows."""
        asked = {word.encode() for word in wanted}
        return frozenset(word.decode() for word in self._words() if word in asked)

    def unheard(self, wanted: Iterable[str]) -> frozenset[str]:
        """Those of these words that it cannot hear: it knows neither them nor, of Han, the pieces of them."""
        words = frozenset(wanted)
        known = self.among(chain(words, *(_substrings(word) for word in words if HAN.fullmatch(word))))
        return frozenset(word for word in words if not known_pieces(word, known.__contains__))

    def instead_of(self, unknown: Collection[str]) -> dict[str, tuple[str, ...]]:
        """For words that it does not know, what it knows instead: the pieces, a near one, or both."""
        pieces = self.among(piece for word in unknown for piece in _substrings(word))
        near = self._near(sorted(unknown)[:COMPARED_AT_MOST])
        found = {word: (*_apart(word, pieces), *near.get(word, ())) for word in unknown}
        return {word: instead for word, instead in found.items() if instead}

    def _near(self, unknown: Collection[str]) -> dict[str, list[str]]:
        """The word that is most like each of these, if one is."""
        begun = defaultdict(list)
        for word in unknown:
            begun[_first(word.encode())].append(word)
        candidates: dict[str, list[str]] = defaultdict(list)
        for known in self._words():
            for word in begun.get(_first(known), ()):
                near = known.decode("utf-8", "replace")
                if near.isalpha() and abs(len(near) - len(word)) <= SLIP:
                    candidates[word].append(near)
        return {word: difflib.get_close_matches(word, found, 1, NEAR) for word, found in candidates.items()}


def vocabulary_of(choice: Choice) -> Vocabulary | None:
    """The words of whoever hears a language; None where nobody knows them (the carrier), or nobody hears."""
    match choice.ear:
        case Ear.VOSK if choice.model is not None:
            return of_vosk(choice.model.folder)
        case Ear.SPHINX:
            return of_embedded()
        case _:
            return None


def of_embedded() -> Vocabulary | None:
    """That of the English model in PocketSphinx's package."""
    folder = embedded_model()
    if folder is None:
        return None
    place = folder / DICTIONARY
    return Vocabulary(partial(_of_dictionary, place), partial(_spoken_in, place))


def of_vosk(folder: Path) -> Vocabulary | None:
    """That of a model of Vosk: its words.txt, else the table that its grammar graph carries."""
    form = form_of(folder)
    if form is None:
        return None
    listed, graph = folder / form.graph / "words.txt", folder / form.graph / "Gr.fst"
    if listed.is_file():
        return Vocabulary(partial(_of_list, listed))
    return Vocabulary(partial(_of_graph, graph)) if graph.is_file() else None


def _of_dictionary(place: Path) -> Iterator[bytes]:
    return (word for word, _ in _spoken_in(place))


def _spoken_in(place: Path) -> Iterator[tuple[bytes, bytes]]:
    """Each line is a word and how it is spoken; a second way of speaking it is `read(2)`."""
    with place.open("rb") as file:
        for line in file:
            word, _, sounds = line.strip().partition(b" ")
            if word and not word.endswith(b")"):
                yield word, sounds


def _of_list(place: Path) -> Iterator[bytes]:
    """Each line is a word and its number."""
    with place.open("rb") as file:
        for line in file:
            yield line.rpartition(b" ")[0]


def _of_graph(place: Path) -> Iterator[bytes]:
    """The symbol table in a graph's header: nothing for a graph that has none, or is no graph."""
    if not place.stat().st_size:
        return
    with place.open("rb") as file, closing(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)) as graph:
        try:
            yield from _symbols(graph)
        except (struct.error, IndexError):
            return


def _symbols(graph: mmap.mmap) -> Iterator[bytes]:
    long = struct.Struct("<i").unpack_from
    (magic,) = long(graph, 0)
    at = _behind_text(graph, _behind_text(graph, 4))
    flags = struct.unpack_from("<i", graph, at + 4)[0]  # behind the version
    at += 8 + 32  # four numbers of eight bytes: properties, start, states, arcs
    if magic != _FST or not flags & (_INPUT | _OUTPUT) or long(graph, at)[0] != _SYMBOLS:
        return
    at = _behind_text(graph, at + 4) + 8  # the name of the table, and the next free number
    (count,) = struct.unpack_from("<q", graph, at)
    at += 8
    for _ in range(count):
        (length,) = long(graph, at)
        if length < 0:  # damaged: it would be read for ever
            return
        yield graph[at + 4 : at + 4 + length]
        at += 4 + length + 8


def _behind_text(graph: mmap.mmap, at: int) -> int:
    return at + 4 + int(struct.unpack_from("<i", graph, at)[0])


def _first(word: bytes) -> bytes:
    """The first character, as far as words are told apart by it."""
    return word[:1] if word < b"\x80" else word[:3]


def _substrings(word: str) -> Iterator[str]:
    if len(word) <= LONGEST_WORD:
        for start in range(len(word)):
            for end in range(start + 1, len(word) + 1):
                yield word[start:end]


def _apart(word: str, pieces: frozenset[str]) -> tuple[str, ...]:
    """The word as the fewest of these pieces, or spelt; nothing if it cannot be made of a few."""
    if len(word) <= SPELT and word.isascii():
        return (" ".join(word),) if pieces.issuperset(word) else ()
    ways: list[tuple[str, ...] | None] = [(), *[None] * len(word)]
    for end in range(1, len(word) + 1):
        for start in range(end):
            before, piece = ways[start], word[start:end]
            if before is not None and piece in pieces:
                found, kept = (*before, piece), ways[end]
                ways[end] = found if kept is None or _better(found, kept) else kept
    last = ways[-1]
    return (" ".join(last),) if last and 1 < len(last) <= PIECES else ()


def _better(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return _worth(one) < _worth(other)


def _worth(pieces: tuple[str, ...]) -> tuple[int, int, int]:
    """Few pieces, none of them very short, the longer one first (top up, not to pup)."""
    return len(pieces), -min(map(len, pieces)), -len(pieces[0])
