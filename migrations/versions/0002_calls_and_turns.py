"""Calls and their turns, and the books that they began with.

Revision 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

UTC_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _calls()
    _turns()
    _books()


def downgrade() -> None:
    op.drop_table("books")
    op.drop_table("turns")
    op.drop_table("calls")


def _calls() -> None:
    op.create_table(
        "calls",
        sa.Column("call", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("number_hash", sa.String(length=64), nullable=True),
        sa.Column("started_at", UTC_TIME, nullable=True),
        sa.Column("ended_at", UTC_TIME, nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("delete_after", UTC_TIME, nullable=True),
        sa.PrimaryKeyConstraint("call", name="pk_calls"),
    )
    op.create_index("ix_calls_delete_after", "calls", ["delete_after"])
    op.create_index("ix_calls_number_hash", "calls", ["number_hash"])


def _turns() -> None:
    op.create_table(
        "turns",
        sa.Column("call", sa.String(length=64), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("at", UTC_TIME, nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("heard", sa.String(length=200), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("node", sa.String(length=80), nullable=True),
        sa.Column("events", sa.JSON(), nullable=True),
        sa.Column("state", sa.LargeBinary(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("over", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=True),
        sa.Column("lease_until", UTC_TIME, nullable=True),
        sa.Column("delete_after", UTC_TIME, nullable=True),
        sa.PrimaryKeyConstraint("call", "turn", name="pk_turns"),
    )
    op.create_index("ix_turns_delete_after", "turns", ["delete_after"])


def _books() -> None:
    op.create_table(
        "books",
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("stored_at", UTC_TIME, nullable=False),
        sa.Column("loaded_at", UTC_TIME, nullable=False),
        sa.Column("delete_after", UTC_TIME, nullable=True),
        sa.PrimaryKeyConstraint("version", name="pk_books"),
    )
    op.create_index("ix_books_delete_after", "books", ["delete_after"])
