"""Who waits to be let in, decided in an app: by those who may on the page, and nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fedparents.accounts.models import Account, AccountState, Role
from fedparents.instance.models import Instance
from fedparents.instance.service import FACTOR_GRACE
from tests.rig.builders import an_account
from tests.rig.mailbox import mails_to
from tests.web.api.conftest import token_for

PATH = "/api/v1/admin/accounts"
SCOPES = "read write admin:read:accounts admin:write:accounts"


@pytest.fixture
async def bao(place):
    """Somebody who waits."""
    account = await an_account(place.db, "bao", name="Bao N.", language="fr")

    def wait(uow):
        found = uow.session.get_one(Account, account.id)
        found.state, found.decided_at = AccountState.APPROVAL_PENDING, None
        found.sign_up_reason = "Nous venons d'arriver."

    await place.db.write(wait)
    return account


@pytest.fixture
async def marie(place):
    account = await an_account(place.db, "marie", role=Role.MODERATOR)
    return await token_for(place, account, SCOPES)


async def test_who_waits_is_listed_with_what_they_wrote(visitor, bao, marie):
    answer = await visitor.get(PATH, headers=marie, params={"pending": "true"})
    assert answer.status_code == 200, answer.text
    [waiting] = answer.json()
    account = waiting.pop("account")
    assert (account["id"], account["display_name"]) == (waiting["id"], "Bao N.")
    assert waiting["role"]["name"] == ""
    del waiting["role"], waiting["created_at"]
    assert waiting == {
        "id": str(bao.actor_id),
        "username": "bao",
        "domain": None,
        "email": "bao@example.org",
        "ip": None,
        "ips": [],
        "locale": "fr",
        "invite_request": "Nous venons d'arriver.",
        "confirmed": True,
        "approved": False,
        "disabled": False,
        "sensitized": False,
        "silenced": False,
        "suspended": False,
    }
    again = await visitor.get("/api/v2/admin/accounts", headers=marie, params={"status": "pending"})
    assert again.json() == answer.json()
    remote = await visitor.get(PATH, headers=marie, params={"remote": "true"})
    assert remote.json() == []
    active = await visitor.get(PATH, headers=marie, params={"active": "1"})
    assert [each["username"] for each in active.json()] == ["marie"]


async def test_pages_of_accounts(visitor, place, bao, marie):
    first = await visitor.get(PATH, headers=marie, params={"limit": "1"})
    assert [each["username"] for each in first.json()] == ["marie"]
    assert f"max_id={first.json()[0]['id']}" in first.headers["link"]
    rest = await visitor.get(PATH, headers=marie, params={"max_id": first.json()[0]["id"]})
    assert [each["username"] for each in rest.json()] == ["bao"]


@pytest.mark.parametrize(
    ("verb", "state"), [("approve", AccountState.ACTIVE), ("reject", AccountState.DECLINED)]
)
async def test_a_moderator_decides(visitor, place, bao, marie, verb, state):
    before = len(await mails_to(place, "bao@example.org"))
    where = f"{PATH}/{bao.actor_id}"
    answer = await visitor.post(f"{where}/{verb}", headers=marie)
    assert answer.status_code == 200, answer.text
    assert answer.json()["approved"] is (verb == "approve")
    found = await place.db.read(lambda s: s.get(Account, bao.id))
    assert found.state == state
    assert len(await mails_to(place, "bao@example.org")) == before + 1
    assert (await visitor.get(where, headers=marie)).json() == answer.json()
    again = await visitor.post(f"{where}/{verb}", headers=marie)
    assert again.status_code == 409


async def test_nobody_else_decides_or_looks(visitor, place, bao, marie):
    member = await an_account(place.db, "ana")
    whole = await token_for(place, member, "read write")
    moderator = await an_account(place.db, "nora", role=Role.MODERATOR)
    narrow = await token_for(place, moderator, "read write")
    reads = await token_for(place, moderator, "admin:read:accounts")
    for headers, may_read in ((whole, False), (narrow, False), (reads, True)):
        for path in (PATH, f"{PATH}/{bao.actor_id}"):
            answer = await visitor.get(path, headers=headers)
            assert answer.status_code == (200 if may_read else 403), path
        for verb in ("approve", "reject"):
            answer = await visitor.post(f"{PATH}/{bao.actor_id}/{verb}", headers=headers)
            assert answer.status_code == 403
    found = await place.db.read(lambda s: s.get(Account, bao.id))
    assert found.state == AccountState.APPROVAL_PENDING
    assert (await visitor.get(f"{PATH}/123456789", headers=marie)).status_code == 404


async def test_a_token_does_not_outlast_the_role_or_do_without_the_second_factor(
    visitor, place, bao, marie
):
    def grace_is_over(uow):
        uow.session.get_one(Instance, 1).set_up_at = uow.now - FACTOR_GRACE - timedelta(days=1)

    await place.db.write(grace_is_over)
    assert (await visitor.get(PATH, headers=marie)).status_code == 403
