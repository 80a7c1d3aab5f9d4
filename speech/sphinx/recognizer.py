"""English by the model that PocketSphinx's package carries: its phones, its dictionary, searches of our own.

Phrases and numbers are heard by the same way: the likelihoods of the model are told once, while somebody
speaks, and searches go through them (`utterance`). So what is left for the end of an utterance is next to
nothing, and how far each rival is behind is known. PocketSphinx's own search is not used: it tells the best
reading alone, and hears the whole sound anew for each rival. docs/speech.md has both, side by side.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from speech import grammar
from speech.models.embedded import DICTIONARY, LANGUAGE, SOUNDS, embedded_model
from speech.recognizer import Decoder, RecognizerFault
from speech.requests import Kind, ListenRequest
from speech.sphinx.any_sounds import Loop
from speech.sphinx.dictionary import Dictionary
from speech.sphinx.model import SphinxModel
from speech.sphinx.numbers import GIVEN, NumberHearing
from speech.sphinx.phrases import Known, PhraseDecoder, offers


class SphinxRecognizer:
    """The model in memory, about 15 MB.

    `folder`: another English model of the same layout. `given`: word of a number -> log likelihood
    that it has before it is heard. RecognizerFault if there is no such model.
    """

    # Pauses are cut short before anything is decoded.
    pays_for_silence = False

    def __init__(
        self,
        folder: Path | None = None,
        name: str = "pocketsphinx",
        given: Mapping[str, float] = GIVEN,
    ) -> None:
        self.name = name
        self.language = LANGUAGE
        root = folder or embedded_model()
        if root is None:
            raise RecognizerFault("there is no English model: the package of PocketSphinx is not installed")
        self._dictionary = Dictionary(root / DICTIONARY)
        model = SphinxModel(root / SOUNDS)
        known = Known(model, self._dictionary.ways, Loop(model))
        self.numbers = NumberHearing(known, given)
        self._offered = offers(known)

    def knows(self, word: str) -> bool:
        return grammar.spoken_words(word) == (word,) and bool(self._dictionary.ways(word))

    def decoder(self, request: ListenRequest) -> Decoder:
        if request.kind is Kind.NUMBER:
            return self.numbers.decoder(request)
        return PhraseDecoder(self._offered(request.phrases, request.own))
