"""What towns know of each other, as tables."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from fedparents.actors.models import Standing
from fedparents.db import UTCDateTime, id_key, key_to, position_key


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

    actor_id: int = id_key()
    """0 for the place itself."""
    name: str = Field(primary_key=True)
    """What follows the # in its id."""
    kind: KeyKind = Field(sa_type=sa.String)
    sealed: bytes
    """The private half, sealed under the place's secret."""
    created_at: datetime = Field(sa_type=UTCDateTime)


class RemoteActor(SQLModel, table=True):
    """What is needed to talk to somebody elsewhere; who they are stands in their `Actor`."""

    __tablename__ = "remote_actor"

    actor_id: int = key_to("actor.id")
    uri: str = Field(unique=True)
    """Their id."""
    inbox: str
    shared_inbox: str = ""
    """Where their town takes what is for several of its people; empty when it has none."""
    followers: str = ""
    """The address that stands for all who follow them."""
    outbox: str = ""
    url: str = ""
    """Their page, for people."""
    picture_url: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Where their town shows their picture; ours is a copy, drawn anew."""
    fetched_at: datetime = Field(sa_type=UTCDateTime)
    gone_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """Since when their own town says that they are no more."""
    also_known_as: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Ids under which they say that they were known, with a space between."""
    moved_to: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """The id under which they go on; both sides have said so."""
    moved_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    compared_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """When their town was last asked who of us follows them."""

    @property
    def names(self) -> list[str]:
        return self.also_known_as.split()


class SecondHome(SQLModel, table=True):
    """Where else somebody of this place is or was known: one row for those who have moved."""

    __tablename__ = "second_home"

    actor_id: int = key_to("actor.id")
    also_known_as: str = ""
    """Ids elsewhere that were theirs, with a space between."""
    moved_to: str = ""
    """The id elsewhere under which they go on."""
    moved_at: datetime | None = Field(default=None, sa_type=UTCDateTime)

    @property
    def names(self) -> list[str]:
        return self.also_known_as.split()


class RemoteKey(SQLModel, table=True):
    """A key of somebody elsewhere, as their own server shows it."""

    __tablename__ = "remote_key"

    id: str = Field(primary_key=True)
    """The address by which signatures name it."""
    owner: str
    """The address of the actor whose it is; their document was seen to name it."""
    kind: KeyKind = Field(sa_type=sa.String)
    """How it is written: `rsa` is PEM, `ed25519` a multikey."""
    public: str
    fetched_at: datetime = Field(sa_type=UTCDateTime)


class InboxItem(SQLModel, table=True):
    """Something that another server left here, signed by its sender: by it, what comes again is
    known. What it says is forgotten when it has been worked on, or was nothing for us."""

    __tablename__ = "inbox_item"
    __table_args__ = (sa.Index("ix_inbox_item_received", "received_at"),)

    id: int = id_key()
    mark: str = Field(unique=True)
    """SHA-256 of its sender and its own id, in hexadecimal: ids are as long as others like."""
    sender: str
    verb: str
    """What it does, in one word of ours; `other` for words that we have never read."""
    body: bytes | None = None
    received_at: datetime = Field(sa_type=UTCDateTime)


class Twinning(StrEnum):
    """Where two towns are that may become twins, or were."""

    NONE = "none"
    OFFERED = "offered"
    """We have asked; they have not answered."""
    ASKED = "asked"
    """They have asked; nobody here has answered."""
    TWINNED = "twinned"
    ENDED = "ended"
    """They were twins, or one of them has said no."""


class Town(SQLModel, table=True):
    """Another town, once somebody here has said how we stand to it, or it has asked us."""

    host: str = Field(primary_key=True)
    """As in its addresses: lower case, in letters that every server reads, its port if it has one
    of its own. Of a town that is blocked or limited, all that stands below its name is meant."""
    standing: Standing = Field(default=Standing.KNOWN, sa_type=sa.String)
    note: str = ""
    """Why, in the words of whoever decided; the desk alone shows it."""
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """When somebody here last said how we stand to it."""
    twinning: Twinning = Field(default=Twinning.NONE, sa_type=sa.String)
    offer_uri: str = ""
    """The id of the activity that asks, theirs or ours: all that follows names it."""
    place_uri: str = ""
    """Who speaks for it: its own actor, as its NodeInfo names it."""
    name: str = ""
    """What it calls itself."""
    software: str = ""
    capabilities: str = ""
    """What it understands beyond what everybody does, one a line."""
    looked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """When it was last asked for its name, software and capabilities."""
    twinned_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class RemoteGroup(SQLModel, table=True):
    """What is needed to talk to a group elsewhere, beside what every actor has."""

    __tablename__ = "remote_group"

    actor_id: int = key_to("actor.id")
    takes_join: bool = False
    """Whether it knows members; to others, one comes by following."""
    members: str = ""
    """The address that stands for all who are in it."""


