"""Named places where a test can end or stop a process: moments too short to be hit by chance."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping

VARIABLE = "HOTLINE_FAULT_POINT"
KNOWN = frozenset({"after_claim", "after_errand_before_store", "after_store_before_answer"})
_SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}


class FaultPoints:
    """Does nothing unless armed with `name:kill` or `name:stop`; names of one point at most."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        name, _, deed = environment.get(VARIABLE, "").partition(":")
        if name and (name not in KNOWN or deed not in _SIGNALS):
            raise ValueError(f"{VARIABLE} knows {sorted(KNOWN)}, each with :kill or :stop")
        self._armed = name
        self._signal = _SIGNALS.get(deed)

    def reach(self, name: str) -> None:
        """The process has come to this point."""
        if name == self._armed and self._signal is not None:
            os.kill(os.getpid(), self._signal)


DISARMED = FaultPoints({})
