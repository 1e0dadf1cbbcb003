"""The desk: who may come, deciding on requests, and changing how the place is set."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx2
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
from fedparents.audit.models import AuditEntry
from fedparents.db import Database, UnitOfWork
from fedparents.ids import GroupId
from fedparents.instance.models import (
    FederationMode,
    GroupFounding,
    Instance,
    LegalPage,
    Registrations,
)
from fedparents.instance.queries import get_instance
from fedparents.jobs.models import JobRow, JobState
from fedparents.places.models import Place
from fedparents.retention.rules import RULES
from fedparents.retention.service import get_periods
from tests.rig.builders import (
    a_group,
    a_sign_up,
    a_viewer,
    an_account,
    find_account,
    open_the_doors,
)
from tests.rig.pages import submit
from tests.rig.visitors import a_browser, press, signed_in_as
from web.site.admin.communes import PROBLEM_WORDS
from web.site.admin.sign_ups import PRESETS
from web.site.legal.facts import RETENTION_WORDS

EVERYBODY = [None, Role.MEMBER, Role.MODERATOR, Role.ADMIN]


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
}


async def test_the_tables_name_every_page_of_the_desk(place):
    paths = {re.sub(r"{(waiting|job|group|other)}", "{id}", path) for path in READ | WRITE}
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
    there = {**groups, "waiting": waiting.id, "job": job}
    async with signed_in_as(place, role) as browser:
        form = {"csrf_token": await a_form_token(browser)}
        seen = {
            path: (await browser.post(path.format(**there), data=form)).status_code
            for path in WRITE
        }
    assert seen == {path: allowed.get(role, 404) for path, allowed in WRITE.items()}
    if role not in {Role.ADMIN, Role.MODERATOR}:
        assert await state_of(db, waiting) == AccountState.APPROVAL_PENDING


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


@pytest.mark.parametrize("number", ["0", "-1", "abc", "9" * 40, "1e3"])
async def test_numbers_that_are_nobodys(marie, number):
    for path in (f"/admin/accounts/{number}", f"/admin/requests/{number}/decline"):
        assert (await marie.get(path)).status_code == 404
    assert (await marie.get(f"/admin/requests?decided={number}")).status_code == 200
    assert (await marie.get(f"/admin/accounts?before={number}")).status_code == 200


# Requests


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

GOOD = {
    "place": {"name": "Parents de Vanves", "contact_email": "v@vanves.example", "language": "en"},
    "joining": {"registrations": "invited", "minimum_age": "15", "approvals_a_day": "30"},
    "neighbours": {"mode": "open"},
}
BAD = [
    ("place", {"name": ""}, "name"),
    ("place", {"contact_email": "nobody"}, "contact_email"),
    ("place", {"timezone": "Nowhere"}, "timezone"),
    ("place", {"language": "de"}, "language"),
    ("joining", {"minimum_age": "14"}, "minimum_age"),
    ("joining", {"waiting_at_most": "1001"}, "waiting_at_most"),
    ("joining", {"blocked_mail_domains": "x" * 20_001}, "blocked_mail_domains"),
    ("neighbours", {"mode": ""}, "mode"),
    ("mail", {"to": "nobody"}, "to"),
    ("retention", {"audit_log": "1"}, "audit_log"),
    ("retention", {"audit_log": "for ever"}, "audit_log"),
    ("retention", {"mailed_links": ""}, "mailed_links"),
    ("retention", {"mailed_links": "9" * 50}, "mailed_links"),
]


@pytest.mark.parametrize(("page", "answers", "field"), BAD)
async def test_what_cannot_be_set_is_told_at_its_field(marie, db, page, answers, field):
    before = await db.read(list_audits)
    response = await submit(marie, f"/admin/settings/{page}", answers)
    assert response.status_code == 422
    assert f'id="error-{field}"' in response.text
    assert await db.read(list_audits) == before


@pytest.mark.parametrize("page", GOOD)
async def test_changing_a_setting_is_stored_and_written_down(marie, db, page):
    response = await submit(marie, f"/admin/settings/{page}", GOOD[page])
    assert response.status_code == 303
    assert (await marie.get("/admin/settings")).status_code == 200
    assert "instance." in (await db.read(list_audits))[-1]
    place = await db.read(read_place)
    match page:
        case "place":
            assert (place.name, place.language) == ("Parents de Vanves", "en")
        case "joining":
            assert place.registrations == Registrations.INVITED
            assert (place.minimum_age, place.approvals_a_day) == (15, 30)
        case "neighbours":
            assert place.federation_mode == FederationMode.OPEN


async def test_a_new_name_leads_to_the_pages_that_say_the_old_one(marie, db):
    await submit(
        marie, "/admin/texts/legal_notice/fr", body="Publié par Parents d'Issy.", action="save"
    )
    response = await submit(marie, "/admin/settings/place", name="Parents de Vanves")
    assert response.headers["location"] == "/admin/texts"
    assert "Please read them again." in (await marie.get("/admin/texts")).text


async def test_mail_domains_are_refused_as_they_were_meant(marie, db):
    typed = "Mailinator.com, x@YOPMAIL.com;\n mailinator.com"
    await submit(marie, "/admin/settings/joining", blocked_mail_domains=typed)
    assert (await db.read(read_place)).blocked_mail_domains == "mailinator.com\nyopmail.com"


async def test_periods_are_counted_before_they_are_changed(marie, db, clock):
    account = await an_account(db, "chloe", is_confirmed=False)
    clock.advance(days=3)
    seen = await submit(
        marie, "/admin/settings/retention", unconfirmed_sign_ups="2", action="preview"
    )
    assert "With this number, one would be erased tonight." in seen.text
    assert (await db.read(get_periods))["unconfirmed_sign_ups"] == timedelta(days=7)
    saved = await submit(
        marie, "/admin/settings/retention", unconfirmed_sign_ups="2", action="save"
    )
    assert saved.status_code == 303
    assert (await db.read(get_periods))["unconfirmed_sign_ups"] == timedelta(days=2)
    assert await db.read(find_account, account.id) is not None


def test_every_period_has_its_words():
    # The days of grace, which the pages on which one leaves or ends a group name by themselves.
    fixed = {"leaving_accounts", "ended_groups"}
    assert set(RETENTION_WORDS) | fixed == {rule.name for rule in RULES}


async def test_a_test_mail_can_be_sent_at_any_time(marie):
    response = await submit(marie, "/admin/settings/mail", to="marie@issy.example")
    assert "they are kept to be read here" in response.text


# Legal pages


async def test_writing_a_page_keeps_what_it_said_before(marie, db):
    seen = await submit(marie, "/admin/texts/privacy/fr", body="## New <script>", action="preview")
    assert "<h2>New &lt;script&gt;</h2>" in seen.text
    saved = await submit(marie, "/admin/texts/privacy/fr", body="## New", action="save")
    assert saved.headers["location"] == "/admin/texts"
    editor = await marie.get("/admin/texts/privacy/fr")
    assert editor.text.count("/admin/texts/privacy/fr/") == 2
    older = editor.text.rpartition('href="/admin/texts/privacy/fr/')[2].partition('"')[0]
    assert "Tout est dit" in (await marie.get(f"/admin/texts/privacy/fr/{older}")).text
    assert (await marie.get("/admin/texts/privacy/fr/1")).status_code == 404
    assert (await marie.get("/admin/texts/privacy/de")).status_code == 404
    assert (await marie.get("/admin/texts/cookies/fr")).status_code == 404


async def test_a_gap_closes_sign_ups_and_the_desk_says_so(marie):
    await submit(marie, "/admin/texts/contact/fr", body="[… téléphone …]", action="save")
    desk = await marie.get("/admin")
    assert "Sign-ups are closed" in desk.text
    assert "Keeps sign-ups closed" in (await marie.get("/admin/texts")).text


async def test_a_text_that_is_too_long_is_kept_and_refused(marie):
    response = await submit(marie, "/admin/texts/privacy/fr", body="word " * 10_000, action="save")
    assert response.status_code == 422
    assert 'id="error-body"' in response.text


# Work in the background


async def test_work_that_was_given_up_is_tried_again_or_thrown_away(marie, db):
    first, second = [await db.write(bury, name) for name in ("mail.confirm_email", "a.new.one")]
    page = await marie.get("/admin/jobs")
    assert "Mail to confirm an address" in page.text
    assert "a.new.one" in page.text
    assert "the relay refuses the &lt;name&gt;" in page.text
    await press(marie, page, f"{first}/retry")
    await press(marie, page, f"{second}/discard")

    def states(session: Session) -> dict[int, JobState]:
        jobs = session.exec(select(JobRow).where(col(JobRow.id).in_((first, second))))
        return {job.id: JobState(job.state) for job in jobs}

    assert await db.read(states) == {first: JobState.WAITING}
    assert (await db.read(list_audits))[-2:] == ["job.retried", "job.discarded"]
    late = await press(marie, page, f"{second}/discard")
    assert "done or thrown away already" in (await marie.get(late.headers["location"])).text


# Health


async def test_a_healthy_place_says_so(place, marie):
    await place.worker.plan_schedules()
    page = await marie.get("/admin/health")
    assert 'class="notice bad"' not in page.text
    assert "Mails are kept on this computer and not sent." in page.text
    assert "This is fedparents" in page.text


async def test_work_that_waits_too_long_is_red(place, marie, db, clock):
    await place.worker.plan_schedules()
    await somebody_asks(db)
    clock.advance(minutes=20)
    page = await marie.get("/admin/health")
    assert "should start it again" in page.text
    assert 'class="notice bad"' in page.text
    clock.advance(days=2)
    assert "Old data should have been erased" in (await marie.get("/admin/health")).text


async def test_a_clock_that_is_wrong_is_red(place, marie, clock):
    await place.worker.plan_schedules()
    clock.advance(hours=-3)
    page = await marie.get("/admin/health")
    assert "The clock of the server is wrong" in page.text


async def test_what_was_given_up_waits_on_the_desk(marie, db):
    await db.write(bury, "mail.sign_in")
    assert "One piece of work was given up" in (await marie.get("/admin")).text


# Communes

CSV = "name;code;postcode;lat;lon\nIxelles;21009;1050;50.8;4.3\nUccle;21016;1180;;\n;x;;;\n"


async def upload(
    browser: httpx2.AsyncClient, data: bytes, *, country: str = "be", kind: str = "text/csv"
) -> httpx2.Response:
    token = await a_form_token(browser)
    return await browser.post(
        "/admin/settings/communes",
        data={"csrf_token": token, "country": country},
        files={"file": ("communes.csv", data, kind)},
    )


def list_belgian(session: Session) -> list[str]:
    return sorted(session.exec(select(Place.name).where(Place.country == "BE")))


async def test_communes_are_looked_at_and_then_brought_in(place, marie, db):
    report = await upload(marie, CSV.encode())
    assert report.status_code == 200
    assert "Line 4: The name is missing." in report.text
    assert await db.read(list_belgian) == []
    done = await press(marie, report, "/communes/import")
    assert await db.read(list_belgian) == ["Ixelles", "Uccle"]
    told = await marie.get(done.headers["location"])
    assert "2 communes were added" in told.text
    assert "places.imported" in await db.read(list_audits)
    assert not list((place.settings.data_dir / "imports").iterdir())
    again = await upload(marie, CSV.encode("utf-16"))
    assert "Everything in this file is here already." in again.text
    moved = await upload(marie, CSV.replace("Uccle", "Ukkel").encode())
    done = await press(marie, moved, "/communes/import")
    told = (await marie.get(done.headers["location"])).text
    assert "One commune was changed." in told
    assert "added" not in told


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7 name;code", "text/csv"),
        (b"PK\x03\x04 a spreadsheet", "text/csv"),
        (b"\x89PNG\r\n", "text/csv"),
        (b"name;code\nIxelles;\x00\x01", "text/csv"),
        (b"<html><body>name;code", "text/csv"),
        (b"name;code\nIxelles;1", "image/png"),
        (b"name;code\nIxelles;1", "text/html"),
        (b"", ""),
    ],
)
async def test_a_file_that_is_not_what_it_claims_is_refused(place, marie, db, data, kind):
    response = await upload(marie, data, kind=kind)
    assert response.status_code in (200, 422)
    if response.status_code == 200:
        assert "Nothing in this file can be used." in response.text
    else:
        assert 'id="error-file"' in response.text
    assert await db.read(list_belgian) == []
    kept = place.settings.data_dir / "imports"
    assert not kept.exists() or not list(kept.iterdir())


@pytest.mark.parametrize("country", ["", "B", "B1", "Belgium", "<>"])
async def test_a_country_is_two_letters(marie, country):
    response = await upload(marie, CSV.encode(), country=country)
    assert response.status_code == 422
    assert 'id="error-country"' in response.text


async def test_no_file_at_all(marie):
    response = await submit(marie, "/admin/settings/communes", country="be")
    assert response.status_code == 422
    assert 'id="error-file"' in response.text


async def test_a_file_that_is_too_large(marie):
    assert (await upload(marie, b"name\n" + b"x" * (9 * 1024 * 1024))).status_code == 413


@pytest.mark.parametrize("token", ["", "../../secret", "a" * 22, "/etc/passwd"])
async def test_only_a_file_that_was_looked_at_is_brought_in(marie, db, token):
    form = await a_form_token(marie)
    response = await marie.post(
        "/admin/settings/communes/import",
        data={"csrf_token": form, "token": token, "country": "BE"},
    )
    assert response.status_code == 303
    told = await marie.get(response.headers["location"])
    assert "Please choose it again." in told.text
    assert await db.read(list_belgian) == []


def test_every_problem_of_a_line_has_words():
    told = {"file_too_large", "file_empty", "no_name_column", "unreadable", "too_many_columns"}
    assert told <= set(PROBLEM_WORDS)
