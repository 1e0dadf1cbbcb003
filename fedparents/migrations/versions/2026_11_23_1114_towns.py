"""2026_11_23_1114_towns."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from fedparents.db import types

revision = "2026_11_23_1114_towns"
down_revision = "2026_11_23_1057_federation_keys"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "remote_actor",
        sa.Column("actor_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("uri", sa.String(), nullable=False),
        sa.Column("inbox", sa.String(), nullable=False),
        sa.Column("shared_inbox", sa.String(), nullable=False),
        sa.Column("followers", sa.String(), nullable=False),
        sa.Column("outbox", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("fetched_at", types.UTCDateTime(), nullable=False),
        sa.Column("gone_at", types.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["actor.id"], name=op.f("fk_remote_actor_actor_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("actor_id", name=op.f("pk_remote_actor")),
        sa.UniqueConstraint("uri", name=op.f("uq_remote_actor_uri")),
    )
    # Nobody is talked to before somebody has said so.
    op.execute(
        sa.text(
            "UPDATE instance SET federation_mode = 'island'"
            " WHERE federation_mode = 'alone' OR set_up_at IS NULL"
        )
    )
