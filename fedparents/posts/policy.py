"""Who may see and do what with posts: the audience ladder of features 4.0, each rule once for one
post and once as a condition on all of them. A property test holds the two together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias

import sqlalchemy as sa
from sqlmodel import col, select

from fedparents.accounts.sessions import Viewer
from fedparents.db import constant, is_one_of
from fedparents.groups import models as groups
from fedparents.groups.models import Group, GroupState, Membership, MembershipState
from fedparents.groups.policy import (
    DECIDERS,
    MEMBERS,
    OPEN_TO_READ,
    Standing,
    can_read,
    readable_by,
)
from fedparents.posts.anonymous import is_own_anonymous
from fedparents.posts.models import Audience, Post, PostRecipient, PostState
from fedparents.social.policy import is_following, is_let_in, not_blocked

_RANK: Final[Mapping[Audience, int]] = {audience: rank for rank, audience in enumerate(Audience)}
TOWN: Final = (Audience.HERE, Audience.NEARBY, Audience.PUBLIC)
"""What everybody who is signed in here may read."""
CAPS: Final[Mapping[groups.Audience, Audience]] = {
    groups.Audience.MEMBERS: Audience.GROUP,
    groups.Audience.HERE: Audience.HERE,
    groups.Audience.PUBLIC: Audience.PUBLIC,
}
"""The widest audience of what is in a group."""
_DECIDING: Final = frozenset((Standing.MODERATOR, Standing.MANAGER))

Id: TypeAlias = int | sa.ColumnElement[Any]


@dataclass(frozen=True, slots=True)
class Relation:
    """What somebody is to a post."""

    standing: Standing | None = None
    """To the post's group, if it has one."""
    is_author: bool = False
    """Also of an anonymous post."""
    is_recipient: bool = False
    """Of a direct post, or of one for followers that names or answers them."""
    follows: bool = False
    is_blocked: bool = False
    """In either direction, between reader and author; or the author's town by this place."""


def can_view(viewer: Viewer | None, post: Post, group: Group | None, relation: Relation) -> bool:
    """Whether the post exists for somebody.

    A letter that has arrived stays with whoever got it, whoever blocks whom later: the one may need
    it as a proof, and to the other nothing must look different.
    """
    if post.state == PostState.DELETED:
        return False
    if relation.is_blocked and post.audience != Audience.DIRECT:
        return False
    if not _reaches(viewer, post, group, relation):
        return False
    return post.state == PostState.VISIBLE or relation.is_author or decides(viewer, post, relation)


def decides(viewer: Viewer | None, post: Post, relation: Relation) -> bool:
    """Whether somebody looks after what is said there: the group's moderators in a group, the
    place's everywhere else, and nobody in what is between two people."""
    if viewer is None or post.audience == Audience.DIRECT:
        return False
    if post.group_id is not None:
        return relation.standing in _DECIDING
    return viewer.is_moderator


def _reaches(viewer: Viewer | None, post: Post, group: Group | None, relation: Relation) -> bool:
    audience = Audience(post.audience)
    if viewer is None:
        is_read = group is None or can_read(group, Standing.VISITOR)
        return audience == Audience.PUBLIC and is_read
    if audience == Audience.DIRECT:
        return relation.is_author or relation.is_recipient
    if group is not None:
        return _reaches_in(group, audience, relation.standing or Standing.STRANGER)
    if audience == Audience.FOLLOWERS:
        return relation.is_author or relation.follows or relation.is_recipient
    return audience in TOWN


def _reaches_in(group: Group, audience: Audience, standing: Standing) -> bool:
    if standing in MEMBERS:
        return True
    return audience in TOWN and can_read(group, standing)


def visible_to(viewer: Viewer | None, *, today: date) -> sa.ColumnElement[bool]:
    """`can_view` as a condition on `Post`."""
    if viewer is None:
        return sa.and_(_is_public(today), is_let_in(col(Post.author_actor_id)))
    return visible(viewer.actor_id, today=today, is_moderator=viewer.is_moderator)


def can_share(post: Post, group: Group | None) -> bool:
    """Whether whoever may see the post may pass it on: what everybody reads anyway, wherever it
    stands, and that somebody has said under their name."""
    anybody = Relation(Standing.VISITOR if group else None)
    return not post.is_anonymous and can_view(None, post, group, anybody)


def shareable(*, today: date) -> sa.ColumnElement[bool]:
    """`can_share` as a condition on `Post`."""
    return sa.and_(_is_public(today), sa.not_(col(Post.is_anonymous)))


def _is_public(today: date) -> sa.ColumnElement[bool]:
    return sa.and_(
        col(Post.state) == PostState.VISIBLE,
        col(Post.audience) == Audience.PUBLIC,
        sa.or_(col(Post.group_id).is_(None), _is_in_public_group(today)),
    )


