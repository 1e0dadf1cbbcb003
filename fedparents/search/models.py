"""The table of what can be found. The full-text index on it is the engine's: FTS5 or GIN."""

from __future__ import annotations

from typing import Final

from sqlmodel import SQLModel

from fedparents.db import key_to

INDEX: Final = "search_index"
"""The FTS5 table of SQLite, kept equal to this one by triggers."""


class SearchDocument(SQLModel, table=True):
    """One post with the terms that it is found by."""

    __tablename__ = "search_document"

    post_id: int = key_to("post.id")
    terms: str
    """Separated by spaces; the first ones say where it was said and what it is."""
