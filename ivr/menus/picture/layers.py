"""Nodes in layers from top to bottom, with few crossings: the layout of one room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import igraph

LONGEST_LINE = 3  # layers that a line may cross; what leads further, or back up, is named instead of drawn
ROUNDS = 100  # of igraph's search for fewer crossings

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Layers:
    """Where each vertex stands: its layer from 0, its place across in units of one box.

    `lines`: the pairs that are drawn, each with its places across in every layer from first to last.
    """

    layer: tuple[int, ...]
    across: tuple[float, ...]
    lines: dict[Pair, tuple[float, ...]]


def joined(names: Sequence[str], pairs: Sequence[tuple[str, str]]) -> tuple[tuple[str, ...], ...]:
    """The names in groups that pairs join, each group and the groups in the order of the names."""
    number = {name: n for n, name in enumerate(names)}
    graph = igraph.Graph(len(names), [(number[a], number[b]) for a, b in pairs], directed=True)
    groups: dict[int, list[str]] = {}
    for name, group in zip(names, graph.connected_components(mode="weak").membership, strict=True):
        groups.setdefault(group, []).append(name)
    return tuple(tuple(group) for group in groups.values())


def layered(count: int, pairs: Sequence[Pair]) -> Layers:
    """The layout of `count` vertices, the first as far up as may be; the same for the same pairs."""
    layer = _layer_of(count, _forward(count, pairs))
    drawn = [(a, b) for a, b in dict.fromkeys(pairs) if 0 < layer[b] - layer[a] <= LONGEST_LINE]
    levels = list(layer)
    chains: dict[Pair, list[int]] = {}
    steps: list[Pair] = []
    for a, b in drawn:
        # A vertex without a box on each layer between, so that the line runs beside the boxes there.
        between = range(len(levels), len(levels) + layer[b] - layer[a] - 1)
        levels += range(layer[a] + 1, layer[b])
        chains[a, b] = [a, *between, b]
        steps += pairwise(chains[a, b])
    across = _across(levels, steps)
    lines = {pair: tuple(across[one] for one in chain) for pair, chain in chains.items()}
    return Layers(layer, tuple(across[:count]), lines)


def _forward(count: int, pairs: Sequence[Pair]) -> list[Pair]:
    """The pairs without those that lead back to where the walk comes from: what is left has no circle."""
    onward: list[list[int]] = [[] for _ in range(count)]
    for a, b in dict.fromkeys(pairs):
        onward[a].append(b)
    forward: list[Pair] = []
    on_the_way, done = set[int](), set[int]()
    for first in range(count):
        if first in done:
            continue
        on_the_way.add(first)
        walk = [(first, iter(onward[first]))]
        while walk:
            at, following = walk[-1]
            to = next(following, None)
            if to is None:
                walk.pop()
                on_the_way.discard(at)
                done.add(at)
            elif to not in on_the_way:
                forward.append((at, to))
                if to not in done:
                    on_the_way.add(to)
                    walk.append((to, iter(onward[to])))
    return forward


def _layer_of(count: int, forward: Sequence[Pair]) -> tuple[int, ...]:
    """Each vertex one layer below the lowest that leads to it."""
    graph = igraph.Graph(count, list(forward), directed=True)
    before: list[list[int]] = [[] for _ in range(count)]
    for a, b in forward:
        before[b].append(a)
    layer = [0] * count
    for one in graph.topological_sorting():
        layer[one] = max((layer[a] + 1 for a in before[one]), default=0)
    return tuple(layer)


def _across(levels: Sequence[int], steps: Sequence[Pair]) -> list[float]:
    if not levels:
        return []
    graph = igraph.Graph(len(levels), list(steps), directed=True)
    placed = graph.layout_sugiyama(layers=list(levels), hgap=1, vgap=1, maxiter=ROUNDS)
    found = [float(x) for x, _ in list(placed)[: len(levels)]]
    left = min(found)
    return [round(x - left, 3) for x in found]
