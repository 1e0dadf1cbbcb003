"""Random worlds for rules that are written twice: rows put there directly, many times over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TypeVar

from hypothesis import given
from hypothesis.strategies import SearchStrategy

from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor, ActorKind
from fedparents.db import Database, UnitOfWork
from fedparents.groups.models import (
    Audience,
    Group,
    GroupKind,
    GroupRole,
    GroupState,
    Joining,
    JoinRequest,
    Membership,
    MembershipState,
    RequestState,
)

World = TypeVar("World")


async def agree_in_every_world(
    db: Database,
    worlds: SearchStrategy[World],
    viewers: Sequence[Viewer],
    compare: Callable[[UnitOfWork, World, Sequence[Viewer]], list[object]],
) -> None:
    """`compare` builds a world, says where the two forms of its rules differ, and clears up."""
    loop = asyncio.get_running_loop()

    @given(worlds)
    def agree(world: World) -> None:
        coming = asyncio.run_coroutine_threadsafe(db.write(compare, world, viewers), loop)
        assert coming.result() == []

    await asyncio.to_thread(agree)  # in a thread, since hypothesis knows nothing of loops


def put_group(
    uow: UnitOfWork,
    *,
    state: GroupState = GroupState.ACTIVE,
    joining: Joining = Joining.APPROVAL,
    audience: Audience = Audience.MEMBERS,
    is_hidden: bool = False,
    is_local_only: bool = True,
) -> int:
    """A group of nobody, in any state."""
    number = uow.new_id()
    uow.session.add(
        Actor(
            id=number,
            kind=ActorKind.GROUP,
            handle=f"g{number}",
            display_name="G",
            created_at=uow.now,
        )
    )
    uow.session.flush()
    uow.session.add(
        Group(
            actor_id=number,
            kind=GroupKind.THEME,
            state=state,
            joining=joining,
            audience=audience,
            is_hidden=is_hidden,
            is_local_only=is_local_only,
            created_at=uow.now,
        )
    )
    uow.session.flush()
    return number


def put_member(
    uow: UnitOfWork,
    group_id: int,
    viewer: Viewer,
    state: MembershipState = MembershipState.ACTIVE,
    role: GroupRole = GroupRole.MEMBER,
    *,
    banned_for: int | None = None,
) -> None:
    """Somebody's row in a group; `banned_for` counts in days from today and may be past."""
    until = None if banned_for is None else uow.now.date() + timedelta(days=banned_for)
    uow.session.add(
        Membership(
            group_id=group_id,
            actor_id=viewer.actor_id,
            role=role,
            state=state,
            banned_until=until,
            since_at=uow.now,
            changed_at=uow.now,
        )
    )


def put_request(uow: UnitOfWork, group_id: int, viewer: Viewer, state: RequestState) -> None:
    uow.session.add(
        JoinRequest(
            id=uow.new_id(),
            group_id=group_id,
            actor_id=viewer.actor_id,
            state=state,
            created_at=uow.now,
        )
    )


def put_people(
    uow: UnitOfWork,
    group_id: int,
    viewers: Sequence[Viewer],
    members: Sequence[tuple[GroupRole, MembershipState, int | None] | None],
    requests: Sequence[RequestState | None],
) -> None:
    """What each viewer is to a group and what they asked for, as it was drawn."""
    for viewer, member, request in zip(viewers, members, requests, strict=True):
        if member is not None:
            role, state, days = member
            put_member(uow, group_id, viewer, state, role, banned_for=days)
        if request is not None:
            put_request(uow, group_id, viewer, request)
