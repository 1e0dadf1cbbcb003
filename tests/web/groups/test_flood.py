"""Ten thousand people at the door of one group: its desk stays a page that a phone can open."""

from datetime import timedelta

import pytest

from fedparents import clock
from fedparents.accounts.models import Account, AccountState
from fedparents.actors.models import Actor, ActorKind
from fedparents.db import table_of
from fedparents.groups.models import JoinRequest, Membership, RequestState
from tests.rig.builders import a_group, an_account, signed_in
from tests.rig.pages import found_in
from tests.web.conftest import sign_in
from tests.web.groups.test_pages import post

pytestmark = pytest.mark.anyio
MANY = 10_000
HEAVY = 150_000
"""Letters of a page."""


def _ask(uow, group):
    """So many rows as the service would have written, in the order in which they came."""
    now = clock.now()
    ids = [uow.new_id() for _ in range(MANY)]
    actors = [
        Actor(id=n, kind=ActorKind.PERSON, handle=f"z{n}", display_name=f"Z {n}", created_at=now)
        for n in ids
    ]
    accounts = [
        Account(
            id=n, actor_id=n, email=f"z{n}@example.org", state=AccountState.ACTIVE, created_at=now
        )
        for n in ids
    ]
    requests = [
        JoinRequest(id=n, group_id=group, actor_id=n, created_at=now + timedelta(seconds=place))
        for place, n in enumerate(ids)
    ]
    for rows in (actors, accounts, requests):
        table = table_of(type(rows[0]))
        uow.session.execute(table.insert(), [row.model_dump() for row in rows])
    return ids


async def test_ten_thousand_requests(place, visitor):
    marie = await an_account(place.db, "marie", language="en")
    group = await a_group(place.db, await signed_in(place.db, marie))
    ids = await place.db.write(_ask, group)
    await sign_in(place, visitor, marie)
    for path in ("/", f"/groups/{group}", f"/groups/{group}/desk"):
        page = await visitor.get(path)
        assert page.status_code == 200
        assert len(page.text) < HEAVY
        assert "10,000" in page.text
    first = found_in(page.text, r'action="(/groups/\d+/requests/\d+/approve)"')
    assert f"/requests/{ids[0]}/" in first  # whoever has waited longest
    await post(visitor, place, page, first)
    page = await visitor.get(f"/groups/{group}/desk")
    assert "9,999" in page.text
    assert f"/requests/{ids[1]}/approve" in page.text

    def look(session):
        request = session.get_one(JoinRequest, ids[0])
        return request.state, session.get(Membership, (group, ids[0])) is not None

    assert await place.db.read(look) == (RequestState.APPROVED, True)
