"""Who meets the calls of one web worker, put together by hand: limits, and what is read of all others."""

import itertools

from foundation.clock import Deadline
from foundation.database import Database
from foundation.logs import logger
from foundation.refreshed import Refreshed
from foundation.settings import Settings
from identity.blocked import BlockList
from ivr.calls.admission import Limits
from ivr.calls.census import Census
from ivr.calls.gate import Gate, Seen
from ivr.calls.sealing import Seal

READ_LIMIT = 0.5  # seconds for one look into SQL


def build_gate(settings: Settings, database: Database) -> tuple[Gate, Refreshed[Seen]]:
    """The gate, and what it sees: looked at now, and every second until it is closed."""
    limits = Limits(settings.calls_at_once, settings.calls_a_minute, settings.calls_of_a_number)
    blocks, census, readings = BlockList(database), Census(database), itertools.count(1)

    def read() -> Seen:
        until = Deadline.after(READ_LIMIT, database.clock)
        return Seen(blocks.marks(until), census.in_progress(until), next(readings))

    seen = Refreshed("new calls", Seen(), read, logger("calls"))
    seen.look()
    seen.watch()
    mark = Seal(settings.secret_key).mark
    return Gate(limits.share(settings.web_workers), mark, seen.current, database.clock), seen
