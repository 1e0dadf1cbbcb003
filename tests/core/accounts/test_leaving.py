"""Leaving: seven days of grace, then nothing is left; and what is forgotten by itself."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel, func, select

from fedparents.accounts.deciding import change_role, decline_account, freeze_account, thaw_account
from fedparents.accounts.facts import AccountErased, ErasurePlanned, InactivityNoticed
from fedparents.accounts.joining import confirm_account, sign_up
from fedparents.accounts.leaving import cancel_erasure, plan_erasure
from fedparents.accounts.models import Account, AccountState, Role
from fedparents.accounts.service import change_email, request_email_change
from fedparents.accounts.sessions import touch_session
from fedparents.actors.facts import ActorChanged
from fedparents.actors.service import is_handle_free
from fedparents.authority import OPERATOR
from fedparents.errors import Conflict, Invalid
from fedparents.retention.rules import RULES
from fedparents.retention.service import (
    change_periods,
    count_due,
    forget_what_is_due,
    get_periods,
)
from tests.rig.builders import a_sign_up, a_viewer, find_account

pytestmark = pytest.mark.anyio


def rows_with(text):
    """Tables in which this text occurs anywhere."""

    def search(session):
        found = []
        for table in SQLModel.metadata.sorted_tables:
            as_text = [sa.func.lower(sa.cast(column, sa.Text)) for column in table.c]
            hit = sa.or_(*(column.contains(text) for column in as_text))
            if session.execute(sa.select(sa.func.count()).select_from(table).where(hit)).scalar():
                found.append(table.name)
        return found

    return search


async def test_who_leaves_can_come_back_for_seven_days(db, facts, clock):
    ana = await a_viewer(db)
    account = await db.write(plan_erasure, ana)
    assert account.leaving_at == clock() + timedelta(days=7)
    assert facts[-2:] == [ErasurePlanned(ana.account_id), ActorChanged(ana.actor_id)]
    clock.advance(days=6)
    await forget_what_is_due(db)
    await db.write(cancel_erasure, ana)
    clock.advance(days=2)
    await forget_what_is_due(db)
    assert (await db.read(find_account, ana.account_id)).state == AccountState.ACTIVE


async def test_after_the_grace_no_row_knows_the_person(db, facts, clock):
    ana = await a_viewer(db, "anastasia")
    await db.write(plan_erasure, ana)
    clock.advance(days=8)
    assert (await forget_what_is_due(db))["leaving_accounts"] == 1
    assert await db.read(rows_with("anastasia")) == []
    assert facts[-1] == AccountErased(ana.actor_id, "anastasia@example.org", "")
    assert not await db.read(is_handle_free, "anastasia")


async def test_planning_twice_changes_nothing(db, facts):
    ana = await a_viewer(db)
    await db.write(plan_erasure, ana)
    count = len(facts)
    await db.write(plan_erasure, ana)
    assert len(facts) == count


async def test_the_last_admin_stays(db, facts):
    marie = await a_viewer(db, "marie", role=Role.ADMIN)
    with pytest.raises(Conflict) as refused:
        await db.write(plan_erasure, marie)
    assert refused.value.code == "last_admin"
    with pytest.raises(Conflict):
        await db.write(change_role, marie.account_id, Role.MEMBER, by=marie)
    other = await a_viewer(db, "driss", role=Role.ADMIN)
    await db.write(plan_erasure, marie)
    with pytest.raises(Conflict):
        await db.write(plan_erasure, other)


async def test_an_unconfirmed_sign_up_is_gone_after_a_week_without_a_mail(db, facts, clock):
    await db.write(sign_up, a_sign_up("bao"), None)
    facts.clear()
    clock.advance(days=6)
    await forget_what_is_due(db)
    assert await db.read(rows_with("bao@example.org"))
    clock.advance(days=2)
    await forget_what_is_due(db)
    assert await db.read(rows_with("bao@example.org")) == []
    assert facts == []


async def test_a_declined_sign_up_is_gone_after_a_month(db, facts, clock):
    marie = await a_viewer(db, "marie", role=Role.ADMIN)

    def join(uow):
        account = sign_up(uow, a_sign_up("bao"), None)
        assert account is not None
        return confirm_account(uow, account)

    account = await db.write(join)
    await db.write(decline_account, account.id, "", by=marie)
    clock.advance(days=31)
    await forget_what_is_due(db)
    assert await db.read(find_account, account.id) is None


async def test_reasons_are_forgotten_a_month_after_the_decision(db, facts, clock):
    ana = await a_viewer(db)

    def write_reason(uow):
        uow.session.get_one(Account, ana.account_id).sign_up_reason = "Nous venons d'arriver."

    await db.write(write_reason)
    clock.advance(days=32)
    await forget_what_is_due(db)
    assert (await db.read(find_account, ana.account_id)).sign_up_reason == ""


async def test_an_unused_account_is_warned_twice_then_erased(db, facts, clock):
    ana = await a_viewer(db)
    start = clock()
    noticed = {}
    for day in (*range(0, 660, 60), *range(660, 760, 5)):
        clock.set(start + timedelta(days=day))
        before = len(facts)
        await forget_what_is_due(db)
        for fact in facts[before:]:
            noticed[type(fact), day] = fact
        if await db.read(find_account, ana.account_id) is None:
            break
    kinds = [(kind.__name__, day) for kind, day in noticed]
    assert kinds == [
        ("InactivityNoticed", 670),
        ("InactivityNoticed", 720),
        ("AccountErased", 740),
    ]
    assert isinstance(noticed[InactivityNoticed, 670], InactivityNoticed)


async def test_using_the_account_again_takes_the_warning_back(db, facts, clock):
    ana = await a_viewer(db)
    clock.advance(days=700)
    await forget_what_is_due(db)
    assert isinstance(facts[-1], InactivityNoticed)
    await db.write(touch_session, ana)
    clock.advance(days=60)
    await forget_what_is_due(db)
    assert await db.read(find_account, ana.account_id) is not None


async def test_a_job_that_did_not_run_for_years_still_warns_first(db, facts, clock):
    ana = await a_viewer(db)
    clock.advance(days=2000)
    for _ in range(40):
        await forget_what_is_due(db)
        clock.advance(days=1)
    assert await db.read(find_account, ana.account_id) is not None
    for _ in range(40):
        await forget_what_is_due(db)
        clock.advance(days=1)
    assert await db.read(find_account, ana.account_id) is None


async def test_more_than_one_bite_is_forgotten_in_one_night(db, facts, clock):
    for number in range(130):
        draft = a_sign_up(f"bao_{number}", reason="x")
        await db.write(sign_up, draft, None)
    clock.advance(days=8)
    assert (await forget_what_is_due(db))["unconfirmed_sign_ups"] == 130
    left = await db.read(lambda s: s.exec(select(func.count()).select_from(Account)).one())
    assert left == 0


async def test_who_was_kept_out_for_two_years_is_forgotten(db, facts, clock):
    marie = await a_viewer(db, "marie", role=Role.ADMIN)
    ana, bao = await a_viewer(db, "ana"), await a_viewer(db, "bao")
    for viewer in (ana, bao):
        await db.write(freeze_account, viewer.account_id, "De la publicité.", by=marie)
    clock.advance(days=600)
    await db.write(thaw_account, bao.account_id, by=marie)
    await db.write(freeze_account, bao.account_id, "Encore de la publicité.", by=marie)
    clock.advance(days=129)
    assert (await forget_what_is_due(db))["frozen_accounts"] == 0
    clock.advance(days=2)
    assert (await forget_what_is_due(db))["frozen_accounts"] == 1
    assert await db.read(find_account, ana.account_id) is None
    assert await db.read(find_account, bao.account_id) is not None
    assert AccountErased(ana.actor_id, "ana@example.org", "") in facts


async def test_a_dry_run_counts_what_a_run_forgets(db, facts, clock):
    await db.write(sign_up, a_sign_up("bao"), None)
    clock.advance(days=8)
    periods = await db.read(get_periods)
    due = await db.read(count_due, periods, now=clock(), by=OPERATOR)
    assert due["unconfirmed_sign_ups"] == 1
    assert set(due) == {rule.name for rule in RULES}
    assert (await forget_what_is_due(db))["unconfirmed_sign_ups"] == 1


async def test_periods_can_be_moved_within_their_limits_only(db, facts):
    await db.write(change_periods, {"unconfirmed_sign_ups": 3}, by=OPERATOR)
    assert (await db.read(get_periods))["unconfirmed_sign_ups"] == timedelta(days=3)
    for name, days in (("unconfirmed_sign_ups", 0), ("audit_log", 99_999), ("no_such_rule", 5)):
        with pytest.raises(Invalid) as refused:
            await db.write(change_periods, {name: days}, by=OPERATOR)
        assert refused.value.fields == {name: "number_out_of_range"}


def test_every_default_is_within_its_limits():
    assert all(rule.floor <= rule.days <= rule.ceiling for rule in RULES)


async def test_a_new_address_is_asked_before_it_counts(db, facts):
    ana = await a_viewer(db)
    await db.write(request_email_change, ana, "new@example.org")
    assert (await db.read(find_account, ana.account_id)).email == "ana@example.org"

    def answer(uow):
        change_email(uow, uow.session.get_one(Account, ana.account_id), "new@example.org")

    await db.write(answer)
    assert (await db.read(find_account, ana.account_id)).email == "new@example.org"
    assert facts[-1].old_email == "ana@example.org"


async def test_the_same_address_is_no_change(db, facts):
    ana = await a_viewer(db)
    with pytest.raises(Invalid):
        await db.write(request_email_change, ana, "ANA@example.org")
