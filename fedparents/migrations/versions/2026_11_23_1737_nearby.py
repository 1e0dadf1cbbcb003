"""What is for neighbouring towns, found among all that comes from them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_1737_nearby"
down_revision = "2026_11_23_1725_farewells"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_nearby = sa.text("audience = 'nearby'")
    op.create_index(
        "ix_post_nearby",
        "post",
        ["is_reply", "is_from_elsewhere", "id"],
        sqlite_where=is_nearby,
        postgresql_where=is_nearby,
    )
