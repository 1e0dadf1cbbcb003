"""Who may know of whom: each rule once as a function of two people and once as a condition inside
other queries. A property test holds the two together.

Blocks and mutes stand between people, never between a person and an office. What moderators of the
place or of a group have to see in order to decide, and what they tell people about a decision, is
asked without these conditions; else blocking the moderators would be a way round the rules.
"""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from fedparents.accounts.models import Account, AccountState
from fedparents.accounts.policy import SIGNS_IN
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor, ActorKind, Standing
from fedparents.db import HotStatement, constant, is_one_of, table_of
from fedparents.social.models import Block, Follow, FollowState, Mute, TownMute

SomeId: TypeAlias = int | sa.SQLColumnExpression[int]
"""An actor: its number, a parameter or a column of the query around it."""
Moment: TypeAlias = datetime | sa.SQLColumnExpression[datetime]

_actor = table_of(Actor)


def not_blocked(viewer: SomeId, other: SomeId) -> sa.ColumnElement[bool]:
    """Neither has blocked the other, nor this place the town of either."""
    return sa.and_(not_blocked_at_home(viewer, other), is_let_in(viewer))


def not_blocked_at_home(viewer: SomeId, other: SomeId) -> sa.ColumnElement[bool]:
    """The same where the viewer has an account here: no place keeps its own people out."""
    return sa.and_(_no_block(viewer, other), _no_block(other, viewer), is_let_in(other))


def not_blocked_by(viewer: SomeId, other: SomeId) -> sa.ColumnElement[bool]:
    """The other has not blocked the viewer, nor this place their town; the viewer may have blocked
    them."""
    return sa.and_(_no_block(other, viewer), is_let_in(other))


def not_muted(viewer: SomeId, other: SomeId, now: Moment) -> sa.ColumnElement[bool]:
    """The viewer has no mute of the other, or of their town, that still holds at `now`."""
    return sa.and_(
        ~sa.exists(_mute_that_holds(viewer, other, now)), ~_is_of_muted_town(viewer, other)
    )


def not_silenced(viewer: SomeId, other: SomeId, now: Moment) -> sa.ColumnElement[bool]:
    """The viewer wants notifications from the other: a mute can leave them on."""
    return sa.and_(
        ~sa.exists(_mute_that_holds(viewer, other, now, only_silent=True)),
        ~_is_of_muted_town(viewer, other),
        is_heard(viewer, other),
    )


def is_heard(viewer: SomeId, other: SomeId) -> sa.ColumnElement[bool]:
    """Of a town that is limited, one hears only of those whom one follows."""
    return sa.or_(~_stands(other, Standing.LIMITED), is_following(viewer, other))


def is_let_in(other: SomeId) -> sa.ColumnElement[bool]:
    """They are here, or of a town that is not kept out."""
    return ~_stands(other, Standing.BLOCKED)


def is_following(viewer: SomeId, other: SomeId) -> sa.ColumnElement[bool]:
    """The viewer follows the other, who has accepted it."""
    follow = table_of(Follow).alias()
    return sa.exists(
        sa.select(follow.c.follower_actor_id)
        .where(
            follow.c.follower_actor_id == viewer,
            follow.c.followed_actor_id == other,
            follow.c.state == constant(FollowState.ACCEPTED),
        )
        .correlate_except(follow)
    )


def is_present(other: SomeId) -> sa.ColumnElement[bool]:
    """It is a person of this place whose account can be used now."""
    account = table_of(Account).alias()
    return sa.exists(
        sa.select(account.c.id)
        .where(
            account.c.actor_id == other,
            is_one_of(account.c.state, SIGNS_IN),
        )
        .correlate_except(account)
    )


def is_elsewhere(other: SomeId) -> sa.ColumnElement[bool]:
    """It is a person of another town."""
    actor = table_of(Actor).alias()
    return sa.exists(
        sa.select(actor.c.id)
        .where(
            actor.c.id == other,
            actor.c.domain != "",
            actor.c.kind == constant(ActorKind.PERSON),
        )
        .correlate_except(actor)
    )


