"""The worker: what is done between calls, chore by chore; the list of all of them stands here."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

from foundation import logs
from foundation.heartbeats import BEATS_EVERY, Heartbeats
from foundation.settings import Settings, SettingsFault, load, warnings
from ivr.menus.faults import BookFaults
from processes.call_parts import CallParts, build_call_parts
from processes.chores.chore import Chore, Pulse
from processes.chores.ending import Ending
from processes.chores.heart import Heart, name_of_this_worker
from processes.chores.round import Round

THREADS = 2  # connections to SQL: chores are done one after the other, the journal is written beside them
FAULTY, NO_BOOK = 2, 3  # what the process returns


@dataclass(frozen=True, slots=True)
class WorkerParts:
    """What the chores are made of."""

    calls: CallParts
    pulse: Pulse
    heart: Heart

    def close(self) -> None:
        """Give back what they hold; a part that cannot end does not keep the others."""
        closing: tuple[Callable[[], None], ...] = (self.heart.stop, *self.calls.closing)
        for close in closing:
            try:
                close()
            except Exception:  # noqa: BLE001  # see above
                logs.logger("worker").exception("a part did not close")


def chores(parts: WorkerParts) -> tuple[Chore, ...]:
    """Everything that is done between calls; the heartbeat first. All together they take a minute at most."""
    return (Chore("heartbeat", parts.heart.beat, every=BEATS_EVERY, limit=2.0),)


def build_parts(settings: Settings) -> WorkerParts:
    """The parts of the worker. BookFaults if there is no book to go on with."""
    calls = build_call_parts(settings, THREADS)
    pulse = Pulse(calls.clock)
    heart = Heart(name_of_this_worker(), Heartbeats(calls.database), pulse, calls.clock)
    return WorkerParts(calls, pulse, heart)


def work(settings: Settings, ending: Ending) -> None:
    """Do the chores until the sign to end."""
    log = logs.logger("worker")
    parts = build_parts(settings)
    try:
        todo = chores(parts)
        log.info("the worker begins", chores=[chore.name for chore in todo])
        Round(todo, parts.pulse, parts.calls.clock, ending.wait).run()
    finally:
        parts.close()
        log.info("the worker has ended")


def main() -> None:
    """The process of the Procfile: SIGTERM ends it after the chore at hand."""
    try:
        settings = load(os.environ)
    except SettingsFault as fault:
        print(*fault.faults, sep="\n", file=sys.stderr)  # noqa: T201  # no log is set up yet
        raise SystemExit(FAULTY) from None
    logs.configure(settings.hotline_env, settings.log_level)
    for line in warnings(os.environ):
        logs.logger("settings").warning("misspelt setting", what=line)
    ending = Ending()
    ending.listen()
    try:
        work(settings, ending)
    except BookFaults:
        # The shelf has said in the log what is wrong with it.
        raise SystemExit(NO_BOOK) from None


if __name__ == "__main__":
    main()
