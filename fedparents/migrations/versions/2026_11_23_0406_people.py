"""People: following, blocking, muting, notes, filters; what a profile shows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from fedparents.db import types

revision = "2026_11_23_0406_people"
down_revision = "2026_11_23_0348_photos"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "actor_note",
        sa.Column("by_actor_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("actor_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_actor_note_actor_id")),
        sa.ForeignKeyConstraint(
            ["by_actor_id"], ["actor.id"], name=op.f("fk_actor_note_by_actor_id")
        ),
        sa.PrimaryKeyConstraint("by_actor_id", "actor_id", name=op.f("pk_actor_note")),
    )
    with op.batch_alter_table("actor_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_actor_note_actor_id"), ["actor_id"], unique=False)

    op.create_table(
        "block",
        sa.Column("by_actor_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("actor_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_block_actor_id")),
        sa.ForeignKeyConstraint(["by_actor_id"], ["actor.id"], name=op.f("fk_block_by_actor_id")),
        sa.PrimaryKeyConstraint("by_actor_id", "actor_id", name=op.f("pk_block")),
    )
    with op.batch_alter_table("block", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_block_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index("ix_block_by_actor_id", ["by_actor_id", "id"], unique=False)

    op.create_table(
        "follow",
        sa.Column("follower_actor_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("followed_actor_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("shows_shares", sa.Boolean(), nullable=False),
        sa.Column("notifies", sa.Boolean(), nullable=False),
        sa.Column("languages", sa.String(), nullable=False),
        sa.Column("created_at", types.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["followed_actor_id"], ["actor.id"], name=op.f("fk_follow_followed_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["follower_actor_id"], ["actor.id"], name=op.f("fk_follow_follower_actor_id")
        ),
        sa.PrimaryKeyConstraint("follower_actor_id", "followed_actor_id", name=op.f("pk_follow")),
    )
    with op.batch_alter_table("follow", schema=None) as batch_op:
        batch_op.create_index(
            "ix_follow_followers", ["followed_actor_id", "state", "id"], unique=False
        )
        batch_op.create_index(
            "ix_follow_following", ["follower_actor_id", "state", "id"], unique=False
        )

    op.create_table(
        "mute",
        sa.Column("by_actor_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("actor_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("hides_notifications", sa.Boolean(), nullable=False),
        sa.Column("until_at", types.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_mute_actor_id")),
        sa.ForeignKeyConstraint(["by_actor_id"], ["actor.id"], name=op.f("fk_mute_by_actor_id")),
        sa.PrimaryKeyConstraint("by_actor_id", "actor_id", name=op.f("pk_mute")),
    )
    with op.batch_alter_table("mute", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mute_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index("ix_mute_by_actor_id", ["by_actor_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mute_until_at"), ["until_at"], unique=False)

    op.create_table(
        "word_filter",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("contexts", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("expires_at", types.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_word_filter_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_word_filter")),
    )
    with op.batch_alter_table("word_filter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_word_filter_account_id"), ["account_id"], unique=False)

    op.create_table(
        "filter_word",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("filter_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["filter_id"],
            ["word_filter.id"],
            name=op.f("fk_filter_word_filter_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filter_word")),
    )
    with op.batch_alter_table("filter_word", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_filter_word_filter_id"), ["filter_id"], unique=False)

    # Not in a batch: SQLite would make these tables anew, while others refer to them.
    op.add_column(
        "account",
        sa.Column("shows_place", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column(
        "actor", sa.Column("is_locked", sa.Boolean(), server_default=sa.true(), nullable=False)
    )
