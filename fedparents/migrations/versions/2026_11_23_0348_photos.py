"""Photos, avatars and covers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from fedparents.db import types

revision = "2026_11_23_0348_photos"
down_revision = "2026_11_23_0125_groups"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "media_attachment",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("by_actor_id", sa.BigInteger(), nullable=False),
        sa.Column("for_actor_id", sa.BigInteger(), nullable=True),
        sa.Column("use", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("mime", sa.String(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("byte_size", sa.Integer(), nullable=False),
        sa.Column("small_width", sa.Integer(), nullable=False),
        sa.Column("small_height", sa.Integer(), nullable=False),
        sa.Column("small_byte_size", sa.Integer(), nullable=False),
        sa.Column("blurhash", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("focus_x", sa.Float(), nullable=False),
        sa.Column("focus_y", sa.Float(), nullable=False),
        sa.Column("attached_at", types.UTCDateTime(), nullable=True),
        sa.Column("created_at", types.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_actor_id"], ["actor.id"], name=op.f("fk_media_attachment_by_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["for_actor_id"], ["actor.id"], name=op.f("fk_media_attachment_for_actor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_attachment")),
        sa.UniqueConstraint("name", name=op.f("uq_media_attachment_name")),
    )
    with op.batch_alter_table("media_attachment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_media_attachment_by_actor_id"), ["by_actor_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_media_attachment_for_actor_id"), ["for_actor_id"], unique=False
        )
        batch_op.create_index(
            "ix_media_attachment_waiting",
            ["created_at"],
            unique=False,
            sqlite_where=sa.text("attached_at IS NULL"),
            postgresql_where=sa.text("attached_at IS NULL"),
        )

    with op.batch_alter_table("actor", schema=None) as batch_op:
        batch_op.add_column(sa.Column("avatar", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("cover", sa.String(), server_default="", nullable=False))
