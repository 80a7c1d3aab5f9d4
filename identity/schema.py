"""The tables of people: customers, languages that numbers chose, wrong guesses, numbers that are refused."""

from datetime import timedelta

from sqlalchemy import Column, Index, Integer, String

from foundation.schema import DataClass, UtcTime, table

CUSTOMERS_KEPT = timedelta(days=90)  # after they have left the wallet; until then `delete_after` is empty
LANGUAGES_KEPT = timedelta(days=365)  # since the number chose last
GUESSES_KEPT = timedelta(days=30)  # since the last miss
BLOCKS_KEPT = timedelta(days=365)  # since the block ended: a complaint may come late

LONGEST_ACTOR, LONGEST_WHY = 120, 200  # characters of whoever blocks a number, and of the reason

customers = table(
    "customers",
    Column("account", String(10), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("language", String(8), nullable=False),
    Column("phone", String(20), index=True),
    Column("email", String(254)),
    Column("pin_hash", String(200), nullable=False),
    Column("zone", String(64), nullable=False),
    data_class=DataClass.PERSON,
    keep=CUSTOMERS_KEPT,
)

# The number itself is not kept: a keyed hash of it finds the row again.
languages = table(
    "languages",
    Column("number_hash", String(64), primary_key=True),
    Column("language", String(8), nullable=False),
    Column("at", UtcTime, nullable=False),
    data_class=DataClass.PERSON,
    keep=LANGUAGES_KEPT,
)

guesses = table(
    "guesses",
    Column("bucket", String(64), primary_key=True),
    Column("misses", Integer, nullable=False),
    Column("last_try", UtcTime),
    Column("slowed_until", UtcTime),
    data_class=DataClass.OPERATION,
    keep=GUESSES_KEPT,
)

# The number itself is not kept: `mark` finds it again, `shown` is what people may see of it. A row is a block
# with its end; it is never changed but for being lifted.
blocked = table(
    "blocked",
    Column("id", Integer, primary_key=True),
    Column("mark", String(64), nullable=False),
    Column("shown", String(40), nullable=False),
    Column("why", String(LONGEST_WHY), nullable=False),
    Column("set_at", UtcTime, nullable=False),
    Column("until", UtcTime, nullable=False),
    Column("set_by", String(LONGEST_ACTOR), nullable=False),
    Column("lifted_at", UtcTime),
    Column("lifted_by", String(LONGEST_ACTOR)),
    Index("ix_blocked_mark", "mark"),
    Index("ix_blocked_until", "until"),
    data_class=DataClass.PERSON,
    keep=BLOCKS_KEPT,
)
