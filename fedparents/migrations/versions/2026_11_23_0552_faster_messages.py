"""Ask with every page whether there is a message to read, without reading the others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_0552_faster_messages"
down_revision = "2026_11_23_0543_kept_out"
branch_labels = None
depends_on = None

_NAME = "ix_conversation_member_unread"


def upgrade() -> None:
    is_unread = sa.text("last_post_id > read_post_id")
    op.drop_index(_NAME, "conversation_member")
    op.create_index(
        _NAME,
        "conversation_member",
        ["actor_id", "state"],
        sqlite_where=is_unread,
        postgresql_where=is_unread,
    )
