"""The tape: everything each caller heard, pressed and was told, in order; the oracle of tests.

An event is one JSON object on one line: `call` (its SID), `sequence` (from 1, per call), `at` (the virtual
time of the call, ISO 8601, UTC), `kind`, and what belongs to the kind. For a text `call` is its SID, and for
requests to the REST part that of the account. Nothing is masked: a tape is test material about invented
callers. The kinds stand in docs/exchange.md.
"""

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

# Beyond this, the calls and texts that began longest ago, and the oldest events of each, leave memory; a tape
# file keeps them all.
MAX_CALLS_IN_MEMORY = 20_000
MAX_EVENTS_OF_ONE = 100_000
_CALL, _ACCOUNT = "CA", "AC"


@dataclass(frozen=True, slots=True)
class TapeEvent:
    """One thing that happened on one call."""

    call: str
    sequence: int
    at: datetime
    kind: str
    details: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The event as its line on the tape says it."""
        head = {
            "call": self.call,
            "sequence": self.sequence,
            "at": self.at.isoformat(timespec="milliseconds"),
        }
        return {**head, "kind": self.kind, **self.details}


class Tape:
    """Keeps events in memory, writes them to a file if it is given one, and tells whoever listens."""

    def __init__(self, path: Path | None = None) -> None:
        self._calls: dict[str, deque[TapeEvent]] = {}
        self._listeners: list[Callable[[TapeEvent], None]] = []
        self._lock = threading.Lock()
        self._file: TextIO | None = path.open("a", encoding="utf-8") if path else None

    def note(self, call: str, at: datetime, kind: str, details: dict[str, Any]) -> TapeEvent:
        """Write one event and return it."""
        with self._lock:
            events = self._calls.setdefault(call, deque(maxlen=MAX_EVENTS_OF_ONE))
            event = TapeEvent(call, events[-1].sequence + 1 if events else 1, at, kind, details)
            events.append(event)
            if len(self._calls) > MAX_CALLS_IN_MEMORY:
                self._calls.pop(next(sid for sid in self._calls if not sid.startswith(_ACCOUNT)))
            if self._file:
                self._file.write(json.dumps(event.as_json(), ensure_ascii=False) + "\n")
                self._file.flush()
        for listener in self._listeners:
            listener(event)
        return event

    def listen(self, listener: Callable[[TapeEvent], None]) -> None:
        """Have `listener` called with each event, in the thread that writes it; it must return at once."""
        self._listeners.append(listener)

    def calls(self) -> list[str]:
        """The SIDs of all calls on the tape, oldest first."""
        with self._lock:
            return [sid for sid in self._calls if sid.startswith(_CALL)]

    def events(self, call: str, kind: str | None = None) -> list[TapeEvent]:
        """The events of a call (a text, the account), or only those of one kind."""
        with self._lock:
            events = list(self._calls.get(call, ()))
        return [one for one in events if kind is None or one.kind == kind]

    def __iter__(self) -> Iterator[TapeEvent]:
        with self._lock:
            everything = list(self._calls)
        for one in everything:
            yield from self.events(one)

    def heard(self, call: str) -> list[str]:
        """The texts spoken to the caller, in order, also those that were cut off."""
        return [event.details["text"] for event in self.events(call, "heard")]

    def faults(self, call: str | None = None) -> list[TapeEvent]:
        """The carrier's errors on one call, or on all."""
        if call is not None:
            return self.events(call, "fault")
        return [event for event in self if event.kind == "fault"]

    def differing(self) -> list[TapeEvent]:
        """The replies that were not byte-same when their request was repeated."""
        return [event for event in self if event.details.get("repeated") == "differs"]

    def close(self) -> None:
        """Close the file. What is in memory stays readable."""
        with self._lock:
            if self._file:
                self._file.close()
                self._file = None
