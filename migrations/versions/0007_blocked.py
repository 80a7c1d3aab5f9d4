"""Numbers that are refused, and a quick way to count the calls in progress.

Revision 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

UTC_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "blocked",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("shown", sa.String(length=40), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("set_at", UTC_TIME, nullable=False),
        sa.Column("until", UTC_TIME, nullable=False),
        sa.Column("set_by", sa.String(length=120), nullable=False),
        sa.Column("lifted_at", UTC_TIME, nullable=True),
        sa.Column("lifted_by", sa.String(length=120), nullable=True),
        sa.Column("delete_after", UTC_TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_blocked"),
    )
    op.create_index("ix_blocked_mark", "blocked", ["mark"])
    op.create_index("ix_blocked_until", "blocked", ["until"])
    op.create_index("ix_blocked_delete_after", "blocked", ["delete_after"])
    op.create_index("ix_calls_rank_started_at", "calls", ["rank", "started_at"])


def downgrade() -> None:
    op.drop_index("ix_calls_rank_started_at", table_name="calls")
    op.drop_table("blocked")
