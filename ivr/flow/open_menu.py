"""A menu that takes the caller's own words: what one menu further down is about can be said at once.

A way of two choices is the keys of both, pressed one after the other; so facts, trail and back are as if
somebody had pressed them. Words that are nobody's phrase are compared with the phrases of all these ways.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ivr.flow import sayable
from ivr.flow.errands import FindMeaning, Phrases
from ivr.flow.inputs import Utterance
from ivr.flow.replies import Likened
from ivr.flow.sayable import PERSON, STOP
from ivr.flow.state import CallState
from ivr.flow.turn import Scene
from ivr.matching.verdicts import Accepted, Doubted, Rejected, Sayable, Thresholds
from ivr.menus.nodes import Menu

DOORS = frozenset({PERSON, STOP})  # that words like theirs are asked about


def is_open(scene: Scene[Any]) -> bool:
    """Whether this question is a menu that takes own words."""
    return isinstance(scene.node, Menu) and scene.node.open


def further(scene: Scene[Any], state: CallState) -> tuple[Sayable, ...]:
    """What may be said at this menu of the menus that its choices lead to; words of its own come first."""
    if not is_open(scene):
        return ()
    known = {one.words for one in _of(scene, state, "", "")}
    found: list[Sayable] = []
    for key, name, there in _menus(scene):
        found += [one for one in _of(there, state, key, f"{name}.") if one.words not in known]
        known |= {one.words for one in found}
    return tuple(found)


def liken(scene: Scene[Any], state: CallState, heard: Utterance) -> FindMeaning | None:
    """The question what words of the caller's own are like; None where nobody asked for any."""
    if not is_open(scene) or not heard.alternatives:
        return None
    likeliest = heard.alternatives[0]
    return FindMeaning(likeliest.words, likeliest.sure, heard.recognizer, compared(scene, state))


def compared(scene: Scene[Menu], state: CallState) -> Phrases:
    """With what such words are compared."""
    phrases: dict[str, tuple[str, ...]] = {}
    for one in _all(scene, state):
        phrases[one.choice] = (*phrases.get(one.choice, ()), one.words)
    return tuple(phrases.items())


def likened(
    scene: Scene[Any], state: CallState, brought: Likened, limits: Thresholds
) -> Accepted | Doubted | Rejected:
    """The way that the words are most like.

    Likeness alone opens no door that is open everywhere: that is asked about. So is what was not heard well.
    """
    found = brought.found
    keys = {one.choice: one.keys for one in _all(scene, state)}
    if isinstance(found, Rejected) or found.choice not in keys or brought.sure < limits.confirm:
        return Rejected(found.said, brought.sure)
    believed = isinstance(found, Accepted) and brought.sure >= limits.accept and found.choice not in DOORS
    kind = Accepted if believed else Doubted
    return kind(keys[found.choice], found.choice, found.said, min(found.sure, brought.sure))


def _all(scene: Scene[Menu], state: CallState) -> tuple[Sayable, ...]:
    doors = (one for one in sayable.doors(scene.book, state) if one.choice in DOORS)
    return (*_of(scene, state, "", ""), *further(scene, state), *doors)


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
