"""Groups of parents: what they are, who is in them, who asked to be."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from fedparents.db import types

revision = "2026_11_23_0125_groups"
down_revision = "2026_11_23_0030_ground_floor"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "parents_group",
        sa.Column("actor_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("joining", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("is_hidden", sa.Boolean(), nullable=False),
        sa.Column("is_local_only", sa.Boolean(), nullable=False),
        sa.Column("rules", sa.String(), nullable=False),
        sa.Column("questions", sa.String(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=True),
        sa.Column("ends_at", types.UTCDateTime(), nullable=True),
        sa.Column("created_at", types.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_parents_group_actor_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_parents_group_place_id")),
        sa.PrimaryKeyConstraint("actor_id", name=op.f("pk_parents_group")),
    )
    with op.batch_alter_table("parents_group", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_parents_group_state"), ["state"], unique=False)

    op.create_table(
        "join_request",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("answers", sa.String(), nullable=False),
        sa.Column("invite_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_by_actor_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", types.UTCDateTime(), nullable=True),
        sa.Column("created_at", types.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_join_request_actor_id")),
        sa.ForeignKeyConstraint(
            ["decided_by_actor_id"], ["actor.id"], name=op.f("fk_join_request_decided_by_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["parents_group.actor_id"],
            name=op.f("fk_join_request_group_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["invite_id"],
            ["invite_link.id"],
            name=op.f("fk_join_request_invite_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_request")),
    )
    with op.batch_alter_table("join_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_join_request_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_join_request_decided_at"), ["decided_at"], unique=False
        )
        batch_op.create_index("ix_join_request_group_id", ["group_id", "state"], unique=False)
        batch_op.create_index(
            "uq_join_request_pending",
            ["group_id", "actor_id"],
            unique=True,
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )

    op.create_table(
        "membership",
        sa.Column("group_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("actor_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("is_muted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("banned_until", sa.Date(), nullable=True),
        sa.Column("since_at", types.UTCDateTime(), nullable=False),
        sa.Column("changed_at", types.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_membership_actor_id")),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["parents_group.actor_id"],
            name=op.f("fk_membership_group_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("group_id", "actor_id", name=op.f("pk_membership")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index("ix_membership_actor_id", ["actor_id", "state"], unique=False)

    with op.batch_alter_table("instance", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("group_founding", sa.String(), server_default="members", nullable=False)
        )

    with op.batch_alter_table("invite_link", schema=None) as batch_op:
        batch_op.add_column(sa.Column("group_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(
            sa.Column("admits_to_group", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.create_index(batch_op.f("ix_invite_link_group_id"), ["group_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_invite_link_group_id"), "actor", ["group_id"], ["id"]
        )
