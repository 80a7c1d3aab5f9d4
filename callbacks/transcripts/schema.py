"""Spoken messages: their sound, and what became of writing them down. All of it goes with the message."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String

from foundation.schema import DataClass, UtcTime, table

LONGEST_WHY = 300


def _message() -> "Column[str]":
    """The carrier's name for it."""
    return Column(
        "sid", String(64), ForeignKey("ticket_recordings.sid", ondelete="CASCADE"), primary_key=True
    )


# In parts, sealed: a backup has 500 rows in memory, and five minutes of sound are 5 MB.
message_sounds = table(
    "message_sounds",
    _message(),
    Column("part", Integer, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    data_class=DataClass.PROMISE,
    keep=None,
)

# `due`: when somebody looks after it next, empty once there is nothing more to do; whoever is at it moves it
# on, and signs as `holder`. `sealed`: what was said.
message_texts = table(
    "message_texts",
    _message(),
    Column("state", String(16), nullable=False),
    Column("due", UtcTime),
    Column("holder", String(32)),
    Column("tries", Integer, nullable=False),
    Column("why", String(LONGEST_WHY), nullable=False),
    Column("written_by", String(80)),
    Column("sealed", LargeBinary),
    Column("at", UtcTime, nullable=False),
    Index("ix_message_texts_due", "due"),
    data_class=DataClass.PROMISE,
    keep=None,
)
