"""Tickets and people: the first tables.

Revision 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

UTC_TIME = sa.DateTime(timezone=True)
# Frozen here as it was when this revision was written, whatever the states are called later.
ONE_OPEN = sa.text(
    "proven AND state IN ('classified', 'diagnosed', 'in-investigation', 'in-review',"
    " 'promised', 'received', 'reopened')"
)
TABLES = (
    "customers",
    "deeds",
    "guesses",
    "languages",
    "survey_answers",
    "tickets",
    "ticket_additions",
    "ticket_calls",
    "ticket_links",
    "ticket_moves",
    "ticket_recordings",
)


def upgrade() -> None:
    _customers()
    _deeds()
    _guesses()
    _languages()
    _survey_answers()
    _tickets()
    _ticket_additions()
    _ticket_calls()
    _ticket_links()
    _ticket_moves()
    _ticket_recordings()


def downgrade() -> None:
    for name in reversed(TABLES):
        op.drop_table(name)


def _customers() -> None:
    op.create_table(
        "customers",
        sa.Column("account", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("pin_hash", sa.String(length=200), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("delete_after", UTC_TIME, nullable=True),
        sa.PrimaryKeyConstraint("account", name="pk_customers"),
    )
    op.create_index("ix_customers_delete_after", "customers", ["delete_after"])
    op.create_index("ix_customers_phone", "customers", ["phone"])


def _deeds() -> None:
    op.create_table(
        "deeds",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("reply", sa.JSON(), nullable=True),
        sa.Column("at", UTC_TIME, nullable=False),
        sa.Column("delete_after", UTC_TIME, nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_deeds"),
    )
    op.create_index("ix_deeds_delete_after", "deeds", ["delete_after"])


def _guesses() -> None:
    op.create_table(
        "guesses",
        sa.Column("bucket", sa.String(length=64), nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("last_try", UTC_TIME, nullable=True),
        sa.Column("slowed_until", UTC_TIME, nullable=True),
        sa.Column("delete_after", UTC_TIME, nullable=True),
        sa.PrimaryKeyConstraint("bucket", name="pk_guesses"),
    )
    op.create_index("ix_guesses_delete_after", "guesses", ["delete_after"])


def _languages() -> None:
    op.create_table(
        "languages",
        sa.Column("number_hash", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("at", UTC_TIME, nullable=False),
        sa.Column("delete_after", UTC_TIME, nullable=True),
        sa.PrimaryKeyConstraint("number_hash", name="pk_languages"),
    )
    op.create_index("ix_languages_delete_after", "languages", ["delete_after"])


def _survey_answers() -> None:
    op.create_table(
        "survey_answers",
        sa.Column("call", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("answer", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("at", UTC_TIME, nullable=False),
        sa.Column("delete_after", UTC_TIME, nullable=True),
        sa.PrimaryKeyConstraint("call", "name", name="pk_survey_answers"),
    )
    op.create_index("ix_survey_answers_delete_after", "survey_answers", ["delete_after"])


def _tickets() -> None:
    op.create_table(
        "tickets",
        sa.Column("number", sa.String(length=9), nullable=False),
        sa.Column("state", sa.String(length=80), nullable=False),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("priority", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("channel", sa.String(length=80), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("customer", sa.String(length=20), nullable=True),
        sa.Column("proven", sa.Boolean(), nullable=False),
        sa.Column("calling_number", sa.String(length=32), nullable=True),
        sa.Column("number_to_call", sa.String(length=32), nullable=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("due", UTC_TIME, nullable=False),
        sa.Column("at", UTC_TIME, nullable=False),
        sa.Column("call", sa.String(length=64), nullable=False),
        sa.Column("partial", sa.Boolean(), nullable=False),
        sa.Column("delete_after", UTC_TIME, nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_tickets"),
    )
    op.create_index("ix_tickets_calling_number", "tickets", ["calling_number"])
    op.create_index("ix_tickets_delete_after", "tickets", ["delete_after"])
    op.create_index("ix_tickets_state_due", "tickets", ["state", "due"])
    op.create_index(
        "uq_tickets_open_customer_topic",
        "tickets",
        ["customer", "topic"],
        unique=True,
        sqlite_where=ONE_OPEN,
        postgresql_where=ONE_OPEN,
    )


def _ticket_additions() -> None:
    op.create_table(
        "ticket_additions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket", sa.String(length=9), nullable=False),
        sa.Column("call", sa.String(length=64), nullable=False),
        sa.Column("at", UTC_TIME, nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("number_to_call", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["ticket"], ["tickets.number"], name="fk_ticket_additions_ticket_tickets", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_ticket_additions"),
    )
    op.create_index("ix_ticket_additions_ticket", "ticket_additions", ["ticket"])


def _ticket_calls() -> None:
    op.create_table(
        "ticket_calls",
        sa.Column("call", sa.String(length=64), nullable=False),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("ticket", sa.String(length=9), nullable=True),
        sa.Column("at", UTC_TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket"], ["tickets.number"], name="fk_ticket_calls_ticket_tickets", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call", "topic", name="pk_ticket_calls"),
    )
    op.create_index("ix_ticket_calls_ticket", "ticket_calls", ["ticket"])


def _ticket_links() -> None:
    op.create_table(
        "ticket_links",
        sa.Column("ticket", sa.String(length=9), nullable=False),
        sa.Column("related", sa.String(length=9), nullable=False),
        sa.Column("at", UTC_TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["related"], ["tickets.number"], name="fk_ticket_links_related_tickets", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticket"], ["tickets.number"], name="fk_ticket_links_ticket_tickets", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ticket", "related", name="pk_ticket_links"),
    )
    op.create_index("ix_ticket_links_related", "ticket_links", ["related"])


def _ticket_moves() -> None:
    op.create_table(
        "ticket_moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket", sa.String(length=9), nullable=False),
        sa.Column("was", sa.String(length=80), nullable=True),
        sa.Column("to", sa.String(length=80), nullable=False),
        sa.Column("at", UTC_TIME, nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket"], ["tickets.number"], name="fk_ticket_moves_ticket_tickets", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_ticket_moves"),
    )
    op.create_index("ix_ticket_moves_ticket", "ticket_moves", ["ticket"])


def _ticket_recordings() -> None:
    op.create_table(
        "ticket_recordings",
        sa.Column("sid", sa.String(length=64), nullable=False),
        sa.Column("ticket", sa.String(length=9), nullable=False),
        sa.Column("call", sa.String(length=64), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("at", UTC_TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket"], ["tickets.number"], name="fk_ticket_recordings_ticket_tickets", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("sid", name="pk_ticket_recordings"),
    )
    op.create_index("ix_ticket_recordings_ticket", "ticket_recordings", ["ticket"])
