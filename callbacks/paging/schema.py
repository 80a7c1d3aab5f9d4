"""The table of pages: each row stands there before anything is rung."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, UniqueConstraint

from foundation.schema import DataClass, UtcTime, table

LONGEST_ATTEMPT = 32  # characters of an attempt's id

pages = table(
    "pages",
    Column("attempt", String(LONGEST_ATTEMPT), primary_key=True),
    Column("ticket", String(9), ForeignKey("tickets.number", ondelete="CASCADE"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("name", String(80), nullable=False),
    Column("number", String(32), nullable=False),
    Column("language", String(8), nullable=False),
    Column("by", String(8), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("call", String(64)),
    Column("outcome", String(16)),
    Column("ended", UtcTime),
    # Of two workers who decide at once, one writes the row and rings.
    UniqueConstraint("ticket", "place"),
    Index("ix_pages_call", "call"),
    data_class=DataClass.PROMISE,
    keep=None,
)

# Nobody's telephone is rung by two pages at once.
Index(
    "uq_pages_under_way",
    pages.c.number,
    unique=True,
    sqlite_where=pages.c.outcome.is_(None),
    postgresql_where=pages.c.outcome.is_(None),
)
