"""The tables of posts: the envelope of everything that is published, and what hangs on it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from fedparents.db import UTCDateTime, id_key, key_to, position_key


class Audience(StrEnum):
    """The ladder (features 4.0), the narrowest first. `followers` comes from apps only."""

    DIRECT = "direct"
    GROUP = "group"
    FOLLOWERS = "followers"
    HERE = "here"
    NEARBY = "nearby"
    PUBLIC = "public"


class PostKind(StrEnum):
    """What the envelope holds. A swap and an event have their details in a row of their own."""

    MESSAGE = "message"
    QUESTION = "question"
    ANNOUNCEMENT = "announcement"
    SWAP = "swap"
    EVENT = "event"


class PostState(StrEnum):
    """(held → ) visible ⇄ hidden; visible → held, for its author to change; any → deleted (→ row
    erased)."""

    HELD = "held"
    VISIBLE = "visible"
    HIDDEN = "hidden"
    DELETED = "deleted"


class Post(SQLModel, table=True):
    """Something that somebody said to an audience."""

    __table_args__ = (
        sa.Index("ix_post_group_id", "group_id", "is_reply", "id"),
        sa.Index("ix_post_topic_id", "topic_id", "id"),
        sa.Index("ix_post_author_actor_id", "author_actor_id", "id"),
        sa.Index("ix_post_root_id", "root_id", "id"),
        sa.Index(
            "ix_post_town",
            "is_reply",
            "is_from_elsewhere",
            "id",
            sqlite_where=sa.text("group_id IS NULL"),
            postgresql_where=sa.text("group_id IS NULL"),
        ),
        sa.Index(
            "ix_post_nearby",
            "is_reply",
            "is_from_elsewhere",
            "id",
            sqlite_where=sa.text("audience = 'nearby'"),
            postgresql_where=sa.text("audience = 'nearby'"),
        ),
        sa.Index(
            "ix_post_held",
            "group_id",
            "id",
            sqlite_where=sa.text("state = 'held'"),
            postgresql_where=sa.text("state = 'held'"),
        ),
    )

    id: int = id_key()
    author_actor_id: int = Field(sa_type=sa.BigInteger, foreign_key="actor.id")
    """Of an anonymous post: its group. Who wrote it stands in `AnonymousAuthor` alone."""
    is_anonymous: bool = False
    is_from_elsewhere: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    """Said in another town, where its author changes it and takes it back."""
    group_id: int | None = Field(
        default=None,
        sa_type=sa.BigInteger,
        foreign_key="parents_group.actor_id",
        ondelete="CASCADE",
    )
    topic_id: int | None = Field(
        default=None, sa_type=sa.BigInteger, foreign_key="group_topic.id", ondelete="SET NULL"
    )
    kind: PostKind = Field(default=PostKind.MESSAGE, sa_type=sa.String)
    audience: Audience = Field(sa_type=sa.String)
    """Never wider than what its group allows at the moment of reading."""
    is_quiet: bool = False
    """Public, but on no public list."""
    state: PostState = Field(default=PostState.VISIBLE, sa_type=sa.String)

    text: str
    """As it was typed: Markdown. Of what was said elsewhere the words alone."""
    html: str
    """What everybody gets to see of the text; addresses of this place begin with a slash."""
    warning: str = ""
    """Shown instead of the text until one wants to read on."""
    is_sensitive: bool = False
    """Its photos are covered until one wants to see them."""
    language: str = ""
    photo_count: int = 0
    has_poll: bool = False

    is_reply: bool = False
    in_reply_to_id: int | None = Field(
        default=None, sa_type=sa.BigInteger, foreign_key="post.id", ondelete="SET NULL"
    )
    root_id: int = Field(sa_type=sa.BigInteger)
    """The first post of the thread; its own id for the first one."""
    reply_count: int = 0
    """Visible answers in the whole thread, on its first post; direct ones on the others."""
    thanks_count: int = 0
    share_count: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    accepted_reply_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    """The answer that helped; the asker says which."""
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """No more answers."""
    pinned_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    edited_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    reason: str = ""
    """What the author was told when it was hidden, or held for them to change."""
    decided_by_actor_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    """Who let it through, hid it or showed it again the last time."""
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    deleted_at: datetime | None = Field(default=None, sa_type=UTCDateTime, index=True)
    created_at: datetime = Field(sa_type=UTCDateTime)


class AnonymousAuthor(SQLModel, table=True):
    """Who asked anonymously. Only `posts/anonymous.py` reads it, and writes down who looked."""

    __tablename__ = "anonymous_author"

    post_id: int = key_to("post.id")
    actor_id: int = Field(sa_type=sa.BigInteger, foreign_key="actor.id", index=True)


class PostRecipient(SQLModel, table=True):
    """Who may read a direct post, beside its author; and one for followers without following them,
    because it names or answers them."""

    __tablename__ = "post_recipient"
    __table_args__ = (sa.Index("ix_post_recipient_actor_id", "actor_id", "post_id"),)

    post_id: int = key_to("post.id")
    actor_id: int = key_to("actor.id")


class PostMention(SQLModel, table=True):
    """Who is named in a post and may read it."""

    __tablename__ = "post_mention"
    __table_args__ = (sa.Index("ix_post_mention_actor_id", "actor_id", "post_id"),)

    post_id: int = key_to("post.id")
    actor_id: int = key_to("actor.id")


class PostTag(SQLModel, table=True):
    """A hashtag of a post, lower case and without its sign."""

    __tablename__ = "post_tag"

    tag: str = Field(primary_key=True)
    post_id: int = key_to("post.id")


class PostPhoto(SQLModel, table=True):
    """The photos of a post, in order."""

    __tablename__ = "post_photo"

    post_id: int = key_to("post.id")
    position: int = position_key()
    media_id: int = Field(
        sa_type=sa.BigInteger, foreign_key="media_attachment.id", ondelete="CASCADE", unique=True
    )


class PostVersion(SQLModel, table=True):
    """What a post said before it was edited; readable for thirty days."""

    __tablename__ = "post_version"
    __table_args__ = (sa.Index("ix_post_version_post_id", "post_id", "id"),)

    id: int = id_key()
    post_id: int = Field(sa_type=sa.BigInteger, foreign_key="post.id", ondelete="CASCADE")
    text: str
    html: str
    warning: str = ""
    replaced_at: datetime = Field(sa_type=UTCDateTime, index=True)


class Thanks(SQLModel, table=True):
    """Somebody thanked for a post."""

    __table_args__ = (sa.Index("ix_thanks_actor_id", "actor_id", "post_id"),)

    post_id: int = key_to("post.id")
    actor_id: int = key_to("actor.id")
    created_at: datetime = Field(sa_type=UTCDateTime)


class Share(SQLModel, table=True):
    """Somebody passes a post on to those who follow them. `id` is its place in lists, among the
    numbers of posts."""

    __table_args__ = (
        sa.UniqueConstraint("post_id", "actor_id"),
        sa.Index("ix_share_actor_id", "actor_id", "id"),
    )

    id: int = id_key()
    post_id: int = Field(sa_type=sa.BigInteger, foreign_key="post.id", ondelete="CASCADE")
    actor_id: int = Field(sa_type=sa.BigInteger, foreign_key="actor.id")
    created_at: datetime = Field(sa_type=UTCDateTime)


class Bookmark(SQLModel, table=True):
    """Somebody wants to find a post again; nobody else hears of it. `id` orders lists by age."""

    __table_args__ = (sa.Index("ix_bookmark_actor_id", "actor_id", "id"),)

    post_id: int = key_to("post.id")
    actor_id: int = key_to("actor.id")
    id: int = Field(sa_type=sa.BigInteger)


class ThreadMute(SQLModel, table=True):
    """Somebody wants to hear no more of a thread, which they go on to read; nobody else hears of
    it."""

    __tablename__ = "thread_mute"

    root_id: int = key_to("post.id")
    actor_id: int = key_to("actor.id", index=True)


class Poll(SQLModel, table=True):
    """A question with answers to choose from."""

    post_id: int = key_to("post.id")
    is_multiple: bool = False
    ends_at: datetime | None = Field(default=None, sa_type=UTCDateTime, index=True)
    voter_count: int = 0


class PollOption(SQLModel, table=True):
    __tablename__ = "poll_option"

    post_id: int = key_to("post.id")
    position: int = position_key()
    text: str
    vote_count: int = 0


class PollBallot(SQLModel, table=True):
    """That somebody voted: once for each answer, however many tabs are open."""

    __tablename__ = "poll_ballot"

    post_id: int = key_to("post.id")
    actor_id: int = key_to("actor.id")
    choices: str
    """Positions as they were chosen, with commas between them."""
    created_at: datetime = Field(sa_type=UTCDateTime)


class ScheduledPost(SQLModel, table=True):
    """What somebody wrote in an app, to be said later. It is a draft until then: whether it may be
    said, and to whom, is asked when its time comes."""

    __tablename__ = "scheduled_post"

    id: int = id_key()
    account_id: int = Field(
        sa_type=sa.BigInteger, foreign_key="account.id", ondelete="CASCADE", index=True
    )
    draft: str
    """JSON, as the app sent it and will read it."""
    text: str
    photo_ids: str = ""
    """Media of the author's, between spaces; they are kept until then."""
    problem: str = ""
    """Why it could not be said; its author changes the time or takes it back."""
    scheduled_at: datetime = Field(sa_type=UTCDateTime)
    created_at: datetime = Field(sa_type=UTCDateTime)

    @property
    def photos(self) -> list[int]:
        return [int(word) for word in self.photo_ids.split()]
