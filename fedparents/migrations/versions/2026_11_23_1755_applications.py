"""2026_11_23_1755_applications."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from fedparents.db import types

revision = "2026_11_23_1755_applications"
down_revision = "2026_11_23_1745_shares"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "application",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("secret_digest", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("website", sa.String(), nullable=False),
        sa.Column("redirect_uris", sa.String(), nullable=False),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("created_at", types.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("client_id", name=op.f("uq_application_client_id")),
    )
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_application_created_at"), ["created_at"], unique=False)

    op.create_table(
        "application_token",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("token_digest", sa.String(), nullable=False),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("created_at", types.UTCDateTime(), nullable=False),
        sa.Column("revoked_at", types.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_application_token_application_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_token")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_application_token_token_digest")),
    )
    with op.batch_alter_table("application_token", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_application_token_application_id"), ["application_id"], unique=False
        )

    op.create_table(
        "application_grant",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("code_digest", sa.String(), nullable=False),
        sa.Column("redirect_uri", sa.String(), nullable=False),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("challenge", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("created_at", types.UTCDateTime(), nullable=False),
        sa.Column("expires_at", types.UTCDateTime(), nullable=False),
        sa.Column("used_at", types.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_application_grant_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_application_grant_application_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_grant")),
        sa.UniqueConstraint("code_digest", name=op.f("uq_application_grant_code_digest")),
    )
    with op.batch_alter_table("application_grant", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_application_grant_account_id"), ["account_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_application_grant_application_id"), ["application_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_application_grant_expires_at"), ["expires_at"], unique=False
        )

    with op.batch_alter_table("access_token", schema=None) as batch_op:
        batch_op.add_column(sa.Column("application_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("grant_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("device", sa.String(), server_default="", nullable=False))
        batch_op.create_index(
            batch_op.f("ix_access_token_application_id"), ["application_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_access_token_grant_id"), ["grant_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_access_token_grant_id"),
            "application_grant",
            ["grant_id"],
            ["id"],
            ondelete="SET NULL",
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_access_token_application_id"),
            "application",
            ["application_id"],
            ["id"],
            ondelete="CASCADE",
        )
