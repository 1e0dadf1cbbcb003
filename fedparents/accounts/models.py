"""The tables of accounts. None has a column that could tell anything about a child (A8)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from fedparents.db import UTCDateTime, id_key, key_to


class AccountState(StrEnum):
    """email_pending → (approval_pending → ) active → frozen | leaving → (row erased)."""

    EMAIL_PENDING = "email_pending"
    APPROVAL_PENDING = "approval_pending"
    DECLINED = "declined"
    ACTIVE = "active"
    FROZEN = "frozen"
    LEAVING = "leaving"


class Role(StrEnum):
    """What somebody may do for the whole place; roles in groups are another matter."""

    MEMBER = "member"
    MODERATOR = "moderator"
    ADMIN = "admin"


class LinkPurpose(StrEnum):
    CONFIRM_EMAIL = "confirm_email"
    SIGN_IN = "sign_in"
    CHANGE_EMAIL = "change_email"


class ConsentKind(StrEnum):
    RULES = "rules"
    PRIVACY = "privacy"


class Account(SQLModel, table=True):
    """What signing in and writing to somebody needs. Two parents may share one mailbox."""

    id: int = id_key()
    actor_id: int = Field(sa_type=sa.BigInteger, foreign_key="actor.id", unique=True)
    email: str = Field(index=True)
    """Lower case; at most two confirmed accounts have the same."""
    password_hash: str | None = None
    """None: signs in by magic link only."""
    role: Role = Field(default=Role.MEMBER, sa_type=sa.String)
    state: AccountState = Field(default=AccountState.EMAIL_PENDING, sa_type=sa.String, index=True)
    language: str = ""
    """Empty: whatever the browser asks for, then the place's."""
    theme: str = "auto"
    place_id: int | None = Field(default=None, sa_type=sa.BigInteger, foreign_key="place.id")
    """The commune, declared; never federated."""
    shows_place: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    """Whether other people here see the commune; off until the person says so."""
    sign_up_reason: str = ""
    """For those who decide; emptied 30 days after the decision."""
    invite_id: int | None = Field(
        default=None, sa_type=sa.BigInteger, foreign_key="invite_link.id", ondelete="SET NULL"
    )
    restricted_until: date | None = None
    """For fifteen to seventeen year olds only: the day on which the restrictions end."""
    confirmed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime, index=True)
    """When it became active or was declined."""
    decision_reason: str = ""
    frozen_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """Since when somebody is kept out."""
    leaving_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """When it will be erased, after the days of grace."""
    signed_out_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """When everything was signed out at once, perhaps but one browser: programs that were let in
    before are out too."""
    last_seen_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """To the hour: for the two-year rule on accounts that nobody uses."""
    inactive_warnings: int = 0
    warned_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    created_at: datetime = Field(sa_type=UTCDateTime)


class BrowserSession(SQLModel, table=True):
    """One browser in which somebody is signed in."""

    __tablename__ = "browser_session"

    id: int = id_key()
    account_id: int = Field(
        sa_type=sa.BigInteger, foreign_key="account.id", ondelete="CASCADE", index=True
    )
    token_digest: str = Field(unique=True)
    browser: str
    """Digest of the browser's own cookie: recognises a browser that was here before."""
    device: str
    """In words for its owner: "Firefox, Android"."""
    created_at: datetime = Field(sa_type=UTCDateTime)
    last_seen_at: datetime = Field(sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime, index=True)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class SecondFactor(SQLModel, table=True):
    """The app that makes codes for signing in; whoever has no row signs in without."""

    __tablename__ = "second_factor"

    account_id: int = key_to("account.id")
    sealed_secret: bytes
    """What the app shares with us, under a key that is not in the database."""
    last_step: int
    """The newest half minute whose code was used: neither that code nor an older one works."""
    wrong_count: int = 0
    """Wrong codes within a day, from browsers in which the account had not been used."""
    wrong_since_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    turned_on_at: datetime = Field(sa_type=UTCDateTime)


class RecoveryCode(SQLModel, table=True):
    """What signs in instead of the app, once; stored as a digest."""

    __tablename__ = "recovery_code"

    id: int = id_key()
    account_id: int = Field(
        sa_type=sa.BigInteger, foreign_key="account.id", ondelete="CASCADE", index=True
    )
    code_digest: str
    used_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class EmailLink(SQLModel, table=True):
    """A link (and its six digits) sent by mail. Neither can be computed from this row alone."""

    __tablename__ = "email_link"

    id: int = id_key()
    purpose: LinkPurpose = Field(sa_type=sa.String)
    account_id: int = Field(
        sa_type=sa.BigInteger, foreign_key="account.id", ondelete="CASCADE", index=True
    )
    email: str
    """Where it is sent; for a change of address the new one."""
    browser: str = Field(default="", index=True)
    """Digest of the cookie of the browser that asked; the six digits work only there."""
    request_id: int | None = Field(default=None, sa_type=sa.BigInteger, index=True)
    """The job that issued it, so that a repeated job does not issue it twice."""
    failures: int = 0
    """Wrong digits that were tried."""
    created_at: datetime = Field(sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime, index=True)
    used_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class InviteLink(SQLModel, table=True):
    """A link or QR code that brings people in."""

    __tablename__ = "invite_link"

    id: int = id_key()
    token: str = Field(unique=True)
    by_actor_id: int = Field(sa_type=sa.BigInteger, foreign_key="actor.id", index=True)
    label: str = ""
    """For those who made it: "poster at the school"."""
    skips_approval: bool = False
    group_id: int | None = Field(
        default=None, sa_type=sa.BigInteger, foreign_key="actor.id", index=True
    )
    """The group in which whoever follows it lands."""
    admits_to_group: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    """Into the group without a second look; otherwise one asks there."""
    uses_left: int | None = None
    """None: any number."""
    use_count: int = 0
    expires_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    created_at: datetime = Field(sa_type=UTCDateTime)


class Consent(SQLModel, table=True):
    """Proof of what somebody agreed to: which page, which version, when."""

    id: int = id_key()
    account_id: int = Field(
        sa_type=sa.BigInteger, foreign_key="account.id", ondelete="CASCADE", index=True
    )
    kind: ConsentKind = Field(sa_type=sa.String)
    version: int = Field(sa_type=sa.BigInteger)
    """The id of the legal page that was shown."""
    given_at: datetime = Field(sa_type=UTCDateTime)
