"""Following: asking, accepting, ending it from either side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import col, delete, func, select

from fedparents.accounts.models import Account
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor, Standing
from fedparents.audit.service import record_audit
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, LimitReached, NotFound
from fedparents.ids import ActorId
from fedparents.instance.views import get_instance_view
from fedparents.social.access import get_other, hold_both
from fedparents.social.facts import Followed, FollowEnded, FollowRequested
from fedparents.social.models import Endorsement, Follow, FollowState, ListMember, PeopleList
from fedparents.social.policy import has_blocked, has_muted_town_of, is_blocked_between

FOLLOWS_AT_MOST: Final = 2000
"""Of one person; a family does not read more, a robot does."""
_LANGUAGES_AT_MOST: Final = 20


@dataclass(frozen=True, slots=True)
class FollowDraft:
    """How somebody wants to follow; None leaves it as it is."""

    shows_shares: bool | None = None
    notifies: bool | None = None
    languages: Sequence[str] | None = None


def follow_actor(
    uow: UnitOfWork, viewer: Viewer, actor_id: ActorId, draft: FollowDraft | None = None
) -> Follow:
    """Follow somebody, or ask to; for whoever does so already, change how.

    Raises NotFound, Conflict("unblock_first", "follow_here_only", "town_not_reached") and
    LimitReached.
    """
    other = get_other(uow, viewer, actor_id)
    if has_blocked(uow.session, viewer.actor_id, actor_id):
        raise Conflict("unblock_first")
    follow = uow.session.get(Follow, (viewer.actor_id, actor_id), populate_existing=True)
    if follow is None:
        _require_room(uow, viewer)
        _require_way(uow, viewer, other)
        # Whoever is elsewhere is asked: whether it is a yes, their own town says.
        is_asked = other.is_locked or bool(other.domain)
        follow = begin_follow(uow, viewer.actor_id, other, is_asked=is_asked)
    if draft is not None:
        _change(follow, draft)
    uow.session.add(follow)
    return follow


def unfollow_actor(uow: UnitOfWork, viewer: Viewer, actor_id: ActorId) -> None:
    """Follow no longer, or take the request back; nothing happens where there was neither."""
    hold_both(uow, viewer.actor_id, actor_id)
    end_follow(uow, viewer.actor_id, actor_id)


def accept_follow(uow: UnitOfWork, viewer: Viewer, actor_id: ActorId) -> None:
    """Let somebody follow who has asked; raises NotFound when they do not ask (any more)."""
    follow = _get_request(uow, viewer, actor_id)
    _accept(uow, follow, viewer)


def reject_follow(uow: UnitOfWork, viewer: Viewer, actor_id: ActorId) -> None:
    """Say no, without a word to them; raises NotFound when they do not ask (any more)."""
    _get_request(uow, viewer, actor_id)
    end_follow(uow, actor_id, viewer.actor_id)
    record_audit(uow, "follow.rejected", by=viewer.actor_id, subject=actor_id)


def remove_follower(uow: UnitOfWork, viewer: Viewer, actor_id: ActorId) -> None:
    """Have somebody follow no longer, without a word to them."""
    hold_both(uow, viewer.actor_id, actor_id)
    if end_follow(uow, actor_id, viewer.actor_id):
        record_audit(uow, "follow.removed", by=viewer.actor_id, subject=actor_id)


def accept_all_who_ask(uow: UnitOfWork, viewer: Viewer) -> None:
    """The person takes followers without being asked from now on, and so those who wait."""
    waiting = select(Follow).where(
        Follow.followed_actor_id == viewer.actor_id, Follow.state == FollowState.PENDING
    )
    for follow in uow.session.exec(waiting.with_for_update()):
        _accept(uow, follow, viewer)


def end_follow(uow: UnitOfWork, follower_id: int, followed_id: int) -> bool:
    """Whether there was a follow, or a request for one."""
    gone = delete(Follow).where(
        col(Follow.follower_actor_id) == follower_id, col(Follow.followed_actor_id) == followed_id
    )
    if not uow.session.exec(gone).rowcount:
        return False
    uow.session.exec(
        delete(ListMember).where(
            col(ListMember.actor_id) == followed_id,
            col(ListMember.list_id).in_(_lists_of(follower_id)),
        )
    )
    uow.session.exec(
        delete(Endorsement).where(
            col(Endorsement.by_actor_id) == follower_id, col(Endorsement.actor_id) == followed_id
        )
    )
    uow.record(FollowEnded(follower_id, followed_id))
    return True


def follow_from_elsewhere(
    uow: UnitOfWork, follower_id: int, followed: Actor, *, is_asked: bool
) -> Follow | None:
    """Somebody of another town follows one of us, or asks to; None where one of the two has blocked
    the other, or wants to hear nothing from their town, of which nobody is told."""
    hold_both(uow, follower_id, followed.id)
    if is_blocked_between(uow.session, follower_id, followed.id):
        return None
    if has_muted_town_of(uow.session, followed.id, follower_id):
        return None
    known = uow.session.get(Follow, (follower_id, followed.id), populate_existing=True)
    return known or begin_follow(uow, follower_id, followed, is_asked=is_asked)


def accept_from_elsewhere(uow: UnitOfWork, follower_id: int, followed_id: int) -> bool:
    """Somebody of another town lets one of us follow; whether that had been asked."""
    hold_both(uow, follower_id, followed_id)
    follow = uow.session.get(Follow, (follower_id, followed_id), populate_existing=True)
    if follow is None or follow.state != FollowState.PENDING:
        return False
    follow.state = FollowState.ACCEPTED
    uow.session.add(follow)
    uow.record(Followed(follower_id, followed_id, was_asked=True))
    return True


def begin_follow(uow: UnitOfWork, follower_id: int, other: Actor, *, is_asked: bool) -> Follow:
    """Begin a follow, or the asking for it; whoever calls has seen to it that it may be."""
    follow = Follow(
        follower_actor_id=follower_id,
        followed_actor_id=other.id,
        id=uow.new_id(),
        state=FollowState.PENDING if is_asked else FollowState.ACCEPTED,
        created_at=uow.now,
    )
    uow.session.add(follow)
    if is_asked:
        uow.record(FollowRequested(follower_id, other.id))
    else:
        uow.record(Followed(follower_id, other.id, was_asked=False))
    return follow


def keep_in_lists(uow: UnitOfWork, follower_id: int, old_id: int, new_id: int) -> None:
    """Somebody goes on under another name: so they do in the lists in which they are."""
    there = select(ListMember).where(
        ListMember.actor_id == old_id, col(ListMember.list_id).in_(_lists_of(follower_id))
    )
    for member in uow.session.exec(there):
        if uow.session.get(ListMember, (member.list_id, new_id)) is None:
            again = ListMember(list_id=member.list_id, actor_id=new_id, id=uow.new_id())
            uow.session.add(again)


def _lists_of(actor_id: int) -> sa.Select[Any]:
    return (
        sa.select(col(PeopleList.id))
        .join(Account, col(Account.id) == col(PeopleList.account_id))
        .where(col(Account.actor_id) == actor_id)
    )


def _change(follow: Follow, draft: FollowDraft) -> None:
    if draft.shows_shares is not None:
        follow.shows_shares = draft.shows_shares
    if draft.notifies is not None:
        follow.notifies = draft.notifies
    if draft.languages is not None:
        follow.languages = " ".join(draft.languages[:_LANGUAGES_AT_MOST])


def _accept(uow: UnitOfWork, follow: Follow, viewer: Viewer) -> None:
    follow.state = FollowState.ACCEPTED
    uow.session.add(follow)
    uow.record(Followed(follow.follower_actor_id, viewer.actor_id, was_asked=True))
    record_audit(uow, "follow.accepted", by=viewer.actor_id, subject=follow.follower_actor_id)


def _get_request(uow: UnitOfWork, viewer: Viewer, actor_id: ActorId) -> Follow:
    hold_both(uow, viewer.actor_id, actor_id)
    follow = uow.session.get(Follow, (actor_id, viewer.actor_id), populate_existing=True)
    if follow is None or follow.state != FollowState.PENDING:
        raise NotFound("request_not_found")
    return follow


def _require_room(uow: UnitOfWork, viewer: Viewer) -> None:
    own = select(func.count()).where(Follow.follower_actor_id == viewer.actor_id)
    if uow.session.exec(own).one() >= FOLLOWS_AT_MOST:
        raise LimitReached("follows_at_most", at_most=FOLLOWS_AT_MOST)


def _require_way(uow: UnitOfWork, viewer: Viewer, other: Actor) -> None:
    """Somebody elsewhere can be asked only while this place talks with their town. Nobody elsewhere
    may know of somebody under eighteen, and whom they follow would."""
    if not other.domain:
        return
    account = uow.session.get(Account, viewer.account_id)
    until = account.restricted_until if account is not None else None
    if until is not None and until > uow.now.date():
        raise Conflict("follow_here_only")
    mode = get_instance_view(uow.session).federation_mode
    is_reached = other.standing == Standing.ALLY or (
        mode.speaks_to_anybody and other.standing != Standing.BLOCKED
    )
    if not mode.is_there or not is_reached:
        raise Conflict("town_not_reached", town=other.domain)
