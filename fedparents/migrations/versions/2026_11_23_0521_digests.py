"""Whether somebody wants the digests of notifications."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_0521_digests"
down_revision = "2026_11_23_0516_desk"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("notification_reader", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("gets_daily", sa.Boolean(), server_default=sa.true(), nullable=False)
        )
        batch_op.add_column(
            sa.Column("gets_weekly", sa.Boolean(), server_default=sa.true(), nullable=False)
        )
