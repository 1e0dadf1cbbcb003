"""Whether a place answers only servers that say who they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_1504_signed_only"
down_revision = "2026_11_23_1458_foreign_pictures"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("instance", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "answers_signed_only", sa.Boolean(), server_default=sa.false(), nullable=False
            )
        )
