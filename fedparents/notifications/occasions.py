"""Who is told when something has happened; each is one job's work, and may run twice.

What happened may be over by the time: then nobody is told, or those who were need not look any more
(what waits for nobody is not shown, see `shown.IS_SHOWN`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlmodel import Session, col, select

from fedparents.accounts.facts import NewDeviceSignedIn
from fedparents.accounts.models import Account, BrowserSession
from fedparents.db import UnitOfWork
from fedparents.groups.facts import (
    GroupHandedOver,
    Invited,
    JoinRequested,
    MemberPutOut,
    RequestDecided,
    RequestExpired,
    RoleChanged,
)
from fedparents.groups.inviting import find_invitation
from fedparents.groups.models import JoinRequest, Membership, MembershipState, RequestState
from fedparents.groups.policy import DECIDERS
from fedparents.notifications.kinds import Kind
from fedparents.notifications.rings import ring
from fedparents.notifications.service import Notice, Told, forget_between, tell
from fedparents.social.facts import Blocked, Followed, FollowRequested
from fedparents.social.models import Follow, FollowState

_PUT_OUT: Final = frozenset((MembershipState.REMOVED, MembershipState.BANNED))


def announce(uow: UnitOfWork, notice: Notice, account_ids: Iterable[int]) -> list[int]:
    """Tell these accounts, and let it ring; gives those who had not been told yet."""
    told: list[Told] = tell(uow, notice, account_ids)
    ring(uow, told)
    return [each.account_id for each in told]


def on_join_requested(uow: UnitOfWork, fact: JoinRequested) -> list[int]:
    """Those who decide."""
    request = uow.session.get(JoinRequest, fact.request_id)
    if request is None or request.state != RequestState.PENDING:
        return []
    notice = Notice(
        Kind.JOIN_REQUEST,
        cause=f"join_request:{request.id}",
        bundle=f"join_request:{request.group_id}",
        subject_id=request.id,
        actor_id=request.actor_id,
        group_id=request.group_id,
    )
    return announce(uow, notice, _deciders(uow.session, request.group_id))


def on_request_decided(uow: UnitOfWork, fact: RequestDecided) -> list[int]:
    """Whoever asked, unless the decision has been undone or taken anew since."""
    request = uow.session.get(JoinRequest, fact.request_id)
    if request is None or request.decided_at is None:
        return []
    if request.decided_at.isoformat() != fact.decided_at:
        return []
    return announce(uow, _decision(request, fact.decided_at), _person(uow.session, request))


def on_request_expired(uow: UnitOfWork, fact: RequestExpired) -> list[int]:
    request = uow.session.get(JoinRequest, fact.request_id)
    if request is None:
        return []
    return announce(uow, _decision(request, "expired"), _person(uow.session, request))


def on_invited(uow: UnitOfWork, fact: Invited) -> list[int]:
    """Somebody of this place, by a group elsewhere."""
    invitation = find_invitation(uow.session, fact.group_id, fact.actor_id)
    if invitation is None or invitation.created_at.isoformat() != fact.invited_at:
        return []
    notice = Notice(
        Kind.INVITATION,
        cause=f"invitation:{fact.group_id}:{fact.actor_id}:{fact.invited_at}",
        bundle=f"invitation:{fact.group_id}",
        group_id=fact.group_id,
    )
    return announce(uow, notice, accounts_of(uow.session, fact.actor_id))


def on_role_changed(uow: UnitOfWork, fact: RoleChanged) -> list[int]:
    """The person, unless they have yet another role, or none, by now."""
    membership = uow.session.get(Membership, (fact.group_id, fact.actor_id))
    if membership is None or membership.changed_at.isoformat() != fact.changed_at:
        return []
    notice = _about_membership(Kind.ROLE, membership, membership.role, by=fact.by_actor_id)
    return announce(uow, notice, accounts_of(uow.session, fact.actor_id))


def on_handed_over(uow: UnitOfWork, fact: GroupHandedOver) -> list[int]:
    """The new manager, to whom a letter goes as well."""
    membership = uow.session.get(Membership, (fact.group_id, fact.actor_id))
    if membership is None or membership.state != MembershipState.ACTIVE:
        return []
    notice = _about_membership(Kind.HANDED_OVER, membership, membership.role)
    return announce(uow, notice, accounts_of(uow.session, fact.actor_id))


def on_put_out(uow: UnitOfWork, fact: MemberPutOut) -> list[int]:
    membership = uow.session.get(Membership, (fact.group_id, fact.actor_id))
    if membership is None or membership.state not in _PUT_OUT:
        return []
    notice = _about_membership(Kind.PUT_OUT, membership, membership.state)
    return announce(uow, notice, accounts_of(uow.session, fact.actor_id))


def on_follow_requested(uow: UnitOfWork, fact: FollowRequested) -> list[int]:
    """Whoever is asked. One who asks, takes it back and asks again is told of each time anew."""
    follow = uow.session.get(Follow, (fact.follower_actor_id, fact.followed_actor_id))
    if follow is None or follow.state != FollowState.PENDING:
        return []
    notice = _about_follow(Kind.FOLLOW_REQUEST, follow, by=fact.follower_actor_id)
    return announce(uow, notice, accounts_of(uow.session, fact.followed_actor_id))


def on_followed(uow: UnitOfWork, fact: Followed) -> list[int]:
    """Whoever is followed; if they were asked and said yes, whoever asked."""
    follow = uow.session.get(Follow, (fact.follower_actor_id, fact.followed_actor_id))
    if follow is None or follow.state != FollowState.ACCEPTED:
        return []
    if fact.was_asked:
        notice = _about_follow(Kind.FOLLOW_ACCEPTED, follow, by=fact.followed_actor_id)
        return announce(uow, notice, accounts_of(uow.session, fact.follower_actor_id))
    notice = _about_follow(Kind.FOLLOW, follow, by=fact.follower_actor_id)
    return announce(uow, notice, accounts_of(uow.session, fact.followed_actor_id))


def on_blocked(uow: UnitOfWork, fact: Blocked) -> list[int]:
    """What the two have heard of each other goes; the bells of both count anew."""
    concerned = []
    for reader, other in (
        (fact.by_actor_id, fact.actor_id),
        (fact.actor_id, fact.by_actor_id),
    ):
        for account_id in accounts_of(uow.session, reader):
            forget_between(uow, account_id, other)
            concerned.append(account_id)
    return concerned


def on_new_device(uow: UnitOfWork, fact: NewDeviceSignedIn) -> list[int]:
    opened = uow.session.get(BrowserSession, fact.session_id)
    if opened is None:
        return []
    cause = f"new_device:{opened.id}"
    notice = Notice(Kind.NEW_DEVICE, cause, bundle=cause, subject_id=opened.id)
    return announce(uow, notice, [opened.account_id])


def _decision(request: JoinRequest, when: str) -> Notice:
    return Notice(
        Kind.JOIN_DECISION,
        cause=f"join_decision:{request.id}:{when}",
        bundle=f"join_decision:{request.id}",
        subject_id=request.id,
        group_id=request.group_id,
        detail=request.state,
    )


def _about_follow(kind: Kind, follow: Follow, *, by: int) -> Notice:
    return Notice(
        kind, cause=f"{kind}:{follow.id}", bundle=kind.value, subject_id=follow.id, actor_id=by
    )


def _about_membership(
    kind: Kind, membership: Membership, detail: str, *, by: int | None = None
) -> Notice:
    """`changed_at` tells one change from the next."""
    return Notice(
        kind,
        cause=f"{kind}:{membership.group_id}:{membership.changed_at.isoformat()}",
        bundle=f"{kind}:{membership.group_id}",
        actor_id=by,
        group_id=membership.group_id,
        detail=detail,
    )


def _deciders(session: Session, group_id: int) -> list[int]:
    deciders = (
        select(Account.id)
        .join(Membership, col(Membership.actor_id) == col(Account.actor_id))
        .where(
            Membership.group_id == group_id,
            Membership.state == MembershipState.ACTIVE,
            col(Membership.role).in_(DECIDERS),
        )
    )
    return list(session.exec(deciders))


def _person(session: Session, request: JoinRequest) -> list[int]:
    return accounts_of(session, request.actor_id)


def accounts_of(session: Session, *actor_ids: int) -> list[int]:
    """Of people; those who have been erased, or are of another town, have none."""
    if not actor_ids:
        return []
    found = select(Account.id).where(col(Account.actor_id).in_(actor_ids))
    return list(session.exec(found.order_by(col(Account.id))))
