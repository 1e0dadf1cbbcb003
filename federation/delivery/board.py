"""How deliveries go, for those who look after the place, and for whoever said something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, col, func, select

from federation.delivery.models import (
    Delivery,
    DeliveryHost,
    DeliveryState,
    OutgoingActivity,
    Trouble,
)
from federation.delivery.statements import HURRY
from federation.delivery.states import ASLEEP_AFTER
from fedparents.audit.service import record_audit
from fedparents.authority import Authority, require_administrator
from fedparents.db import UnitOfWork
from fedparents.errors import NotFound
from fedparents.posts.models import Post

TOWNS_AT_MOST: Final = 200
_SHOWN_FOR: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class TownView:
    """How deliveries to one town go."""

    id: int
    name: str
    waiting: int
    failing_since: datetime | None
    is_asleep: bool
    next_at: datetime | None
    """When it is called again; None when nothing waits."""
    trouble: Trouble | None
    """The last one, if it is of these days."""
    status: int
    troubled_at: datetime | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Board:
    """Towns that need an eye, the longest silent first; and how many are well."""

    towns: Sequence[TownView]
    well: int

    @property
    def failing(self) -> int:
        return sum(town.failing_since is not None for town in self.towns)


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a post has got to."""

    towns: int
    reached: int
    waiting: Sequence[str]
    """Names of towns that will be tried again."""
    given_up: Sequence[str]


def read_board(session: Session, *, by: Authority, now: datetime) -> Board:
    """For administrators, else NotFound."""
    require_administrator(by)
    waiting = dict(
        session.exec(
            select(Delivery.host_id, func.count())
            .where(Delivery.state == DeliveryState.WAITING)
            .group_by(col(Delivery.host_id))
        ).all()
    )
    hosts = session.exec(select(DeliveryHost).order_by(col(DeliveryHost.name))).all()
    views = [_view(host, waiting.get(host.id, 0), now) for host in hosts]
    shown = [view for view in views if view.waiting or view.failing_since or view.trouble]
    shown.sort(key=lambda view: (view.failing_since or now, -view.waiting, view.name))
    return Board(shown[:TOWNS_AT_MOST], len(views) - len(shown))


def list_contacts(session: Session) -> dict[str, datetime]:
    """When each town last answered something of ours."""
    answered = select(DeliveryHost.name, DeliveryHost.answered_at).where(
        col(DeliveryHost.answered_at).is_not(None)
    )
    return {name: at for name, at in session.exec(answered) if at is not None}


def count_failing(session: Session) -> int:
    """How many towns do not answer while something waits for them."""
    failing = select(func.count()).where(
        col(DeliveryHost.failures) > 0, col(DeliveryHost.due_at).is_not(None)
    )
    return session.exec(failing).one()


def call_again(uow: UnitOfWork, host_id: int, *, by: Authority) -> str:
    """Call a town now, however long it has been silent; its name. For administrators, else
    NotFound, as for a town that nothing waits for."""
    require_administrator(by)
    host = uow.session.get(DeliveryHost, host_id)
    if host is None or host.due_at is None:
        raise NotFound("town_not_found")
    HURRY.run(uow.session.connection(), host=host_id, now=uow.now)
    host.rests_until_at = None
    if not host.is_leased:
        host.due_at = uow.now
    uow.session.add(host)
    record_audit(uow, "delivery.retried", by=by.actor_id, subject=host_id, reason=host.name)
    return host.name


def find_reach(session: Session, post_id: int) -> Reach | None:
    """Where a post has got to; None for one that went nowhere. For its author alone."""
    newest = (
        select(func.max(OutgoingActivity.id))
        .join(Post, col(Post.id) == col(OutgoingActivity.post_id))
        .where(
            OutgoingActivity.post_id == post_id,
            # Whoever passes it on tells others of it.
            col(OutgoingActivity.actor_id).in_((Post.author_actor_id, Post.group_id)),
        )
        .scalar_subquery()
    )
    rows = session.exec(
        select(DeliveryHost.name, Delivery.state)
        .join(Delivery, col(Delivery.host_id) == col(DeliveryHost.id))
        .where(col(Delivery.activity_id) == newest)
        .order_by(col(DeliveryHost.name))
    ).all()
    if not rows:
        return None
    states: dict[str, set[str]] = {}
    for name, state in rows:
        states.setdefault(name, set()).add(state)
    waiting = [name for name, found in states.items() if DeliveryState.WAITING in found]
    lost = [name for name, found in states.items() if found == {DeliveryState.GIVEN_UP}]
    return Reach(len(states), len(states) - len(waiting) - len(lost), waiting, lost)


def _view(host: DeliveryHost, waiting: int, now: datetime) -> TownView:
    since = host.failing_since_at
    is_recent = host.troubled_at is not None and now - host.troubled_at < _SHOWN_FOR
    return TownView(
        id=host.id,
        name=host.name,
        waiting=waiting,
        failing_since=since,
        is_asleep=since is not None and now - since >= ASLEEP_AFTER,
        next_at=host.due_at if waiting else None,
        trouble=Trouble(host.trouble) if host.trouble and is_recent else None,
        status=host.trouble_status,
        troubled_at=host.troubled_at,
        answered_at=host.answered_at,
    )
