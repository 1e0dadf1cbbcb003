"""How a place stands to other towns, instead of a list of those that are kept out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from fedparents.db import types

revision = "2026_11_23_1412_standing"
down_revision = "2026_11_23_1403_foreign_posts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "town",
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("standing", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("decided_at", types.UTCDateTime(), nullable=True),
        sa.Column("twinning", sa.String(), nullable=False),
        sa.Column("offer_uri", sa.String(), nullable=False),
        sa.Column("place_uri", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("software", sa.String(), nullable=False),
        sa.Column("capabilities", sa.String(), nullable=False),
        sa.Column("looked_at", types.UTCDateTime(), nullable=True),
        sa.Column("twinned_at", types.UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_town")),
    )
    with op.batch_alter_table("actor", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("standing", sa.String(), server_default="known", nullable=False)
        )
    _keep_out_who_was()


def _keep_out_who_was() -> None:
    connection = op.get_bind()
    listed = connection.scalar(sa.text("SELECT blocked_servers FROM instance WHERE id = 1")) or ""
    add = sa.text(
        "INSERT INTO town (host, standing, note, twinning, offer_uri, place_uri, name, software,"
        " capabilities) VALUES (:host, 'blocked', '', 'none', '', '', '', '', '')"
    )
    seal = sa.text(
        "UPDATE actor SET standing = 'blocked' WHERE domain = :host OR domain LIKE '%.' || :host"
    )
    for host in sorted(set(listed.split())):
        connection.execute(add, {"host": host})
        connection.execute(seal, {"host": host})
