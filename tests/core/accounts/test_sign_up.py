"""From the first form to being let in, or not."""

from datetime import date, timedelta

import pytest
from sqlmodel import func, select

from fedparents.accounts.deciding import approve_account, decline_account
from fedparents.accounts.facts import (
    AccountActivated,
    AccountAwaitsApproval,
    AccountDeclined,
    EmailConfirmationNeeded,
    SignInRequested,
)
from fedparents.accounts.invites import InviteDraft, create_invite, get_usable_invite, revoke_invite
from fedparents.accounts.joining import checked_age, checked_email, confirm_account, sign_up
from fedparents.accounts.links import use_link
from fedparents.accounts.models import Account, AccountState, LinkPurpose, Role
from fedparents.accounts.policy import Gate, sign_up_gate
from fedparents.accounts.tokens import link_token
from fedparents.actors.models import Actor
from fedparents.authority import OPERATOR
from fedparents.errors import Conflict, Invalid, LimitReached, NotAllowed, NotFound
from fedparents.instance.models import LegalKind, Registrations
from fedparents.instance.queries import get_instance
from fedparents.instance.service import write_legal_page
from tests.rig.builders import a_sign_up, a_viewer, an_account, find_account, open_the_doors

pytestmark = pytest.mark.anyio
SECRET = b"of the tests, thirty-two bytes long"


@pytest.fixture
async def place(db, facts):
    return await db.write(open_the_doors)


async def join(db, handle="bao", invite_token="", **changes):
    def write(uow):
        invite = invite_token and get_usable_invite(uow.session, invite_token, now=uow.now)
        return sign_up(uow, a_sign_up(handle, **changes), invite or None)

    return await db.write(write)


async def confirmed(db, account):
    return await db.write(
        lambda uow: confirm_account(uow, uow.session.get_one(Account, account.id))
    )


async def gate(db, clock, invite=None):
    def ask(session):
        return sign_up_gate(session, get_instance(session), invite, now=clock())

    return await db.read(ask)


async def test_a_sign_up_waits_for_its_address_then_for_a_person(db, place, facts, clock):
    account = await join(db)
    assert account.state == AccountState.EMAIL_PENDING
    (needed,) = (fact for fact in facts if isinstance(fact, EmailConfirmationNeeded))
    token = link_token(SECRET, needed.link_id)

    def follow_link(uow):
        return confirm_account(uow, use_link(uow, SECRET, token, LinkPurpose.CONFIRM_EMAIL))

    assert (await db.write(follow_link)).state == AccountState.APPROVAL_PENDING
    assert facts[-1] == AccountAwaitsApproval(account.id)

    marie = await a_viewer(db, "marie", role=Role.MODERATOR)
    assert (await db.write(approve_account, account.id, by=marie)).state == AccountState.ACTIVE
    assert facts[-1] == AccountActivated(account.id, by_moderator=True)


async def test_where_everybody_may_join_the_address_is_enough(db, place, facts):
    await db.write(lambda uow: open_the_doors(uow, registrations=Registrations.OPEN))
    account = await confirmed(db, await join(db))
    assert account.state == AccountState.ACTIVE
    assert facts[-1] == AccountActivated(account.id, by_moderator=False)


async def test_confirming_twice_changes_nothing_more(db, place, facts):
    account = await confirmed(db, await join(db))
    count = len(facts)
    assert (await confirmed(db, account)).state == AccountState.APPROVAL_PENDING
    assert len(facts) == count


@pytest.mark.parametrize(
    ("registrations", "expected"),
    [
        (Registrations.CLOSED, Gate.CLOSED),
        (Registrations.INVITED, Gate.INVITED_ONLY),
        (Registrations.APPROVED, Gate.OPEN),
        (Registrations.OPEN, Gate.OPEN),
    ],
)
async def test_the_gate_follows_the_setting(db, place, clock, registrations, expected):
    await db.write(lambda uow: open_the_doors(uow, registrations=registrations))
    assert await gate(db, clock) == expected
    if expected != Gate.OPEN:
        with pytest.raises(NotAllowed) as refused:
            await join(db)
        assert refused.value.code == expected


async def test_sign_ups_stay_closed_while_a_legal_page_has_a_gap(db, place, clock):
    gap = "Directeur de la publication : [… nom …]"
    await db.write(write_legal_page, LegalKind.LEGAL_NOTICE, "fr", gap, by=OPERATOR)
    assert await gate(db, clock) == Gate.NOT_READY
    await db.write(write_legal_page, LegalKind.LEGAL_NOTICE, "fr", "Marie B.", by=OPERATOR)
    assert await gate(db, clock) == Gate.OPEN


