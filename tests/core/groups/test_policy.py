"""Who may know and read: the function and the condition agree in every world."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from hypothesis import strategies as st
from sqlmodel import delete, select

from fedparents import clock
from fedparents.groups.access import find_seat
from fedparents.groups.models import (
    Audience,
    Group,
    GroupRole,
    GroupState,
    Joining,
    JoinRequest,
    Membership,
    MembershipState,
    RequestState,
)
from fedparents.groups.policy import (
    MEMBERS,
    Standing,
    can_know,
    can_moderate,
    can_read,
    decided_by,
    is_member,
    readable_by,
    visible_to,
)
from tests.rig.builders import a_viewer, open_the_doors
from tests.rig.worlds import agree_in_every_world, put_group, put_people

Rule = Callable[[Group, Standing], bool]
pytestmark = pytest.mark.anyio

memberships = st.none() | st.tuples(
    st.sampled_from(GroupRole), st.sampled_from(MembershipState), st.sampled_from([None, -1, 0, 9])
)
groups = st.tuples(
    st.sampled_from(GroupState),
    st.sampled_from(Joining),
    st.sampled_from(Audience),
    st.booleans(),
    st.booleans(),
    st.lists(memberships, min_size=2, max_size=2),
    st.lists(st.none() | st.sampled_from(RequestState), min_size=2, max_size=2),
)


async def test_the_two_forms_of_every_rule_agree(db):
    await db.write(open_the_doors)
    viewers = [await a_viewer(db, "ana"), await a_viewer(db, "bao")]
    await agree_in_every_world(db, st.lists(groups, min_size=1, max_size=6), viewers, compare)


def is_in(group, standing):
    return standing in MEMBERS


def compare(uow, worlds, viewers):
    build(uow, worlds, viewers)
    today, found = clock.now().date(), []
    rows = list(uow.session.exec(select(Group)))
    for viewer in (None, *viewers):
        seats = [find_seat(uow.session, viewer, group, today=today) for group in rows]
        pairs: list[tuple[str, Rule, sa.ColumnElement[bool]]] = [
            ("know", can_know, visible_to(viewer, today=today)),
            ("read", can_read, readable_by(viewer, today=today)),
        ]
        if viewer is not None:
            pairs += [
                ("decide", can_moderate, decided_by(viewer)),
                ("member", is_in, is_member(viewer)),
            ]
        for name, rule, condition in pairs:
            by_rule = {s.group.actor_id for s in seats if rule(s.group, s.standing)}
            by_query = set(uow.session.exec(select(Group.actor_id).where(condition)))
            if by_rule != by_query:
                found.append((name, viewer and viewer.handle, by_rule ^ by_query))
    for table in (JoinRequest, Membership, Group):
        uow.session.exec(delete(table))
    return found


def build(uow, worlds, viewers):
    for state, joining, audience, is_hidden, is_local, members, requests in worlds:
        number = put_group(
            uow,
            state=state,
            joining=joining,
            audience=audience,
            is_hidden=is_hidden,
            is_local_only=is_local,
        )
        put_people(uow, number, viewers, members, requests)
    uow.session.flush()
