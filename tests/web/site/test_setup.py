"""The wizard: who may answer it, that nothing is lost on the way, and what it leaves behind."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import AsyncIterator

import httpx2
import pytest
from sqlmodel import Session, select

from fedparents import clock
from fedparents.accounts.models import Account, AccountState, BrowserSession, Role
from fedparents.accounts.policy import Gate, sign_up_gate
from fedparents.actors.models import Actor
from fedparents.instance.models import FederationMode, Instance, LegalPage, Registrations
from fedparents.instance.queries import GAP, get_instance, list_missing_pages
from fedparents.settings import Settings
from tests.rig.builders import open_the_doors
from tests.rig.pages import form_with, submit
from tests.rig.visitors import a_browser, press, signed_in_as
from web.runtime import Runtime, open_runtime
from web.site.setup.code import FILE, announce_setup, is_setup_code, setup_code

PASSWORD = "trois petits chats gris"
ASSOCIATION = {
    "name": "Parents d'Issy",
    "tagline": "For parents of Issy. They ask, offer and swap.",
    "contact_email": "marie@issy.example",
    "timezone": "Europe/Paris",
}
MARIE = {"name": "Marie", "handle": "marie", "email": "marie@issy.example", "password": PASSWORD}


@pytest.fixture
async def visitor(runtime: Runtime) -> AsyncIterator[httpx2.AsyncClient]:
    async with a_browser(runtime) as browser:
        yield browser


@pytest.fixture
async def guarded(settings: Settings) -> AsyncIterator[Runtime]:
    """A place in production, where the wizard is behind the code."""
    place = open_runtime(
        settings.model_copy(update={"domain": "issy.example", "environment": "production"})
    )
    await place.start()
    yield place
    await place.close()


async def answer(browser: httpx2.AsyncClient, step: str, **answers: str) -> str:
    """Where an answer leads to."""
    response = await submit(browser, f"/setup/{step}", answers)
    assert response.status_code == 303, response.text
    return response.headers["location"]


async def answer_up_to_legal(browser: httpx2.AsyncClient) -> None:
    await answer(browser, "language", language="en")
    await answer(browser, "association", **ASSOCIATION)
    await answer(browser, "admin", **MARIE)
    await answer(browser, "joining", registrations="approved", minimum_age="16")
    assert await answer(browser, "neighbours", mode="island") == "/setup/legal"


async def fill_every_gap(browser: httpx2.AsyncClient) -> str:
    page = await browser.get("/setup/legal")
    names = {name for name in form_with(page.text, set()).names if name.startswith("gap-")}
    assert names
    return await answer(browser, "legal", **dict.fromkeys(names, "1 *rue* des Écoles"))


def read_place(session: Session) -> Instance:
    return get_instance(session)


def list_pages(session: Session) -> list[LegalPage]:
    return list(session.exec(select(LegalPage)))


def list_accounts(session: Session) -> list[tuple[Account, Actor]]:
    return list(session.exec(select(Account, Actor).where(Account.actor_id == Actor.id)))


def read_gate(session: Session) -> Gate:
    return sign_up_gate(session, get_instance(session), None, now=clock.now())


@pytest.mark.parametrize(
    "path", ["/", "/join", "/invites", "/admin", "/admin/requests", "/settings/devices"]
)
async def test_every_page_of_a_new_place_leads_to_the_wizard(visitor, path):
    response = await visitor.get(path)
    assert (response.status_code, response.headers["location"]) == (303, "/setup")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/healthz", 200),
        ("/readyz", 200),
        ("/robots.txt", 200),
        ("/sign-in", 200),
        ("/preferences", 200),
        ("/manifest.webmanifest", 200),
        ("/legal/privacy", 200),
        ("/legal/legal_notice", 200),
        ("/static/0/css/base.css", 404),
        ("/no/such/page", 404),
    ],
)
async def test_what_a_new_place_shows_all_the_same(visitor, path, status):
    assert (await visitor.get(path)).status_code == status


async def test_from_an_empty_server_to_an_open_place(visitor, runtime, db):
    await answer_up_to_legal(visitor)
    assert await fill_every_gap(visitor) == "/setup/mail"
    sent = await submit(visitor, "/setup/mail", action="send")
    assert sent.status_code == 200
    assert "they are kept to be read here" in sent.text
    assert await answer(visitor, "mail", action="finish") == "/setup/done"

    done = await visitor.get("/setup/done")
    assert "Parents can sign up from now on." in done.text
    place = await db.read(read_place)
    assert (place.name, place.language, place.minimum_age) == ("Parents d'Issy", "en", 16)
    assert place.federation_mode == FederationMode.ISLAND
    assert place.set_up_at is not None
    [(account, actor)] = await db.read(list_accounts)
    assert (actor.handle, account.role, account.state) == ("marie", Role.ADMIN, AccountState.ACTIVE)
    assert await db.read(read_gate) == Gate.OPEN
    pages = await db.read(list_pages)
    assert {page.language for page in pages} == {"en"}
    assert not [page for page in pages if GAP in page.body]
    assert all("<marie@issy.example>" in page.body for page in pages)
    # An answer is words: its stars do not become italics.
    notice = await visitor.get("/legal/legal_notice")
    assert "1 *rue* des Écoles" in notice.text


async def test_stopping_and_coming_back_goes_on_where_it_stopped(visitor, runtime):
    await answer(visitor, "language", language="en")
    await answer(visitor, "association", **ASSOCIATION)
    async with a_browser(runtime) as later:
        assert (await later.get("/setup")).headers["location"] == "/setup/admin"
        assert (await later.get("/setup/mail")).headers["location"] == "/setup/admin"


async def test_going_back_shows_what_was_said_and_goes_on_from_there(visitor):
    await answer_up_to_legal(visitor)
    page = await visitor.get("/setup/association")
    assert 'value="Parents d&#39;Issy"' in page.text
    assert await answer(visitor, "association", tagline="Another sentence.") == "/setup/admin"
    own = await visitor.get("/setup/admin")
    assert "you are signed in as Marie" in own.text
    assert PASSWORD not in own.text
    assert await answer(visitor, "admin") == "/setup/joining"
    assert (await visitor.get("/setup")).headers["location"] == "/setup/legal"


async def test_gaps_may_stay_and_keep_sign_ups_closed(visitor, db):
    await answer_up_to_legal(visitor)
    assert await answer(visitor, "legal") == "/setup/mail"
    await answer(visitor, "mail", action="finish")
    assert await db.read(read_gate) == Gate.NOT_READY
    assert len(await db.read(list_missing_pages)) == 3
    assert "Nobody can sign up yet" in (await visitor.get("/setup/done")).text
    assert "Sign-ups are closed" in (await visitor.get("/admin")).text
    # What is not finished is not shown to strangers.
    assert GAP not in (await visitor.get("/legal/privacy")).text


async def test_a_page_can_be_written_freely_within_the_wizard(visitor, db):
    await answer_up_to_legal(visitor)
    seen = await submit(visitor, "/setup/legal/privacy", body="## Ours", action="preview")
    assert "<h2>Ours</h2>" in seen.text
    assert not await db.read(list_pages)
    response = await submit(visitor, "/setup/legal/privacy", body="## Ours", action="save")
    assert response.headers["location"] == "/setup/legal"
    assert [page.body for page in await db.read(list_pages)] == ["## Ours"]
    await fill_every_gap(visitor)
    assert "## Ours" in {page.body for page in await db.read(list_pages)}
    assert (await visitor.get("/setup/legal/nonsense")).status_code == 404


async def test_once_there_is_an_administrator_nobody_else_goes_on(visitor, runtime):
    await answer(visitor, "language", language="en")
    await answer(visitor, "association", **ASSOCIATION)
    await answer(visitor, "admin", **MARIE)
    async with a_browser(runtime) as stranger:
        for path in ("/setup/joining", "/setup/legal/privacy", "/setup/admin"):
            assert (await stranger.get(path)).headers["location"] == "/setup"
        door = await stranger.get("/setup")
        assert door.status_code == 200
        assert "It has an administrator already" in door.text
        assert "Set-up code" not in door.text
    async with signed_in_as(runtime, Role.MEMBER) as member:
        assert (await member.get("/setup/joining")).headers["location"] == "/setup"


async def test_an_administrator_made_by_the_command_line_goes_on(runtime, db):
    async with signed_in_as(runtime, Role.ADMIN, "marie") as marie:
        assert (await marie.get("/setup")).headers["location"] == "/setup/language"
        await answer(marie, "language", language="en")
        await answer(marie, "association", **ASSOCIATION)
        assert await answer(marie, "admin") == "/setup/joining"
    assert len(await db.read(list_accounts)) == 1


@pytest.mark.both_engines
async def test_of_two_who_want_to_be_first_one_is(runtime, db):
    async with a_browser(runtime) as one, a_browser(runtime) as other:
        await answer(one, "language", language="en")
        await answer(one, "association", **ASSOCIATION)
        pages = [await browser.get("/setup/admin") for browser in (one, other)]
        responses = await asyncio.gather(
            submit(one, pages[0], MARIE),
            submit(other, pages[1], {**MARIE, "handle": "bao", "email": "bao@issy.example"}),
        )
    assert sorted(response.status_code for response in responses) == [303, 422]
    assert len(await db.read(list_accounts)) == 1


async def test_the_new_administrator_is_signed_in_with_a_session_that_can_be_seen(visitor, db):
    await answer(visitor, "language", language="en")
    await answer(visitor, "association", **ASSOCIATION)
    await answer(visitor, "admin", **MARIE)

    def list_sessions(session: Session) -> list[BrowserSession]:
        return list(session.exec(select(BrowserSession)))

    assert len(await db.read(list_sessions)) == 1


WRONG = {
    "language": [({"language": "tlh"}, "language")],
    "association": [
        ({"name": ""}, "name"),
        ({"name": "x" * 10_000}, "name"),
        ({"name": "a\x00b" * 5}, "name"),
        ({"tagline": "y" * 301}, "tagline"),
        ({"contact_email": "no address"}, "contact_email"),
        ({"timezone": "Moon/Base"}, "timezone"),
        ({"timezone": "../../etc/passwd"}, "timezone"),
    ],
    "admin": [
        ({"handle": "a"}, "handle"),
        ({"handle": "admin"}, "handle"),
        ({"handle": "<b>"}, "handle"),
        ({"name": "🙂"}, "name"),
        ({"email": "marie"}, "email"),
        ({"password": "short"}, "password"),
        ({"password": "password123"}, "password"),
    ],
    "joining": [
        ({"minimum_age": "12"}, "minimum_age"),
        ({"registrations": "everyone"}, "registrations"),
        ({"approvals_a_day": "0"}, "approvals_a_day"),
        ({"approvals_a_day": "many"}, "approvals_a_day"),
        ({"waiting_at_most": "9" * 30}, "waiting_at_most"),
    ],
    "neighbours": [({"mode": "moon"}, "mode")],
    "mail": [({"to": "nobody", "action": "send"}, "to"), ({"action": "explode"}, "action")],
}
RIGHT = {"association": ASSOCIATION, "admin": MARIE}


@pytest.mark.parametrize(
    ("step", "wrong", "field"),
    [(step, wrong, field) for step, cases in WRONG.items() for wrong, field in cases],
)
async def test_a_wrong_answer_is_shown_at_its_field_and_kept(visitor, step, wrong, field):
    for earlier, answers in (
        ("language", {"language": "en"}),
        ("association", ASSOCIATION),
        ("admin", MARIE),
        ("joining", {}),
        ("neighbours", {}),
        ("legal", {}),
    ):
        if earlier == step:
            break
        await answer(visitor, earlier, **answers)
    response = await submit(visitor, f"/setup/{step}", {**RIGHT.get(step, {}), **wrong})
    assert response.status_code == 422
    assert 'id="error-summary"' in response.text
    if field != "action":
        assert f'id="error-{field}"' in response.text
    # The question is still open.
    assert (await visitor.get("/setup")).headers["location"] == f"/setup/{step}"


async def test_a_gap_that_is_answered_too_long_is_refused(visitor, db):
    await answer_up_to_legal(visitor)
    page = await visitor.get("/setup/legal")
    name = next(n for n in form_with(page.text, set()).names if n.startswith("gap-"))
    response = await submit(visitor, page, {name: "x" * 301})
    assert response.status_code == 422
    assert f'id="error-{name}"' in response.text
    assert not await db.read(list_pages)


@pytest.mark.parametrize("role", [None, Role.MEMBER, Role.MODERATOR, Role.ADMIN])
@pytest.mark.parametrize(
    "path", ["/setup", "/setup/language", "/setup/admin", "/setup/legal/privacy", "/setup/done"]
)
async def test_when_it_is_over_the_wizard_is_gone(runtime, role, path):
    await runtime.db.write(open_the_doors)
    async with signed_in_as(runtime, role) as browser:
        status = 200 if (path, role) == ("/setup/done", Role.ADMIN) else 404
        assert (await browser.get(path)).status_code == status


# The code


async def test_in_production_the_wizard_asks_for_the_code(guarded):
    async with a_browser(guarded) as marie, a_browser(guarded) as stranger:
        assert (await marie.get("/setup/language")).headers["location"] == "/setup"
        wrong = await submit(marie, "/setup", code="bcdf-bcdf-bcdf")
        assert wrong.status_code == 422
        assert 'id="error-code"' in wrong.text
        typed = setup_code(guarded.secret).upper().replace("-", " ")
        right = await submit(marie, "/setup", code=typed)
        assert right.headers["location"] == "/setup/language"
        assert (await marie.get("/setup/language")).status_code == 200
        # The proof is worth nothing in another browser.
        stranger.cookies.set(
            guarded.cookies.setup, marie.cookies[guarded.cookies.setup], domain="issy.example"
        )
        assert (await stranger.get("/setup/language")).headers["location"] == "/setup"


async def test_the_code_is_asked_of_who_is_not_at_the_machine(runtime):
    async with a_browser(runtime, address="192.168.1.7") as somebody:
        door = await somebody.get("/setup?code=abc")
        assert 'id="field-code"' in door.text
        assert 'value="abc"' in door.text
        assert (await somebody.get("/setup/language")).headers["location"] == "/setup"


async def test_the_terminal_tells_the_code_and_the_file_keeps_it(guarded):
    line = announce_setup(guarded)
    code = setup_code(guarded.secret)
    kept = guarded.settings.data_dir / FILE
    assert code in line
    assert "https://issy.example/setup" in line
    assert kept.read_text() == f"{code}\n"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    announce_setup(guarded)  # a second start writes it again
    async with signed_in_as(guarded, Role.ADMIN, "marie") as marie:
        for step, answers in (
            ("language", {"language": "en"}),
            ("association", ASSOCIATION),
            ("admin", {}),
            ("joining", {}),
            ("neighbours", {}),
            ("legal", {}),
            ("mail", {"action": "finish"}),
        ):
            await answer(marie, step, **answers)
        assert (await marie.get("/setup/done")).status_code == 200
    assert not kept.exists()
    assert announce_setup(guarded) == ""


def test_the_code_can_be_typed_carelessly_but_not_guessed():
    secret = b"x" * 32
    code = setup_code(secret)
    assert is_setup_code(secret, f"  {code.upper().replace('-', '')} ")
    assert not is_setup_code(secret, "")
    assert not is_setup_code(secret, code[:-1])
    assert not is_setup_code(secret, "é" * 12)
    assert setup_code(b"y" * 32) != code


async def test_guessing_the_code_is_slowed_down(settings):
    place = open_runtime(
        settings.model_copy(
            update={"domain": "issy.example", "environment": "production", "rate_limits": "on"}
        )
    )
    await place.start()
    try:
        async with a_browser(place) as stranger:
            page = await stranger.get("/setup")
            for _ in range(61):
                last = await submit(stranger, page, code="bcdf-bcdf-bcdf")
        async with a_browser(place, address="192.0.2.7") as owner:
            # A stranger's guesses do not keep the owner out.
            right = await submit(owner, "/setup", code=setup_code(place.secret))
        assert (last.status_code, right.status_code) == (429, 303)
    finally:
        await place.close()


async def test_a_mail_that_does_not_leave_is_told_and_does_not_stop_anybody(guarded):
    async with signed_in_as(guarded, Role.ADMIN, "marie") as marie:
        await answer(marie, "language", language="en")
        await answer(marie, "association", **ASSOCIATION)
        for step in ("admin", "joining", "neighbours", "legal"):
            await answer(marie, step)
        sent = await submit(marie, "/setup/mail", action="send")
        assert sent.status_code == 200
        assert "The mail could not be sent." in sent.text
        assert "FEDPARENTS_SMTP_URL" in sent.text
        assert await answer(marie, "mail", action="finish") == "/setup/done"


async def test_registrations_are_stored_as_chosen(visitor, db):
    await answer_up_to_legal(visitor)
    await answer(visitor, "joining", registrations="invited", asks_reason="yes")
    place = await db.read(read_place)
    assert place.registrations == Registrations.INVITED
    assert place.asks_reason
    page = await visitor.get("/setup/joining")
    await press(visitor, page, "/setup/joining", registrations="closed")
    assert (await db.read(read_place)).registrations == Registrations.CLOSED
