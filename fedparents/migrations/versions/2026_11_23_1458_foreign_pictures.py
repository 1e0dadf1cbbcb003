"""2026_11_23_1458_foreign_pictures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_1458_foreign_pictures"
down_revision = "2026_11_23_1455_moving"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "remote_picture",
        sa.Column("post_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("focus_x", sa.Float(), nullable=False),
        sa.Column("focus_y", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_remote_picture_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("post_id", "position", name=op.f("pk_remote_picture")),
    )
    with op.batch_alter_table("remote_actor", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("picture_url", sa.String(), server_default="", nullable=False)
        )
