"""The tapes of all calls of a storm, small, so that the few of which something is wrong can be read."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection
from pathlib import Path
from threading import Lock

from exchange.exchange import CallRecord


class Tapes:
    """Kept by many threads at once; some 5 kB a call."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[str, bytes] = {}

    def keep(self, record: CallRecord) -> None:
        """All that happened in this call."""
        lines = (f"{one.at.isoformat()} {one.kind} {_plain(one.details)}\n" for one in record.events)
        kept = zlib.compress("".join(lines).encode())
        with self._lock:
            self._kept[record.sid] = kept

    def write(self, folder: Path, calls: Collection[str]) -> list[Path]:
        """One file for each of these that were kept, in place of those of an earlier storm."""
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("CA*.txt"):
            old.unlink()
        places = []
        for call in sorted(set(calls) & self._kept.keys()):
            places.append(folder / f"{call}.txt")
            places[-1].write_bytes(zlib.decompress(self._kept[call]))
        return places


def _plain(details: object) -> str:
    return json.dumps(details, ensure_ascii=False, default=str)
