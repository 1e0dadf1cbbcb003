"""The first page is never empty, and says whose turn it is."""

import sqlalchemy as sa

from fedparents.accounts.joining import confirm_account, sign_up
from fedparents.accounts.models import Role
from tests.rig.builders import a_sign_up, an_account
from tests.rig.pages import submit
from tests.web.conftest import sign_in


async def someone_waits(place, handle):
    def join(uow):
        account = sign_up(uow, a_sign_up(handle), None)
        assert account is not None
        confirm_account(uow, account)

    await place.db.write(join)


async def test_strangers_see_the_front_page(visitor):
    page = await visitor.get("/")
    assert page.status_code == 200
    assert "What you can do now" not in page.text


async def test_a_newcomer_finds_something_to_do(place, visitor):
    await sign_in(place, visitor, await an_account(place.db, "ana", name="Ana P."))
    page = await visitor.get("/")
    for shown in ("Hello Ana P.", "Say where you live", "Invite neighbours", "You are up to date"):
        assert shown in page.text
    assert "Your turn" not in page.text
    assert 'aria-current="page"' in page.text


async def test_moderators_see_who_waits(place, visitor):
    marie = await an_account(place.db, "marie", role=Role.MODERATOR)
    await sign_in(place, visitor, marie)
    assert "Your turn" not in (await visitor.get("/")).text
    await someone_waits(place, "bao")
    assert "1 person would like to join" in (await visitor.get("/")).text
    await someone_waits(place, "chloe")
    page = await visitor.get("/")
    assert "2 people would like to join" in page.text
    assert place.urls.path("admin_requests") in page.text


async def test_members_do_not_see_who_waits(place, visitor):
    await sign_in(place, visitor, await an_account(place.db, "ana"))
    await someone_waits(place, "bao")
    assert "would like to join" not in (await visitor.get("/")).text


async def test_after_the_first_invitation_it_leads_to_the_list(place, visitor):
    await sign_in(place, visitor, await an_account(place.db, "ana"))
    assert 'href="/invites/new"' in (await visitor.get("/")).text
    await submit(visitor, "/invites/new")
    assert 'href="/invites/new"' not in (await visitor.get("/")).text


async def test_everybodys_first_page_runs_hot_statements_alone(place, visitor):
    """Whatever goes through SQLAlchemy costs ten times as much, and this page is seen most."""
    await sign_in(place, visitor, await an_account(place.db, "marie", role=Role.ADMIN))
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    sa.event.listen(place.db.engine, "before_cursor_execute", note)
    assert (await visitor.get("/")).status_code == 200
    sa.event.remove(place.db.engine, "before_cursor_execute", note)
    assert [statement for statement in seen if "SELECT" in statement] == []
