"""The servers with which a place does not talk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_1140_blocked_servers"
down_revision = "2026_11_23_1129_deliveries"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("instance", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("blocked_servers", sa.String(), server_default="", nullable=False)
        )
