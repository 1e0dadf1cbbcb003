"""Reading who asks to join a group, for those who decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from fedparents import clock
from fedparents.accounts.models import Account, InviteLink
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.errors import NotFound
from fedparents.groups.access import get_seat
from fedparents.groups.joining import (
    RECONSIDER_WITHIN,
    UNDO_WITHIN,
)
from fedparents.groups.models import (
    JoinRequest,
    RequestState,
)
from fedparents.groups.policy import (
    can_moderate,
)
from fedparents.ids import GroupId
from fedparents.places.models import Place
from fedparents.social.policy import is_seen

_LATELY: Final = 20


@dataclass(frozen=True, slots=True)
class RequestView:
    """Somebody who asks, or asked, to join."""

    request: JoinRequest
    name: str
    handle: str
    avatar: str
    place: str
    inviter: str
    decider: str
    can_undo: bool
    is_seen: bool
    """Whether the viewer may look at the person's profile."""


def list_requests(
    session: Session, viewer: Viewer, group_id: GroupId, *, limit: int = 50
) -> list[RequestView]:
    """Who waits, the longest first; for those who decide, else NotFound."""
    get_seat(session, viewer, group_id, today=clock.now().date()).require(can_moderate)
    waiting = col(JoinRequest.state) == RequestState.PENDING
    return _requests(session, viewer, group_id, waiting, order=col(JoinRequest.id), limit=limit)


def list_lately_declined(session: Session, viewer: Viewer, group_id: GroupId) -> list[RequestView]:
    """Who was declined so lately that they can still be let in, and has not asked again."""
    get_seat(session, viewer, group_id, today=clock.now().date()).require(can_moderate)
    again = aliased(JoinRequest)
    declined = sa.and_(
        col(JoinRequest.state) == RequestState.DECLINED,
        col(JoinRequest.decided_at) > clock.now() - RECONSIDER_WITHIN,
        ~sa.exists(
            select(again.id).where(
                again.group_id == JoinRequest.group_id,
                again.actor_id == JoinRequest.actor_id,
                col(again.id) > col(JoinRequest.id),
            )
        ),
    )
    order = col(JoinRequest.decided_at).desc()
    return _requests(session, viewer, group_id, declined, order=order, limit=_LATELY)


def get_request(
    session: Session, viewer: Viewer, group_id: GroupId, request_id: int
) -> RequestView:
    """One request, decided or not; for those who decide, else NotFound."""
    get_seat(session, viewer, group_id, today=clock.now().date()).require(can_moderate)
    found = _requests(
        session,
        viewer,
        group_id,
        col(JoinRequest.id) == request_id,
        order=col(JoinRequest.id),
        limit=1,
    )
    if not found:
        raise NotFound("request_not_found")
    return found[0]


def _requests(
    session: Session,
    viewer: Viewer,
    group_id: int,
    condition: sa.ColumnElement[bool],
    *,
    order: sa.SQLColumnExpression[Any],
    limit: int,
) -> list[RequestView]:
    inviter, decider = aliased(Actor), aliased(Actor)
    found = (
        sa.select(
            JoinRequest,
            Actor,
            col(Place.name),
            col(inviter.display_name),
            col(decider.display_name),
            is_seen(viewer.actor_id, col(Actor.id)),
        )
        .join(Actor, col(Actor.id) == col(JoinRequest.actor_id))
        .outerjoin(Account, col(Account.actor_id) == col(Actor.id))
        .outerjoin(Place, col(Place.id) == col(Account.place_id))
        .outerjoin(InviteLink, col(InviteLink.id) == col(JoinRequest.invite_id))
        .outerjoin(inviter, col(inviter.id) == col(InviteLink.by_actor_id))
        .outerjoin(decider, col(decider.id) == col(JoinRequest.decided_by_actor_id))
        .where(col(JoinRequest.group_id) == group_id, condition)
        .order_by(order)
        .limit(limit)
    )
    return [
        RequestView(
            request,
            actor.display_name,
            actor.address,
            actor.avatar,
            place or "",
            invited_by or "",
            decided_by_name or "",
            _can_undo(request),
            bool(seen),
        )
        for request, actor, place, invited_by, decided_by_name, seen in session.execute(found)
    ]


def _can_undo(request: JoinRequest) -> bool:
    within = {RequestState.APPROVED: UNDO_WITHIN, RequestState.DECLINED: RECONSIDER_WITHIN}
    if request.decided_at is None or request.state not in within:
        return False
    return clock.now() - request.decided_at <= within[request.state]
