"""What operators put before the menu for a while.

Revision 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

UTC_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "announcements",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("set_at", UTC_TIME, nullable=False),
        sa.Column("until", UTC_TIME, nullable=False),
        sa.Column("set_by", sa.String(length=120), nullable=False),
        sa.Column("cleared_at", UTC_TIME, nullable=True),
        sa.Column("cleared_by", sa.String(length=120), nullable=True),
        sa.Column("delete_after", UTC_TIME, nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_announcements"),
    )
    op.create_index("ix_announcements_delete_after", "announcements", ["delete_after"])


def downgrade() -> None:
    op.drop_table("announcements")
