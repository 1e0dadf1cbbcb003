"""From what happens to an account to the mail about it: facts, jobs and letters as in real life."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest

from fedparents.accounts.deciding import (
    approve_account,
    decline_account,
    freeze_account,
    thaw_account,
)
from fedparents.accounts.joining import confirm_account, sign_up
from fedparents.accounts.leaving import cancel_erasure, erase_account, plan_erasure
from fedparents.accounts.links import request_sign_in, use_code, use_link
from fedparents.accounts.models import Account, LinkPurpose, Role
from fedparents.accounts.retention import warn_unused
from fedparents.accounts.service import change_password, request_email_change
from fedparents.accounts.sessions import Viewer, open_session
from fedparents.authority import OPERATOR
from fedparents.db import UnitOfWork
from fedparents.instance.models import Registrations
from fedparents.jobs import JobState, TryLater
from fedparents.jobs.queries import count_jobs, list_dead_jobs
from fedparents.retention.service import change_periods
from fedparents.settings import Settings
from fedparents.social.follows import follow_actor
from tests.rig.builders import a_sign_up, a_viewer, an_account, open_the_doors, signed_in
from tests.rig.time import StoppedClock
from web.mail.folder import FolderSender
from web.mail.handlers import PAGES
from web.mail.message import Mail
from web.mail.senders import NoSender
from web.runtime import Runtime, open_runtime
from web.site.devmail.letters import Letter

pytestmark = pytest.mark.usefixtures("clock")


class Mailbox:
    """What has arrived since one looked last, oldest first."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._seen: set[str] = set()

    async def new(self) -> list[Letter]:
        await self._runtime.worker.work_until_idle()
        assert await self._runtime.db.read(list_dead_jobs, by=OPERATOR) == []
        folder = self._runtime.mailer
        assert isinstance(folder, FolderSender)
        names = [name for name in reversed(folder.list_names()) if name not in self._seen]
        self._seen.update(names)
        messages = [folder.find(name) for name in names]
        return [Letter.of(each) for each in messages if isinstance(each, EmailMessage)]

    async def one(self) -> Letter:
        [letter] = await self.new()
        return letter


@pytest.fixture
async def mailbox(runtime: Runtime) -> Mailbox:
    await runtime.db.write(open_the_doors)
    return Mailbox(runtime)


def token_in(letter: Letter) -> str:
    return letter.links[0].url.rpartition("/")[2]


async def confirmed(runtime: Runtime, handle: str = "bao", **answers: object) -> Account:
    """Somebody who has signed up and confirmed, and now waits to be let in."""

    def both(uow: UnitOfWork) -> Account:
        account = sign_up(uow, a_sign_up(handle, **answers), None)
        assert account is not None
        return confirm_account(uow, account)

    return await runtime.db.write(both)


async def test_the_pages_to_which_mails_lead_exist(runtime: Runtime):
    assert [name for name in PAGES if name not in runtime.urls] == []


async def test_a_sign_up_gets_a_link_that_works(runtime, mailbox):
    await runtime.db.write(sign_up, a_sign_up("bao"), None)
    letter = await mailbox.one()
    assert letter.to == "bao@example.org"
    assert "@bao" in letter.text
    account = await runtime.db.write(
        use_link, runtime.secret, token_in(letter), LinkPurpose.CONFIRM_EMAIL
    )
    assert account.email == "bao@example.org"


async def test_a_second_account_of_a_mailbox_hears_of_the_first(runtime, mailbox):
    await an_account(runtime.db, "ana")
    await runtime.db.write(sign_up, a_sign_up("bao", email="ana@example.org"), None)
    assert "@ana" in (await mailbox.one()).text


async def test_a_magic_link_and_its_digits_let_in(runtime, mailbox):
    await an_account(runtime.db, "ana", language="en")
    for way in (use_link, use_code):
        await runtime.db.write(request_sign_in, "ana@example.org", browser="b", language="fr")
        letter = await mailbox.one()
        assert letter.subject == "Your link to sign in"
        if way is use_link:
            token = token_in(letter)
            entered = await runtime.db.write(use_link, runtime.secret, token, LinkPurpose.SIGN_IN)
        else:
            [digits] = [line for line in letter.text.splitlines() if line.isdecimal()]
            entered = await runtime.db.write(use_code, runtime.secret, digits, browser="b")
        assert entered.email == "ana@example.org"


