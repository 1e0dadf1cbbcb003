"""The tables of groups: what a group is, who is in it, and who asked to be."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from fedparents.db import UTCDateTime, id_key, key_to


class GroupKind(StrEnum):
    NEIGHBOURHOOD = "neighbourhood"
    SCHOOL = "school"
    ASSOCIATION = "association"
    ACTIVITY = "activity"
    THEME = "theme"


class Joining(StrEnum):
    """How one becomes a member."""

    OPEN = "open"
    APPROVAL = "approval"
    INVITE = "invite"


class Audience(StrEnum):
    """Who may read what is in a group: its members, everybody who is signed in here, or everybody,
    in other towns too."""

    MEMBERS = "members"
    HERE = "here"
    PUBLIC = "public"


class GroupState(StrEnum):
    """(proposed → ) active → ending → (row erased)."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    ENDING = "ending"


class GroupRole(StrEnum):
    MEMBER = "member"
    HOST = "host"
    MODERATOR = "moderator"
    MANAGER = "manager"


class MembershipState(StrEnum):
    ACTIVE = "active"
    LEFT = "left"
    REMOVED = "removed"
    BANNED = "banned"


class RequestState(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class InvitationState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Group(SQLModel, table=True):
    """What a group adds to its actor, whose name and summary are the group's name and purpose.

    One of another town has a row, too, once somebody here has looked for it: who asks and who is in
    it from here stand in the same tables as for our own, and the other town decides.
    """

    __tablename__ = "parents_group"

    actor_id: int = key_to("actor.id", cascades=False)
    kind: GroupKind = Field(sa_type=sa.String)
    state: GroupState = Field(sa_type=sa.String, index=True)
    joining: Joining = Field(default=Joining.APPROVAL, sa_type=sa.String)
    audience: Audience = Field(default=Audience.MEMBERS, sa_type=sa.String)
    is_hidden: bool = False
    """Known only to its members, and to whoever holds an invitation."""
    is_local_only: bool = True
    """Unknown to visitors and to other towns."""
    rules: str = ""
    """One a line."""
    questions: str = ""
    """Put to those who ask to join; one a line."""
    place_id: int | None = Field(default=None, sa_type=sa.BigInteger, foreign_key="place.id")
    allows_anonymous: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    """Whether members may ask without their name; those who moderate can find out who it was."""
    holds_first_posts: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    """Whether somebody looks at a newcomer's first posts before the others read them."""
    ends_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """When it will be erased, after the days of grace."""
    created_at: datetime = Field(sa_type=UTCDateTime)


class GroupTopic(SQLModel, table=True):
    """A shelf inside a group: "baby-sitting", "school canteen"."""

    __tablename__ = "group_topic"
    __table_args__ = (sa.Index("ix_group_topic_group_id", "group_id", "position"),)

    id: int = id_key()
    group_id: int = Field(
        sa_type=sa.BigInteger, foreign_key="parents_group.actor_id", ondelete="CASCADE"
    )
    name: str
    position: int = 0


class Membership(SQLModel, table=True):
    """Somebody's place in a group, also the one that they had: a ban has to be remembered."""

    __table_args__ = (
        sa.Index("ix_membership_actor_id", "actor_id", "state"),
        sa.Index("ix_membership_group_id", "group_id", "state", "role", "since_at"),
    )

    group_id: int = key_to("parents_group.actor_id")
    actor_id: int = key_to("actor.id", cascades=False)
    role: GroupRole = Field(default=GroupRole.MEMBER, sa_type=sa.String)
    state: MembershipState = Field(default=MembershipState.ACTIVE, sa_type=sa.String)
    is_muted: bool = False
    """No mails about the group, except those about the person."""
    reason: str = ""
    """What the person was told when they were removed or banned."""
    banned_until: date | None = None
    """The last day of a ban; None with state "banned": for good."""
    since_at: datetime = Field(sa_type=UTCDateTime)
    changed_at: datetime = Field(sa_type=UTCDateTime)


@dataclass(frozen=True, slots=True)
class Answer:
    """A question as it stood, and what was answered to it."""

    question: str
    text: str


class JoinRequest(SQLModel, table=True):
    """One try to become a member; answers are forgotten a month after the decision."""

    __tablename__ = "join_request"
    __table_args__ = (
        sa.Index(
            "uq_join_request_pending",
            "group_id",
            "actor_id",
            unique=True,
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        ),
        sa.Index("ix_join_request_group_id", "group_id", "state"),
    )

    id: int = id_key()
    group_id: int = Field(
        sa_type=sa.BigInteger, foreign_key="parents_group.actor_id", ondelete="CASCADE"
    )
    actor_id: int = Field(sa_type=sa.BigInteger, foreign_key="actor.id", index=True)
    state: RequestState = Field(default=RequestState.PENDING, sa_type=sa.String)
    answers: str = ""
    """JSON: pairs of question and answer."""
    invite_id: int | None = Field(
        default=None, sa_type=sa.BigInteger, foreign_key="invite_link.id", ondelete="SET NULL"
    )
    reason: str = ""
    """What the person was told when they were declined."""
    decided_by_actor_id: int | None = Field(
        default=None, sa_type=sa.BigInteger, foreign_key="actor.id"
    )
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime, index=True)
    created_at: datetime = Field(sa_type=UTCDateTime)

    @property
    def answered(self) -> list[Answer]:
        return [Answer(*pair) for pair in json.loads(self.answers)] if self.answers else []


class GroupInvitation(SQLModel, table=True):
    """Somebody who was invited by name across towns: from elsewhere into a group of ours, or from
    here into one elsewhere. One for these two, and the last time counts."""

    __tablename__ = "group_invitation"
    __table_args__ = (sa.Index("ix_group_invitation_actor_id", "actor_id", "state"),)

    group_id: int = Field(
        sa_type=sa.BigInteger,
        foreign_key="parents_group.actor_id",
        ondelete="CASCADE",
        primary_key=True,
        sa_column_kwargs={"autoincrement": False},
    )
    actor_id: int = Field(
        sa_type=sa.BigInteger,
        foreign_key="actor.id",
        ondelete="CASCADE",
        primary_key=True,
        sa_column_kwargs={"autoincrement": False},
    )
    by_actor_id: int | None = Field(
        default=None, sa_type=sa.BigInteger, foreign_key="actor.id", ondelete="SET NULL"
    )
    """Who of this place invited them; a group elsewhere does not say."""
    state: InvitationState = Field(default=InvitationState.OPEN, sa_type=sa.String)
    created_at: datetime = Field(sa_type=UTCDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """When it was answered, or taken back."""

    @property
    def admits_to_group(self) -> bool:
        """At once: who invites by name decides on requests, too."""
        return True


def lines_of(text: str) -> list[str]:
    """The rules or questions of a group, which are kept one a line."""
    return text.splitlines()
