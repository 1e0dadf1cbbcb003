"""A place with somebody at its desk, and what waits there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx2
import pytest
from sqlmodel import Session, col, select

from fedparents.accounts.joining import confirm_account, sign_up
from fedparents.accounts.models import (
    Account,
    AccountState,
    Role,
)
from fedparents.audit.models import AuditEntry
from fedparents.db import Database, UnitOfWork
from fedparents.ids import GroupId
from fedparents.instance.models import (
    GroupFounding,
    Instance,
)
from fedparents.instance.queries import get_instance
from fedparents.jobs.models import JobRow, JobState
from tests.rig.builders import (
    a_group,
    a_sign_up,
    a_viewer,
    find_account,
    open_the_doors,
)
from tests.rig.visitors import signed_in_as


@pytest.fixture
async def place(runtime):
    """Set up, with its doors open."""
    await runtime.db.write(open_the_doors)
    return runtime


@pytest.fixture
async def marie(place) -> AsyncIterator[httpx2.AsyncClient]:
    """The administrator's browser."""
    async with signed_in_as(place, Role.ADMIN, "marie") as browser:
        yield browser


async def somebody_asks(db: Database, handle: str = "chloe", **changes: object) -> Account:
    """A request that waits for an answer."""

    def ask(uow: UnitOfWork) -> Account:
        account = sign_up(uow, a_sign_up(handle, **changes), None)
        assert account is not None
        return confirm_account(uow, account)

    return await db.write(ask)


async def proposed(db: Database, founder: str = "dora") -> GroupId:
    """A group that waits for a moderator's word."""

    def look_first(uow: UnitOfWork) -> None:
        get_instance(uow.session).group_founding = GroupFounding.APPROVAL

    await db.write(look_first)
    return await a_group(db, await a_viewer(db, founder))


async def state_of(db: Database, account: Account) -> AccountState:
    found = await db.read(find_account, account.id)
    assert found is not None
    return AccountState(found.state)


def list_audits(session: Session) -> list[str]:
    return list(session.exec(select(AuditEntry.action).order_by(col(AuditEntry.id))))


def read_place(session: Session) -> Instance:
    return get_instance(session)


# Who may come


async def a_form_token(browser: httpx2.AsyncClient) -> str:
    page = await browser.get("/preferences")
    return page.text.partition('name="csrf_token" value="')[2].partition('"')[0]


def bury(uow: UnitOfWork, name: str) -> int:
    job = JobRow(
        id=uow.new_id(),
        name=name,
        payload="{}",
        state=JobState.DEAD,
        run_at=uow.now,
        attempts=8,
        last_error="MailNotSent: the relay refuses the <name>",
        created_at=uow.now - timedelta(days=1),
    )
    uow.session.add(job)
    return job.id
