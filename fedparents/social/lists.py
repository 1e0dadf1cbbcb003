"""Lists of people whom somebody follows: theirs alone, and nobody in one hears of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session, col, delete, func, select

from fedparents.accounts.models import Account
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.db import UnitOfWork
from fedparents.errors import LimitReached, NotFound
from fedparents.paging import Paging
from fedparents.social.models import Answers, Follow, FollowState, ListMember, PeopleList
from fedparents.social.policy import seen_by
from fedparents.social.queries import PersonLine
from fedparents.text import required_line

TITLE_LENGTH: Final = 100
LISTS_AT_MOST: Final = 50
PEOPLE_AT_MOST: Final = 500
"""In one list."""


@dataclass(frozen=True, slots=True)
class ListDraft:
    title: str
    answers: Answers = Answers.LIST
    is_exclusive: bool = False


def create_list(uow: UnitOfWork, viewer: Viewer, draft: ListDraft) -> PeopleList:
    """Raises Invalid and LimitReached."""
    _hold(uow, viewer)
    own = select(func.count()).where(PeopleList.account_id == viewer.account_id)
    if uow.session.exec(own).one() >= LISTS_AT_MOST:
        raise LimitReached("lists_at_most", at_most=LISTS_AT_MOST)
    made = PeopleList(id=uow.new_id(), account_id=viewer.account_id, title="")
    _set(uow, made, draft)
    return made


def change_list(uow: UnitOfWork, viewer: Viewer, list_id: int, draft: ListDraft) -> PeopleList:
    """Raises NotFound and Invalid."""
    found = get_own_list(uow.session, viewer, list_id)
    _set(uow, found, draft)
    return found


def delete_list(uow: UnitOfWork, viewer: Viewer, list_id: int) -> None:
    """Raises NotFound."""
    uow.session.delete(get_own_list(uow.session, viewer, list_id))


def add_to_list(uow: UnitOfWork, viewer: Viewer, list_id: int, actor_ids: Collection[int]) -> None:
    """Whoever is in it already stays. Raises NotFound where one of them is not followed, and
    LimitReached."""
    _hold(uow, viewer)
    found = get_own_list(uow.session, viewer, list_id)
    wanted = dict.fromkeys(actor_ids)
    followed = select(Follow.followed_actor_id).where(
        Follow.follower_actor_id == viewer.actor_id,
        col(Follow.followed_actor_id).in_(list(wanted)[: PEOPLE_AT_MOST + 1]),
    )
    if set(uow.session.exec(followed)) != set(wanted):
        raise NotFound("person_not_found")
    inside = set(
        uow.session.exec(select(ListMember.actor_id).where(ListMember.list_id == found.id))
    )
    new = [each for each in wanted if each not in inside]
    if len(inside) + len(new) > PEOPLE_AT_MOST:
        raise LimitReached("people_at_most", at_most=PEOPLE_AT_MOST)
    uow.session.add_all(
        ListMember(list_id=found.id, actor_id=each, id=uow.new_id()) for each in new
    )


def remove_from_list(
    uow: UnitOfWork, viewer: Viewer, list_id: int, actor_ids: Collection[int]
) -> None:
    """Whoever is not in it is passed over. Raises NotFound."""
    found = get_own_list(uow.session, viewer, list_id)
    members = (
        col(ListMember.list_id) == found.id,
        col(ListMember.actor_id).in_(list(actor_ids)[:PEOPLE_AT_MOST]),
    )
    uow.session.exec(delete(ListMember).where(*members))


def get_own_list(session: Session, viewer: Viewer, list_id: int) -> PeopleList:
    """Raises NotFound."""
    found = find_own_list(session, viewer, list_id)
    if found is None:
        raise NotFound("list_not_found")
    return found


def find_own_list(session: Session, viewer: Viewer, list_id: int) -> PeopleList | None:
    found = session.get(PeopleList, list_id)
    return found if found is not None and found.account_id == viewer.account_id else None


def list_own_lists(
    session: Session, viewer: Viewer, *, holding: int | None = None
) -> list[PeopleList]:
    """One's own, the oldest first; `holding` those alone that this person is in."""
    own = select(PeopleList).where(PeopleList.account_id == viewer.account_id)
    if holding is not None:
        members = select(ListMember.list_id).where(ListMember.actor_id == holding)
        own = own.where(col(PeopleList.id).in_(members))
    return list(session.exec(own.order_by(col(PeopleList.id))))


def list_list_people(
    session: Session, viewer: Viewer, list_id: int, paging: Paging
) -> list[PersonLine]:
    """Who is in one of one's own lists, the last first. Raises NotFound."""
    found = get_own_list(session, viewer, list_id)
    number: Any = col(ListMember.id)
    inside = (
        sa.select(number, Actor, sa.null())
        .join(Actor, col(Actor.id) == col(ListMember.actor_id))
        .where(col(ListMember.list_id) == found.id, seen_by(viewer))
    )
    rows = session.execute(paging.narrow(inside, number)).all()
    return [PersonLine(*row) for row in paging.newest_first(rows)]


def list_not_in_list(
    session: Session, viewer: Viewer, list_id: int, paging: Paging
) -> list[PersonLine]:
    """Whom the viewer follows and who is not in one of their own lists, the last followed first.
    Raises NotFound."""
    found = get_own_list(session, viewer, list_id)
    number: Any = col(Follow.id)
    inside = select(ListMember.actor_id).where(ListMember.list_id == found.id)
    others = (
        sa.select(number, Actor, sa.null())
        .join(Actor, col(Actor.id) == col(Follow.followed_actor_id))
        .where(
            col(Follow.follower_actor_id) == viewer.actor_id,
            col(Follow.state) == FollowState.ACCEPTED,
            col(Actor.id).not_in(inside),
            seen_by(viewer),
        )
    )
    rows = session.execute(paging.narrow(others, number)).all()
    return [PersonLine(*row) for row in paging.newest_first(rows)]


def count_own_lists(session: Session, viewer: Viewer) -> list[tuple[PeopleList, int]]:
    """One's own, the oldest first, each with how many of its people are there to be seen."""
    inside = sa.select(col(ListMember.list_id), sa.func.count().label("people")).join(
        Actor, col(Actor.id) == col(ListMember.actor_id)
    )
    counted = inside.where(seen_by(viewer)).group_by(col(ListMember.list_id)).subquery("counted")
    own = (
        sa.select(PeopleList, sa.func.coalesce(counted.c.people, 0))
        .outerjoin(counted, counted.c.list_id == col(PeopleList.id))
        .where(col(PeopleList.account_id) == viewer.account_id)
        .order_by(col(PeopleList.id))
    )
    return [(found, people) for found, people in session.execute(own)]


def _hold(uow: UnitOfWork, viewer: Viewer) -> None:
    """So that two who add at the same moment do not both find room."""
    own = sa.select(col(Account.id)).where(col(Account.id) == viewer.account_id)
    uow.session.execute(own.with_for_update(key_share=True))


def _set(uow: UnitOfWork, target: PeopleList, draft: ListDraft) -> None:
    target.title = required_line("title", draft.title, at_most=TITLE_LENGTH)
    target.answers, target.is_exclusive = draft.answers, draft.is_exclusive
    uow.session.add(target)
