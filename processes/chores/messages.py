"""The chore that keeps spoken messages and writes them down, put together for the worker."""

import secrets

from callbacks.transcripts.seal import MessageSeal
from callbacks.transcripts.store import MessageStore
from callbacks.transcripts.writing import Writing
from foundation.fault_points import FaultPoints
from foundation.settings import Settings
from ivr.menus.shelf import Shelf
from processes.call_parts import CallParts, Close
from processes.carrier import carrier_recordings
from speech.child_transcriber import ChildTranscriber
from speech.models.installed import model_of

FETCHED_WITHIN = 7.0  # seconds for the sound of a message; the rest of the chore's time is for SQL


def build_writing(settings: Settings, calls: CallParts, faults: FaultPoints) -> tuple[Writing, Close]:
    """The chore's own, and what ends it."""
    carrier = carrier_recordings(settings, calls.clock, FETCHED_WITHIN)
    writing = Writing(
        MessageStore(calls.database),
        MessageSeal(settings.secret_key),
        carrier.fetch if carrier else None,
        ChildTranscriber(lambda language: model_of(language, settings.speech_models)),
        lambda language: number_words(calls.shelf, language),
        calls.clock,
        lambda: secrets.token_hex(8),
        faults,
    )

    def close() -> None:
        writing.close()
        if carrier:
            carrier.close()

    return writing, close


def number_words(shelf: Shelf, language: str) -> frozenset[str]:
    """How the live book says digits in a language, and what else callers call them."""
    wording = shelf.current().wordings.get(language)
    return frozenset({*wording.digits, *wording.spoken.numerals}) if wording else frozenset()
