"""Programs that act for somebody: listed beside their browsers, shut out alone or with all."""

import httpx2
import pytest

from fedparents.accounts.deciding import freeze_account, thaw_account
from fedparents.accounts.models import Role
from fedparents.accounts.sessions import end_all_sessions
from fedparents.applications.models import AccessToken
from fedparents.applications.tokens import list_tokens, revoke_token
from fedparents.authority import OPERATOR
from fedparents.db import UnitOfWork
from fedparents.errors import NotFound
from tests.rig.builders import a_viewer, an_account, signed_in
from tests.rig.pages import form_with, submit
from tests.rig.visitors import press
from tests.web.api.conftest import token_for
from tests.web.conftest import sign_in
from web.app import create_app

WHO = "/api/v1/accounts/verify_credentials"
PAGE = "/settings/devices"


@pytest.fixture
async def ana(place, clock):
    return await an_account(place.db, "ana", language="en")


@pytest.fixture
async def hers(place, visitor, ana):
    """Ana's browser."""
    await sign_in(place, visitor, ana)
    return visitor


@pytest.fixture
async def ask(place):
    """What a program with these headers is answered."""

    async def get(headers: dict[str, str]) -> int:
        transport = httpx2.ASGITransport(create_app(place), client=("127.0.0.1", 50_000))
        base = place.settings.base_url
        async with httpx2.AsyncClient(transport=transport, base_url=base) as program:
            return (await program.get(WHO, headers=headers)).status_code

    return get


async def test_a_program_stands_beside_the_browsers_and_can_be_shut_out(place, hers, ana, ask):
    program = await token_for(place, ana, "read write")
    other = await token_for(place, ana, "read profile")
    page = await hers.get(PAGE)
    for words in ("Programs that act for you", "a test", "May read and write for you"):
        assert words in page.text
    assert "May read for you" in page.text
    assert "Never used yet" in page.text
    assert await ask(program) == 200
    assert "Never used yet" in (await hers.get(PAGE)).text
    newest, oldest = await place.db.read(list_tokens, account_id=ana.id)
    answer = await press(hers, page, f"/settings/programs/{oldest.token.id}")
    assert answer.headers["location"] == PAGE
    assert "cannot act for you any more" in (await hers.get(PAGE)).text
    assert (await ask(program), await ask(other)) == (401, 200)
    again = await press(hers, page, f"/settings/programs/{oldest.token.id}")
    assert again.headers["location"] == PAGE
    assert "shut out already" in (await hers.get(PAGE)).text
    await press(hers, page, f"/settings/programs/{newest.token.id}")
    assert "Programs that act for you" not in (await hers.get(PAGE)).text


async def test_what_a_program_may_for_the_place_is_said(place, visitor):
    marie = await an_account(place.db, "marie", role=Role.ADMIN, language="en")
    await sign_in(place, visitor, marie)
    await token_for(place, marie, "read admin:read")
    assert "May look after this place for you" in (await visitor.get(PAGE)).text


async def test_nobody_shuts_out_the_programs_of_others(place, hers, ana, ask):
    bao = await an_account(place.db, "bao")
    his = await token_for(place, bao)
    (view,) = await place.db.read(list_tokens, account_id=bao.id)
    own = await token_for(place, ana)
    page = await hers.get(PAGE)
    assert str(view.token.id) not in page.text
    token = form_with(page.text, set()).answers["csrf_token"]
    await hers.post(f"/settings/programs/{view.token.id}", data={"csrf_token": token})
    for viewer in (
        await signed_in(place.db, ana),
        await a_viewer(place.db, "ida", role=Role.ADMIN),
    ):
        with pytest.raises(NotFound):
            await place.db.write(revoke_token, view.token.id, by=viewer)
    assert (await ask(his), await ask(own)) == (200, 200)
    await place.db.write(revoke_token, view.token.id, by=OPERATOR)
    assert await ask(his) == 401


async def test_a_new_password_shuts_every_program_out(place, hers, ana, ask, clock):
    program = await token_for(place, ana)
    assert await ask(program) == 200
    form = await hers.get("/settings/password")
    assert "Programs that act for you are shut out too." in form.text
    await submit(hers, form, password="orage lampe velours")
    assert await ask(program) == 401
    assert "and all programs are signed out" in (await hers.get("/settings")).text
    assert "Programs that act for you" not in (await hers.get(PAGE)).text
    clock.advance(seconds=1)
    assert await ask(await token_for(place, ana)) == 200


async def test_signing_out_everywhere_else_means_programs_too(place, hers, ana, ask):
    program = await token_for(place, ana)
    page = await hers.get(PAGE)
    await press(hers, page, "/settings/devices/others")
    assert await ask(program) == 401
    page = await hers.get(PAGE)
    assert page.status_code == 200
    assert "and all programs are signed out" in page.text


async def test_after_a_pause_programs_have_to_be_let_in_again(place, ana, ask):
    program = await token_for(place, ana)
    marie = await a_viewer(place.db, "marie", role=Role.ADMIN)
    await place.db.write(freeze_account, ana.id, "De la publicité.", by=marie)
    await place.db.write(thaw_account, ana.id, by=marie)
    assert await ask(program) == 401


async def test_a_token_that_ended_with_all_others_is_shown_as_ended(place, ana, clock):
    await token_for(place, ana)
    clock.advance(seconds=1)
    await place.db.write(end_all_sessions, ana.id)
    clock.advance(seconds=1)
    await token_for(place, ana)
    newest, oldest = await place.db.read(list_tokens, account_id=ana.id)
    assert newest.ended_at is None
    assert oldest.ended_at is not None

    def revoked_at(uow: UnitOfWork) -> object:
        return uow.session.get_one(AccessToken, oldest.token.id).revoked_at

    assert await place.db.write(revoked_at) is None  # one moment for all of them
    with pytest.raises(NotFound):
        await place.db.write(revoke_token, oldest.token.id, by=OPERATOR)
