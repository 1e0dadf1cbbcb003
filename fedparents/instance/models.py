"""The one row of the place, and the versions of its legal pages."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from fedparents.db import UTCDateTime, id_key

THE_ONE = 1


class Registrations(StrEnum):
    """Who may ask for an account."""

    CLOSED = "closed"
    INVITED = "invited"
    APPROVED = "approved"
    OPEN = "open"


class FederationMode(StrEnum):
    """Whom this place talks to."""

    ISLAND = "island"
    """Nobody: to other towns it looks like a place that has never heard of them."""
    ALLIES = "allies"
    """Towns that were chosen one by one; to all others it says that it is there, and no more."""
    OPEN = "open"

    @property
    def is_there(self) -> bool:
        """Whether other towns may know of the place itself."""
        return self != FederationMode.ISLAND

    @property
    def speaks_to_anybody(self) -> bool:
        """Whether other towns may know of people and groups without having been chosen."""
        return self == FederationMode.OPEN


class GroupFounding(StrEnum):
    """Who may found groups."""

    MEMBERS = "members"
    APPROVAL = "approval"
    MODERATORS = "moderators"


class LegalKind(StrEnum):
    """The pages that the law asks for; the first three are needed before sign-ups open."""

    LEGAL_NOTICE = "legal_notice"
    PRIVACY = "privacy"
    CONTACT = "contact"
    RULES = "rules"
    ACCESSIBILITY = "accessibility"


NEEDED_TO_OPEN = (LegalKind.LEGAL_NOTICE, LegalKind.PRIVACY, LegalKind.CONTACT)


class Instance(SQLModel, table=True):
    """Run-time options; there is always exactly one row."""

    id: int = Field(
        default=THE_ONE,
        sa_type=sa.BigInteger,
        primary_key=True,
        sa_column_kwargs={"autoincrement": False},
    )
    domain: str
    """The name under which people joined; a start under another one is refused."""
    name: str = ""
    tagline: str = ""
    """The two sentences on the front page that say what this place is."""
    language: str = "fr"
    timezone: str = "Europe/Paris"
    contact_email: str = ""
    registrations: Registrations = Field(default=Registrations.APPROVED, sa_type=sa.String)
    asks_reason: bool = True
    minimum_age: int = 18
    approvals_a_day: int = 10
    waiting_at_most: int = 20
    federation_mode: FederationMode = Field(default=FederationMode.ISLAND, sa_type=sa.String)
    answers_signed_only: bool = Field(
        default=False, sa_column_kwargs={"server_default": sa.false()}
    )
    """Whether other servers have to say who they are before they are shown anybody."""
    group_founding: GroupFounding = Field(
        default=GroupFounding.MEMBERS,
        sa_type=sa.String,
        sa_column_kwargs={"server_default": GroupFounding.MEMBERS.value},
    )
    moderators_factor_due_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """From when the desk wants a second factor of moderators; None: never. Admins always need one
    after the place's first days."""
    blocked_mail_domains: str = ""
    """Domains of throw-away mailboxes, one a line."""
    blocked_servers: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Read no more: how this place stands to other towns is in a table of its own. The column goes
    with a later release."""
    setup_step: int = 0
    """How many questions of the wizard have been answered; it goes on after them."""
    set_up_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """When the wizard was finished."""
    created_at: datetime = Field(sa_type=UTCDateTime)

    @property
    def is_set_up(self) -> bool:
        return self.set_up_at is not None


class LegalPage(SQLModel, table=True):
    """One version of one page in one language; the newest published one is shown."""

    __tablename__ = "legal_page"
    __table_args__ = (sa.Index("ix_legal_page_kind", "kind", "language", "id"),)

    id: int = id_key()
    kind: LegalKind = Field(sa_type=sa.String)
    language: str
    body: str
    """Markdown."""
    created_at: datetime = Field(sa_type=UTCDateTime)
