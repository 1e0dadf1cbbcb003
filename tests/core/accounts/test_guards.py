"""What strangers, moderators and people in a hurry must not be able to do."""

import asyncio

import pytest

from fedparents.accounts.deciding import (
    change_role,
    decline_account,
    freeze_account,
    reconsider_account,
    thaw_account,
)
from fedparents.accounts.facts import (
    AccountAwaitsApproval,
    AccountFrozen,
    AccountThawed,
    EmailConfirmationNeeded,
    SignInAddressUnknown,
    SignInLinksIssued,
    SignInRequested,
)
from fedparents.accounts.invites import InviteDraft, create_invite, get_invite
from fedparents.accounts.joining import confirm_account, sign_up
from fedparents.accounts.leaving import plan_erasure
from fedparents.accounts.links import (
    CODE_TRIES,
    MOST_WRONG_A_DAY,
    issue_sign_in,
    use_code,
    use_link,
)
from fedparents.accounts.models import Account, AccountState, LinkPurpose, Role
from fedparents.accounts.policy import is_invite_usable
from fedparents.accounts.service import change_email, change_password, request_email_change
from fedparents.accounts.sessions import end_all_sessions, end_session
from fedparents.accounts.tokens import link_code, link_token
from fedparents.actors.facts import ActorChanged
from fedparents.actors.service import is_handle_free
from fedparents.errors import Conflict, Invalid, NotAllowed
from fedparents.jobs import JobRow, JobState
from fedparents.retention.service import forget_what_is_due
from tests.rig.builders import (
    a_sign_up,
    a_viewer,
    an_account,
    find_account,
    list_links,
    signed_in,
)

pytestmark = pytest.mark.anyio
SECRET = b"of the tests, thirty-two bytes long"


async def ask(db, facts, login, browser, request_id):
    """The links that a request leads to, as the worker issues them."""
    await db.write(issue_sign_in, SignInRequested(login, browser, "fr"), request_id)
    return facts[-1].link_ids if isinstance(facts[-1], SignInLinksIssued) else []


def wrong(*link_ids):
    right = {link_code(SECRET, link_id) for link_id in link_ids}
    return next(code for code in ("000000", "111111", "222222") if code not in right)


async def confirmed(db, account):
    def confirm(uow):
        return confirm_account(uow, uow.session.get_one(Account, account.id))

    return await db.write(confirm)


async def test_one_guess_is_not_tried_on_every_mailbox(db, facts):
    for handle in ("ana", "bao"):
        await an_account(db, handle)
    (first,) = await ask(db, facts, "ana", "phone", 1)
    (last,) = await ask(db, facts, "bao", "phone", 2)
    assert await db.write(use_code, SECRET, link_code(SECRET, first), browser="phone") is None
    account = await db.write(use_code, SECRET, link_code(SECRET, last), browser="phone")
    assert account.email == "bao@example.org"


async def test_digits_of_an_earlier_mail_to_the_same_mailbox_still_work(db, facts):
    ana = await an_account(db, "ana")
    (first,) = await ask(db, facts, "ana@example.org", "phone", 1)
    await ask(db, facts, "ana@example.org", "phone", 2)
    account = await db.write(use_code, SECRET, link_code(SECRET, first), browser="phone")
    assert account.id == ana.id


