"""How likely sound is each of some states of PocketSphinx's model: its densities first, then their mixtures.

The densities of a phone serve all its states, of numerals, of phrases and of any speech: they are told once.
"""

from __future__ import annotations

import numpy as np

from speech.sphinx.model import STREAMS, Figures, Numbers, SphinxModel

PIECE = 16  # frames at once: larger products are shared out to threads, which the other decoders need
LEAST = 1e-30  # of a mixture: its log is asked for


class Mixtures:
    """Some states of a model, with their weights beside each other: 1.5 kB a state."""

    def __init__(self, model: SphinxModel, states: Numbers) -> None:
        phones = model.phones_of(states)
        order = np.argsort(phones, kind="stable")
        self._densities = model.densities
        self._phone_of = phones[order]
        self._back = np.argsort(order, kind="stable")
        self._weights = [
            (int(phone), [model.weights(stream, states[phones == phone]) for stream in range(STREAMS)])
            for phone in np.unique(phones)
        ]

    def likelihoods(self, features: Figures) -> Figures:
        """Log likelihood of each frame under each of these states: frames x states.

        `features`: frames x streams x figures, as `speech.sphinx.cepstra` makes them.
        """
        found = np.zeros((len(features), len(self._back)), np.float32)
        for at in range(0, len(features), PIECE):
            for stream in range(STREAMS):
                found[at : at + PIECE] += self._of_stream(features[at : at + PIECE, stream], stream)
        return found[:, self._back]

    def _of_stream(self, part: Figures, stream: int) -> Figures:
        """What one stream tells of some frames: frames x states, in the order of their phones."""
        spread = np.concatenate([part * part, part, np.ones((len(part), 1), np.float32)], 1)
        shares = np.matmul(spread, self._densities[stream])  # phones x frames x densities
        best = shares.max(2, keepdims=True)
        np.exp(np.subtract(shares, best, out=shares), out=shares)
        mixed = np.concatenate([shares[phone] @ weights[stream] for phone, weights in self._weights], 1)
        np.log(np.maximum(mixed, LEAST, out=mixed), out=mixed)
        mixed += best[:, :, 0].T[:, self._phone_of]
        found: Figures = mixed
        return found
