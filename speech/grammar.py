"""What may be said: phrases and numerals that a recogniser knows, and phrases as a graph of words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, count, islice

from speech.digits import Numerals

WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
HAN = re.compile(r"[\u4e00-\u9fff]+")  # written without spaces

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Arc:
    """One word leads from a state to another; no word, and the way is free."""

    start: int
    end: int
    word: str = ""


@dataclass(frozen=True, slots=True)
class Graph:
    """Every way from state 0 to state 1 is something that may be said."""

    arcs: tuple[Arc, ...]


def spoken_words(phrase: str) -> Words:
    """A phrase as the words that a caller says: "I've lost my phone!" is i've lost my phone."""
    return tuple(WORD.findall(phrase.replace("’", "'").lower()))


def known_phrases(phrases: Sequence[str], knows: Callable[[str], bool]) -> dict[Words, str]:
    """Words -> the phrase they make. One with a word that is not known is left out: a part of a phrase may
    mean something else than the whole.
    """
    found: dict[Words, str] = {}
    for phrase in phrases:
        pieces = [known_pieces(word, knows) for word in spoken_words(phrase)]
        if pieces and all(pieces):
            found.setdefault(tuple(chain.from_iterable(pieces)), phrase)
    return found


def known_pieces(word: str, knows: Callable[[str], bool]) -> Words:
    """A word that is known, or the fewest known ones that a run of Han characters is made of; else none."""
    if knows(word):
        return (word,)
    if not HAN.fullmatch(word):
        return ()
    best: list[Words | None] = [()]
    for end in range(1, len(word) + 1):
        ways = [
            (*before, word[begin:end])
            for begin, before in enumerate(best)
            if before is not None and knows(word[begin:end])
        ]
        best.append(min(ways, key=len, default=None))
    return best[-1] or ()


def known_numerals(said: Numerals, knows: Callable[[str], bool]) -> Numerals:
    """The numerals that a recogniser can hear."""
    return Numerals(
        {word: digit for word, digit in said.digits.items() if knows(word)},
        {word: times for word, times in said.times.items() if knows(word)},
    )


def of_phrases(phrases: Sequence[Words]) -> Graph:
    """One of these, whole."""
    arcs: list[Arc] = []
    free = count(2)
    for words in phrases:
        states = [0, *islice(free, len(words) - 1), 1]
        arcs += [Arc(start, end, word) for start, end, word in zip(states, states[1:], words, strict=False)]
    return Graph(tuple(arcs))


def any_of(words: Words) -> Graph:
    """One or more of these words in any order."""
    return Graph((*(Arc(0, 2, word) for word in words), *(Arc(2, 2, word) for word in words), Arc(2, 1)))


def without(graph: Graph, words: Words) -> Graph:
    """All that a graph allows but this: it leads to an end that is none.

    Its words stay, so that a recogniser weighs the same sounds against each other as with them.
    """
    numbers: dict[tuple[int, int], int] = {(0, 0): 0}
    after: dict[int, list[Arc]] = {}
    for arc in graph.arcs:
        after.setdefault(arc.start, []).append(arc)
    arcs, waiting = [], [(0, 0)]
    while waiting:
        state, told = waiting.pop()
        for arc in after.get(state, ()):
            following = (arc.end, _told(words, told, arc.word))
            number = 1 if arc.end == 1 and following[1] != len(words) else numbers.get(following)
            if number is None:
                number = numbers[following] = len(numbers) + 1
                waiting.append(following)
            arcs.append(Arc(numbers[state, told], number, arc.word))
    return Graph(tuple(arcs))


def _told(words: Words, told: int, word: str) -> int:
    """How much of `words` has been said after one more; -1 once it was something else."""
    if not word or told < 0:
        return told
    return told + 1 if words[told : told + 1] == (word,) else -1
