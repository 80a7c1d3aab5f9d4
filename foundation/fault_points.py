"""Named places where a test can end or stop a process: moments too short to be hit by chance."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

VARIABLE = "HOTLINE_FAULT_POINT"  # name:kill or name:stop, each time the point is reached
# Of files named as points, which say kill or stop: once each, by who comes first.
FOLDER = "HOTLINE_FAULT_FOLDER"
VARIABLES = (VARIABLE, FOLDER)  # no settings: nobody sets them but a test
KNOWN = frozenset(
    {
        *("after_claim", "after_errand_before_store", "after_store_before_answer"),
        "after_replay_before_free",
        *("after_page_row_before_call", "after_call_before_kept"),
        *("after_message_claimed", "after_sound_kept", "after_message_heard"),
    }
)
_SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}


class FaultPoints:
    """Does nothing unless armed: at one point by the environment, or by files while the process runs."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        name, _, deed = environment.get(VARIABLE, "").partition(":")
        if name and (name not in KNOWN or deed not in _SIGNALS):
            raise ValueError(f"{VARIABLE} knows {sorted(KNOWN)}, each with :kill or :stop")
        self._armed = name
        self._signal = _SIGNALS.get(deed)
        self._folder = environment.get(FOLDER)

    def reach(self, name: str) -> None:
        """The process has come to this point."""
        if name == self._armed and self._signal is not None:
            os.kill(os.getpid(), self._signal)
        if self._folder:
            self._take(Path(self._folder) / name)

    def _take(self, order: Path) -> None:
        with suppress(FileNotFoundError):  # nobody asks for it, or another process was first
            deed = order.read_text("ascii")
            order.unlink()
            os.kill(os.getpid(), _SIGNALS[deed])


DISARMED = FaultPoints({})
