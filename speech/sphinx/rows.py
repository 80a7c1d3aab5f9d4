"""Rows of figures that grow at their end while an utterance goes on, and are cut there."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

FIRST_ROOM = 256  # rows; twice as many whenever they are full


class Rows:
    """So many rows of one shape. What `all` hands out is overwritten when rows are cut and others added."""

    def __init__(self, *shape: int) -> None:
        self._room = np.empty((FIRST_ROOM, *shape), np.float32)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def all(self) -> npt.NDArray[np.float32]:
        return self._room[: self._count]

    def add(self, rows: npt.NDArray[Any]) -> None:
        """These behind the others."""
        wanted = self._count + len(rows)
        if wanted > len(self._room):
            room = np.empty((max(wanted, 2 * len(self._room)), *self._room.shape[1:]), np.float32)
            room[: self._count] = self.all
            self._room = room
        self._room[self._count : wanted] = rows
        self._count = wanted

    def cut(self, count: int) -> None:
        """Only the first ones stay, so many at most."""
        self._count = min(count, self._count)
