"""What people pass on, and homes in which it stands among posts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from fedparents.db import types

revision = "2026_11_23_1745_shares"
down_revision = "2026_11_23_1741_invited"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "share",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", types.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_share_actor_id")),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_share_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share")),
        sa.UniqueConstraint("post_id", "actor_id", name=op.f("uq_share_post_id_actor_id")),
    )
    with op.batch_alter_table("share", schema=None) as batch_op:
        batch_op.create_index("ix_share_actor_id", ["actor_id", "id"], unique=False)
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("share_count", sa.Integer(), server_default="0", nullable=False)
        )
    _number_places()


def _number_places() -> None:
    """Places in homes get numbers of their own: no primary key can be changed in place, and SQLite
    could not keep such a table without row ids."""
    op.execute("CREATE TABLE home_before AS SELECT account_id, post_id FROM home_entry")
    op.drop_table("home_entry")
    op.create_table(
        "home_entry",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_home_entry_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_home_entry_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "entry_id", name=op.f("pk_home_entry")),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO home_entry (account_id, entry_id, post_id)"
        " SELECT account_id, post_id, post_id FROM home_before ORDER BY account_id, post_id"
    )
    op.drop_table("home_before")
    with op.batch_alter_table("home_entry", schema=None) as batch_op:
        batch_op.create_index("ix_home_entry_post_id", ["post_id", "account_id"], unique=True)
