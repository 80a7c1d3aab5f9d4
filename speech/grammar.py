"""What may be said, as a graph of words: phrases, and numbers of the right length that pass their check."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain

from foundation.check_digits import valid, with_check_digit
from speech.digits import Numerals

MOST_DIGITS = 20  # a longer number is said in parts
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
    states = _States()
    for words in phrases:
        states.path(0, words, 1)
    return Graph(tuple(states.arcs))


def of_number(said: Numerals, shortest: int, longest: int, check: str | None = None) -> Graph:
    """A number of `shortest` to `longest` digits, also said with "double"; with `check`, one that passes it.

    ValueError if the lengths make no sense: 1 <= shortest <= longest <= MOST_DIGITS.
    """
    if not 1 <= shortest <= longest <= MOST_DIGITS:
        raise ValueError(f"a number has 1 to {MOST_DIGITS} digits, not {shortest} to {longest}")
    states = _States()
    for length in range(shortest, longest + 1) if check else (longest,):
        _Number(states, said, length, min(shortest, length), check).draw()
    return Graph(tuple(states.arcs))


def together(*graphs: Graph) -> Graph:
    """What one of them allows."""
    states = _States()
    for graph in graphs:
        states.take(graph)
    return Graph(tuple(states.arcs))


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


class _States:
    """Arcs as they are drawn, and the next state without a number."""

    def __init__(self) -> None:
        self.arcs: list[Arc] = []
        self._next = 2

    def new(self) -> int:
        self._next += 1
        return self._next - 1

    def path(self, start: int, words: Sequence[str], end: int) -> None:
        for word in words[:-1]:
            following = self.new()
            self.arcs.append(Arc(start, following, word))
            start = following
        self.arcs.append(Arc(start, end, words[-1]))

    def take(self, graph: Graph) -> None:
        numbers = {0: 0, 1: 1}
        for arc in graph.arcs:
            for state in (arc.start, arc.end):
                numbers.setdefault(state, self._next)
                self._next = max(self._next, numbers[state] + 1)
            self.arcs.append(Arc(numbers[arc.start], numbers[arc.end], arc.word))


@dataclass(slots=True)
class _Number:
    """Digits one after another; a state is how many were said and what they do to the check digit.

    Two beginnings of one length that have the same check digit behind them, whatever rule makes it, are
    one state: `digits` keeps one beginning of each.
    """

    states: _States
    said: Numerals
    length: int
    shortest: int
    check: str | None
    _known: dict[tuple[int, str], tuple[int, str]] = field(default_factory=dict)

    def draw(self) -> None:
        layer = {self._state("")}
        for _ in range(self.length):
            following: set[tuple[int, str]] = set()
            for state, digits in sorted(layer):
                following |= self._leave(state, digits)
            layer = following

    def _leave(self, state: int, digits: str) -> set[tuple[int, str]]:
        """All arcs out of a state, and the states one digit further."""
        after = set()
        if len(digits) >= self.shortest and self.check is None:
            self.states.arcs.append(Arc(state, 1))
        for word, digit in self.said.digits.items():
            after |= self._say(state, digits, (word,), digit)
            for times, count in self.said.times.items():
                if len(digits) + count <= self.length:
                    self._say(state, digits, (times, word), digit * count)
        return after

    def _say(self, state: int, digits: str, words: Words, added: str) -> set[tuple[int, str]]:
        if len(digits) + len(added) < self.length:
            found = self._state(digits + added)
            self.states.path(state, words, found[0])
            return {found}
        if self.check is None or valid(self.check, digits + added):
            self.states.path(state, words, 1)
        return set()

    def _state(self, digits: str) -> tuple[int, str]:
        rest = "0" * (self.length - 1 - len(digits))
        mark = with_check_digit(self.check, digits + rest)[-1] if self.check and digits else ""
        key = (len(digits), mark)
        if key not in self._known:
            self._known[key] = (self.states.new() if digits else 0, digits)
        return self._known[key]
