"""2026_11_23_1129_deliveries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from fedparents.db import types

revision = "2026_11_23_1129_deliveries"
down_revision = "2026_11_23_1122_inbox"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delivery_host",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("due_at", types.UTCDateTime(), nullable=True),
        sa.Column("is_leased", sa.Boolean(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("has_more", sa.Boolean(), nullable=False),
        sa.Column("rests_until_at", types.UTCDateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since_at", types.UTCDateTime(), nullable=True),
        sa.Column("at_once", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("scheme_until_at", types.UTCDateTime(), nullable=True),
        sa.Column("trouble", sa.String(), nullable=True),
        sa.Column("trouble_status", sa.Integer(), nullable=False),
        sa.Column("troubled_at", types.UTCDateTime(), nullable=True),
        sa.Column("answered_at", types.UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_host")),
        sa.UniqueConstraint("name", name=op.f("uq_delivery_host_name")),
    )
    with op.batch_alter_table("delivery_host", schema=None) as batch_op:
        batch_op.create_index(
            "ix_delivery_host_due",
            ["due_at", "id"],
            unique=False,
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )

    op.create_table(
        "inbox",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("host_id", sa.BigInteger(), nullable=False),
        sa.Column("gone_at", types.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["host_id"], ["delivery_host.id"], name=op.f("fk_inbox_host_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("url", name=op.f("uq_inbox_url")),
    )
    op.create_table(
        "outgoing_activity",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("expires_at", types.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_outgoing_activity_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_activity")),
    )
    with op.batch_alter_table("outgoing_activity", schema=None) as batch_op:
        batch_op.create_index("ix_outgoing_activity_actor_id", ["actor_id", "id"], unique=False)
        batch_op.create_index(
            "ix_outgoing_activity_expires_at",
            ["expires_at"],
            unique=False,
            sqlite_where=sa.text("body <> ''"),
            postgresql_where=sa.text("body <> ''"),
        )
        batch_op.create_index("ix_outgoing_activity_post_id", ["post_id", "id"], unique=False)

    op.create_table(
        "delivery",
        sa.Column("activity_id", sa.BigInteger(), nullable=False),
        sa.Column("inbox_id", sa.BigInteger(), nullable=False),
        sa.Column("host_id", sa.BigInteger(), nullable=False),
        sa.Column("lane", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", types.UTCDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("blocks_until_at", types.UTCDateTime(), nullable=True),
        sa.Column("trouble", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["activity_id"],
            ["outgoing_activity.id"],
            name=op.f("fk_delivery_activity_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name=op.f("fk_delivery_inbox_id")),
        sa.PrimaryKeyConstraint("activity_id", "inbox_id", name=op.f("pk_delivery")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(
            "ix_delivery_lane",
            ["host_id", "lane", "activity_id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.create_index(
            "ix_delivery_waiting",
            ["host_id", "due_at", "activity_id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
