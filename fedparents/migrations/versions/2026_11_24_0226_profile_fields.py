"""What somebody says of themselves in lines of a name and a value."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_0226_profile_fields"
down_revision = "2026_11_24_0034_swap_details"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("actor", schema=None) as batch_op:
        batch_op.add_column(sa.Column("fields", sa.String(), server_default="", nullable=False))
