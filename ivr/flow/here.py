"""Where something is heard: the question, what keys would come to there, and where that would lead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ivr.flow.hearing import thresholds
from ivr.flow.patience import Ask
from ivr.flow.state import CallState
from ivr.flow.turn import Move, Scene, Turn
from ivr.matching.verdicts import Thresholds
from ivr.menus.nodes import Asking

Press = Callable[[CallState, str], Move]


@dataclass(frozen=True, slots=True)
class Here:
    """One question of one call.

    `press`: what comes of keys, the doors that are open everywhere tried first; `choose`: of the keys that
    something said stands for, whatever there is of a number; `tell`: of keys that are for the node alone.
    `ask`: the question. `outcome`: what a move would come to, tried out and not done.
    """

    scene: Scene[Asking]
    press: Press
    choose: Press
    tell: Press
    ask: Ask
    outcome: Callable[[Move], Turn]

    @property
    def thresholds(self) -> Thresholds:
        """From where on something said here is believed, and from where on asked about."""
        return thresholds(self.scene)
