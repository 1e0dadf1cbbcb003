"""What a thing is, beside the words in which it is asked for or offered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from fedparents.db import types

revision = "2026_11_24_0034_swap_details"
down_revision = "2026_11_23_2314_follow_replaced"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("swap", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mode", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("size", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("age_from", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("age_to", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("condition", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("price_cents", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("quantity", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("made_in", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("is_declared_safe", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(sa.Column("expires_at", types.UTCDateTime(), nullable=True))
        batch_op.create_index("ix_swap_category", ["category", "post_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_swap_expires_at"), ["expires_at"], unique=False)
        batch_op.create_check_constraint(batch_op.f("ck_swap_quantity"), "quantity > 0")
