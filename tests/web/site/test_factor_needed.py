"""The desk belongs to those who sign in with a second factor, after the first week of a place."""

import pytest

from fedparents import clock
from fedparents.accounts.models import Role
from fedparents.accounts.sessions import list_sessions
from fedparents.applications.scopes import Scope
from fedparents.applications.tokens import create_token, viewer_of_token
from fedparents.authority import OPERATOR
from fedparents.instance.service import change_moderators_factor
from tests.rig.authenticator import Phone, protect
from tests.rig.builders import an_account, signed_in
from tests.rig.mailbox import mails_to, words_of
from tests.rig.pages import found_in, submit
from tests.rig.visitors import a_browser, press

FACTOR = "/settings/second-factor"
DESK = ["/admin", "/admin/requests", "/admin/accounts", "/admin/settings/place", "/admin/health"]


@pytest.fixture
async def marie(place, clock):
    return await an_account(place.db, "marie", role=Role.ADMIN)


@pytest.fixture
async def driss(place, clock):
    return await an_account(place.db, "driss", role=Role.MODERATOR)


async def test_in_the_first_week_the_desk_is_open_and_says_what_comes(place, marie, clock):
    clock.advance(days=6)
    async with a_browser(place, account=marie) as browser:
        page = await browser.get("/admin")
        assert page.status_code == 200
        assert "Protect your account" in page.text
        assert "From 7 December 2026 on the desk asks administrators" in page.text
        assert f'href="{FACTOR}?next=%2Fadmin"' in page.text
        shown = await browser.get(f"{FACTOR}?next=/admin")
        assert "from 7 December 2026 on you need the second step" in shown.text


@pytest.mark.parametrize("page", DESK)
async def test_then_it_leads_to_setting_it_up_and_back(place, marie, clock, page):
    clock.advance(days=7)
    async with a_browser(place, account=marie) as browser:
        answer = await browser.get(page)
        there = page.replace("/", "%2F")
        assert (answer.status_code, answer.headers["location"]) == (303, f"{FACTOR}?next={there}")
        shown = await browser.get(answer.headers["location"])
        assert "To come to the desk you need the second step." in shown.text
        setting_up = await browser.get(f"{FACTOR}/app?next={there}")
        assert f'href="{FACTOR}/app?next={there}"' in shown.text
        phone = Phone.with_key(found_in(setting_up.text, r'class="key"[^>]*>([A-Z2-7 ]+)<'))
        answer = await submit(browser, setting_up, code=phone.code())
        answer = await submit(browser, answer.headers["location"])
        assert answer.headers["location"] == page
        assert (await browser.get(page)).status_code == 200


async def test_everything_else_stays_open(place, marie, clock):
    clock.advance(days=30)
    async with a_browser(place, account=marie) as browser:
        for page in ("/", "/settings", "/invites", "/groups"):
            assert (await browser.get(page)).status_code == 200


async def test_for_others_there_is_still_nothing_to_see(place, clock):
    ana = await an_account(place.db, "ana")
    clock.advance(days=30)
    async with a_browser(place, account=ana) as browser, a_browser(place) as stranger:
        for page in DESK:
            assert (await browser.get(page)).status_code == 404
            assert (await stranger.get(page)).status_code == 404


async def test_what_was_typed_when_the_week_ended_is_kept(place, marie, clock):
    async with a_browser(place, account=marie) as browser:
        page = await browser.get("/admin/settings/place")
        clock.advance(days=7)
        answer = await press(browser, page, "/settings/place", tagline="Typed for an hour.")
        assert answer.status_code == 403
        assert "Please protect your account first" in answer.text
        assert "Typed for an hour." in answer.text
        assert f'href="{FACTOR}"' in answer.text
        await protect(place.db, place.secret, await signed_in(place.db, marie))
        answer = await submit(browser, answer)
        assert answer.headers["location"] == "/admin/settings"


async def test_who_has_it_comes_in_and_keeps_it(place, marie, clock):
    await protect(place.db, place.secret, await signed_in(place.db, marie))
    clock.advance(days=30)
    async with a_browser(place, account=marie) as browser:
        page = await browser.get("/admin")
        assert page.status_code == 200
        assert "Protect your account" not in page.text
        page = await browser.get(FACTOR)
        assert "the second step stays on" in page.text
        assert f"{FACTOR}/off" not in page.text
        assert (await browser.get(f"{FACTOR}/off")).headers["location"] == FACTOR
        assert (await browser.get("/admin/health")).text.count("All administrators sign in") == 1


