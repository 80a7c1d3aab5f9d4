"""The spool of this machine, and the replay of what waits in it, put together for whoever needs them."""

import os

from callbacks.promises import Promises
from callbacks.replay import Replay
from callbacks.series import NumberSeries
from callbacks.spooled import SpooledPromises, SpoolSeal
from callbacks.store import TicketStore
from foundation.clock import Clock
from foundation.database import Database
from foundation.fault_points import FaultPoints
from foundation.logs import logger
from foundation.settings import Settings
from foundation.spool import Spool, SpoolBroken


def spool_of(settings: Settings) -> Spool:
    """The spool in `SPOOL_DIR`, made while there is room; one that cannot be is named in the log."""
    spool = Spool(settings.spool_dir)
    try:
        spool.prepare()
    except SpoolBroken as fault:
        # Calls are answered all the same: while SQL takes promises nobody misses the spool.
        logger("tickets").error("no spool", folder=str(settings.spool_dir), fault=str(fault))
    return spool


def replay_of(settings: Settings, database: Database, clock: Clock) -> Replay:
    """Who makes the promises of this machine's spool in this database: a chore of the worker."""
    promises, seal = _promises(settings, database, clock), SpoolSeal(settings.secret_key)
    # A test may end this process at a named point; nobody can on a live line.
    faults = FaultPoints(os.environ if settings.in_development else {})
    return Replay(spool_of(settings), seal, promises, faults)


def desk_of(settings: Settings, database: Database, clock: Clock) -> SpooledPromises:
    """Where the promises of calls are made: in SQL, and in the spool while SQL cannot take them."""
    promises = _promises(settings, database, clock)
    return SpooledPromises(promises, spool_of(settings), SpoolSeal(settings.secret_key))


def _promises(settings: Settings, database: Database, clock: Clock) -> Promises:
    return Promises(TicketStore(), database, NumberSeries(settings.secret_key, clock).draw)
