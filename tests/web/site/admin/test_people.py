"""Deciding on requests, looking people up, pausing them and giving roles."""

from __future__ import annotations

import asyncio

import pytest
from sqlmodel import Session, col, select

from fedparents.accounts.joining import confirm_account, sign_up
from fedparents.accounts.models import (
    Account,
    AccountState,
    BrowserSession,
    InviteLink,
    Role,
)
from fedparents.db import UnitOfWork
from tests.rig.builders import (
    a_sign_up,
    an_account,
    find_account,
)
from tests.rig.pages import submit
from tests.rig.visitors import a_browser, press, signed_in_as
from tests.web.site.admin.conftest import list_audits, somebody_asks, state_of
from web.site.admin.sign_ups import PRESETS


async def test_letting_somebody_in_and_taking_it_back(place, marie, db):
    chloe = await somebody_asks(db, reason="We have just <b>moved</b> here.")
    queue = await marie.get("/admin/requests")
    assert "One person waits for your answer." in queue.text
    assert "We have just &lt;b&gt;moved&lt;/b&gt; here." in queue.text
    assert "chloe@example.org" not in queue.text
    decided = await press(marie, queue, f"{chloe.id}/approve")
    assert await state_of(db, chloe) == AccountState.ACTIVE
    after = await marie.get(decided.headers["location"])
    assert "Chloe can come in now" in after.text
    assert "Nobody is waiting" in after.text
    assert "Thank you!" in after.text
    undone = await press(marie, after, f"{chloe.id}/undo")
    assert await state_of(db, chloe) == AccountState.APPROVAL_PENDING
    again = await marie.get(undone.headers["location"])
    assert "Chloe is back in the queue." in again.text
    assert (await db.read(list_audits))[-2:] == ["account.approved", "account.reconsidered"]


async def test_whoever_has_come_in_cannot_be_put_back(place, marie, db):
    chloe = await somebody_asks(db)
    await press(marie, await marie.get("/admin/requests"), f"{chloe.id}/approve")
    after = await marie.get(f"/admin/requests?decided={chloe.id}")
    async with a_browser(place, account=chloe):
        response = await press(marie, after, f"{chloe.id}/undo")
    told = await marie.get(response.headers["location"])
    assert "has signed in meanwhile" in told.text
    assert await state_of(db, chloe) == AccountState.ACTIVE


async def test_declining_with_a_usual_reason_in_the_persons_language(place, marie, db):
    chloe = await somebody_asks(db, language="en")
    page = await marie.get(f"/admin/requests/{chloe.id}/decline")
    response = await submit(marie, page, preset="elsewhere", words_of_own="Try Vanves!")
    assert response.status_code == 303
    found = await db.read(find_account, chloe.id)
    assert found.state == AccountState.DECLINED
    assert found.decision_reason == f"{PRESETS['elsewhere']}\n\nTry Vanves!"
    after = await marie.get(response.headers["location"])
    assert "Chloe has been declined" in after.text
    await press(marie, after, f"{chloe.id}/undo")
    assert await state_of(db, chloe) == AccountState.APPROVAL_PENDING


async def test_words_that_are_too_long_are_kept(marie, db):
    chloe = await somebody_asks(db)
    response = await submit(
        marie, f"/admin/requests/{chloe.id}/decline", words_of_own="x" * 501, preset=""
    )
    assert response.status_code == 422
    assert "x" * 501 in response.text
    assert await state_of(db, chloe) == AccountState.APPROVAL_PENDING


async def test_the_second_of_two_deciders_hears_who_was_first(place, marie, db):
    chloe = await somebody_asks(db)
    async with signed_in_as(place, Role.MODERATOR, "driss") as driss:
        seen = [await browser.get("/admin/requests") for browser in (marie, driss)]
        await press(marie, seen[0], f"{chloe.id}/approve")
        late = await press(driss, seen[1], f"{chloe.id}/approve")
        told = await driss.get(late.headers["location"])
        assert "Marie has let Chloe in already. Thank you!" in told.text
        late = await submit(driss, f"/admin/requests/{chloe.id}/decline", preset="")
        told = await driss.get(late.headers["location"])
        assert "Marie has let Chloe in already. Thank you!" in told.text
    assert await state_of(db, chloe) == AccountState.ACTIVE


@pytest.mark.both_engines
async def test_two_at_the_very_same_time_decide_once(place, marie, db):
    chloe = await somebody_asks(db)
    async with signed_in_as(place, Role.MODERATOR, "driss") as driss:
        seen = [await browser.get("/admin/requests") for browser in (marie, driss)]
        await asyncio.gather(
            press(marie, seen[0], f"{chloe.id}/approve"),
            press(driss, seen[1], f"{chloe.id}/approve"),
        )
    assert (await db.read(list_audits)).count("account.approved") == 1