async def test_moderators_need_none_until_the_place_says_so(place, marie, driss, clock):
    clock.advance(days=30)
    await protect(place.db, place.secret, await signed_in(place.db, marie))
    async with a_browser(place, account=driss) as his, a_browser(place, account=marie) as hers:
        assert (await his.get("/admin/requests")).status_code == 200
        page = await hers.get("/admin/settings/second-step")
        answer = await press(hers, page, "/second-step", who="moderators")
        assert answer.headers["location"] == "/admin/settings"
        assert "Administrators and moderators" in (await hers.get("/admin/settings")).text
        page = await his.get("/admin/requests")
        assert "the desk asks moderators for a code from their phone" in page.text
        assert f'href="{FACTOR}?next=%2Fadmin%2Frequests"' in page.text
        clock.advance(days=7)
        answer = await his.get("/admin/requests")
        assert answer.headers["location"] == f"{FACTOR}?next=%2Fadmin%2Frequests"
        await press(
            hers, await hers.get("/admin/settings/second-step"), "/second-step", who="admins"
        )
        assert (await his.get("/admin/requests")).status_code == 200


@pytest.mark.parametrize("who", ["", "nobody", "members"])
async def test_the_rule_has_two_answers(place, marie, who):
    async with a_browser(place, account=marie) as browser:
        page = await browser.get("/admin/settings/second-step")
        assert (await press(browser, page, "/second-step", who=who)).status_code == 422


async def test_the_health_page_counts_who_has_none(place, marie):
    async with a_browser(place, account=marie) as browser:
        assert "One administrator has none yet" in (await browser.get("/admin/health")).text


class TestLockedOut:
    """Somebody who has lost everything, and an administrator who knows their voice."""

    async def test_an_admin_takes_it_away_with_a_reason(self, place, marie):
        ana = await an_account(place.db, "ana", language="en")
        hers = await signed_in(place.db, ana)
        await protect(place.db, place.secret, hers)
        async with a_browser(place, account=marie) as browser:
            page = await browser.get(f"/admin/accounts/{ana.id}")
            assert f'href="/admin/accounts/{ana.id}/second-step"' in page.text
            page = await browser.get(f"/admin/accounts/{ana.id}/second-step")
            assert "A mail alone proves nothing." in page.text
            refused = await press(browser, page, "/second-step")
            assert refused.status_code == 422
            assert "Please say why: the person will read it." in refused.text
            answer = await press(browser, page, "/second-step", reason="lost")
            assert answer.headers["location"] == f"/admin/accounts/{ana.id}"
            assert (
                "The person gets a mail." in (await browser.get(f"/admin/accounts/{ana.id}")).text
            )
            late = await press(browser, page, "/second-step", reason="lost")
            assert late.headers["location"] == f"/admin/accounts/{ana.id}"
        letters = [words_of(mail) for mail in await mails_to(place, "ana@example.org")]
        told = [words for words in letters if "taken away" in words]
        assert len(told) == 1
        assert "your phone and your recovery codes were lost" in " ".join(told[0].split())
        assert FACTOR in told[0]
        assert await place.db.read(list_sessions, hers, clock.now()) == []

    async def test_not_from_oneself(self, place, marie):
        await protect(place.db, place.secret, await signed_in(place.db, marie))
        async with a_browser(place, account=marie) as browser:
            page = await browser.get(f"/admin/accounts/{marie.id}")
            assert "/second-step" not in page.text
            answer = await browser.get(f"/admin/accounts/{marie.id}/second-step")
            assert answer.headers["location"] == f"/admin/accounts/{marie.id}"

    async def test_moderators_find_no_such_page(self, place, marie, driss):
        await protect(place.db, place.secret, await signed_in(place.db, marie))
        async with a_browser(place, account=driss) as browser:
            answer = await browser.get(f"/admin/accounts/{marie.id}/second-step")
            assert answer.status_code == 404


class TestPrograms:
    """Administrative scopes of the API."""

    @staticmethod
    def asks_for(scope):
        def make(uow, account):
            return create_token(uow, account, [Scope.READ, scope], label="", by=OPERATOR)[1]

        return make

    @pytest.mark.parametrize("role", [Role.ADMIN, Role.MODERATOR])
    async def test_a_token_loses_what_needs_it_when_the_week_is_over(self, place, clock, role):
        account = await an_account(place.db, "bao", role=role)
        token = await place.db.write(self.asks_for(Scope.ADMIN_READ), account)
        clock.advance(days=6)
        bearer = await place.db.read(viewer_of_token, token)
        assert bearer.may(Scope.ADMIN_READ_REPORTS)
        clock.advance(days=1)
        bearer = await place.db.read(viewer_of_token, token)
        assert not bearer.may(Scope.ADMIN_READ_REPORTS)
        assert bearer.may(Scope.READ_ACCOUNTS)
        await protect(place.db, place.secret, await signed_in(place.db, account))
        bearer = await place.db.read(viewer_of_token, token)
        assert bearer.may(Scope.ADMIN_READ_REPORTS)

    async def test_moderators_need_it_whatever_the_desk_asks(self, place, driss, clock):
        await place.db.write(change_moderators_factor, is_needed=False, by=OPERATOR)
        token = await place.db.write(self.asks_for(Scope.ADMIN_WRITE), driss)
        clock.advance(days=8)
        assert not (await place.db.read(viewer_of_token, token)).may(Scope.ADMIN_WRITE)
