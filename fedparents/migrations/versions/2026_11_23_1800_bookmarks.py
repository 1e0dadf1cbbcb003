"""What somebody wants to find again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_1800_bookmarks"
down_revision = "2026_11_23_1755_applications"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bookmark",
        sa.Column("post_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("actor_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["actor.id"], name=op.f("fk_bookmark_actor_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_bookmark_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("post_id", "actor_id", name=op.f("pk_bookmark")),
    )
    with op.batch_alter_table("bookmark", schema=None) as batch_op:
        batch_op.create_index("ix_bookmark_actor_id", ["actor_id", "id"], unique=False)
