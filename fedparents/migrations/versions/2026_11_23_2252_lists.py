"""Lists, hashtags, silent threads and towns, filtered posts, and of whom one hears at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_2252_lists"
down_revision = "2026_11_23_2238_scheduled_posts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "endorsement",
        sa.Column("by_actor_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("actor_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_endorsement_actor_id")),
        sa.ForeignKeyConstraint(
            ["by_actor_id"], ["actor.id"], name=op.f("fk_endorsement_by_actor_id")
        ),
        sa.PrimaryKeyConstraint("by_actor_id", "actor_id", name=op.f("pk_endorsement")),
    )
    with op.batch_alter_table("endorsement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_endorsement_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index("ix_endorsement_by_actor_id", ["by_actor_id", "id"], unique=False)

    op.create_table(
        "featured_tag",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_featured_tag_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_featured_tag")),
        sa.UniqueConstraint("actor_id", "tag", name=op.f("uq_featured_tag_actor_id_tag")),
    )
    op.create_table(
        "town_mute",
        sa.Column("by_actor_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_actor_id"], ["actor.id"], name=op.f("fk_town_mute_by_actor_id")
        ),
        sa.PrimaryKeyConstraint("by_actor_id", "domain", name=op.f("pk_town_mute")),
    )
    op.create_table(
        "dismissed_suggestion",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("actor_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_dismissed_suggestion_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"],
            ["actor.id"],
            name=op.f("fk_dismissed_suggestion_actor_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "actor_id", name=op.f("pk_dismissed_suggestion")),
    )
    with op.batch_alter_table("dismissed_suggestion", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_dismissed_suggestion_actor_id"), ["actor_id"], unique=False
        )

    op.create_table(
        "followed_tag",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_followed_tag_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "tag", name=op.f("pk_followed_tag")),
    )
    with op.batch_alter_table("followed_tag", schema=None) as batch_op:
        batch_op.create_index("ix_followed_tag_tag", ["tag", "account_id"], unique=False)

    op.create_table(
        "notification_sifting",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("not_following", sa.String(), nullable=False),
        sa.Column("not_followers", sa.String(), nullable=False),
        sa.Column("new_accounts", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_notification_sifting_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_notification_sifting")),
    )
    op.create_table(
        "notification_welcome",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("actor_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_notification_welcome_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"],
            ["actor.id"],
            name=op.f("fk_notification_welcome_actor_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "actor_id", name=op.f("pk_notification_welcome")),
    )
    with op.batch_alter_table("notification_welcome", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_notification_welcome_actor_id"), ["actor_id"], unique=False
        )

    op.create_table(
        "people_list",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("answers", sa.String(), nullable=False),
        sa.Column("is_exclusive", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_people_list_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_list")),
    )
    with op.batch_alter_table("people_list", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_people_list_account_id"), ["account_id"], unique=False)

    op.create_table(
        "filter_post",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("filter_id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["filter_id"],
            ["word_filter.id"],
            name=op.f("fk_filter_post_filter_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_filter_post_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filter_post")),
        sa.UniqueConstraint("filter_id", "post_id", name=op.f("uq_filter_post_filter_id_post_id")),
    )
    with op.batch_alter_table("filter_post", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_filter_post_post_id"), ["post_id"], unique=False)

    op.create_table(
        "people_list_member",
        sa.Column("list_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("actor_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["actor.id"], name=op.f("fk_people_list_member_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["list_id"],
            ["people_list.id"],
            name=op.f("fk_people_list_member_list_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("list_id", "actor_id", name=op.f("pk_people_list_member")),
    )
    with op.batch_alter_table("people_list_member", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_people_list_member_actor_id"), ["actor_id"], unique=False
        )

    op.create_table(
        "thread_mute",
        sa.Column("root_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("actor_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["actor.id"], name=op.f("fk_thread_mute_actor_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["root_id"], ["post.id"], name=op.f("fk_thread_mute_root_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("root_id", "actor_id", name=op.f("pk_thread_mute")),
    )
    with op.batch_alter_table("thread_mute", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_thread_mute_actor_id"), ["actor_id"], unique=False)

    with op.batch_alter_table("notification", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("is_sifted", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