async def test_a_button_pressed_twice_leads_to_the_same_page(marie, db):
    chloe = await somebody_asks(db)
    queue = await marie.get("/admin/requests")
    first = await press(marie, queue, f"{chloe.id}/approve")
    second = await press(marie, queue, f"{chloe.id}/approve")
    assert first.headers["location"] == second.headers["location"]


async def test_the_queue_says_by_whom_somebody_was_invited(place, marie, db):
    def ask(uow: UnitOfWork) -> None:
        maker = uow.session.exec(select(Account)).first()
        assert maker is not None
        link = InviteLink(
            id=uow.new_id(),
            token="bcdfghjkmnpq",
            by_actor_id=maker.actor_id,
            label="Poster at school",
            created_at=uow.now,
        )
        uow.session.add(link)
        uow.session.flush()
        account = sign_up(uow, a_sign_up("chloe"), link)
        assert account is not None
        confirm_account(uow, account)

    await db.write(ask)
    queue = await marie.get("/admin/requests")
    assert "Invited by Marie: Poster at school" in queue.text


async def test_nobody_but_who_asked_is_named_by_the_address(place, marie, db):
    """`?decided=` says only what the queue has said or will say."""
    pending = await an_account(db, "bao", is_confirmed=False)
    page = await marie.get(f"/admin/requests?decided={pending.id}")
    assert "Bao" not in page.text


# Accounts


async def test_looking_somebody_up(place, marie, db):
    await an_account(db, "chloe", name="Chloé B.")
    await an_account(db, "driss", name="Driss")
    found = await marie.get("/admin/accounts", params={"q": "Chlo"})
    assert "Chloé B." in found.text
    assert "Driss" not in found.text
    assert "chloe@example.org" not in found.text
    assert "Nobody found" in (await marie.get("/admin/accounts", params={"q": "%"})).text
    assert "Nobody found" in (await marie.get("/admin/accounts", params={"q": "' OR 1=1"})).text


async def test_the_list_goes_on_on_other_pages(marie, db):
    for number in range(35):
        await an_account(db, f"parent_{number}")
    first = await marie.get("/admin/accounts")
    older = first.text.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = await marie.get(older)
    assert "@parent_34" in first.text
    assert "@parent_34" not in second.text
    assert "@parent_0" in second.text


async def test_pausing_an_account_and_ending_the_pause(place, marie, db):
    chloe = await an_account(db, "chloe")
    async with a_browser(place, account=chloe) as hers:
        page = await marie.get(f"/admin/accounts/{chloe.id}")
        empty = await press(marie, page, "/freeze")
        assert empty.status_code == 422
        assert 'id="error-reason"' in empty.text
        await press(marie, page, "/freeze", reason="Several parents complained.")
        assert await state_of(db, chloe) == AccountState.FROZEN

        def running(session: Session) -> list[BrowserSession]:
            return list(
                session.exec(
                    select(BrowserSession).where(
                        BrowserSession.account_id == chloe.id,
                        col(BrowserSession.ended_at).is_(None),
                    )
                )
            )

        assert not await db.read(running)
        assert (await hers.get("/invites")).status_code == 303
    page = await marie.get(f"/admin/accounts/{chloe.id}")
    assert "Several parents complained." in page.text
    await press(marie, page, "/thaw")
    assert await state_of(db, chloe) == AccountState.ACTIVE
    done = [action for action in await db.read(list_audits) if action.startswith("account.")]
    assert done[-2:] == ["account.frozen", "account.thawed"]


async def test_giving_roles_but_keeping_the_last_administrator(marie, db):
    chloe = await an_account(db, "chloe")
    page = await marie.get(f"/admin/accounts/{chloe.id}")
    await press(marie, page, "/role", role="moderator")
    assert (await db.read(find_account, chloe.id)).role == Role.MODERATOR
    wrong = await press(marie, page, "/role", role="owner")
    assert wrong.status_code == 422

    def find_marie(session: Session) -> int:
        return session.exec(select(Account.id).where(Account.role == Role.ADMIN)).one()

    own = await marie.get(f"/admin/accounts/{await db.read(find_marie)}")
    last = await press(marie, own, "/role", role="member")
    assert last.status_code == 422
    assert "You are the only administrator." in last.text
    await press(marie, page, "/role", role="admin")
    done = await press(marie, own, "/role", role="member")
    assert done.headers["location"] == "/"
    assert (await marie.get("/admin")).status_code == 404


# Settings
