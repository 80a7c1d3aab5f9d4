"""Which ticket numbers may be drawn, so that none is drawn again after a restore.

Revision 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

UTC_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "number_series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("begins", sa.BigInteger(), nullable=False),
        sa.Column("reaches", sa.BigInteger(), nullable=False),
        sa.Column("at", UTC_TIME, nullable=False),
        sa.Column("delete_after", UTC_TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_number_series"),
    )
    op.create_index("ix_number_series_delete_after", "number_series", ["delete_after"])


def downgrade() -> None:
    op.drop_table("number_series")