def is_seen(viewer: SomeId, other: SomeId) -> sa.ColumnElement[bool]:
    """`can_see_person` for somebody who is signed in, as a condition on any column of actors."""
    is_there = sa.or_(is_present(other), is_elsewhere(other))
    return sa.and_(is_there, not_blocked_by(viewer, other))


def can_see_person(
    viewer: Viewer | None, actor: Actor, state: AccountState | None, *, is_blocked_by: bool
) -> bool:
    """Whether the person exists for the viewer; `state` is that of their account, None for whoever
    is gone or elsewhere.

    Visitors see nobody: nothing that a person writes is public yet.
    """
    if viewer is None or actor.kind != ActorKind.PERSON:
        return False
    if actor.standing == Standing.BLOCKED or (not actor.domain and state not in SIGNS_IN):
        return False
    return not is_blocked_by


def seen_by(viewer: Viewer | None) -> sa.ColumnElement[bool]:
    """`can_see_person` as a condition on `Actor`."""
    if viewer is None:
        return sa.false()
    return is_seen(viewer.actor_id, _actor.c.id)


def is_blocked_between(session: Session, one: int, other: int) -> bool:
    """Whether either has blocked the other, or this place the town of either."""
    return bool(IS_BLOCKED_BETWEEN.rows(session.connection(), one=one, other=other))


def is_kept_out(session: Session, actor_id: int) -> bool:
    """`is_let_in` of one, the other way round."""
    actor = session.get(Actor, actor_id)
    return actor is not None and actor.standing == Standing.BLOCKED


def has_muted_town_of(session: Session, by: int, other: int) -> bool:
    """Whether the first wants to hear from nobody of the second's town."""
    actor = session.get(Actor, other)
    is_far = actor is not None and bool(actor.domain)
    return is_far and session.get(TownMute, (by, actor.domain if actor else "")) is not None


def has_blocked(session: Session, by: int, other: int) -> bool:
    """Whether the first has blocked the second."""
    return session.get(Block, (by, other)) is not None


# Each condition has aliases of its own, so that a query around it may read the same tables; what
# else it names belongs to that query, however far out.


def _no_block(by: SomeId, other: SomeId) -> sa.ColumnElement[bool]:
    block = table_of(Block).alias()
    return ~sa.exists(
        sa.select(block.c.id)
        .where(block.c.by_actor_id == by, block.c.actor_id == other)
        .correlate_except(block)
    )


def _stands(other: SomeId, standing: Standing) -> sa.ColumnElement[bool]:
    actor = table_of(Actor).alias()
    return sa.exists(
        sa.select(actor.c.id)
        .where(actor.c.id == other, actor.c.standing == constant(standing))
        .correlate_except(actor)
    )


def _is_of_muted_town(viewer: SomeId, other: SomeId) -> sa.ColumnElement[bool]:
    """Asked from the side of the mutes: nearly nobody has any."""
    muted, actor = table_of(TownMute).alias(), table_of(Actor).alias()
    return sa.exists(
        sa.select(muted.c.id)
        .join_from(muted, actor, actor.c.domain == muted.c.domain)
        .where(muted.c.by_actor_id == viewer, actor.c.id == other)
        .correlate_except(muted, actor)
    )


def _mute_that_holds(
    viewer: SomeId, other: SomeId, now: Moment, *, only_silent: bool = False
) -> sa.Select[tuple[int]]:
    mute = table_of(Mute).alias()
    holds = (
        sa.select(mute.c.id)
        .where(
            mute.c.by_actor_id == viewer,
            mute.c.actor_id == other,
            sa.or_(mute.c.until_at.is_(None), mute.c.until_at > now),
        )
        .correlate_except(mute)
    )
    return holds.where(mute.c.hides_notifications) if only_silent else holds


IS_BLOCKED_BETWEEN = HotStatement(
    sa.select(sa.literal(1)).where(
        ~not_blocked(bindparam("one", type_=sa.BigInteger), bindparam("other", type_=sa.BigInteger))
    )
)
