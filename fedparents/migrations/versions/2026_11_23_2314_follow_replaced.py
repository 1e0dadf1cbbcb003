"""The id of the follow before, where somebody of another town asked again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_2314_follow_replaced"
down_revision = "2026_11_23_2252_lists"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("follow_activity") as batch_op:
        batch_op.add_column(
            sa.Column("replaced_uri", sa.String(), server_default="", nullable=False)
        )
