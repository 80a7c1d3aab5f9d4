"""A menu that takes the caller's own words: what one menu further down is about can be said at once.

A way of two choices is the keys of both, pressed one after the other; so facts, trail and back are as if
somebody had pressed them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ivr.flow import sayable
from ivr.flow.state import CallState
from ivr.flow.turn import Scene
from ivr.matching.verdicts import Sayable
from ivr.menus.nodes import Menu


def further(scene: Scene[Any], state: CallState) -> tuple[Sayable, ...]:
    """What may be said at this menu of the menus that its choices lead to; words of its own come first."""
    if not (isinstance(scene.node, Menu) and scene.node.open):
        return ()
    known = {one.words for one in _of(scene, state, "", "")}
    found: list[Sayable] = []
    for key, name, there in _menus(scene):
        found += [one for one in _of(there, state, key, f"{name}.") if one.words not in known]
        known |= {one.words for one in found}
    return tuple(found)


def _menus(scene: Scene[Menu]) -> Iterator[tuple[str, str, Scene[Menu]]]:
    """The menus behind the choices, each with the key and the name that lead there."""
    for name, choice in scene.node.choices.items():
        node = scene.book.nodes.get(choice.to)
        if isinstance(node, Menu) and not node.needs:
            yield choice.key, name, Scene(scene.book, choice.to, node, scene.at)


def _of(scene: Scene[Menu], state: CallState, key: str, before: str) -> Iterator[Sayable]:
    """The choices of one menu by their phrases, their keys behind the one that leads there."""
    for name, choice in scene.node.choices.items():
        for words in sayable.phrases(scene, state, name):
            yield Sayable(words, key + choice.key, before + name)