async def test_guessing_in_many_browsers_ends_with_the_digits_and_not_with_the_link(
    db, facts, clock
):
    ana = await an_account(db, "ana")
    for number in range(MOST_WRONG_A_DAY // CODE_TRIES):
        (link_id,) = await ask(db, facts, "ana", f"stranger {number}", number + 1)
        for _ in range(CODE_TRIES):
            await db.write(use_code, SECRET, wrong(link_id), browser=f"stranger {number}")
    (mine,) = await ask(db, facts, "ana", "phone", 99)
    assert await db.write(use_code, SECRET, link_code(SECRET, mine), browser="phone") is None
    token = link_token(SECRET, mine)
    assert (await db.write(use_link, SECRET, token, LinkPurpose.SIGN_IN)).id == ana.id
    clock.advance(days=1)
    (mine,) = await ask(db, facts, "ana", "phone", 100)
    account = await db.write(use_code, SECRET, link_code(SECRET, mine), browser="phone")
    assert account.id == ana.id


@pytest.fixture
async def ana_and_a_thief(db, facts):
    """Ana on her phone, and somebody with her account who wants to keep it."""
    ana = await a_viewer(db, "ana")
    account = await db.read(find_account, ana.account_id)
    thief = await signed_in(db, account, browser="elsewhere")
    await db.write(request_email_change, thief, "thief@example.org")
    return ana, thief


@pytest.mark.parametrize("way", ["this one", "the others", "a new password", "pausing"])
async def test_whoever_is_signed_out_cannot_move_the_account_afterwards(
    db, facts, ana_and_a_thief, way
):
    ana, thief = ana_and_a_thief
    link = next(
        each for each in await db.read(list_links) if each.purpose == LinkPurpose.CHANGE_EMAIL
    )
    if way == "this one":
        await db.write(end_session, ana, thief.session_id)
    elif way == "the others":
        await db.write(end_all_sessions, ana.account_id, but=ana.session_id)
    elif way == "a new password":
        await db.write(change_password, ana, "$argon2id$new")
    else:
        admin = await a_viewer(db, "marie", role=Role.ADMIN)
        await db.write(freeze_account, ana.account_id, "Une pause.", by=admin)
    token = link_token(SECRET, link.id)
    with pytest.raises(NotAllowed) as refused:
        await db.write(use_link, SECRET, token, LinkPurpose.CHANGE_EMAIL)
    assert refused.value.code == "link_expired"


async def test_signing_out_here_keeps_what_was_asked_for_here(db, facts):
    ana = await a_viewer(db, "ana")
    await db.write(request_email_change, ana, "new@example.org")
    await db.write(end_session, ana, ana.session_id)
    (link,) = [e for e in await db.read(list_links) if e.purpose == LinkPurpose.CHANGE_EMAIL]
    token = link_token(SECRET, link.id)
    assert await db.write(use_link, SECRET, token, LinkPurpose.CHANGE_EMAIL)


async def test_links_to_the_old_address_end_with_it(db, facts):
    ana = await an_account(db, "ana")
    (link_id,) = await ask(db, facts, "ana", "phone", 1)

    def move(uow):
        change_email(uow, uow.session.get_one(Account, ana.id), "new@example.org")

    await db.write(move)
    with pytest.raises(NotAllowed):
        await db.write(use_link, SECRET, link_token(SECRET, link_id), LinkPurpose.SIGN_IN)


async def test_a_used_up_mailbox_cannot_be_told_by_the_name_that_stays_free(db, facts):
    for handle in ("ana", "bao"):
        await an_account(db, handle, email="family@example.org")
    await db.write(sign_up, a_sign_up("third", email="family@example.org"), None)
    assert not await db.read(is_handle_free, "third")


async def test_sign_ups_of_strangers_do_not_multiply_mails(db, facts):
    for number in range(7):
        await db.write(sign_up, a_sign_up(f"fake_{number}", email="ana@example.org"), None)
    facts.clear()
    assert await ask(db, facts, "ana@example.org", "phone", 1) == []
    assert len([fact for fact in facts if isinstance(fact, EmailConfirmationNeeded)]) == 2


async def test_a_used_up_mailbox_is_not_asked_to_confirm_one_more(db, facts):
    for handle in ("ana", "bao"):
        await an_account(db, handle, email="family@example.org")
    await db.write(sign_up, a_sign_up("third", email="family@example.org"), None)
    facts.clear()
    assert len(await ask(db, facts, "family@example.org", "phone", 1)) == 2
    assert [type(fact) for fact in facts] == [SignInLinksIssued]
    assert not any(isinstance(fact, SignInAddressUnknown) for fact in facts)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.MODERATOR])
async def test_a_moderator_cannot_send_back_who_looks_after_the_place(db, facts, role):
    driss = await a_viewer(db, "driss", role=Role.MODERATOR)
    new = await an_account(db, "marie", role=role)
    for decide in (reconsider_account, lambda *a, **k: decline_account(a[0], a[1], "", **k)):
        with pytest.raises(Conflict):
            await db.write(decide, new.id, by=driss)
    assert (await db.read(find_account, new.id)).state == AccountState.ACTIVE


async def test_a_paused_admin_can_be_made_a_member_by_the_last_one(db, facts):
    marie = await a_viewer(db, "marie", role=Role.ADMIN)
    driss = await an_account(db, "driss", role=Role.ADMIN)
    await db.write(freeze_account, driss.id, "Une pause.", by=marie)
    account = await db.write(change_role, driss.id, Role.MEMBER, by=marie)
    assert account.role == Role.MEMBER


async def test_two_admins_who_pause_each_other_leave_one(db, facts):
    marie, driss = [await a_viewer(db, name, role=Role.ADMIN) for name in ("marie", "driss")]
    outcomes = await asyncio.gather(
        db.write(freeze_account, driss.account_id, "Non.", by=marie),
        db.write(freeze_account, marie.account_id, "Non.", by=driss),
        return_exceptions=True,
    )
    assert [type(each) for each in outcomes if isinstance(each, Exception)] == [Conflict]


@pytest.mark.parametrize("round_", range(3))
async def test_two_admins_who_leave_at_once_leave_one(db, facts, round_):
    admins = [await a_viewer(db, name, role=Role.ADMIN) for name in ("marie", "driss")]
    outcomes = await asyncio.gather(
        db.write(plan_erasure, admins[0]),
        db.write(change_role, admins[1].account_id, Role.MEMBER, by=admins[1]),
        return_exceptions=True,
    )
    assert [type(each) for each in outcomes if isinstance(each, Exception)] == [Conflict]


