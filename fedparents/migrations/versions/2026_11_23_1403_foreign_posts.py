"""2026_11_23_1403_foreign_posts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from fedparents.db import types

revision = "2026_11_23_1403_foreign_posts"
down_revision = "2026_11_23_1145_follows"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "remote_farewell",
        sa.Column("uri", sa.String(), nullable=False),
        sa.Column("gone_at", types.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("uri", name=op.f("pk_remote_farewell")),
    )
    with op.batch_alter_table("remote_farewell", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_remote_farewell_gone_at"), ["gone_at"], unique=False)

    op.create_table(
        "remote_post",
        sa.Column("post_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("uri", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("missing_uri", sa.String(), nullable=False),
        sa.Column("fetched_at", types.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_remote_post_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_remote_post")),
        sa.UniqueConstraint("uri", name=op.f("uq_remote_post_uri")),
    )
    with op.batch_alter_table("remote_post", schema=None) as batch_op:
        batch_op.create_index(
            "ix_remote_post_missing",
            ["missing_uri"],
            unique=False,
            sqlite_where=sa.text("missing_uri <> ''"),
            postgresql_where=sa.text("missing_uri <> ''"),
        )
        batch_op.create_index(batch_op.f("ix_remote_post_url"), ["url"], unique=False)

    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("is_from_elsewhere", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.drop_index(batch_op.f("ix_post_town"), sqlite_where=sa.text("group_id IS NULL"))
        batch_op.create_index(
            "ix_post_town",
            ["is_reply", "is_from_elsewhere", "id"],
            unique=False,
            sqlite_where=sa.text("group_id IS NULL"),
            postgresql_where=sa.text("group_id IS NULL"),
        )
