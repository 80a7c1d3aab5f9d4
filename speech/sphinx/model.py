"""PocketSphinx's acoustic model, read from its files: how likely a piece of sound is each phone.

Its own search must hear a whole number once for each rival; with the likelihoods themselves all rivals are
known at once. A phone has three states, each made of 128 densities that its phone shares with all other
contexts (a "phonetically tied" model). Formats: the sources of PocketSphinx 5 (bin_mdef.c, ms_gauden.c,
tmat.c, ptm_mgau.c).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from speech.recognizer import RecognizerFault

STATES = 3  # of a phone
STREAMS, WIDTH = 3, 13  # cepstra, how they change, how that changes; figures in each
SILENCE = "SIL"
SMALLEST_VARIANCE, SMALLEST_CHANCE = 1e-4, 1e-10
MIXTURE_STEP = 1024 * np.log(1.0001)  # of the weights, which are kept as one byte each

Figures = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.intp]
Number = TypeVar("Number", int, Numbers)


class Stands(IntEnum):
    """Where in its word a phone stands, as the model numbers it."""

    INSIDE = 0
    FIRST = 1
    LAST = 2
    ALONE = 3


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone between its neighbours: the numbers of its states, log chances to stay in each and go on."""

    states: tuple[int, int, int]
    stays: tuple[float, float, float]
    goes: tuple[float, float, float]


class SphinxModel:
    """The model in memory, 9 MB. RecognizerFault if `folder` holds none, or one of another make.

    `densities`: streams x phones x what a figure is made into x densities (`Mixtures`).
    """

    def __init__(self, folder: Path) -> None:
        try:
            self._read_phones((folder / "mdef").read_bytes())
            self._read_densities(folder)
            self._read_weights((folder / "sendump").read_bytes())
            self._read_chances(_body(folder / "transition_matrices"))
        except (OSError, ValueError, IndexError, struct.error) as fault:
            raise RecognizerFault(f"there is no acoustic model of PocketSphinx in {folder}") from fault

    def phone(self, name: str, before: str, after: str, stands: Stands) -> Phone:
        """The phone between these two; as it is without neighbours if the model has none for them."""
        base, left, right = (self._numbers[one] for one in (name, before, after))
        wanted = _key(stands, base, left, right)
        at = int(np.searchsorted(self._keys, wanted))
        number = self._keyed[at] if at < len(self._keys) and self._keys[at] == wanted else base
        return self._phone(int(number), base)

    def plain(self, name: str) -> Phone:
        """The phone as it is without neighbours."""
        base = self._numbers[name]
        return self._phone(base, base)

    def plain_states(self) -> Numbers:
        """The states of all phones without neighbours: what any speech is made of."""
        return np.unique(self._sequences[self._kinds[: len(self._numbers)]]).astype(np.intp)

    def phones_of(self, states: Numbers) -> Numbers:
        """The phone that each of these states is one of, as a number."""
        found: Numbers = self._phones_of[states]
        return found

    def weights(self, stream: int, states: Numbers) -> Figures:
        """Densities x states: the part of each density of its phone in each state."""
        return np.ascontiguousarray(self._weights[stream][:, states])

    def _phone(self, number: int, base: int) -> Phone:
        first, second, third = (int(one) for one in self._sequences[self._kinds[number]])
        stay, go = self._stays[base], self._goes[base]
        return Phone((first, second, third), (stay[0], stay[1], stay[2]), (go[0], go[1], go[2]))

    def _read_phones(self, raw: bytes) -> None:
        if raw[:4] != b"BMDF":
            raise ValueError("no list of phones")
        at = 12 + struct.unpack_from("<i", raw, 8)[0]
        plain, phones, states, _, self._count, _, sequences, _, tree, _ = struct.unpack_from("<10i", raw, at)
        if states != STATES:
            raise ValueError(f"{states} states a phone")
        at += 40
        names = raw[at:].split(b"\0", plain)[:plain]
        at += sum(len(name) + 1 for name in names)
        at += -at % 4 + 8 * tree
        entry = np.dtype([("kind", "<i4"), ("matrix", "<i4"), ("around", "u1", 4)])
        read = np.frombuffer(raw, entry, phones, at)
        self._sequences = np.frombuffer(raw, "<u2", sequences * STATES, at + 12 * phones + 4).reshape(
            -1, STATES
        )
        self._kinds = read["kind"]
        self._numbers = {name.decode("ascii"): number for number, name in enumerate(names)}
        keys = _key(*read["around"][plain:].astype(np.intp).T)
        self._keyed = np.argsort(keys, kind="stable") + plain
        self._keys = keys[self._keyed - plain]
        self._phones_of = np.zeros(self._count, np.intp)
        self._phones_of[self._sequences[self._kinds[plain:]]] = read["around"][plain:, 1][:, None]
        self._phones_of[self._sequences[self._kinds[:plain]]] = np.arange(plain)[:, None]

    def _read_densities(self, folder: Path) -> None:
        """As matrices: squares of the figures, the figures and 1, to the log likelihood of each density."""
        means, variances = (_densities(_body(folder / name)) for name in ("means", "variances"))
        halves = 0.5 / np.maximum(variances, SMALLEST_VARIANCE)
        bare = 0.5 * np.log(halves / np.pi).sum(-1) - (means * means * halves).sum(-1)
        rows = np.concatenate([-halves, 2 * means * halves, bare[..., None]], -1)
        self.densities = np.ascontiguousarray(rows.transpose(1, 0, 3, 2), np.float32)

    def _read_weights(self, raw: bytes) -> None:
        count = self.densities.shape[-1]
        at = len(raw) - STREAMS * count * self._count
        if struct.unpack_from("<2i", raw, at - 8) != (count, self._count):
            raise ValueError("weights of another make")
        steps = np.frombuffer(raw, np.uint8, offset=at).reshape(STREAMS, count, self._count)
        self._weights = np.exp(steps * np.float32(-MIXTURE_STEP))

    def _read_chances(self, body: bytes) -> None:
        count, *shape = struct.unpack_from("<3i", body)
        if shape != [STATES, STATES + 1]:
            raise ValueError(f"chances of {shape}")
        read = np.frombuffer(body, "<f4", count * STATES * (STATES + 1), 16).reshape(count, *shape)
        chances = np.log(np.maximum(read / read.sum(-1, keepdims=True), SMALLEST_CHANCE))
        places = np.arange(STATES)
        self._stays = chances[:, places, places].tolist()
        self._goes = chances[:, places, places + 1].tolist()


def _key(stands: Number, base: Number, left: Number, right: Number) -> Number:
    """One number for a phone between its neighbours; there are fewer than 256 phones."""
    return ((stands * 256 + base) * 256 + left) * 256 + right


def _body(path: Path) -> bytes:
    """What stands behind the words at the beginning of a file, and the mark of its byte order."""
    _, _, body = path.read_bytes().partition(b"endhdr\n")
    if body[:4] != struct.pack("<I", 0x11223344):
        raise ValueError(f"{path.name} is written in another way")
    return body[4:]


def _densities(body: bytes) -> npt.NDArray[np.float64]:
    """Phones x streams x densities x figures."""
    phones, streams, count, *widths = struct.unpack_from("<6i", body)
    if streams != STREAMS or widths != [WIDTH] * STREAMS:
        raise ValueError(f"{streams} streams of {widths}")
    read = np.frombuffer(body, "<f4", phones * streams * count * WIDTH, 28)
    return read.reshape(phones, streams, count, WIDTH).astype(np.float64)
