"""The chore by which others know that a worker lives, and which of its chores lag behind."""

import os
import socket
from uuid import uuid4

from foundation.clock import Clock, Deadline
from foundation.database import DatabaseUnavailable
from foundation.heartbeats import Beat, Heartbeats
from foundation.logs import logger
from processes.chores.chore import Pulse

FAREWELL_SECONDS = 1.0  # for taking the own name away at the end


def name_of_this_worker() -> str:
    """The machine and the process; two that were started one after the other are told apart."""
    return f"{socket.gethostname()}/{os.getpid()}/{uuid4().hex[:8]}"


class Heart:
    """Beats for one worker."""

    def __init__(self, name: str, heartbeats: Heartbeats, pulse: Pulse, clock: Clock) -> None:
        self._name = name
        self._heartbeats = heartbeats
        self._pulse = pulse
        self._clock = clock
        self._started_at = clock.now()

    def beat(self, deadline: Deadline) -> int:
        """Say it; nothing else was done."""
        beat = Beat(self._name, self._started_at, self._clock.now(), self._pulse.late())
        self._heartbeats.beat(beat, deadline)
        return 0

    def stop(self) -> None:
        """The worker ends in order and is not missed; if nobody can be told, it is found out."""
        try:
            self._heartbeats.forget(self._name, Deadline.after(FAREWELL_SECONDS, self._clock))
        except DatabaseUnavailable as fault:
            logger("worker").warning("the last word was not heard", fault=str(fault))