async def test_a_shared_mailbox_gets_one_mail_with_a_door_for_each(runtime, mailbox):
    await an_account(runtime.db, "ana", email="home@example.org")
    await an_account(runtime.db, "bao", email="home@example.org")
    await runtime.db.write(request_sign_in, "home@example.org", browser="b", language="fr")
    letter = await mailbox.one()
    assert len(letter.links) == 2
    assert "(@ana)" in letter.text
    assert "(@bao)" in letter.text


async def test_an_unknown_address_learns_how_to_join(runtime, mailbox):
    await runtime.db.write(request_sign_in, "Driss@Example.org", browser="b", language="en")
    letter = await mailbox.one()
    assert letter.to == "driss@example.org"
    assert "There is no account with this address" in letter.text
    assert runtime.urls.absolute("join") in letter.text


async def test_somebody_who_waits_learns_that_they_wait(runtime, mailbox):
    await confirmed(runtime, "bao", language="en")
    await mailbox.new()
    await runtime.db.write(request_sign_in, "bao@example.org", browser="b", language="fr")
    assert "The moderators have not decided yet" in (await mailbox.one()).text


async def test_a_handle_that_nobody_has_writes_to_nobody(runtime, mailbox):
    await runtime.db.write(request_sign_in, "nobody", browser="b", language="fr")
    assert await mailbox.new() == []


async def test_moderators_hear_at_once_and_then_of_many_together(
    runtime: Runtime, mailbox: Mailbox, clock: StoppedClock
):
    await an_account(runtime.db, "marie", role=Role.ADMIN, language="en")
    await an_account(runtime.db, "driss", role=Role.MODERATOR, language="fr")
    await confirmed(runtime, "bao")
    first = await mailbox.new()
    assert sorted(letter.to for letter in first) == ["driss@example.org", "marie@example.org"]
    assert {letter.subject for letter in first} > {"One person would like to join"}
    for handle in ("chloe", "eva", "farid"):
        clock.advance(minutes=5)
        await confirmed(runtime, handle)
        assert await mailbox.new() == []
    clock.advance(hours=4)
    later = await mailbox.new()
    assert sorted(letter.to for letter in later) == ["driss@example.org", "marie@example.org"]
    assert {letter.subject for letter in later} > {"4 people would like to join"}
    clock.advance(hours=8)
    assert await mailbox.new() == []


async def test_moderators_who_were_faster_hear_nothing(runtime, mailbox, clock):
    marie = await a_viewer(runtime.db, "marie", role=Role.ADMIN)
    bao = await confirmed(runtime, "bao")
    await runtime.db.write(approve_account, bao.id, by=marie)
    assert [letter.to for letter in await mailbox.new()] == ["bao@example.org"]


async def test_a_decision_is_told(runtime, mailbox):
    marie = await a_viewer(runtime.db, "marie", role=Role.ADMIN)
    bao = await confirmed(runtime, "bao", language="en")
    await mailbox.new()
    await runtime.db.write(decline_account, bao.id, "Nous ne vous connaissons pas.", by=marie)
    letter = await mailbox.one()
    assert letter.to == "bao@example.org"
    assert "> Nous ne vous connaissons pas." in letter.text
    await runtime.db.write(approve_account, bao.id, by=marie)
    assert "Welcome, Bao" in (await mailbox.one()).text


async def test_without_approval_there_is_no_mail_of_welcome(runtime, mailbox):
    await runtime.db.write(open_the_doors, registrations=Registrations.OPEN)
    await runtime.db.write(sign_up, a_sign_up("bao"), None)
    letter = await mailbox.one()
    assert runtime.languages.get("fr").catalogue.gettext(
        "After that you can start right away."
    ) in letter.text.replace("\n", " ")
    account = await runtime.db.write(
        use_link, runtime.secret, token_in(letter), LinkPurpose.CONFIRM_EMAIL
    )

    def confirm(uow: UnitOfWork) -> None:
        confirm_account(uow, uow.session.get_one(Account, account.id))

    await runtime.db.write(confirm)
    assert await mailbox.new() == []