class MembershipActivity(SQLModel, table=True):
    """The activity with which somebody came into a group across towns, or asked to: whoever answers
    or ends it names it. One of the two is here, the other elsewhere."""

    __tablename__ = "membership_activity"

    group_id: int = key_to("actor.id")
    actor_id: int = key_to("actor.id")
    verb: str
    """`Join`, or `Follow` where members are not known; `Invite` where the group has asked."""
    uri: str = Field(index=True)
    """Its id: ours for somebody of this place, theirs for somebody elsewhere; of an invitation, the
    other way round."""


class HeardInGroup(SQLModel, table=True):
    """How somebody elsewhere said something in a group of ours, until it has been passed on to all
    others who come for it."""

    __tablename__ = "heard_in_group"

    post_id: int = key_to("post.id")
    body: str
    """As JSON; with its proof, if it has one."""


class FollowActivity(SQLModel, table=True):
    """The activity with which somebody follows across towns: whoever answers or ends it names it.

    It is there for as long as the other town has to be told how it ends.
    """

    __tablename__ = "follow_activity"

    follower_actor_id: int = key_to("actor.id")
    followed_actor_id: int = key_to("actor.id")
    uri: str = Field(index=True)
    """Its id: ours for somebody of this place, theirs for somebody elsewhere."""
    replaced_uri: str = ""
    """The id of the one before, if they have asked again: what ends that comes too late."""


class RemotePost(SQLModel, table=True):
    """A post of another town, as that town knows it; what it says stands in its `Post`."""

    __tablename__ = "remote_post"
    __table_args__ = (
        sa.Index(
            "ix_remote_post_missing",
            "missing_uri",
            sqlite_where=sa.text("missing_uri <> ''"),
            postgresql_where=sa.text("missing_uri <> ''"),
        ),
    )

    post_id: int = key_to("post.id")
    uri: str = Field(unique=True)
    """Its id."""
    url: str = Field(index=True)
    """Its page, for people; on the server of its id."""
    missing_uri: str = ""
    """What it answers, as long as that is not known here."""
    fetched_at: datetime = Field(sa_type=UTCDateTime)
    """When its own town said last what it says."""


class RemotePicture(SQLModel, table=True):
    """A picture of a post of another town, which is shown here once it has been drawn anew."""

    __tablename__ = "remote_picture"

    post_id: int = key_to("post.id")
    position: int = position_key()
    url: str
    """Where its town shows it; nobody's browser is ever sent there."""
    description: str = ""
    focus_x: float = 0.0
    focus_y: float = 0.0


class RemoteFarewell(SQLModel, table=True):
    """Something that was taken back where it was said before it was known here: when it comes after
    all, it comes too late. Forgotten after a day."""

    __tablename__ = "remote_farewell"

    uri: str = Field(primary_key=True)
    sender: str = Field(default="", primary_key=True, sa_column_kwargs={"server_default": ""})
    """Who took it back: it counts against what is theirs, and nobody else's on their server."""
    gone_at: datetime = Field(sa_type=UTCDateTime, index=True)


class ShareActivity(SQLModel, table=True):
    """The activity with which somebody elsewhere passes something on: whoever ends it names it.
    Ours have the number of the share."""

    __tablename__ = "share_activity"

    uri: str = Field(primary_key=True)
    share_id: int = Field(
        sa_type=sa.BigInteger, foreign_key="share.id", ondelete="CASCADE", index=True
    )


class LikeActivity(SQLModel, table=True):
    """The activity with which somebody thanks across towns, or reacts: whoever ends it names it."""

    __tablename__ = "like_activity"
    __table_args__ = (sa.Index("ix_like_activity_post_id", "post_id", "actor_id"),)

    uri: str = Field(primary_key=True)
    """Its id: ours for somebody of this place, theirs for somebody elsewhere."""
    post_id: int = Field(sa_type=sa.BigInteger, foreign_key="post.id", ondelete="CASCADE")
    actor_id: int = Field(
        sa_type=sa.BigInteger, foreign_key="actor.id", ondelete="CASCADE", index=True
    )
