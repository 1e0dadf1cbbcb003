"""The tables of what people are to each other, and of what they would rather not read.

All of it is private to whoever made it, except that a follow is known to both sides.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from fedparents.db import UTCDateTime, id_key, key_to


class FollowState(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"


class FilterContext(StrEnum):
    """Where a filter holds, in the words that apps use."""

    HOME = "home"
    NOTIFICATIONS = "notifications"
    PUBLIC = "public"
    THREAD = "thread"
    ACCOUNT = "account"


class FilterAction(StrEnum):
    WARN = "warn"
    HIDE = "hide"


class Answers(StrEnum):
    """Which answers stand in a list of people, in the words that apps use."""

    FOLLOWED = "followed"
    """To whomever its owner follows."""
    LIST = "list"
    """To people of the list."""
    NONE = "none"


class Follow(SQLModel, table=True):
    """Somebody wants to hear what somebody else says, or asks to. `id` orders lists by age."""

    __table_args__ = (
        sa.Index("ix_follow_following", "follower_actor_id", "state", "id"),
        sa.Index("ix_follow_followers", "followed_actor_id", "state", "id"),
    )

    follower_actor_id: int = key_to("actor.id", cascades=False)
    followed_actor_id: int = key_to("actor.id", cascades=False)
    id: int = Field(sa_type=sa.BigInteger)
    state: FollowState = Field(sa_type=sa.String)
    shows_shares: bool = True
    """Also what they pass on from others."""
    notifies: bool = False
    """A notification for each post."""
    languages: str = ""
    """Only posts in these; codes with a space between, empty for all."""
    created_at: datetime = Field(sa_type=UTCDateTime)


class Block(SQLModel, table=True):
    """The two do not see each other; only who made it knows. The key is looked up in both
    directions."""

    __table_args__ = (sa.Index("ix_block_by_actor_id", "by_actor_id", "id"),)

    by_actor_id: int = key_to("actor.id", cascades=False)
    actor_id: int = key_to("actor.id", cascades=False, index=True)
    id: int = Field(sa_type=sa.BigInteger)


class Mute(SQLModel, table=True):
    """One does not want to hear from somebody, who does not notice."""

    __table_args__ = (sa.Index("ix_mute_by_actor_id", "by_actor_id", "id"),)

    by_actor_id: int = key_to("actor.id", cascades=False)
    actor_id: int = key_to("actor.id", cascades=False, index=True)
    id: int = Field(sa_type=sa.BigInteger)
    hides_notifications: bool = True
    until_at: datetime | None = Field(default=None, sa_type=UTCDateTime, index=True)
    """None: for good."""


class TownMute(SQLModel, table=True):
    """One does not want to hear from anybody of another town. `id` orders lists by age."""

    __tablename__ = "town_mute"

    by_actor_id: int = key_to("actor.id", cascades=False)
    domain: str = Field(primary_key=True)
    id: int = Field(sa_type=sa.BigInteger)


class Endorsement(SQLModel, table=True):
    """Somebody whom one follows, and shows on one's page. `id` orders lists by age."""

    __table_args__ = (sa.Index("ix_endorsement_by_actor_id", "by_actor_id", "id"),)

    by_actor_id: int = key_to("actor.id", cascades=False)
    actor_id: int = key_to("actor.id", cascades=False, index=True)
    id: int = Field(sa_type=sa.BigInteger)


class ActorNote(SQLModel, table=True):
    """What one wants to remember of somebody: "Léa's mother, from the choir"."""

    __tablename__ = "actor_note"

    by_actor_id: int = key_to("actor.id", cascades=False)
    actor_id: int = key_to("actor.id", cascades=False, index=True)
    text: str


class Filter(SQLModel, table=True):
    """Words that one would rather not read. It belongs to the account and goes with it."""

    __tablename__ = "word_filter"

    id: int = id_key()
    account_id: int = Field(
        sa_type=sa.BigInteger, foreign_key="account.id", ondelete="CASCADE", index=True
    )
    title: str
    contexts: str
    """`FilterContext`s with a space between, in their order there."""
    action: FilterAction = Field(default=FilterAction.WARN, sa_type=sa.String)
    expires_at: datetime | None = Field(default=None, sa_type=UTCDateTime)

    @property
    def places(self) -> tuple[FilterContext, ...]:
        return tuple(FilterContext(name) for name in self.contexts.split())


class FilterWord(SQLModel, table=True):
    """One word or phrase of a filter."""

    __tablename__ = "filter_word"

    id: int = id_key()
    filter_id: int = Field(
        sa_type=sa.BigInteger, foreign_key="word_filter.id", ondelete="CASCADE", index=True
    )
    text: str
    is_whole: bool = True
    """Not as a part of a longer word."""


class FilterPost(SQLModel, table=True):
    """One post that somebody would rather not see, whatever it says."""

    __tablename__ = "filter_post"
    __table_args__ = (sa.UniqueConstraint("filter_id", "post_id"),)

    id: int = id_key()
    filter_id: int = Field(sa_type=sa.BigInteger, foreign_key="word_filter.id", ondelete="CASCADE")
    post_id: int = Field(
        sa_type=sa.BigInteger, foreign_key="post.id", ondelete="CASCADE", index=True
    )


class PeopleList(SQLModel, table=True):
    """People whom somebody follows, put together to be read by themselves. It belongs to the
    account and goes with it."""

    __tablename__ = "people_list"

    id: int = id_key()
    account_id: int = Field(
        sa_type=sa.BigInteger, foreign_key="account.id", ondelete="CASCADE", index=True
    )
    title: str
    answers: Answers = Field(default=Answers.LIST, sa_type=sa.String)
    is_exclusive: bool = False
    """What its people say to everybody is read here, and not at home too."""


class ListMember(SQLModel, table=True):
    """Somebody in a list, for as long as its owner follows them. `id` orders by age."""

    __tablename__ = "people_list_member"

    list_id: int = key_to("people_list.id")
    actor_id: int = key_to("actor.id", cascades=False, index=True)
    id: int = Field(sa_type=sa.BigInteger)


class DismissedSuggestion(SQLModel, table=True):
    """A group, or somebody, that is not to be suggested to an account again."""

    __tablename__ = "dismissed_suggestion"

    account_id: int = key_to("account.id")
    actor_id: int = key_to("actor.id", index=True)


class FollowedTag(SQLModel, table=True):
    """A hashtag whose posts somebody wants at home. `id` orders by age."""

    __tablename__ = "followed_tag"
    __table_args__ = (sa.Index("ix_followed_tag_tag", "tag", "account_id"),)

    account_id: int = key_to("account.id")
    tag: str = Field(primary_key=True)
    """Lower case and without its sign, as in `PostTag`."""
    id: int = Field(sa_type=sa.BigInteger)


class FeaturedTag(SQLModel, table=True):
    """A hashtag that somebody shows on their page."""

    __tablename__ = "featured_tag"
    __table_args__ = (sa.UniqueConstraint("actor_id", "tag"),)

    id: int = id_key()
    actor_id: int = Field(sa_type=sa.BigInteger, foreign_key="actor.id")
    tag: str
