"""2026_11_23_1145_follows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_1145_follows"
down_revision = "2026_11_23_1140_blocked_servers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "follow_activity",
        sa.Column("follower_actor_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("followed_actor_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("uri", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["followed_actor_id"],
            ["actor.id"],
            name=op.f("fk_follow_activity_followed_actor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["follower_actor_id"],
            ["actor.id"],
            name=op.f("fk_follow_activity_follower_actor_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "follower_actor_id", "followed_actor_id", name=op.f("pk_follow_activity")
        ),
    )
    with op.batch_alter_table("follow_activity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_activity_uri"), ["uri"], unique=False)
