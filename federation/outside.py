"""Who of this place exists for other towns, and who has ended: asked anew for every answer.

A person is known outside once they wanted to be: because lists may name them, because they said
something that may leave, or because they and somebody elsewhere follow each other. Whoever is under
eighteen is not, nor is anybody whose account is paused or about to end. A group is known outside
when visitors may know of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from federation.models import ActorKey, Town
from fedparents.accounts.models import Account, AccountState
from fedparents.actors.models import Actor, ActorKind, Standing
from fedparents.db import HotStatement, table_of
from fedparents.groups import models as groups
from fedparents.groups.models import (
    Group,
    Joining,
    JoinRequest,
    Membership,
    MembershipState,
    lines_of,
)
from fedparents.groups.policy import DECIDERS
from fedparents.groups.policy import visible_to as group_visible_to
from fedparents.posts.models import Audience, Post, PostRecipient, PostState
from fedparents.posts.policy import visible_to as post_visible_to
from fedparents.social.models import Follow, FollowState

_MODERATORS_AT_MOST: Final = 100
_AWAY: Final = (AccountState.FROZEN, AccountState.LEAVING)
_OPENNESS: Final[Mapping[Joining, str]] = {
    Joining.OPEN: "open",
    Joining.APPROVAL: "moderated",
    Joining.INVITE: "invite_only",
}

_account = table_of(Account)
_actor = table_of(Actor)


@dataclass(frozen=True, slots=True)
class OutsideGroup:
    """A group as other towns may know of it."""

    actor: Actor
    rules: tuple[str, ...]
    questions: tuple[str, ...]
    """Put to those who ask; none where nobody can."""
    joining: Joining
    audience: groups.Audience
    members: int
    """0 for a closed one."""

    @property
    def is_closed(self) -> bool:
        """What is in it, and who, is for those in it; only its name, purpose and rules are not."""
        return self.audience != groups.Audience.PUBLIC

    @property
    def is_members_only(self) -> bool:
        return self.audience == groups.Audience.MEMBERS

    @property
    def openness(self) -> str:
        """In the words of Mobilizon. What is read by this town and by nobody else has no members
        elsewhere, whoever would let them in."""
        joining = Joining.INVITE if self.audience == groups.Audience.HERE else self.joining
        return _OPENNESS[joining]


def is_known_outside(today: date | sa.BindParameter[date]) -> sa.ColumnElement[bool]:
    """Whether a person exists for other towns, as a condition on `Actor` and `Account`."""
    return sa.and_(
        col(Actor.kind) == ActorKind.PERSON,
        col(Actor.domain) == "",
        col(Account.state) == AccountState.ACTIVE,
        _is_grown_up(today),
        sa.or_(
            col(Actor.is_discoverable),
            _has_left_something(),
            _knows_somebody_elsewhere(),
            _knows_a_group_elsewhere(),
            _is_heard_in_a_group(),
        ),
    )


def _is_grown_up(today: date | sa.BindParameter[date]) -> sa.ColumnElement[bool]:
    return sa.or_(col(Account.restricted_until).is_(None), col(Account.restricted_until) <= today)


def find_person(session: Session, actor_id: int, *, today: date) -> Actor | None:
    """A person of this place, as far as other towns may know of them."""
    if session.autoflush:
        session.flush()  # it may have been said a moment ago
    known = _find_person().rows(session.connection(), id=actor_id, today=today)
    return session.get(Actor, actor_id) if known else None


@cache
def _find_person() -> HotStatement:
    """Written when it is first needed, from conditions that stand below."""
    number = sa.bindparam("id", type_=sa.BigInteger)
    known = is_known_outside(sa.bindparam("today", type_=sa.Date))
    with_account = _account.c.actor_id == _actor.c.id
    person = sa.select(_actor.c.id).join_from(_actor, _account, with_account)
    return HotStatement(person.where(_actor.c.id == number, known))


def find_away(session: Session, actor_id: int, *, today: date) -> Actor | None:
    """A person of this place whom other towns knew, and whose account is paused or about to end:
    they may come back, so that nobody elsewhere should forget them. Whoever was shown had keys."""
    return session.exec(
        select(Actor)
        .join(Account, col(Account.actor_id) == col(Actor.id))
        .where(
            Actor.id == actor_id,
            col(Actor.kind) == ActorKind.PERSON,
            col(Account.state).in_(_AWAY),
            _is_grown_up(today),
            sa.exists(select(ActorKey.actor_id).where(ActorKey.actor_id == actor_id)),
        )
    ).first()


def find_group(session: Session, actor_id: int) -> OutsideGroup | None:
    """A group of this place that visitors may know of."""
    found = session.exec(
        select(Actor, Group)
        .join(Group, col(Group.actor_id) == col(Actor.id))
        .where(Actor.id == actor_id, Actor.domain == "", group_visible_to(None, today=date.min))
    ).first()
    if found is None:
        return None
    actor, group = found
    is_public = group.audience == groups.Audience.PUBLIC
    asks = group.joining == Joining.APPROVAL and group.audience != groups.Audience.HERE
    return OutsideGroup(
        actor=actor,
        rules=tuple(lines_of(group.rules)),
        questions=tuple(lines_of(group.questions)) if asks else (),
        joining=Joining(group.joining),
        audience=groups.Audience(group.audience),
        members=_count_members(session, actor_id) if is_public else 0,
    )


def find_handle(session: Session, handle: str, *, today: date) -> Actor | None:
    """The person or group of this name, if other towns may know of them."""
    actor = session.exec(
        select(Actor).where(Actor.handle == handle.lower(), Actor.domain == "")
    ).first()
    if actor is None:
        return None
    if actor.kind == ActorKind.GROUP:
        found = find_group(session, actor.id)
        return found.actor if found else None
    known = find_person(session, actor.id, today=today)
    return known or find_away(session, actor.id, today=today)


def has_ended(session: Session, kind: ActorKind, actor_id: int) -> bool:
    """Whether other towns knew somebody who is no more: whoever was shown to them had keys, and
    keys are kept. Nobody else's end is anybody's business."""
    account = select(Account.id).where(Account.actor_id == actor_id)
    group = select(Group.actor_id).where(Group.actor_id == actor_id)
    ended = select(Actor.id).where(
        Actor.id == actor_id,
        Actor.kind == kind,
        Actor.domain == "",
        ~sa.exists(account),
        ~sa.exists(group),
        sa.exists(select(ActorKey.actor_id).where(ActorKey.actor_id == actor_id)),
    )
    return session.exec(ended).first() is not None


def count_followers(session: Session, actor_id: int) -> int:
    return _count_follows(session, col(Follow.followed_actor_id) == actor_id)


def count_following(session: Session, actor_id: int) -> int:
    return _count_follows(session, col(Follow.follower_actor_id) == actor_id)


def count_public_posts(session: Session, actor_id: int) -> int:
    """How much somebody has said to everybody."""
    public = select(func.count()).where(
        Post.author_actor_id == actor_id,
        col(Post.group_id).is_(None),  # what is said in groups stands there
        post_visible_to(None, today=date.min),
    )
    return session.exec(public).one()


def list_public_posts(
    session: Session, actor_id: int, *, before: int | None, limit: int
) -> list[Post]:
    """What somebody has said to everybody, the newest first."""
    public = select(Post).where(
        Post.author_actor_id == actor_id,
        col(Post.group_id).is_(None),  # what is said in groups stands there
        post_visible_to(None, today=date.min),
    )
    if before is not None:
        public = public.where(Post.id < before)
    return list(session.exec(public.order_by(col(Post.id).desc()).limit(limit)))


def list_moderators(session: Session, group_id: int, *, today: date) -> list[int]:
    """Those who look after a group and let themselves be found, longest there first."""
    deciding = (
        select(Actor.id)
        .join(Account, col(Account.actor_id) == col(Actor.id))
        .join(Membership, col(Membership.actor_id) == col(Actor.id))
        .where(
            Membership.group_id == group_id,
            Membership.state == MembershipState.ACTIVE,
            col(Membership.role).in_(DECIDERS),
            col(Actor.is_discoverable),
            is_known_outside(today),
        )
        .order_by(col(Membership.since_at))
        .limit(_MODERATORS_AT_MOST)
    )
    return list(session.exec(deciding))


def list_featured(session: Session, group_id: int) -> list[Post]:
    """What a group that everybody reads keeps on top, the newest first."""
    pinned = select(Post).where(
        Post.group_id == group_id,
        col(Post.pinned_at).is_not(None),
        sa.not_(col(Post.is_anonymous)),
        post_visible_to(None, today=date.min),
    )
    return list(session.exec(pinned.order_by(col(Post.pinned_at).desc())))


def _count_members(session: Session, group_id: int) -> int:
    members = select(func.count()).where(
        Membership.group_id == group_id, Membership.state == MembershipState.ACTIVE
    )
    return session.exec(members).one()


def _count_follows(session: Session, condition: sa.ColumnElement[bool]) -> int:
    accepted = select(func.count()).where(condition, Follow.state == FollowState.ACCEPTED)
    return session.exec(accepted).one()


def _has_left_something() -> sa.ColumnElement[bool]:
    """Also what was taken back: others may still ask who had said it."""
    said = select(Post.id).where(
        col(Post.author_actor_id) == col(Actor.id),
        col(Post.group_id).is_(None),
        sa.or_(
            col(Post.audience) == Audience.PUBLIC,
            sa.and_(col(Post.audience) == Audience.NEARBY, _has_twins()),
            is_addressed_elsewhere(),
        ),
        Post.state != PostState.HELD,
    )
    return sa.exists(said.correlate_except(Post))


def _has_twins() -> sa.ColumnElement[bool]:
    """Without any, what is for nearby is for this town."""
    return sa.exists(select(Town.host).where(Town.standing == Standing.ALLY))


def is_addressed_elsewhere() -> sa.ColumnElement[bool]:
    """Whether somebody of another town may read a post because of who they are, as a condition on
    `Post`."""
    reader = _actor.alias()
    theirs = (
        select(PostRecipient.post_id)
        .join(reader, reader.c.id == col(PostRecipient.actor_id))
        .where(col(PostRecipient.post_id) == col(Post.id), reader.c.domain != "")
    )
    return sa.exists(theirs.correlate_except(PostRecipient, reader))


def _knows_somebody_elsewhere() -> sa.ColumnElement[bool]:
    other = _actor.alias()
    theirs = (
        select(Follow.id)
        .join(other, other.c.id == col(Follow.followed_actor_id))
        .where(col(Follow.follower_actor_id) == col(Actor.id), other.c.domain != "")
    )
    return sa.exists(theirs.correlate_except(Follow, other))


def _knows_a_group_elsewhere() -> sa.ColumnElement[bool]:
    """Somebody who has asked to come in, also who has left since: they are asked who said that."""
    group = _actor.alias()
    asked = (
        select(JoinRequest.id)
        .join(group, group.c.id == col(JoinRequest.group_id))
        .where(col(JoinRequest.actor_id) == col(Actor.id), group.c.domain != "")
    )
    return sa.exists(asked.correlate_except(JoinRequest, group))


def _is_heard_in_a_group() -> sa.ColumnElement[bool]:
    """Somebody who has said something in a group that others read elsewhere, or are in from
    elsewhere."""
    guest = _actor.alias()
    guests = (
        select(Membership.actor_id)
        .join(guest, guest.c.id == col(Membership.actor_id))
        .where(col(Membership.group_id) == col(Group.actor_id), guest.c.domain != "")
    )
    said = (
        select(Post.id)
        .join(Group, col(Group.actor_id) == col(Post.group_id))
        .where(
            col(Post.author_actor_id) == col(Actor.id),
            Post.state != PostState.HELD,
            sa.not_(col(Group.is_local_only)),
            sa.or_(
                col(Group.audience) == groups.Audience.PUBLIC,
                sa.exists(guests.correlate_except(Membership, guest)),
            ),
        )
    )
    return sa.exists(said.correlate_except(Post, Group))
