"""Vosk: hears any language that a model of its makers is installed for; a new recogniser for every turn.

Never `SetGrammar` on a recogniser that runs: it aborts the process.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from itertools import product
from math import exp
from pathlib import Path
from typing import Protocol

import vosk

from speech.amounts import amounts as amounts_of
from speech.digits import numerals
from speech.grammar import Words, known_numerals, known_phrases
from speech.models.layout import fault_of
from speech.models.tuned import tuned
from speech.recognizer import (
    MOST_ALTERNATIVES,
    NOTHING_YET,
    UNKNOWN,
    Course,
    RecognizerFault,
    SoFar,
    ranked,
)
from speech.requests import BYTES_A_SAMPLE, RATE, Alternative, Kind, ListenRequest

ALTERNATIVES = 5  # of one stretch; more cost time and are noise
TRIAL_SECONDS = 120  # a large model from a slow disk
CURE = "; install it again"
SILENT = -2  # log level: warnings too would quote what may be said

Found = tuple[tuple[str, float], ...]  # words and log likelihood of one stretch
Free = Callable[[vosk.Model], None]


class VoskRecognizer:
    """A model in memory, up to 500 MB of which forked children share most.

    RecognizerFault if the folder is no whole model for telephone sound. `tried`: another process has loaded
    it already and lived; without, one does so first, which takes as long as loading it.
    """

    pays_for_silence = True

    def __init__(self, folder: Path, language: str, name: str = "vosk", *, tried: bool = False) -> None:
        wrong = fault_of(folder)
        if wrong is not None:
            raise RecognizerFault(f"{folder} is no whole Vosk model: {wrong}{CURE}")
        if not tried:
            try_in_a_child(folder)
        vosk.SetLogLevel(SILENT)
        self.name = name
        self.language = language
        try:
            with tuned(folder) as ours:
                self._model = _Model(str(ours))
        except Exception as fault:  # vosk raises this very class
            raise RecognizerFault(f"{folder} cannot be loaded as a Vosk model{CURE}") from fault

    def knows(self, word: str) -> bool:
        return bool(word) and self._model.vosk_model_find_word(word) >= 0

    def decoder(self, request: ListenRequest) -> VoskDecoder:
        phrases = known_phrases(request.phrases, self.knows)
        grammar = [" ".join(words) for words in phrases] + self._numbers(request)
        if request.kind is Kind.OPEN:
            return VoskDecoder(vosk.KaldiRecognizer(self._model, float(RATE)), {})
        if not grammar:
            return VoskDecoder(None, {})
        if self.knows(UNKNOWN):
            grammar.append(UNKNOWN)
        heard = json.dumps(grammar, ensure_ascii=False)
        return VoskDecoder(vosk.KaldiRecognizer(self._model, float(RATE), heard), phrases)

    def hear_silence(self) -> None:
        """Use every part of the model once; a damaged one raises here, or ends the process."""
        recognizer = vosk.KaldiRecognizer(self._model, float(RATE), json.dumps(["one", UNKNOWN]))
        try:
            recognizer.AcceptWaveform(bytes(RATE * BYTES_A_SAMPLE))
        except Exception as fault:  # vosk raises this very class
            raise RecognizerFault(f"it is made for another rate than the {RATE} Hz of a telephone") from fault
        recognizer.FinalResult()

    def _numbers(self, request: ListenRequest) -> list[str]:
        """Every pair of digit words: the grammar is one of pairs, so that all of them are equally likely."""
        if request.kind is not Kind.NUMBER:
            return []
        said = known_numerals(numerals(request.language, request.numerals), self.knows)
        words = (*said.digits, *said.times)
        amounts = amounts_of(request.language) if request.amount else None
        if amounts is not None:
            words = (*words, *filter(self.knows, amounts.words))
            return [" ".join(pair) for pair in product(words, words)] + list(words)
        return [" ".join(pair) for pair in product(words, said.digits)] + list(said.digits)


class _Model(vosk.Model):  # type: ignore[misc]
    """Vosk's own, but not given back at the end of Python: its library is gone then, and it complains.

    What is asked for comes as defaults, since the names of this module may be gone too.
    """

    def __del__(self, ends: Callable[[], bool] = sys.is_finalizing, free: Free = vosk.Model.__del__) -> None:
        if not ends():
            free(self)


class KaldiRecognizer(Protocol):
    """What is used of Vosk's recogniser, which has no annotations."""

    def SetMaxAlternatives(self, most: int) -> None: ...  # noqa: N802 - Vosk's names
    def AcceptWaveform(self, sound: bytes) -> int: ...  # noqa: N802
    def Result(self) -> str: ...  # noqa: N802
    def PartialResult(self) -> str: ...  # noqa: N802
    def FinalResult(self) -> str: ...  # noqa: N802


