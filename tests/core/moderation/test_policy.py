"""Who decides what: the function for one report and the condition on all say the same, in random
worlds; and what can be decided by whom."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import delete, select

from fedparents import clock
from fedparents.groups.models import GroupRole, Membership, MembershipState
from fedparents.moderation.models import Action, Category, Report, ReportState, SubjectKind
from fedparents.moderation.policy import (
    GROUP_HAS,
    decided_by,
    find_ties,
    list_actions,
    office_of,
)

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("clock")]
A = Action
WHO = ("marie", "bao", "ana", "emma", "hugo", "gita")
roles = st.tuples(st.sampled_from(GroupRole), st.sampled_from(MembershipState))
reports = st.tuples(
    st.sampled_from(SubjectKind),
    st.booleans(),
    st.sampled_from(("self", "other", "nobody")),
    st.sampled_from(ReportState),
    st.booleans(),
    st.sampled_from((timedelta(0), GROUP_HAS - timedelta(seconds=1), GROUP_HAS)),
)


async def test_the_function_and_the_condition_agree(town):
    nameless = await town.say(town.bao, "Sans nom", is_anonymous=True)
    loop = asyncio.get_running_loop()

    @given(st.sampled_from(WHO), roles, st.lists(reports, min_size=1, max_size=6))
    def agree(who, role, worlds):
        coming = asyncio.run_coroutine_threadsafe(
            town.db.write(compare, town, town.people[who], role, worlds, nameless), loop
        )
        assert coming.result() == set()

    await asyncio.to_thread(agree)  # in a thread, since hypothesis knows nothing of loops


def compare(uow, town, viewer, role, worlds, nameless):
    uow.session.exec(delete(Report))
    row = uow.session.get(Membership, (town.group, viewer.actor_id))
    if row is not None:
        row.role, row.state = role
    for kind, in_group, target, state, is_for_place, age in worlds:
        targets = {"self": viewer.actor_id, "other": town.chloe.actor_id, "nobody": None}
        report = Report(
            id=uow.new_id(),
            subject_kind=kind,
            subject_id=town.group if kind == SubjectKind.GROUP else nameless.id,
            group_id=town.group if in_group else None,
            target_actor_id=targets[target],
            category=Category.OTHER,
            state=state,
            is_for_place=is_for_place,
            created_at=uow.now - age,
        )
        uow.session.add(report)
    uow.session.flush()
    one_by_one = {
        report.id
        for report in uow.session.exec(select(Report))
        if office_of(viewer, report, find_ties(uow.session, viewer, report), now=uow.now)
    }
    at_once = uow.session.exec(select(Report.id).where(decided_by(viewer, now=uow.now)))
    return one_by_one ^ set(at_once)


@pytest.mark.parametrize(
    ("who", "kind", "in_group", "has_target", "actions"),
    [
        ("bao", "post", True, True, (A.NONE, A.ADVISE, A.EDIT, A.HIDE, A.DELETE, A.REMOVE, A.BAN)),
        ("bao", "post", True, False, (A.NONE, A.ADVISE, A.EDIT, A.HIDE, A.DELETE)),
        ("hugo", "post", False, True, (A.NONE, A.ADVISE, A.HIDE, A.DELETE, A.FREEZE)),
        ("gita", "post", False, True, (A.NONE, A.ADVISE, A.HIDE, A.DELETE)),
        ("hugo", "person", False, True, (A.NONE, A.ADVISE, A.FREEZE)),
        ("gita", "person", False, True, (A.NONE, A.ADVISE)),
        ("marie", "person", True, True, (A.NONE, A.ADVISE, A.REMOVE, A.BAN)),
        ("gita", "group", False, True, (A.NONE, A.ADVISE, A.DELETE)),
        ("gita", "address", False, False, (A.NONE,)),
    ],
)
async def test_what_can_be_decided(town, who, kind, in_group, has_target, actions):
    report = Report(
        id=1,
        created_at=clock.now(),
        subject_kind=SubjectKind(kind),
        group_id=town.group if in_group else None,
        category=Category.OTHER,
    )
    assert list_actions(town.people[who], report, has_target=has_target) == actions
