"""Who has to have a second factor, and from when."""

from datetime import timedelta

import pytest
from sqlmodel import select

from fedparents import clock as clocks
from fedparents.accounts.deciding import change_role
from fedparents.accounts.models import Role
from fedparents.accounts.policy import admin_factor_due_at, factor_due_at, needs_factor
from fedparents.accounts.queries import count_admins
from fedparents.accounts.recovery_codes import new_seed
from fedparents.accounts.second_factor import find_factor, turn_off_factor, turn_on_factor
from fedparents.audit.models import AuditEntry
from fedparents.authority import OPERATOR
from fedparents.errors import Conflict
from fedparents.instance.queries import get_instance
from fedparents.instance.service import FACTOR_GRACE, change_moderators_factor, found_instance
from fedparents.instance.views import InstanceView, get_instance_view
from tests.rig.builders import a_viewer
from tests.rig.time import A_MONDAY

pytestmark = pytest.mark.anyio

WEEK = timedelta(days=7)
LATER = A_MONDAY + timedelta(days=100)


@pytest.mark.parametrize(
    ("role", "set_up_at", "moderators_at", "due_at"),
    [
        (Role.ADMIN, None, None, None),
        (Role.ADMIN, A_MONDAY, None, A_MONDAY + WEEK),
        (Role.ADMIN, A_MONDAY, LATER, A_MONDAY + WEEK),
        (Role.MODERATOR, A_MONDAY, None, None),
        (Role.MODERATOR, A_MONDAY, LATER, LATER),
        (Role.MEMBER, A_MONDAY, LATER, None),
    ],
)
def test_from_when_it_is_needed(role, set_up_at, moderators_at, due_at):
    place = InstanceView(
        "issy.localhost",
        "Issy",
        set_up_at=set_up_at,
        moderators_factor_due_at=moderators_at,
    )
    assert factor_due_at(role, place) == due_at
    if due_at is None:
        assert not needs_factor(role, place, now=LATER + WEEK)
    else:
        assert not needs_factor(role, place, now=due_at - timedelta(seconds=1))
        assert needs_factor(role, place, now=due_at)


async def test_moderators_get_a_week_from_when_it_is_decided(db, facts, clock):
    marie = await a_viewer(db, "marie", role=Role.ADMIN)
    await db.write(change_moderators_factor, is_needed=True, by=marie)
    view = await db.read(get_instance_view)
    assert view.moderators_factor_due_at == clocks.now() + FACTOR_GRACE
    clock.advance(days=3)
    await db.write(change_moderators_factor, is_needed=True, by=marie)
    again = await db.read(get_instance_view)  # said twice, the week does not begin again
    assert again.moderators_factor_due_at == view.moderators_factor_due_at
    await db.write(change_moderators_factor, is_needed=False, by=marie)
    assert (await db.read(get_instance)).moderators_factor_due_at is None
    reasons = await db.read(
        lambda session: session.exec(
            select(AuditEntry.reason).where(AuditEntry.action == "instance.moderators_factor")
        ).all()
    )
    assert sorted(reasons) == ["off", "on", "on"]


async def test_the_row_and_the_view_of_the_place_agree(db, facts):
    row, view = await db.read(get_instance), await db.read(get_instance_view)
    assert row.set_up_at == view.set_up_at
    assert admin_factor_due_at(row) == admin_factor_due_at(view) == row.set_up_at + WEEK


async def test_a_place_that_is_not_set_up_needs_none(db):
    await db.write(found_instance, "issy.localhost")
    assert admin_factor_due_at(await db.read(get_instance_view)) is None


async def test_whoever_needs_it_cannot_turn_it_off(db, facts, clock):
    marie = await a_viewer(db, "marie", role=Role.ADMIN)
    await db.write(turn_on_factor, marie, b"sealed", step=1, seed=new_seed())
    clock.advance(days=8)
    with pytest.raises(Conflict) as told:
        await db.write(turn_off_factor, marie)
    assert told.value.code == "factor_is_needed"
    assert await db.read(find_factor, marie.account_id) is not None


async def test_it_is_the_role_of_now_that_counts(db, facts, clock):
    """Not the one in a page that has been open since."""
    bao = await a_viewer(db, "bao")
    await db.write(turn_on_factor, bao, b"sealed", step=1, seed=new_seed())
    clock.advance(days=8)
    await db.write(change_role, bao.account_id, Role.ADMIN, by=OPERATOR)
    with pytest.raises(Conflict):
        await db.write(turn_off_factor, bao)


async def test_in_the_first_week_an_admin_may_turn_it_off(db, facts, clock):
    marie = await a_viewer(db, "marie", role=Role.ADMIN)
    await db.write(turn_on_factor, marie, b"sealed", step=1, seed=new_seed())
    clock.advance(days=6)
    await db.write(turn_off_factor, marie)
    assert await db.read(find_factor, marie.account_id) is None


async def test_admins_are_counted_with_and_without(db, facts):
    assert await db.read(count_admins) == (0, 0)
    marie = await a_viewer(db, "marie", role=Role.ADMIN)
    await a_viewer(db, "bao", role=Role.ADMIN)
    await a_viewer(db, "ana", role=Role.MODERATOR)
    await db.write(turn_on_factor, marie, b"sealed", step=1, seed=new_seed())
    assert await db.read(count_admins) == (2, 1)
