"""Apps that take pushes, by their tokens."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from fedparents.db import types

revision = "2026_11_23_2144_push_for_apps"
down_revision = "2026_11_23_1809_own_account"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "app_subscription",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("token_id", sa.BigInteger(), nullable=False),
        sa.Column("sealed_token", sa.LargeBinary(), nullable=False),
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("p256dh", sa.String(), nullable=False),
        sa.Column("auth", sa.String(), nullable=False),
        sa.Column("is_standard", sa.Boolean(), nullable=False),
        sa.Column("alerts", sa.String(), nullable=False),
        sa.Column("pushes_from", sa.String(), nullable=False),
        sa.Column("failing_since_at", types.UTCDateTime(), nullable=True),
        sa.Column("created_at", types.UTCDateTime(), nullable=False),
        sa.Column("used_at", types.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_app_subscription_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["token_id"],
            ["access_token.id"],
            name=op.f("fk_app_subscription_token_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_subscription")),
        sa.UniqueConstraint("token_id", name=op.f("uq_app_subscription_token_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("app_subscription", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_app_subscription_account_id"), ["account_id"], unique=False
        )
