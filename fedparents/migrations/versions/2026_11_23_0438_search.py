"""What can be found, with the full-text index of each engine."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_0438_search"
down_revision = "2026_11_23_0433_notifications"
branch_labels = None
depends_on = None

# Terms are plain ASCII words already, so FTS5 has nothing to fold. The index keeps no text of its
# own: it is told what goes and what comes.
_SQLITE = (
    "CREATE VIRTUAL TABLE search_index USING fts5("
    "terms, content='search_document', content_rowid='post_id', tokenize='ascii', detail='none')",
    "CREATE TRIGGER search_document_added AFTER INSERT ON search_document BEGIN"
    " INSERT INTO search_index(rowid, terms) VALUES (new.post_id, new.terms); END",
    "CREATE TRIGGER search_document_deleted AFTER DELETE ON search_document BEGIN"
    " INSERT INTO search_index(search_index, rowid, terms)"
    " VALUES ('delete', old.post_id, old.terms); END",
    "CREATE TRIGGER search_document_changed AFTER UPDATE ON search_document BEGIN"
    " INSERT INTO search_index(search_index, rowid, terms)"
    " VALUES ('delete', old.post_id, old.terms);"
    " INSERT INTO search_index(rowid, terms) VALUES (new.post_id, new.terms); END",
)
_POSTGRES = (
    "CREATE INDEX ix_search_document_terms ON search_document"
    " USING gin (array_to_tsvector(string_to_array(terms, ' ')))",
)


def upgrade() -> None:
    op.create_table(
        "search_document",
        sa.Column("post_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("terms", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"],
            ["post.id"],
            name=op.f("fk_search_document_post_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_search_document")),
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _SQLITE if is_sqlite else _POSTGRES:
        op.execute(statement)
