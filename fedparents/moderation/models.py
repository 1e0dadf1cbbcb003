"""The tables of moderation: what is looked into, who complained, what was decided, who objected."""

from __future__ import annotations

import json
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from fedparents.db import UTCDateTime, id_key, key_to


class SubjectKind(StrEnum):
    """What a report is about."""

    POST = "post"
    """Also a letter, which is a direct post."""
    PERSON = "person"
    GROUP = "group"
    ADDRESS = "address"
    """Only an address that a visitor named."""


class Category(StrEnum):
    """What is wrong, the gravest first."""

    CHILD_DANGER = "child_danger"
    ILLEGAL = "illegal"
    HARASSMENT = "harassment"
    PERSONAL_DATA = "personal_data"
    SCAM = "scam"
    SPAM = "spam"
    OTHER = "other"


class ReportState(StrEnum):
    """received → (hidden) → assigned → decided → appealed → closed; more in `machine.TURNS`."""

    RECEIVED = "received"
    HIDDEN = "hidden"
    """What it is about cannot be seen until somebody has decided."""
    ASSIGNED = "assigned"
    DECIDED = "decided"
    APPEALED = "appealed"
    CLOSED = "closed"


class Action(StrEnum):
    """What can be decided, the mildest first."""

    NONE = "none"
    ADVISE = "advise"
    EDIT = "edit"
    """Out of sight until its author has changed it and somebody has looked."""
    HIDE = "hide"
    DELETE = "delete"
    """A post, or (ended, with its days of grace) a group."""
    REMOVE = "remove"
    """From the group; what was written is hidden too."""
    BAN = "ban"
    FREEZE = "freeze"
    """The account; for administrators."""


class Ground(StrEnum):
    """On what a decision stands."""

    RULE = "rule"
    LAW = "law"


class DecisionState(StrEnum):
    STANDS = "stands"
    UNDONE = "undone"
    """By whoever decided, a moment later, or lifted by those who look after it."""
    OVERTURNED = "overturned"
    """By somebody else, who was asked to look again."""


class AppealState(StrEnum):
    WAITING = "waiting"
    UPHELD = "upheld"
    """The decision stays."""
    OVERTURNED = "overturned"


OPEN = (ReportState.RECEIVED, ReportState.HIDDEN, ReportState.ASSIGNED)
"""Somebody has to decide."""


class Report(SQLModel, table=True):
    """One matter that somebody has to look into, however many have complained of it."""

    __table_args__ = (
        sa.Index("ix_report_subject_id", "subject_id", "subject_kind", "state"),
        sa.Index("ix_report_group_id", "group_id", "state", "id"),
        sa.Index("ix_report_state", "state", "id"),
        sa.Index("ix_report_target_actor_id", "target_actor_id", "id"),
    )

    id: int = id_key()
    subject_kind: SubjectKind = Field(sa_type=sa.String)
    subject_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    """A post or an actor; None for an address."""
    group_id: int | None = Field(
        default=None,
        sa_type=sa.BigInteger,
        foreign_key="parents_group.actor_id",
        ondelete="SET NULL",
    )
    """The group whose moderators decide; None: those of the place."""
    target_actor_id: int | None = Field(default=None, sa_type=sa.BigInteger, foreign_key="actor.id")
    """Whom a decision would concern; None for whoever wrote without a name. Of a group its own
    actor, and its managers answer for it."""
    category: Category = Field(sa_type=sa.String)
    """The gravest that anybody named."""
    state: ReportState = Field(default=ReportState.RECEIVED, sa_type=sa.String)
    is_own: bool = False
    """Nobody complained: somebody who looks after the place acted by themselves."""
    is_for_place: bool = False
    """Its administrators are asked too, not only after a day without an answer."""
    complaint_count: int = 0
    snapshot: str = ""
    """JSON: how it looked when it was first reported. Words and figures, no pictures."""
    shown_as: str = ""
    """The state of its post before it was hidden for the time being."""
    hidden_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    assigned_to_actor_id: int | None = Field(
        default=None, sa_type=sa.BigInteger, foreign_key="actor.id"
    )
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    created_at: datetime = Field(sa_type=UTCDateTime)

    @property
    def seen(self) -> dict[str, Any]:
        """The snapshot; empty once it has been forgotten."""
        found: dict[str, Any] = json.loads(self.snapshot) if self.snapshot else {}
        return found


