"""Indexes that lists of groups, of members and of invitations are read by."""

from __future__ import annotations

from alembic import op

revision = "2026_11_23_0418_faster_lists"
down_revision = "2026_11_23_0414_second_factor"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_invite_link_by_actor_id"), "invite_link", ["by_actor_id"])
    op.create_index(
        "ix_membership_group_id", "membership", ["group_id", "state", "role", "since_at"]
    )
