"""Which towns a process has to itself, for how long, and what it takes there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from federation.audience import is_for_elsewhere, talks
from federation.delivery.models import Trouble
from federation.delivery.rounds import Activity, Load, Round, Row
from federation.delivery.statements import (
    BREAK_LEASE,
    IS_ANYTHING_DUE,
    LEASE_HOSTS,
    LIST_ACTIVITIES,
    LIST_DUE,
    LIST_LEASES,
)
from federation.delivery.states import ROUND, TAKES_BACK, Standing
from federation.group_audience import find_group_said_in, may_leave_in_group
from federation.keys import THE_PLACE
from federation.outside import find_person
from federation.trust import allies_among, wanted_among
from federation.uris import actor_uri, place_uri
from fedparents.actors.models import ActorKind
from fedparents.db import UnitOfWork, in_bites
from fedparents.posts.models import Audience, Post, PostState

_LEASE: Final = timedelta(minutes=5)
"""Longer than the slowest round: each connection waits ten seconds for each of its few letters."""
_PROBE_ROWS: Final = 8
_CARRIES: Final = frozenset({"Announce", "Create", "Update"})


@dataclass(frozen=True, slots=True)
class Lease:
    """A town that some process has, and which."""

    host_id: int
    turn: int
    node: int | None


def list_leases(session: Session) -> list[Lease]:
    return [Lease(*row) for row in LIST_LEASES.rows(session.connection())]


def break_leases(uow: UnitOfWork, leases: Iterable[Lease]) -> None:
    """Those that are still the same: whoever leased a town since has it."""
    for each in sorted(leases, key=lambda each: each.host_id):
        BREAK_LEASE.run(uow.session.connection(), host=each.host_id, turn=each.turn, now=uow.now)


def is_anything_due(session: Session, now: datetime) -> bool:
    return bool(IS_ANYTHING_DUE.rows(session.connection(), now=now)) and talks(session)


def lease(uow: UnitOfWork, base_url: str, most: int, *, probes: bool, node: int) -> Load:
    """Towns, each with the letters of one round; the border looks at each of these again."""
    connection, now = uow.session.connection(), uow.now
    leased = LEASE_HOSTS.rows(
        connection, now=now, until=now + _LEASE, most=most, probes=probes, node=node
    )
    names = {row[1] for row in leased}
    wanted = wanted_among(uow.session, names)
    by_place = wanted_among(uow.session, names, by_place=True)
    twins = allies_among(uow.session, names)
    rounds = []
    for host_id, name, turn, failures, since, at_once, scheme, scheme_until in leased:
        standing = Standing(failures, since, None, at_once)
        size = _PROBE_ROWS if failures else at_once * ROUND
        found = LIST_DUE.rows(connection, host=host_id, now=now, most=size)
        rows = tuple(Row(*row) for row in found)
        rounds.append(
            Round(
                *(host_id, name, turn, standing, scheme, scheme_until),
                is_kept_out=name not in wanted,
                is_blocked=name not in by_place,
                is_twin=name in twins,
                rows=rows,
            )
        )
    ids = {row.activity_id for round_ in rounds for row in round_.rows}
    return Load(tuple(rounds), _find_activities(uow, base_url, sorted(ids)))


def _find_activities(uow: UnitOfWork, base_url: str, ids: Sequence[int]) -> dict[int, Activity]:
    connection, found = uow.session.connection(), {}
    for bite in in_bites(ids):
        for number, actor_id, verb, expires_at, kind, post_id, *post in LIST_ACTIVITIES.rows(
            connection, **bite
        ):
            stays = Trouble.TOO_OLD if expires_at <= uow.now else None
            if verb in _CARRIES and post_id is not None:
                *_, group_id = post
                is_fine = (
                    is_for_elsewhere(*post) and _is_known(uow, actor_id)
                    if group_id is None
                    else _is_for_group(uow, base_url, post_id)
                )
                stays = stays if is_fine else Trouble.WITHDRAWN
            actor = _address_of(base_url, actor_id, kind)
            is_profile = verb == "Update" and post_id is None
            takes_back = verb in TAKES_BACK
            found[number] = Activity(
                *(number, actor_id, actor, takes_back, is_profile),
                is_for_allies=Audience.NEARBY in post or Audience.GROUP in post,
                stays=stays,
            )
    return found


def _is_known(uow: UnitOfWork, actor_id: int) -> bool:
    """Whether whoever said it may still be known elsewhere: it may have waited for days."""
    return find_person(uow.session, actor_id, today=uow.now.date()) is not None


def _is_for_group(uow: UnitOfWork, base_url: str, post_id: int) -> bool:
    """The same for what is said in groups."""
    post = uow.session.get_one(Post, post_id)
    if post.is_from_elsewhere:
        group = find_group_said_in(uow.session, base_url, post.group_id or 0)
        return post.state == PostState.VISIBLE and group is not None
    return may_leave_in_group(uow.session, base_url, post) and _is_known(uow, post.author_actor_id)


def _address_of(base_url: str, actor_id: int, kind: str | None) -> str:
    if actor_id == THE_PLACE:
        return place_uri(base_url)
    return actor_uri(base_url, actor_id, ActorKind(kind or ActorKind.PERSON))
