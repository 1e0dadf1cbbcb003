"""Who needs a second factor: from when moderators do."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from fedparents.db import types

revision = "2026_11_23_0446_factor_rule"
down_revision = "2026_11_23_0438_search"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "instance", sa.Column("moderators_factor_due_at", types.UTCDateTime(), nullable=True)
    )
