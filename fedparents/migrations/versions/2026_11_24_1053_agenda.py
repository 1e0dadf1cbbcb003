"""The agenda: what a post adds when somebody invites, and the times at which it is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from fedparents.db import types

revision = "2026_11_24_1053_agenda"
down_revision = "2026_11_24_0226_profile_fields"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "event",
        sa.Column("post_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("exact_place", sa.String(), nullable=False),
        sa.Column("whom", sa.String(), nullable=False),
        sa.Column("bands", sa.String(), nullable=False),
        sa.Column("facilities", sa.String(), nullable=False),
        sa.Column("price_note", sa.String(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("counted_in", sa.String(), nullable=False),
        sa.Column("cancelled_at", types.UTCDateTime(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_event_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_event")),
    )
    op.create_table(
        "event_occurrence",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("planned_at", types.UTCDateTime(), nullable=False),
        sa.Column("starts_at", types.UTCDateTime(), nullable=False),
        sa.Column("ends_at", types.UTCDateTime(), nullable=False),
        sa.Column("shows_end", sa.Boolean(), nullable=False),
        sa.Column("cancelled_at", types.UTCDateTime(), nullable=True),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("last_in_line", sa.Integer(), nullable=False),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_event_occurrence_taken")),
        sa.CheckConstraint("waiting >= 0", name=op.f("ck_event_occurrence_waiting")),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.post_id"],
            name=op.f("fk_event_occurrence_event_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_occurrence")),
        sa.UniqueConstraint(
            "event_id", "planned_at", name=op.f("uq_event_occurrence_event_id_planned_at")
        ),
    )
    with op.batch_alter_table("event_occurrence", schema=None) as batch_op:
        batch_op.create_index("ix_event_occurrence_starts_at", ["starts_at", "id"], unique=False)
