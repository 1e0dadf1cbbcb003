"""Who may look at the desk, and who may do what there."""

from __future__ import annotations

import re

import pytest
from sqlmodel import Session, select

from fedparents.accounts.models import (
    AccountState,
    Role,
)
from fedparents.instance.models import (
    LegalPage,
)
from tests.rig.visitors import signed_in_as
from tests.web.site.admin.conftest import a_form_token, bury, proposed, somebody_asks, state_of

EVERYBODY = [None, Role.MEMBER, Role.MODERATOR, Role.ADMIN]


READ = {
    "/admin": {Role.ADMIN: 200, Role.MODERATOR: 303},
    "/admin/requests": {Role.ADMIN: 200, Role.MODERATOR: 200},
    "/admin/requests/{waiting}/decline": {Role.ADMIN: 200, Role.MODERATOR: 200},
    "/admin/reports": {Role.ADMIN: 200, Role.MODERATOR: 200},
    "/admin/notices": {Role.ADMIN: 200, Role.MODERATOR: 200},
    "/admin/groups": {Role.ADMIN: 200, Role.MODERATOR: 200},
    "/admin/groups/{group}/refuse": {Role.ADMIN: 200, Role.MODERATOR: 200},
    "/admin/accounts": {Role.ADMIN: 200},
    "/admin/accounts/{waiting}": {Role.ADMIN: 200},
    "/admin/accounts/{waiting}/second-step": {Role.ADMIN: 303},
    "/admin/settings": {Role.ADMIN: 200},
    "/admin/settings/place": {Role.ADMIN: 200},
    "/admin/settings/joining": {Role.ADMIN: 200},
    "/admin/settings/neighbours": {Role.ADMIN: 200},
    "/admin/settings/groups": {Role.ADMIN: 200},
    "/admin/settings/second-step": {Role.ADMIN: 200},
    "/admin/settings/mail": {Role.ADMIN: 200},
    "/admin/settings/retention": {Role.ADMIN: 200},
    "/admin/settings/communes": {Role.ADMIN: 200},
    "/admin/texts": {Role.ADMIN: 200},
    "/admin/texts/privacy/fr": {Role.ADMIN: 200},
    "/admin/texts/privacy/fr/{page}": {Role.ADMIN: 200},
    "/admin/jobs": {Role.ADMIN: 200},
    "/admin/towns": {Role.ADMIN: 200},
    "/admin/towns/standing": {Role.ADMIN: 200},
    "/admin/towns/list": {Role.ADMIN: 200},
    "/admin/towns/list.csv": {Role.ADMIN: 200},
    "/admin/health": {Role.ADMIN: 200},
    "/admin/log": {Role.ADMIN: 200},
}
WRITE = {
    "/admin/requests/{waiting}/approve": {Role.ADMIN: 303, Role.MODERATOR: 303},
    "/admin/requests/{waiting}/decline": {Role.ADMIN: 303, Role.MODERATOR: 303},
    "/admin/requests/{waiting}/undo": {Role.ADMIN: 303, Role.MODERATOR: 303},
    "/admin/groups/{group}/accept": {Role.ADMIN: 303, Role.MODERATOR: 303},
    "/admin/groups/{other}/refuse": {Role.ADMIN: 303, Role.MODERATOR: 303},
    "/admin/accounts/{waiting}/freeze": {Role.ADMIN: 422},
    "/admin/accounts/{waiting}/thaw": {Role.ADMIN: 422},
    "/admin/accounts/{waiting}/role": {Role.ADMIN: 422},
    "/admin/accounts/{waiting}/second-step": {Role.ADMIN: 303},
    "/admin/settings/place": {Role.ADMIN: 422},
    "/admin/settings/joining": {Role.ADMIN: 422},
    "/admin/settings/neighbours": {Role.ADMIN: 422},
    "/admin/settings/groups": {Role.ADMIN: 422},
    "/admin/settings/second-step": {Role.ADMIN: 422},
    "/admin/settings/mail": {Role.ADMIN: 422},
    "/admin/settings/retention": {Role.ADMIN: 422},
    "/admin/settings/communes": {Role.ADMIN: 422},
    "/admin/settings/communes/import": {Role.ADMIN: 303},
    "/admin/texts/privacy/fr": {Role.ADMIN: 422},
    "/admin/jobs/{job}/retry": {Role.ADMIN: 303},
    "/admin/jobs/{job}/discard": {Role.ADMIN: 303},
    "/admin/towns/ask": {Role.ADMIN: 422},
    "/admin/towns/answer": {Role.ADMIN: 303},
    "/admin/towns/standing": {Role.ADMIN: 422},
    "/admin/towns/list": {Role.ADMIN: 422},
    "/admin/towns/{town}/call": {Role.ADMIN: 303},
}


async def test_the_tables_name_every_page_of_the_desk(place):
    paths = {re.sub(r"{(waiting|job|group|other|town)}", "{id}", path) for path in READ | WRITE}
    paths |= {"/admin/texts/{kind}/{language}", "/admin/texts/{kind}/{language}/{id}"}
    known = {route.path for route in place.routes if route.path.startswith("/admin")}
    assert known <= paths


@pytest.mark.parametrize("role", EVERYBODY)
async def test_who_may_look_at_the_desk(place, db, role):
    waiting = await somebody_asks(db)

    def privacy(session: Session) -> int:
        return session.exec(select(LegalPage.id).where(LegalPage.kind == "privacy")).one()

    there = {"waiting": waiting.id, "page": await db.read(privacy), "group": await proposed(db)}
    async with signed_in_as(place, role) as browser:
        seen = {path: (await browser.get(path.format(**there))).status_code for path in READ}
    assert seen == {path: allowed.get(role, 404) for path, allowed in READ.items()}


@pytest.mark.parametrize("role", EVERYBODY)
async def test_who_may_do_what_at_the_desk(place, db, role):
    waiting = await somebody_asks(db)
    job = await db.write(bury, "mail.confirm_email")
    groups = {"group": await proposed(db), "other": await proposed(db, "emil")}
    there = {**groups, "waiting": waiting.id, "job": job, "town": 1}
    async with signed_in_as(place, role) as browser:
        form = {"csrf_token": await a_form_token(browser)}
        seen = {
            path: (await browser.post(path.format(**there), data=form)).status_code
            for path in WRITE
        }
    assert seen == {path: allowed.get(role, 404) for path, allowed in WRITE.items()}
    if role not in {Role.ADMIN, Role.MODERATOR}:
        assert await state_of(db, waiting) == AccountState.APPROVAL_PENDING


@pytest.mark.parametrize("number", ["0", "-1", "abc", "9" * 40, "1e3"])
async def test_numbers_that_are_nobodys(marie, number):
    for path in (f"/admin/accounts/{number}", f"/admin/requests/{number}/decline"):
        assert (await marie.get(path)).status_code == 404
    assert (await marie.get(f"/admin/requests?decided={number}")).status_code == 200
    assert (await marie.get(f"/admin/accounts?before={number}")).status_code == 200


# Requests
