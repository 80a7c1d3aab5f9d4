"""Who was paged about which urgent ticket.

Revision 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

UTC_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "pages",
        sa.Column("attempt", sa.String(length=32), nullable=False),
        sa.Column("ticket", sa.String(length=9), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("by", sa.String(length=8), nullable=False),
        sa.Column("at", UTC_TIME, nullable=False),
        sa.Column("call", sa.String(length=64), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("ended", UTC_TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["ticket"], ["tickets.number"], name="fk_pages_ticket_tickets", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("attempt", name="pk_pages"),
        sa.UniqueConstraint("ticket", "place", name="uq_pages_ticket_place"),
    )
    op.create_index("ix_pages_call", "pages", ["call"])
    under_way, acknowledged = sa.text("outcome IS NULL"), sa.text("outcome = 'acknowledged'")
    op.create_index(
        "uq_pages_under_way",
        "pages",
        ["number"],
        unique=True,
        sqlite_where=under_way,
        postgresql_where=under_way,
    )
    op.create_index(
        "uq_pages_acknowledged",
        "pages",
        ["ticket"],
        unique=True,
        sqlite_where=acknowledged,
        postgresql_where=acknowledged,
    )


def downgrade() -> None:
    op.drop_table("pages")
