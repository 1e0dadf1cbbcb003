"""With which activity somebody elsewhere passes something on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_1806_share_activity"
down_revision = "2026_11_23_1800_bookmarks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "share_activity",
        sa.Column("uri", sa.String(), nullable=False),
        sa.Column("share_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["share_id"], ["share.id"], name=op.f("fk_share_activity_share_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("uri", name=op.f("pk_share_activity")),
    )
    with op.batch_alter_table("share_activity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_share_activity_share_id"), ["share_id"], unique=False)