async def test_a_new_device_is_told_and_the_first_is_not(runtime, mailbox):
    ana = await an_account(runtime.db, "ana", language="en")
    await signed_in(runtime.db, ana, browser="phone")
    assert await mailbox.new() == []
    await signed_in(runtime.db, ana, browser="laptop")
    letter = await mailbox.one()
    assert "- Device: Firefox, Linux" in letter.text
    assert runtime.urls.absolute("devices") in letter.text


async def test_a_new_password_is_told(runtime, mailbox):
    ana = await a_viewer(runtime.db, "ana")
    await runtime.db.write(change_password, ana, "a hash")
    letter = await mailbox.one()
    assert letter.to == "ana@example.org"


async def test_both_ends_hear_of_a_new_address(runtime, mailbox):
    ana = await a_viewer(runtime.db, "ana")
    await runtime.db.write(request_email_change, ana, "ana@elsewhere.example.net")
    letters = {letter.to: letter for letter in await mailbox.new()}
    assert sorted(letters) == ["ana@elsewhere.example.net", "ana@example.org"]
    new, old = letters["ana@elsewhere.example.net"], letters["ana@example.org"]
    assert "ana@elsewhere.example.net" not in old.text
    await runtime.db.write(use_link, runtime.secret, token_in(new), LinkPurpose.CHANGE_EMAIL)


async def test_a_planned_erasure_is_told_with_its_day(runtime, mailbox):
    ana = await a_viewer(runtime.db, "ana")
    await runtime.db.write(plan_erasure, ana)
    letter = await mailbox.one()
    assert "7 décembre" in letter.subject
    assert runtime.urls.absolute("account") in letter.text


async def test_a_change_of_mind_before_the_mail_left_ends_it(runtime, mailbox):
    ana = await a_viewer(runtime.db, "ana")
    await runtime.db.write(plan_erasure, ana)
    await runtime.db.write(cancel_erasure, ana)
    assert await mailbox.new() == []


async def test_the_last_mail_leaves_after_everything_is_gone(runtime, mailbox):
    ana = await an_account(runtime.db, "ana", language="en")

    def erase(uow: UnitOfWork) -> None:
        erase_account(uow, uow.session.get_one(Account, ana.id))

    await runtime.db.write(erase)
    letter = await mailbox.one()
    assert (letter.to, letter.subject) == ("ana@example.org", "Your account has been erased")
    assert not any((await runtime.db.read(count_jobs)).values())


async def test_unused_accounts_are_warned_with_the_day(runtime, mailbox, clock):
    await an_account(runtime.db, "ana", language="en")
    clock.advance(days=22 * 30.5)
    await runtime.db.write(warn_unused, timedelta(days=730))
    assert "nobody uses for two years" in (await mailbox.one()).text


async def test_who_came_back_in_time_is_not_warned(runtime, mailbox, clock):
    ana = await an_account(runtime.db, "ana")
    clock.advance(days=22 * 30.5)
    await runtime.db.write(warn_unused, timedelta(days=730))

    def come_back(uow: UnitOfWork) -> None:
        again = uow.session.get_one(Account, ana.id)
        open_session(uow, again, browser="phone", device="")

    await runtime.db.write(come_back)
    assert await mailbox.new() == []


async def test_who_is_kept_out_hears_why_for_how_long_and_how_to_object(runtime, mailbox, clock):
    ana, marie = await an_account(runtime.db, "ana", language="en"), await marie_of(runtime)
    await runtime.db.write(freeze_account, ana.id, "Advertising,\nafter two warnings.", by=marie)
    letter = await mailbox.one()
    assert (letter.to, letter.subject) == ("ana@example.org", "Your account is paused")
    said = " ".join(letter.text.split())
    for words in (
        "> Advertising, > after two warnings.",
        "A person decided this, and no program.",
        "marie@issy.example",
        "You can also go to court.",
        "erased after 29 November 2028",
        runtime.urls.absolute("legal_page", kind="contact"),
    ):
        assert words in said
    await runtime.db.write(thaw_account, ana.id, by=marie)
    letter = await mailbox.one()
    assert letter.subject == "Your account can be used again"
    assert runtime.urls.absolute("sign_in") in letter.text


