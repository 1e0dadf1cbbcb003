"""What is written in apps to be said later, and photos that wait with it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from fedparents.db import types

revision = "2026_11_23_2238_scheduled_posts"
down_revision = "2026_11_23_2144_push_for_apps"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scheduled_post",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("draft", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("photo_ids", sa.String(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("scheduled_at", types.UTCDateTime(), nullable=False),
        sa.Column("created_at", types.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_scheduled_post_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheduled_post")),
    )
    with op.batch_alter_table("scheduled_post", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_scheduled_post_account_id"), ["account_id"], unique=False
        )

    with op.batch_alter_table("media_attachment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kept_until_at", types.UTCDateTime(), nullable=True))