@pytest.mark.parametrize("round_", range(3))
async def test_a_mailbox_gets_no_third_account_by_confirming_at_once(db, facts, round_):
    await an_account(db, "ana", email="family@example.org")
    waiting = [
        await db.write(sign_up, a_sign_up(handle, email="family@example.org"), None)
        for handle in ("bao", "chloe", "dina")
    ]
    outcomes = await asyncio.gather(
        *(confirmed(db, account) for account in waiting), return_exceptions=True
    )
    assert len([each for each in outcomes if isinstance(each, Conflict)]) == 2


@pytest.mark.parametrize("round_", range(3))
async def test_an_address_confirmed_by_two_links_at_once_waits_once(db, facts, round_):
    account = await db.write(sign_up, a_sign_up("bao"), None)
    facts.clear()
    await asyncio.gather(*(confirmed(db, account) for _ in range(4)))
    assert [type(fact) for fact in facts] == [AccountAwaitsApproval]


async def test_who_was_leaving_goes_on_leaving_after_a_pause(db, facts, clock):
    marie = await a_viewer(db, "marie", role=Role.ADMIN)
    ana = await a_viewer(db, "ana")
    await db.write(plan_erasure, ana)
    await db.write(freeze_account, ana.account_id, "Une pause.", by=marie)
    thawed = await db.write(thaw_account, ana.account_id, by=marie)
    assert thawed.state == AccountState.LEAVING
    clock.advance(days=8)
    await forget_what_is_due(db)
    assert await db.read(find_account, ana.account_id) is None


def an_invitation(*, skips_approval=False):
    return InviteDraft("the wall of Ana", uses=None, days=None, skips_approval=skips_approval)


async def test_invitations_end_with_the_pause_of_who_made_them(db, facts, clock):
    marie = await a_viewer(db, "marie", role=Role.ADMIN)
    bao = await a_viewer(db, "bao", role=Role.MODERATOR)
    made = await db.write(create_invite, bao, an_invitation(skips_approval=True))
    await db.write(freeze_account, bao.account_id, "Une pause.", by=marie)
    assert not is_invite_usable(await db.read(get_invite, marie, made.id), now=clock())


async def test_who_is_no_moderator_any_more_lets_nobody_in(db, facts, clock):
    marie = await a_viewer(db, "marie", role=Role.ADMIN)
    bao = await a_viewer(db, "bao", role=Role.MODERATOR)
    quick = await db.write(create_invite, bao, an_invitation(skips_approval=True))
    usual = await db.write(create_invite, bao, an_invitation())
    await db.write(change_role, bao.account_id, Role.MEMBER, by=marie)
    assert not is_invite_usable(await db.read(get_invite, marie, quick.id), now=clock())
    assert is_invite_usable(await db.read(get_invite, marie, usual.id), now=clock())


async def test_who_is_erased_leaves_no_invitation(db, facts, clock):
    marie = await a_viewer(db, "marie", role=Role.ADMIN)
    ana = await a_viewer(db, "ana")
    made = await db.write(create_invite, ana, an_invitation())
    await db.write(plan_erasure, ana)
    clock.advance(days=8)
    await forget_what_is_due(db)
    left = await db.read(get_invite, marie, made.id)
    assert (left.label, is_invite_usable(left, now=clock())) == ("", False)


async def test_a_mail_that_was_given_up_does_not_keep_an_address_for_ever(db, facts, clock):
    def give_up(uow):
        payload = '{"actor_id": 1, "email": "ana@example.org", "language": "fr"}'
        made = {"id": uow.new_id(), "payload": payload, "run_at": uow.now, "created_at": uow.now}
        uow.session.add(JobRow(name="mail.erasure_done", state=JobState.DEAD, **made))

    await db.write(give_up)
    clock.advance(days=29)
    assert (await forget_what_is_due(db))["given_up_work"] == 0
    clock.advance(days=2)
    assert (await forget_what_is_due(db))["given_up_work"] == 1


async def test_a_pause_is_announced_with_its_reason_and_its_beginning(db, facts, clock):
    marie, ana = await a_viewer(db, "marie", role=Role.ADMIN), await a_viewer(db, "ana")
    with pytest.raises(Invalid) as refused:
        await db.write(freeze_account, ana.account_id, " ", by=marie)
    assert refused.value.fields == {"reason": "missing"}
    account = await db.write(freeze_account, ana.account_id, "Une pause.", by=marie)
    assert (account.frozen_at, account.decision_reason) == (clock(), "Une pause.")
    assert facts[-2:] == [AccountFrozen(ana.account_id), ActorChanged(ana.actor_id)]
    account = await db.write(thaw_account, ana.account_id, by=marie)
    assert (account.frozen_at, account.decision_reason) == (None, "")
    assert facts[-2:] == [AccountThawed(ana.account_id), ActorChanged(ana.actor_id)]
