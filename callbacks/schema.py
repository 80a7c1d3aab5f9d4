"""The tables of what we owe: tickets, their moves, what was added to them, and what callers thought."""

from datetime import timedelta

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    and_,
)

from callbacks.tickets import OPEN
from foundation.schema import LONGEST_KEY, DataClass, UtcTime, table

TICKETS_KEPT = timedelta(days=730)  # after the ticket was closed or cancelled; an open one is kept
SURVEYS_KEPT = timedelta(days=365)
SERIES_KEPT = timedelta(days=7_300)  # as long as the numbers last: nineteen years, and then some

_CALL = String(64)
_NUMBER = String(9)
_PHONE = String(32)
_NAME = String(80)


def _ticket(*, primary: bool = False) -> "Column[str]":
    return Column(
        "ticket",
        _NUMBER,
        ForeignKey("tickets.number", ondelete="CASCADE"),
        nullable=False,
        primary_key=primary,
    )


tickets = table(
    "tickets",
    Column("number", _NUMBER, primary_key=True),
    Column("state", _NAME, nullable=False),
    Column("topic", _NAME, nullable=False),
    Column("priority", _NAME, nullable=False),
    Column("language", String(8), nullable=False),
    Column("channel", _NAME, nullable=False),
    Column("level", Integer, nullable=False),
    Column("customer", String(20)),
    Column("proven", Boolean, nullable=False),
    Column("calling_number", _PHONE),
    Column("number_to_call", _PHONE),
    Column("answers", JSON, nullable=False),
    Column("due", UtcTime, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("call", _CALL, nullable=False),
    Column("partial", Boolean, nullable=False),
    Index("ix_tickets_calling_number", "calling_number"),
    Index("ix_tickets_state_due", "state", "due"),
    data_class=DataClass.PROMISE,
    keep=TICKETS_KEPT,
)

# The rule itself, held by the database: one open ticket a proven customer and topic.
_one_open = and_(tickets.c.proven, tickets.c.state.in_(sorted(OPEN)))
Index(
    "uq_tickets_open_customer_topic",
    tickets.c.customer,
    tickets.c.topic,
    unique=True,
    sqlite_where=_one_open,
    postgresql_where=_one_open,
)

# One ticket a call and topic, whether the call made it or joined it. `ticket` is empty only within the
# transaction that makes it: the row comes first, so that a rival waits for it.
ticket_calls = table(
    "ticket_calls",
    Column("call", _CALL, nullable=False),
    Column("topic", _NAME, nullable=False),
    Column("ticket", _NUMBER, ForeignKey("tickets.number", ondelete="CASCADE"), index=True),
    Column("at", UtcTime, nullable=False),
    PrimaryKeyConstraint("call", "topic"),
    data_class=DataClass.PROMISE,
    keep=None,
)

ticket_moves = table(
    "ticket_moves",
    Column("id", Integer, primary_key=True),
    _ticket(),
    Column("was", _NAME),
    Column("to", _NAME, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", String(120), nullable=False),
    Column("note", String(500), nullable=False),
    Index("ix_ticket_moves_ticket", "ticket"),
    data_class=DataClass.PROMISE,
    keep=None,
)

ticket_additions = table(
    "ticket_additions",
    Column("id", Integer, primary_key=True),
    _ticket(),
    Column("call", _CALL, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("answers", JSON, nullable=False),
    Column("number_to_call", _PHONE),
    Index("ix_ticket_additions_ticket", "ticket"),
    data_class=DataClass.PROMISE,
    keep=None,
)

ticket_recordings = table(
    "ticket_recordings",
    Column("sid", String(64), primary_key=True),
    _ticket(),
    Column("call", _CALL, nullable=False),
    Column("seconds", Integer),
    Column("at", UtcTime, nullable=False),
    Index("ix_ticket_recordings_ticket", "ticket"),
    Index("ix_ticket_recordings_at", "at"),
    data_class=DataClass.PROMISE,
    keep=None,
)

ticket_links = table(
    "ticket_links",
    _ticket(primary=True),
    Column(
        "related", _NUMBER, ForeignKey("tickets.number", ondelete="CASCADE"), primary_key=True, index=True
    ),
    Column("at", UtcTime, nullable=False),
    data_class=DataClass.PROMISE,
    keep=None,
)

survey_answers = table(
    "survey_answers",
    Column("call", _CALL, nullable=False),
    Column("name", _NAME, nullable=False),
    Column("answer", Integer, nullable=False),
    Column("key", String(LONGEST_KEY), nullable=False),
    Column("at", UtcTime, nullable=False),
    PrimaryKeyConstraint("call", "name"),
    data_class=DataClass.OPINION,
    keep=SURVEYS_KEPT,
)

# Where the ticket numbers of this database begin, and how far they were widened. Rows are added, none is
# changed; none at all: the first series.
number_series = table(
    "number_series",
    Column("id", Integer, primary_key=True),
    Column("begins", BigInteger, nullable=False),
    Column("reaches", BigInteger, nullable=False),
    Column("at", UtcTime, nullable=False),
    data_class=DataClass.OPERATION,
    keep=SERIES_KEPT,
)
