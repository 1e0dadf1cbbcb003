"""The tables of applications: which there are, who let them in, and the tokens they hold."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from fedparents.db import UTCDateTime, id_key, key_to

OUT_OF_BAND: Final = "urn:ietf:wg:oauth:2.0:oob"
"""Instead of an address to go back to: the code is shown, and typed into the program."""


class Application(SQLModel, table=True):
    """A program as it has registered itself; anybody may, under any name."""

    id: int = id_key()
    client_id: str = Field(unique=True)
    secret_digest: str
    name: str
    website: str = ""
    redirect_uris: str
    """One a line, exactly as they were told: they are compared letter by letter."""
    scopes: str
    """The most that it may ever ask for, between spaces."""
    created_at: datetime = Field(sa_type=UTCDateTime, index=True)

    @property
    def ways_back(self) -> tuple[str, ...]:
        return tuple(self.redirect_uris.splitlines())


class Grant(SQLModel, table=True):
    """Somebody's yes to a program, which it turns into a token within minutes, and once."""

    __tablename__ = "application_grant"

    id: int = id_key()
    application_id: int = Field(
        sa_type=sa.BigInteger, foreign_key="application.id", ondelete="CASCADE", index=True
    )
    account_id: int = Field(
        sa_type=sa.BigInteger, foreign_key="account.id", ondelete="CASCADE", index=True
    )
    code_digest: str = Field(unique=True)
    redirect_uri: str
    scopes: str
    challenge: str = ""
    """What only the program that asked can answer (RFC 7636); empty when it did not ask so."""
    device: str = ""
    """The browser in which they said yes, in words."""
    created_at: datetime = Field(sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime, index=True)
    used_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class AccessToken(SQLModel, table=True):
    """A bearer token, stored as a digest, with which a program acts for somebody."""

    __tablename__ = "access_token"

    id: int = id_key()
    account_id: int = Field(
        sa_type=sa.BigInteger, foreign_key="account.id", ondelete="CASCADE", index=True
    )
    application_id: int | None = Field(
        default=None,
        sa_type=sa.BigInteger,
        foreign_key="application.id",
        ondelete="CASCADE",
        index=True,
    )
    """None: made on the command line."""
    grant_id: int | None = Field(
        default=None,
        sa_type=sa.BigInteger,
        foreign_key="application_grant.id",
        ondelete="SET NULL",
        index=True,
    )
    token_digest: str = Field(unique=True)
    scopes: str
    """Between spaces, as RFC 6749 section 3.3 writes them."""
    label: str
    """For its owner: what it is called, or where it came from."""
    device: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """The browser in which it was let in, in words."""
    created_at: datetime = Field(sa_type=UTCDateTime)
    last_used_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class ApplicationToken(SQLModel, table=True):
    """A token of a program that acts for nobody but itself."""

    __tablename__ = "application_token"

    id: int = id_key()
    application_id: int = Field(
        sa_type=sa.BigInteger, foreign_key="application.id", ondelete="CASCADE", index=True
    )
    token_digest: str = Field(unique=True)
    scopes: str
    created_at: datetime = Field(sa_type=UTCDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Marker(SQLModel, table=True):
    """How far somebody has read one of the two long lists, for all their apps together."""

    account_id: int = key_to("account.id")
    timeline: str = Field(primary_key=True)
    last_read_id: int = Field(sa_type=sa.BigInteger)
    version: int
    """How often it was moved."""
    updated_at: datetime = Field(sa_type=UTCDateTime)


class PostingWish(SQLModel, table=True):
    """What an app shall offer its owner when they begin to write. Who has no row has no wish."""

    __tablename__ = "posting_wish"

    account_id: int = key_to("account.id")
    visibility: str = ""
    is_sensitive: bool = False
    language: str = ""
