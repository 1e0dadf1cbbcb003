"""What towns know of each other, as tables."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from fedparents.db import UTCDateTime


class KeyKind(StrEnum):
    RSA = "rsa"
    """For signatures of requests, which every server can check."""
    ED25519 = "ed25519"
    """For proofs inside documents."""


class ActorKey(SQLModel, table=True):
    """A key of somebody here, or of the place itself, made when it is first needed.

    It outlives whoever is erased: that they are gone has to be signed too.
    """

    __tablename__ = "actor_key"

    actor_id: int = Field(
        sa_type=sa.BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False}
    )
    """0 for the place itself."""
    name: str = Field(primary_key=True)
    """What follows the # in its id."""
    kind: KeyKind = Field(sa_type=sa.String)
    sealed: bytes
    """The private half, sealed under the place's secret."""
    created_at: datetime = Field(sa_type=UTCDateTime)