async def test_the_day_of_erasure_is_that_of_the_place(runtime, mailbox, clock):
    ana = await an_account(runtime.db, "ana", language="en")
    await runtime.db.write(change_periods, {"frozen_accounts": 183}, by=OPERATOR)
    await runtime.db.write(freeze_account, ana.id, "Advertising.", by=await marie_of(runtime))
    assert "erased after 1 June 2027" in " ".join((await mailbox.one()).text.split())


async def test_a_pause_that_is_over_before_its_mail_left_is_not_told(runtime, mailbox):
    ana, marie = await an_account(runtime.db, "ana", language="en"), await marie_of(runtime)
    await runtime.db.write(freeze_account, ana.id, "Advertising.", by=marie)
    await runtime.db.write(thaw_account, ana.id, by=marie)
    await runtime.db.write(freeze_account, ana.id, "Advertising again.", by=marie)
    letters = await mailbox.new()
    assert {letter.subject for letter in letters} == {"Your account is paused"}


async def marie_of(runtime: Runtime) -> Viewer:
    return await a_viewer(runtime.db, "marie", role=Role.ADMIN)


async def test_a_link_that_ran_out_while_the_relay_was_away_is_not_sent(runtime, mailbox, clock):
    await an_account(runtime.db, "ana")
    with relay_that(runtime, raises=TryLater(timedelta(seconds=10), "away")) as tried:
        await runtime.db.write(request_sign_in, "ana", browser="b", language="fr")
        assert await mailbox.new() == []
        assert len(tried) == 1
    clock.advance(minutes=16)
    assert await mailbox.new() == []
    assert not any((await runtime.db.read(count_jobs)).values())


async def test_running_a_job_again_writes_the_same_mail(runtime, mailbox, clock):
    """The Message-ID tells receivers that it is one, if the first did leave after all."""
    with relay_that(runtime, raises=ConnectionResetError("after the relay had taken it")) as tried:
        await runtime.db.write(sign_up, a_sign_up("bao"), None)
        assert await mailbox.new() == []
    clock.advance(minutes=5)
    letter = await mailbox.one()
    assert [mail.message_id for mail in tried] == [dict(letter.headers)["Message-ID"]]


@contextmanager
def relay_that(runtime: Runtime, *, raises: Exception) -> Iterator[list[Mail]]:
    """For a while, mails fail like this; what was tried."""
    tried: list[Mail] = []

    async def fail(mail: Mail) -> None:
        tried.append(mail)
        raise raises

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runtime.mailer, "send", fail)
        yield tried


async def test_without_a_relay_mails_wait_where_they_are_seen(settings: Settings):
    relayless = settings.model_copy(update={"environment": "production"})
    runtime = open_runtime(relayless)
    assert isinstance(runtime.mailer, NoSender)
    await runtime.start()
    await runtime.db.write(open_the_doors)
    await runtime.db.write(sign_up, a_sign_up("bao"), None)
    await runtime.worker.work_until_idle()
    counted = await runtime.db.read(count_jobs)
    await runtime.close()
    assert counted == {JobState.WAITING: 1, JobState.DEAD: 0}


async def test_what_could_wait_comes_in_the_morning_and_once(runtime, mailbox, clock):
    marie = await a_viewer(runtime.db, "marie")
    clock.set(datetime(2026, 11, 25, 5, 0, tzinfo=UTC))
    for handle in ("ana", "bao"):
        await runtime.db.write(follow_actor, await a_viewer(runtime.db, handle), marie.actor_id)
    await runtime.worker.plan_schedules()
    assert await mailbox.new() == []
    clock.advance(hours=1)  # seven o'clock in Paris
    digest = await mailbox.one()
    assert digest.to == "marie@example.org"
    assert "qui pouvai" in digest.subject
    assert "Ana" in digest.text
    assert dict(digest.headers)["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    clock.advance(minutes=30)
    assert await mailbox.new() == []
    clock.advance(hours=24)
    assert await mailbox.new() == []  # nothing has come since