class Complaint(SQLModel, table=True):
    """What one person says is wrong: somebody here, or a visitor with the notice that the law asks
    for (article 16 of Regulation (EU) 2022/2065)."""

    __table_args__ = (
        sa.Index(
            "uq_complaint_by",
            "report_id",
            "by_actor_id",
            unique=True,
            sqlite_where=sa.text("by_actor_id IS NOT NULL"),
            postgresql_where=sa.text("by_actor_id IS NOT NULL"),
        ),
        sa.Index("ix_complaint_by_actor_id", "by_actor_id", "id"),
    )

    id: int = id_key()
    report_id: int = Field(
        sa_type=sa.BigInteger, foreign_key="report.id", ondelete="CASCADE", index=True
    )
    by_actor_id: int | None = Field(default=None, sa_type=sa.BigInteger, foreign_key="actor.id")
    category: Category = Field(sa_type=sa.String)
    text: str = ""
    is_notice: bool = False
    """By the form that everybody can use, with an account or without."""
    address: str = ""
    """Of a notice: where it is to be found."""
    name: str = ""
    """Of a notice: who says so; may be missing where children are abused. Of a town that has told
    us: its host."""
    email: str = ""
    language: str = ""
    created_at: datetime = Field(sa_type=UTCDateTime)


class Decision(SQLModel, table=True):
    """What was decided, on what grounds, and by whom: always a person."""

    __table_args__ = (sa.Index("ix_decision_report_id", "report_id", "id"),)

    id: int = id_key()
    report_id: int = Field(sa_type=sa.BigInteger, foreign_key="report.id", ondelete="CASCADE")
    action: Action = Field(sa_type=sa.String)
    ground: Ground | None = Field(default=None, sa_type=sa.String)
    ground_text: str = ""
    """The rule, or the law, in words."""
    facts: str = ""
    """What happened, for whom it concerns."""
    banned_until: date | None = None
    """Of a ban: its last day; None: for good."""
    before: str = ""
    """JSON: how things were, so that they can be again."""
    state: DecisionState = Field(default=DecisionState.STANDS, sa_type=sa.String)
    decided_by_actor_id: int = Field(sa_type=sa.BigInteger, foreign_key="actor.id", index=True)
    decided_at: datetime = Field(sa_type=UTCDateTime)
    told_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """When the mails about it left; whoever undoes it later has to write again."""

    @property
    def earlier(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.before) if self.before else {}
        return found


class Appeal(SQLModel, table=True):
    """Somebody asks that another person look at a decision again."""

    __table_args__ = (
        sa.Index(
            "uq_appeal_target",
            "decision_id",
            unique=True,
            sqlite_where=sa.text("complaint_id IS NULL"),
            postgresql_where=sa.text("complaint_id IS NULL"),
        ),
        sa.UniqueConstraint("decision_id", "complaint_id"),
        sa.Index("ix_appeal_state", "state", "id"),
    )

    id: int = id_key()
    decision_id: int = Field(sa_type=sa.BigInteger, foreign_key="decision.id", ondelete="CASCADE")
    complaint_id: int | None = Field(
        default=None, sa_type=sa.BigInteger, foreign_key="complaint.id", ondelete="CASCADE"
    )
    """Whose complaint was answered so; None: it comes from whom the decision concerns."""
    by_actor_id: int | None = Field(default=None, sa_type=sa.BigInteger, foreign_key="actor.id")
    """Who asked, of the several managers whom a decision about a group concerns."""
    text: str
    state: AppealState = Field(default=AppealState.WAITING, sa_type=sa.String)
    answer: str = ""
    decided_by_actor_id: int | None = Field(
        default=None, sa_type=sa.BigInteger, foreign_key="actor.id"
    )
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    created_at: datetime = Field(sa_type=UTCDateTime)


class SealedCopy(SQLModel, table=True):
    """What the authorities may need where a child is in danger: kept for a month, under a key that
    is not in the database, opened by administrators with a reason that is written down."""

    __tablename__ = "sealed_copy"

    report_id: int = key_to("report.id")
    sealed: bytes
    sealed_at: datetime = Field(sa_type=UTCDateTime, index=True)
