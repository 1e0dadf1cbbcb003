"""2026_11_23_0503_desk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from fedparents.db import types

revision = "2026_11_23_0516_desk"
down_revision = "2026_11_23_0457_conversations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.add_column(sa.Column("decided_by_actor_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("decided_at", types.UTCDateTime(), nullable=True))
        batch_op.create_index(
            "ix_post_held",
            ["group_id", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'held'"),
            postgresql_where=sa.text("state = 'held'"),
        )