def visible(
    actor: Id, *, today: date | sa.ColumnElement[date], is_moderator: bool | sa.ColumnElement[bool]
) -> sa.ColumnElement[bool]:
    """The same for whoever is signed in, also with parameters of a hot statement."""
    moderates = sa.literal(is_moderator) if isinstance(is_moderator, bool) else is_moderator
    own = _is_own(actor)
    looks_after = sa.and_(
        col(Post.audience) != Audience.DIRECT,
        sa.or_(
            _is_in_group(actor, is_one_of(col(Membership.role), DECIDERS)),
            sa.and_(col(Post.group_id).is_(None), moderates),
        ),
    )
    return sa.and_(
        sa.or_(
            col(Post.state) == PostState.VISIBLE,
            sa.and_(col(Post.state) != PostState.DELETED, sa.or_(own, looks_after)),
        ),
        reaching(actor, today=today),
        sa.or_(
            col(Post.audience) == constant(Audience.DIRECT),
            not_blocked(actor, col(Post.author_actor_id)),
        ),
    )


def reaching(actor: Id, *, today: date | sa.ColumnElement[date]) -> sa.ColumnElement[bool]:
    """Whether `Post` is meant for somebody, in whichever state it is and whoever wrote it."""
    own = _is_own(actor)
    wide = is_one_of(col(Post.audience), TOWN)
    in_group = sa.and_(
        col(Post.group_id).is_not(None),
        col(Post.audience) != Audience.DIRECT,
        sa.or_(_is_in_group(actor), sa.and_(wide, _is_open_to(actor, today))),
    )
    followed = sa.and_(
        col(Post.audience) == Audience.FOLLOWERS,
        sa.or_(own, is_following(actor, col(Post.author_actor_id)), _is_recipient(actor)),
    )
    in_town = sa.and_(col(Post.group_id).is_(None), sa.or_(wide, followed))
    direct = sa.and_(col(Post.audience) == Audience.DIRECT, sa.or_(own, _is_recipient(actor)))
    return sa.or_(in_group, in_town, direct)


def _is_own(actor: Id) -> sa.ColumnElement[bool]:
    return sa.or_(col(Post.author_actor_id) == actor, is_own_anonymous(actor))


def _is_in_group(actor: Id, *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    inside = select(Membership.actor_id).where(
        col(Membership.group_id) == col(Post.group_id),
        col(Membership.actor_id) == actor,
        col(Membership.state) == MembershipState.ACTIVE,
        *conditions,
    )
    return sa.exists(inside.correlate_except(Membership))


def _is_in_public_group(today: date) -> sa.ColumnElement[bool]:
    """Whether the post's group lets visitors read."""
    public = select(Group.actor_id).where(
        col(Group.actor_id) == col(Post.group_id), readable_by(None, today=today)
    )
    return sa.exists(public.correlate_except(Group))


def _is_open_to(actor: Id, today: date | sa.ColumnElement[date]) -> sa.ColumnElement[bool]:
    """Whether the post's group lets everybody here read, except those whom it keeps out."""
    kept_out = select(Membership.actor_id).where(
        col(Membership.group_id) == col(Post.group_id),
        col(Membership.actor_id) == actor,
        col(Membership.state) == MembershipState.BANNED,
        sa.or_(col(Membership.banned_until).is_(None), col(Membership.banned_until) >= today),
    )
    asked = select(groups.JoinRequest.id).where(
        col(groups.JoinRequest.group_id) == col(Post.group_id),
        col(groups.JoinRequest.actor_id) == actor,
        col(groups.JoinRequest.state) == groups.RequestState.PENDING,
    )
    shown = select(Group.actor_id).where(
        col(Group.actor_id) == col(Post.group_id),
        is_one_of(col(Group.audience), OPEN_TO_READ),
        col(Group.state) == GroupState.ACTIVE,
        sa.or_(
            sa.not_(col(Group.is_hidden)), sa.exists(asked.correlate_except(groups.JoinRequest))
        ),
    )
    return sa.and_(
        sa.exists(shown.correlate_except(Group)), ~sa.exists(kept_out.correlate_except(Membership))
    )


def _is_recipient(actor: Id) -> sa.ColumnElement[bool]:
    received = select(PostRecipient.actor_id).where(
        col(PostRecipient.post_id) == col(Post.id), col(PostRecipient.actor_id) == actor
    )
    return sa.exists(received.correlate_except(PostRecipient))


def narrower(one: Audience, other: Audience) -> Audience:
    """The one that fewer people may read."""
    return one if _RANK[one] <= _RANK[other] else other


def can_announce(standing: Standing) -> bool:
    return standing in _DECIDING


def can_pin(standing: Standing) -> bool:
    return standing in _DECIDING


def can_answer(post: Post) -> bool:
    return post.state == PostState.VISIBLE and post.closed_at is None


def can_edit(post: Post, relation: Relation) -> bool:
    return relation.is_author and post.state in {PostState.HELD, PostState.VISIBLE}
