"""The better model of English, tried once beside a laptop's first start; nothing waits for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from foundation.settings import Settings
from processes.hearing import proven
from speech.choice import Choice, Ear, choose, here
from speech.models.catalogue import Published, published
from speech.models.download import Limits
from speech.models.faults import ModelFault
from speech.models.install import Order, Proof, install

LANGUAGE = "en"
NOTE = ".tried"  # in SPEECH_MODELS: when it was tried last is when this was written
NOT_AGAIN = 24 * 3600.0  # seconds
LONGEST = 300.0  # seconds for the whole download; what has come by then is gone on from another day
LIMITS = Limits(connect=3.0, silence=10.0)

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is tried, and who hears English without it."""

    order: Order
    without: Choice


def attempt_of(settings: Settings) -> Attempt | None:
    """What a start of `hotline run` tries; None where English has its model, or it was tried within a day."""
    known = published(LANGUAGE)
    now = choose(LANGUAGE, here(settings.speech_models, hosted=False))
    if known is None or now.ear is Ear.VOSK or _tried_lately(settings.speech_models):
        return None
    return Attempt(_order(known, settings.speech_models), now)


def begin(attempt: Attempt, say: Say, proof: Proof = proven) -> threading.Thread:
    """Try it beside everything else; one line is said of what came of it. It ends with the process."""
    beside = threading.Thread(target=_try, args=(attempt, say, proof), name="first model", daemon=True)
    beside.start()
    return beside


def _try(attempt: Attempt, say: Say, proof: Proof) -> None:
    until = time.monotonic() + LONGEST

    def watch(_here: int, _whole: int) -> None:
        if time.monotonic() > until:
            raise ModelFault(f"it was not here after {LONGEST:.0f} s")

    try:
        _note(attempt.order.folder)
        model = install(attempt.order, watch, proof)
    except (ModelFault, OSError) as fault:
        say(f"speech: no better model of English yet: {fault}; now heard: {attempt.without}")
    else:
        say(f"speech: {model.name} is here; from the next start on it hears English")


def _order(known: Published, models: Path) -> Order:
    return Order(LANGUAGE, known.name, known.address, models, known.sha256, LIMITS)


def _note(models: Path) -> None:
    models.mkdir(parents=True, exist_ok=True)
    (models / NOTE).touch()


def _tried_lately(models: Path) -> bool:
    note = models / NOTE
    return note.exists() and 0 <= time.time() - note.stat().st_mtime < NOT_AGAIN
