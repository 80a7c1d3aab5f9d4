"""A ticket that was reopened is acknowledged again: the ticket's lock keeps rivals apart, and no index.

Revision 0008.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("uq_pages_acknowledged", table_name="pages")


def downgrade() -> None:
    acknowledged = sa.text("outcome = 'acknowledged'")
    op.create_index(
        "uq_pages_acknowledged",
        "pages",
        ["ticket"],
        unique=True,
        sqlite_where=acknowledged,
        postgresql_where=acknowledged,
    )
