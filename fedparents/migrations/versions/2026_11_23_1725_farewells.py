"""Whoever takes something back is noted with it: it counts against what is theirs alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_1725_farewells"
down_revision = "2026_11_23_1506_compared"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("remote_farewell", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("sender", sa.String(), server_default=sa.text("''"), nullable=False)
        )
    with op.batch_alter_table("remote_farewell", schema=None) as batch_op:
        batch_op.drop_constraint("pk_remote_farewell", type_="primary")
        batch_op.create_primary_key("pk_remote_farewell", ["uri", "sender"])
