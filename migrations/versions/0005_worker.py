"""What the worker needs: its heartbeats, and which calls it still has to look after.

Revision 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

UTC_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "heartbeats",
        sa.Column("worker", sa.String(length=120), nullable=False),
        sa.Column("started_at", UTC_TIME, nullable=False),
        sa.Column("at", UTC_TIME, nullable=False),
        sa.Column("late", sa.JSON(), nullable=False),
        sa.Column("delete_after", UTC_TIME, nullable=True),
        sa.PrimaryKeyConstraint("worker", name="pk_heartbeats"),
    )
    op.create_index("ix_heartbeats_delete_after", "heartbeats", ["delete_after"])
    op.add_column("calls", sa.Column("settled", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("calls", sa.Column("asked_at", UTC_TIME, nullable=True))
    op.create_index("ix_calls_settled", "calls", ["settled", "rank", "delete_after"])


def downgrade() -> None:
    op.drop_index("ix_calls_settled", "calls")
    op.drop_column("calls", "asked_at")
    op.drop_column("calls", "settled")
    op.drop_table("heartbeats")
