"""The tables of calls: one row a call, and the journal with one row a turn."""

from datetime import timedelta

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    false,
)

from foundation.schema import DataClass, UtcTime, table

CALLS_KEPT = timedelta(days=365)  # for counting repeat calls; the number itself is not kept
TURNS_KEPT = timedelta(days=30)

_CALL = String(64)
# Characters; what is longer is cut. `heard` is what was heard, secrets masked.
LONGEST_SOURCE, LONGEST_HEARD, LONGEST_NODE = 40, 200, 80

# `number_hash`: a keyed hash of the calling number, empty if it was withheld. `rank` only rises.
# `settled`: the flow has heard its end, or there is nothing to hear; until then the reaper looks after it,
# and did so last at `asked_at`.
calls = table(
    "calls",
    Column("call", _CALL, primary_key=True),
    Column("status", String(20), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("number_hash", String(64), index=True),
    Column("started_at", UtcTime),
    Column("ended_at", UtcTime),
    Column("seconds", Integer),
    Column("settled", Boolean, nullable=False, server_default=false()),
    Column("asked_at", UtcTime),
    Index("ix_calls_rank_started_at", "rank", "started_at"),
    data_class=DataClass.PERSON,
    keep=CALLS_KEPT,
)

# Few of a year's calls are not settled: whoever looks after them each minute reads no others.
Index("ix_calls_settled", calls.c.settled, calls.c.rank, calls.c.delete_after)

# A row without `state` is a claim that was made while Redis was gone: `owner` works on it until the lease
# ends. `state` and `answer` are sealed. `over`: in this turn the end of the call was heard.
turns = table(
    "turns",
    Column("call", _CALL, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("source", String(LONGEST_SOURCE), nullable=False),
    Column("heard", String(LONGEST_HEARD)),
    Column("outcome", String(20)),
    Column("node", String(LONGEST_NODE)),
    Column("events", JSON),
    Column("state", LargeBinary),
    Column("answer", LargeBinary),
    Column("over", Boolean, nullable=False, server_default=false()),
    Column("owner", String(64)),
    Column("lease_until", UtcTime),
    PrimaryKeyConstraint("call", "turn"),
    data_class=DataClass.PERSON,
    keep=TURNS_KEPT,
)
