"""The table of tokens with which programs act for somebody."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from fedparents.db import UTCDateTime, id_key


class AccessToken(SQLModel, table=True):
    """A bearer token, stored as a digest."""

    __tablename__ = "access_token"

    id: int = id_key()
    account_id: int = Field(
        sa_type=sa.BigInteger, foreign_key="account.id", ondelete="CASCADE", index=True
    )
    token_digest: str = Field(unique=True)
    scopes: str
    """Between spaces, as RFC 6749 section 3.3 writes them."""
    label: str
    """For its owner: where it came from."""
    created_at: datetime = Field(sa_type=UTCDateTime)
    last_used_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