class VoskDecoder:
    """Feeds one recogniser; what Vosk itself takes for an end is only the end of a stretch here."""

    def __init__(self, recognizer: KaldiRecognizer | None, phrases: dict[Words, str]) -> None:
        self._recognizer = recognizer
        self._phrases = phrases
        self._stretches: list[Found] = []
        self._course = Course()
        if recognizer is not None:
            recognizer.SetMaxAlternatives(ALTERNATIVES)

    def feed(self, sound: bytes) -> None:
        self._course.fed(sound)
        if self._recognizer is not None and self._recognizer.AcceptWaveform(sound):
            self._keep(self._recognizer.Result())

    def partial(self) -> SoFar:
        if self._recognizer is None:
            return NOTHING_YET
        now = json.loads(self._recognizer.PartialResult()).get("partial", "")
        said = " ".join([found[0][0] for found in self._stretches] + [now])
        return SoFar(self._phrase([word for word in said.split() if word != UNKNOWN]))

    def finish(self) -> tuple[Alternative, ...]:
        self._course.finish()
        if self._recognizer is None:
            return ()
        self._keep(self._recognizer.FinalResult())
        self._recognizer = None  # its memory is free now, not when the turn is over
        return ranked(self._alternatives(joined(self._stretches)))

    def places(self) -> tuple[bytes, ...]:
        return ()

    def _keep(self, result: str) -> None:
        found = json.loads(result)["alternatives"]
        said = tuple((one["text"], float(one["confidence"])) for one in found if one["text"])
        if said:
            self._stretches.append(said)

    def _alternatives(self, found: Found) -> Iterable[Alternative]:
        """Each with its share of the likelihood. Words that were none of the grammar stay as `[unk]`."""
        if all(set(said.split()) <= {UNKNOWN} for said, _ in found):
            return
        whole = sum(exp(likely - found[0][1]) for _, likely in found)
        for said, likely in found:
            yield Alternative(self._phrase(said.split()), exp(likely - found[0][1]) / whole)

    def _phrase(self, words: Sequence[str]) -> str:
        return self._phrases.get(tuple(words), " ".join(words))


def joined(stretches: Sequence[Found]) -> Found:
    """Stretches one after another as one: the likeliest of all ways to read them."""
    whole: Found = (("", 0.0),)
    for found in stretches:
        ways = ((f"{a} {b}".strip(), x + y) for (a, x), (b, y) in product(whole, found))
        whole = tuple(sorted(ways, key=_likely)[:MOST_ALTERNATIVES])
    return whole


def _likely(found: tuple[str, float]) -> float:
    return -found[1]


def try_in_a_child(folder: Path) -> None:
    """RecognizerFault if a process that loads the model and listens to silence says so, or does not live."""
    command = [sys.executable, "-m", "speech.vosk_recognizer", str(folder.resolve())]
    try:
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, errors="replace", timeout=TRIAL_SECONDS
        )
    except subprocess.TimeoutExpired as fault:
        raise RecognizerFault(f"the speech model {folder} does not load in {TRIAL_SECONDS} s") from fault
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it ended the process that tried it"])[-1]
        raise RecognizerFault(f"the speech model {folder} cannot be used: {last[:200]}{CURE}")


if __name__ == "__main__":
    try:
        VoskRecognizer(Path(sys.argv[1]), "", tried=True).hear_silence()
    except Exception as fault:  # noqa: BLE001 - whatever it is, it is told in its words
        sys.exit(str(fault).removesuffix(CURE))  # whoever had it tried says it