async def test_a_full_queue_closes_the_door_until_somebody_decides(db, place, clock):
    def small(uow):
        open_the_doors(uow).waiting_at_most = 2

    await db.write(small)
    waiting = [await confirmed(db, await join(db, f"bao_{n}")) for n in range(2)]
    with pytest.raises(LimitReached) as refused:
        await join(db, "late")
    assert refused.value.code == Gate.FULL
    marie = await a_viewer(db, "marie", role=Role.ADMIN)
    await db.write(decline_account, waiting[0].id, "", by=marie)
    assert await gate(db, clock) == Gate.OPEN


async def test_a_day_lets_only_so_many_in(db, place, clock):
    def small(uow):
        open_the_doors(uow).approvals_a_day = 2

    await db.write(small)
    marie = await a_viewer(db, "marie", role=Role.ADMIN)
    account = await confirmed(db, await join(db))
    await db.write(approve_account, account.id, by=marie)
    assert await gate(db, clock) == Gate.FULL
    clock.advance(days=1, minutes=1)
    assert await gate(db, clock) == Gate.OPEN


@pytest.mark.parametrize(
    ("year", "minimum", "says_so", "outcome"),
    [
        (2008, 18, True, None),
        (2008, 18, False, "too_young"),
        (2009, 18, True, "too_young"),
        (1926, 18, False, None),
        (2011, 15, True, date(2030, 1, 1)),
        (2010, 15, False, date(2029, 1, 1)),
        (2007, 15, False, None),
        (2012, 15, True, "too_young"),
    ],
)
def test_the_age_by_the_year_of_birth(year, minimum, says_so, outcome):
    today = date(2026, 11, 30)
    if outcome == "too_young":
        with pytest.raises(NotAllowed) as refused:
            checked_age(year, minimum, today, says_so=says_so)
        assert refused.value.code == "too_young"
    else:
        assert checked_age(year, minimum, today, says_so=says_so) == outcome


@pytest.mark.parametrize("year", [1800, 2027, -5, 10**9])
def test_a_year_nobody_was_born_in_is_a_slip(year):
    with pytest.raises(Invalid):
        checked_age(year, 18, date(2026, 11, 30), says_so=True)


async def test_nothing_is_kept_of_somebody_too_young(db, place):
    with pytest.raises(NotAllowed):
        await join(db, birth_year=2015)
    assert await db.read(lambda s: s.exec(select(func.count()).select_from(Account)).one()) == 0
    assert await db.read(lambda s: s.exec(select(func.count()).select_from(Actor)).one()) == 0


async def test_two_parents_may_share_a_mailbox_and_a_third_may_not(db, place, facts):
    for handle in ("ana", "bao"):
        await confirmed(db, await join(db, handle, email="Famille@Example.org"))
    assert await join(db, "third", email="famille@example.org") is None
    assert facts[-1] == SignInRequested("famille@example.org", "a-browser", "fr")


async def test_unconfirmed_strangers_do_not_use_a_mailbox_up(db, place):
    for number in range(5):
        assert await join(db, f"fake_{number}", email="ana@example.org")
    assert await confirmed(db, await join(db, "ana", email="ana@example.org"))


@pytest.mark.parametrize(
    "email", ["", "ana", "ana@", "a b@example.org", "x@y", "a" * 400 + "@e.org"]
)
def test_what_is_no_address_is_said_at_its_field(email):
    with pytest.raises(Invalid) as refused:
        checked_email(email, None)
    assert "email" in refused.value.fields


@pytest.mark.parametrize(
    "email", ["ana+fedparents@example.org", "ANA@Example.ORG", "é@example.org"]
)
def test_unusual_addresses_are_welcome(email):
    assert checked_email(email, None) == email.lower()


async def test_throw_away_mailboxes_are_refused(db, place):
    def block(uow):
        open_the_doors(uow).blocked_mail_domains = "mailinator.example\nyop.example"

    await db.write(block)
    with pytest.raises(Invalid) as refused:
        await join(db, email="bao@yop.example")
    assert refused.value.fields == {"email": "email_domain_blocked"}


async def test_a_handle_that_is_taken_is_refused_and_nothing_half_made(db, place):
    await an_account(db, "ana")
    with pytest.raises(Conflict) as refused:
        await join(db, "ana", email="other@example.org")
    assert refused.value.code == "handle_taken"
    assert await db.read(lambda s: s.exec(select(func.count()).select_from(Account)).one()) == 1


async def test_a_reason_is_asked_where_somebody_decides(db, place):
    with pytest.raises(Invalid) as refused:
        await join(db, reason=" ")
    assert refused.value.fields == {"reason": "missing"}


