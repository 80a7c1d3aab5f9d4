"""The worker: what is done between calls, chore by chore; the list of all of them stands here."""

import os
import sys
from dataclasses import dataclass

from callbacks.due_messages import HAS_MESSAGES, DueMessages
from callbacks.paging.pager import Pager
from callbacks.replay import Replay
from callbacks.transcripts.writing import Writing
from foundation import logs
from foundation.heartbeats import BEATS_EVERY, Heartbeats
from foundation.metrics import LOG_DROPPED
from foundation.purging import Purge
from foundation.settings import Settings, SettingsFault, load, warnings
from ivr.calls.reaper import Reaper
from ivr.calls.unsettled import Unsettled
from ivr.menus.faults import BookFaults
from ivr.menus.versions import TAKEN_UP_LAST
from processes.call_parts import CallParts, Close, build_call_parts
from processes.carrier import carrier_account
from processes.chores.broom import Broom
from processes.chores.chore import Chore, Pulse
from processes.chores.ending import Ending
from processes.chores.heart import Heart, name_of_this_worker
from processes.chores.messages import build_writing
from processes.chores.paging import build_pager
from processes.chores.round import Round
from processes.counting import count_beside_the_web
from processes.spooling import replay_of
from processes.sweeping import sweep_of
from telephony.kept_recordings import KeptRecordings
from telephony.placed_calls import PlacedCalls
from telephony.rest import CarrierRest

THREADS = 3  # connections to SQL: chores are done one after the other; beside them journal and books are kept
REPLAYED_EVERY = 2.0  # seconds; a caller of this moment may still be on the line when the number is there
WRITTEN_EVERY = 5.0  # seconds between two looks at the message that is being written down
FAULTY, NO_BOOK = 2, 3  # what the process returns


@dataclass(frozen=True, slots=True)
class WorkerParts:
    """What the chores are made of; `closing` gives back what they hold, in this order."""

    pulse: Pulse
    heart: Heart
    reaper: Reaper
    messages: DueMessages
    purge: Purge
    pager: Pager
    replay: Replay
    writing: Writing
    broom: Broom | None
    calls: CallParts
    closing: tuple[Close, ...]

    def close(self) -> None:
        """End them; a part that cannot end does not keep the others."""
        for close in self.closing:
            try:
                close()
            except Exception:  # noqa: BLE001  # see above
                logs.logger("worker").exception("a part did not close")


def chores(parts: WorkerParts) -> tuple[Chore, ...]:
    """Everything that is done between calls; the heartbeat first. All together they take a minute at most."""
    return (
        Chore("heartbeat", parts.heart.beat, every=BEATS_EVERY, limit=2.0),
        Chore("paging", parts.pager.do, every=10.0, limit=10.0),
        Chore("reaper", parts.reaper.reap, every=60.0, limit=10.0),
        # Messages first: a ticket is deleted once it has none at the carrier.
        Chore("messages", parts.messages.delete, every=300.0, limit=10.0),
        *((Chore("sweep", parts.broom.sweep, every=600.0, limit=10.0),) if parts.broom else ()),
        Chore("purge", parts.purge.purge, every=300.0, limit=5.0),
        Chore("spool", parts.replay.do, every=REPLAYED_EVERY, limit=10.0),
        Chore("transcripts", parts.writing.do, every=WRITTEN_EVERY, limit=10.0),
    )


def build_parts(settings: Settings) -> WorkerParts:
    """The parts of the worker. BookFaults if there is no book to go on with."""
    calls = build_call_parts(settings, THREADS)
    pulse = Pulse(calls.clock)
    heart = Heart(name_of_this_worker(), Heartbeats(calls.database), pulse, calls.clock)
    account = carrier_account(settings)
    # One try: a chore comes again by itself, and its time is short.
    rest = CarrierRest(account, calls.clock, tries=1) if account else None
    writing, stop_writing = build_writing(settings, calls, calls.turns.fault_points)
    closing = (heart.stop, stop_writing, *((rest.close,) if rest else ()), *calls.closing)
    return WorkerParts(
        pulse,
        heart,
        reaper=Reaper(calls.turns, Unsettled(calls.database), PlacedCalls(rest).look if rest else None),
        messages=DueMessages(calls.database, KeptRecordings(rest).remove if rest else None),
        pager=build_pager(settings, calls, rest),
        purge=Purge(calls.database, {"tickets": HAS_MESSAGES, "books": TAKEN_UP_LAST}),
        replay=replay_of(settings, calls.database, calls.clock),
        writing=writing,
        # Without an account there is nobody to ask.
        broom=Broom(sweep_of(calls, rest, settings)) if rest else None,
        calls=calls,
        closing=closing,
    )


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
    count_beside_the_web(settings)
    log = logs.unhurried()
    log.dropped = LOG_DROPPED.inc
    logs.configure(settings.hotline_env, settings.log_level, log)
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
