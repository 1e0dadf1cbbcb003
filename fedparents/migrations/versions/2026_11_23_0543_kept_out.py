"""Since when somebody is kept out, and when everything was signed out at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from fedparents import clock
from fedparents.db import types

revision = "2026_11_23_0543_kept_out"
down_revision = "2026_11_23_0521_digests"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("frozen_at", types.UTCDateTime(), nullable=True))
    op.add_column("account", sa.Column("signed_out_at", types.UTCDateTime(), nullable=True))
    account = sa.table(
        "account", sa.column("state", sa.String), sa.column("frozen_at", types.UTCDateTime())
    )
    # Nobody noted when it was: the time for which they are kept begins now.
    paused = sa.update(account).where(account.c.state == "frozen")
    op.execute(paused.values(frozen_at=clock.now()))