async def test_declined_then_let_in_after_all(db, place, facts, clock):
    account = await confirmed(db, await join(db))
    marie = await a_viewer(db, "marie", role=Role.MODERATOR)
    await db.write(decline_account, account.id, "Vous habitez trop loin.", by=marie)
    assert facts[-1] == AccountDeclined(account.id)
    clock.advance(days=29)
    assert (await db.write(approve_account, account.id, by=marie)).state == AccountState.ACTIVE


async def test_after_a_month_a_declined_one_asks_anew(db, place, clock):
    account = await confirmed(db, await join(db))
    marie = await a_viewer(db, "marie", role=Role.MODERATOR)
    await db.write(decline_account, account.id, "", by=marie)
    clock.advance(days=31)
    with pytest.raises(NotFound):
        await db.write(approve_account, account.id, by=marie)


async def test_the_second_of_two_deciders_is_told(db, place):
    account = await confirmed(db, await join(db))
    marie = await a_viewer(db, "marie", role=Role.MODERATOR)
    await db.write(approve_account, account.id, by=marie)
    with pytest.raises(Conflict) as refused:
        await db.write(approve_account, account.id, by=marie)
    assert refused.value.code == "already_approved"
    with pytest.raises(Conflict):
        await db.write(decline_account, account.id, "", by=marie)


async def test_an_invite_counts_its_uses_and_ends(db, place, clock):
    marie = await a_viewer(db, "marie", role=Role.MODERATOR)
    draft = InviteDraft(label="École", uses=2, days=7, skips_approval=False)
    token = (await db.write(create_invite, marie, draft)).token

    async def followed():
        return await db.read(get_usable_invite, token, now=clock())

    await join(db, "ana", token)
    await join(db, "bao", token)
    with pytest.raises(NotAllowed) as refused:
        await followed()
    assert refused.value.code == "invite_over"
    with pytest.raises(NotAllowed):
        await join(db, "late", token)


async def test_an_invite_is_over_when_it_is_old_or_ended(db, place, clock):
    marie = await a_viewer(db, "marie", role=Role.MODERATOR)
    week = InviteDraft(label="", uses=None, days=7, skips_approval=False)
    old, ended = [await db.write(create_invite, marie, week) for _ in range(2)]
    await db.write(revoke_invite, marie, ended.id)
    with pytest.raises(NotAllowed):
        await db.read(get_usable_invite, ended.token, now=clock())
    clock.advance(days=7)
    with pytest.raises(NotAllowed):
        await db.read(get_usable_invite, old.token, now=clock())
    with pytest.raises(NotFound):
        await db.read(get_usable_invite, "nosuchtoken", now=clock())


async def test_an_invite_that_vouches_opens_the_door_at_once(db, place, clock):
    await db.write(lambda uow: open_the_doors(uow, registrations=Registrations.INVITED))
    marie = await a_viewer(db, "marie", role=Role.MODERATOR)
    draft = InviteDraft(label="", uses=1, days=1, skips_approval=True)
    invite = await db.write(create_invite, marie, draft)
    assert await gate(db, clock, invite) == Gate.OPEN
    account = await join(db, "ana", invite.token, reason="")
    assert (await confirmed(db, account)).state == AccountState.ACTIVE


async def test_only_moderators_vouch_and_members_see_their_own_links_only(db, place):
    ana, bao = await a_viewer(db, "ana"), await a_viewer(db, "bao")
    with pytest.raises(NotAllowed):
        await db.write(create_invite, ana, InviteDraft("", 1, 1, skips_approval=True))
    invite = await db.write(create_invite, ana, InviteDraft("", 1, 1, skips_approval=False))
    with pytest.raises(NotFound):
        await db.write(revoke_invite, bao, invite.id)


@pytest.mark.parametrize(("uses", "days"), [(0, 1), (10**9, 1), (1, 0), (1, 4000), (-1, -1)])
async def test_an_invite_without_sense_is_refused(db, place, uses, days):
    marie = await a_viewer(db, "marie", role=Role.MODERATOR)
    with pytest.raises(Invalid):
        await db.write(create_invite, marie, InviteDraft("", uses, days, skips_approval=False))


async def test_fifteen_to_seventeen_year_olds_are_restricted_until_a_day(db, place, clock):
    def young(uow):
        open_the_doors(uow).minimum_age = 15

    await db.write(young)
    account = await join(db, birth_year=clock().year - 16)
    stored = await db.read(find_account, account.id)
    assert stored.restricted_until == date(clock().year + 3, 1, 1)
    assert timedelta(days=365 * 2) < stored.restricted_until - clock().date()
