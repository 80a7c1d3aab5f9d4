"""The sound of spoken messages, and what was said in them.

Revision 0009.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

UTC_TIME = sa.DateTime(timezone=True)


def _of_message(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_sid_ticket_recordings"
    return sa.ForeignKeyConstraint(["sid"], ["ticket_recordings.sid"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "message_sounds",
        sa.Column("sid", sa.String(length=64), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _of_message("message_sounds"),
        sa.PrimaryKeyConstraint("sid", "part", name="pk_message_sounds"),
    )
    op.create_table(
        "message_texts",
        sa.Column("sid", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("due", UTC_TIME, nullable=True),
        sa.Column("holder", sa.String(length=32), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.Column("written_by", sa.String(length=80), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("at", UTC_TIME, nullable=False),
        _of_message("message_texts"),
        sa.PrimaryKeyConstraint("sid", name="pk_message_texts"),
    )
    op.create_index("ix_message_texts_due", "message_texts", ["due"])
    op.create_index("ix_ticket_recordings_at", "ticket_recordings", ["at"])


def downgrade() -> None:
    op.drop_index("ix_ticket_recordings_at", table_name="ticket_recordings")
    op.drop_table("message_texts")
    op.drop_table("message_sounds")
