"""People whom somebody follows and shows on their page; and what is suggested to them no more."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session, col, delete, func, select

from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, LimitReached
from fedparents.ids import ActorId
from fedparents.paging import Paging
from fedparents.social.access import get_other
from fedparents.social.models import DismissedSuggestion, Endorsement, Follow, FollowState
from fedparents.social.policy import seen_by
from fedparents.social.queries import PersonLine

SHOWN_AT_MOST: Final = 50


def endorse_person(uow: UnitOfWork, viewer: Viewer, actor_id: ActorId) -> None:
    """Show on one's page that one follows somebody. Raises NotFound, Conflict("follow_first") and
    LimitReached."""
    get_other(uow, viewer, actor_id)
    follow = uow.session.get(Follow, (viewer.actor_id, actor_id), populate_existing=True)
    if follow is None or follow.state != FollowState.ACCEPTED:
        raise Conflict("follow_first")
    if uow.session.get(Endorsement, (viewer.actor_id, actor_id)) is not None:
        return
    own = select(func.count()).where(Endorsement.by_actor_id == viewer.actor_id)
    if uow.session.exec(own).one() >= SHOWN_AT_MOST:
        raise LimitReached("people_at_most", at_most=SHOWN_AT_MOST)
    uow.session.add(Endorsement(by_actor_id=viewer.actor_id, actor_id=actor_id, id=uow.new_id()))


def unendorse_person(uow: UnitOfWork, viewer: Viewer, actor_id: ActorId) -> None:
    own = (
        col(Endorsement.by_actor_id) == viewer.actor_id,
        col(Endorsement.actor_id) == actor_id,
    )
    uow.session.exec(delete(Endorsement).where(*own))


def list_endorsed(
    session: Session, viewer: Viewer, by_actor_id: int, paging: Paging
) -> list[PersonLine]:
    """Whom somebody shows, as far as the viewer may know of them. Whoever asks has been shown the
    page on which they stand."""
    number: Any = col(Endorsement.id)
    shown = (
        sa.select(number, Actor, sa.null())
        .join(Actor, col(Actor.id) == col(Endorsement.actor_id))
        .where(col(Endorsement.by_actor_id) == by_actor_id, seen_by(viewer))
    )
    rows = session.execute(paging.narrow(shown, number)).all()
    return [PersonLine(*row) for row in paging.newest_first(rows)]


def dismiss_suggestion(uow: UnitOfWork, viewer: Viewer, actor_id: int) -> None:
    """Whoever is not there is suggested to nobody."""
    is_there = uow.session.get(Actor, actor_id) is not None
    if is_there and uow.session.get(DismissedSuggestion, (viewer.account_id, actor_id)) is None:
        uow.session.add(DismissedSuggestion(account_id=viewer.account_id, actor_id=actor_id))


def list_dismissed(session: Session, viewer: Viewer) -> set[int]:
    own = select(DismissedSuggestion.actor_id).where(
        DismissedSuggestion.account_id == viewer.account_id
    )
    return set(session.exec(own))
