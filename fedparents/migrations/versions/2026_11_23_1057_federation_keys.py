"""The keys with which everybody here signs what leaves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from fedparents.db import types

revision = "2026_11_23_1057_federation_keys"
down_revision = "2026_11_23_0801_reports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "actor_key",
        sa.Column("actor_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", types.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("actor_id", "name", name=op.f("pk_actor_key")),
    )
