"""A second factor: codes that work once, recovery codes, and guessing that does not pay."""

import asyncio

import pytest
from sqlmodel import col, func, select

from fedparents import clock as clocks
from fedparents.accounts.facts import (
    RecoveryCodesRenewed,
    RecoveryCodeUsed,
    SecondFactorChanged,
    SecondFactorGuessed,
    SecondFactorReset,
    SecondFactorTurnedOff,
    SecondFactorTurnedOn,
)
from fedparents.accounts.leaving import erase_account
from fedparents.accounts.models import Account, RecoveryCode, Role, SecondFactor
from fedparents.accounts.recovery_codes import codes_of, new_seed
from fedparents.accounts.second_factor import (
    MOST_WRONG_A_DAY,
    ResetReason,
    Tried,
    are_current_codes,
    change_factor,
    find_factor,
    renew_recovery_codes,
    reset_factor,
    try_app_code,
    try_recovery_code,
    turn_off_factor,
    turn_on_factor,
)
from fedparents.accounts.sessions import list_sessions
from fedparents.accounts.totp import app_code, step_at
from fedparents.audit.models import AuditEntry
from fedparents.authority import OPERATOR
from fedparents.errors import Conflict, NotFound
from tests.rig.builders import a_viewer, signed_in

pytestmark = pytest.mark.anyio

SECRET = b"12345678901234567890"
SEALED = b"sealed: " + SECRET
SEED = new_seed()
CODES = codes_of(SEED)
ELSEWHERE = "a browser that nobody knows"


def opens(sealed):
    return sealed.removeprefix(b"sealed: ")


def code_now(ahead=0):
    return app_code(SECRET, step_at(clocks.now()) + ahead)


@pytest.fixture
async def ana(db, facts, clock):
    """She set it up an hour ago, with the code of that half minute."""
    viewer = await a_viewer(db, "ana")
    step = step_at(clocks.now())
    await db.write(turn_on_factor, viewer, SEALED, step=step, seed=SEED)
    clock.advance(hours=1)
    return viewer


@pytest.fixture
async def at_home(db, ana, clock):
    """A browser in which she has come in with a code."""
    account = await db.read(lambda session: session.get(Account, ana.account_id))
    await signed_in(db, account, browser="at home")
    return "at home"


async def attempt(db, viewer, typed, browser=ELSEWHERE, opener=opens):
    return await db.write(try_app_code, viewer.account_id, typed, opener, browser=browser)


async def recover(db, viewer, typed):
    return await db.write(try_recovery_code, viewer.account_id, typed)


async def test_turning_on_is_a_fact_and_ends_no_session(db, facts, ana):
    assert facts[-1] == SecondFactorTurnedOn(ana.account_id)
    assert len(await db.read(list_sessions, ana, clocks.now())) == 1
    view = await db.read(find_factor, ana.account_id)
    assert view.codes_left == 10
    with pytest.raises(Conflict):
        await db.write(turn_on_factor, ana, SEALED, step=1, seed=SEED)


async def test_the_code_of_setting_up_is_used_up(db, facts, clock):
    viewer = await a_viewer(db, "ana")
    await db.write(turn_on_factor, viewer, SEALED, step=step_at(clocks.now()), seed=SEED)
    assert await attempt(db, viewer, code_now()) is Tried.USED
    assert await attempt(db, viewer, code_now(-1)) is Tried.USED
    clock.advance(seconds=30)
    assert await attempt(db, viewer, code_now()) is Tried.RIGHT


async def test_a_code_works_once_and_none_before_it_after_it(db, ana, clock):
    assert await attempt(db, ana, code_now()) is Tried.RIGHT
    assert await attempt(db, ana, code_now()) is Tried.USED
    assert await attempt(db, ana, code_now(-1)) is Tried.USED
    assert await attempt(db, ana, code_now(1)) is Tried.RIGHT
    clock.advance(seconds=30)
    assert await attempt(db, ana, code_now()) is Tried.USED


@pytest.mark.parametrize("ahead", [-2, 2, -120])
async def test_an_old_code_or_one_to_come_is_wrong(db, ana, ahead):
    assert await attempt(db, ana, code_now(ahead)) is Tried.WRONG


@pytest.mark.parametrize("round_", range(3))
async def test_of_two_who_use_one_code_at_once_one_comes_in(db, ana, round_):
    answers = await asyncio.gather(*(attempt(db, ana, code_now()) for _ in range(4)))
    assert sorted(answers) == ["right", "used", "used", "used"]


@pytest.mark.parametrize("round_", range(3))
async def test_of_two_who_use_one_recovery_code_at_once_one_comes_in(db, facts, ana, round_):
    answers = await asyncio.gather(*(recover(db, ana, CODES[4]) for _ in range(4)))
    assert sorted(answers) == ["right", "used", "used", "used"]
    assert [fact for fact in facts if isinstance(fact, RecoveryCodeUsed)] == [
        RecoveryCodeUsed(ana.account_id, 9)
    ]


async def test_two_browsers_may_turn_it_on_at_once(db, facts):
    viewer = await a_viewer(db, "ana")
    seeds = [new_seed() for _ in range(4)]
    answers = await asyncio.gather(
        *(db.write(turn_on_factor, viewer, SEALED, step=1, seed=seed) for seed in seeds),
        return_exceptions=True,
    )
    assert [type(answer) for answer in answers].count(Conflict) == 3
    held = [await db.read(are_current_codes, viewer.account_id, seed) for seed in seeds]
    assert held == [answer is None for answer in answers]


async def test_recovery_codes_are_used_up_one_by_one(db, ana):
    for left, code in zip(range(9, -1, -1), CODES, strict=True):
        assert await recover(db, ana, code) is Tried.RIGHT
        assert (await db.read(find_factor, ana.account_id)).codes_left == left
    assert await recover(db, ana, CODES[0]) is Tried.USED


async def test_a_recovery_code_of_somebody_else_is_none(db, facts, ana):
    bao = await a_viewer(db, "bao")
    await db.write(turn_on_factor, bao, SEALED, step=1, seed=new_seed())
    for typed in (CODES[0], "", "nothing", "k7m2-p4xq-9fhd-w3zt"):
        assert await recover(db, bao, typed) is Tried.WRONG


async def test_new_recovery_codes_end_the_old_ones(db, facts, ana):
    seed = new_seed()
    await recover(db, ana, CODES[0])
    await db.write(renew_recovery_codes, ana, seed)
    assert facts[-1] == RecoveryCodesRenewed(ana.account_id)
    assert await recover(db, ana, CODES[1]) is Tried.WRONG
    assert await recover(db, ana, codes_of(seed)[0]) is Tried.RIGHT
    assert not await db.read(are_current_codes, ana.account_id, SEED)
    assert (await db.read(find_factor, ana.account_id)).codes_left == 9


async def test_another_app_ends_the_first_and_keeps_the_paper(db, facts, ana):
    other = b"09876543210987654321"
    step = step_at(clocks.now())
    await db.write(change_factor, ana, b"sealed: " + other, step=step - 10)
    assert facts[-1] == SecondFactorChanged(ana.account_id)
    assert await attempt(db, ana, code_now()) is Tried.WRONG
    assert await attempt(db, ana, app_code(other, step)) is Tried.RIGHT
    assert await recover(db, ana, CODES[0]) is Tried.RIGHT


async def test_turning_off_forgets_everything_and_is_told_once(db, facts, ana):
    await asyncio.gather(*(db.write(turn_off_factor, ana) for _ in range(3)))
    assert facts.count(SecondFactorTurnedOff(ana.account_id)) == 1
    assert await db.read(find_factor, ana.account_id) is None
    for service in (
        lambda: attempt(db, ana, code_now()),
        lambda: recover(db, ana, CODES[0]),
        lambda: db.write(renew_recovery_codes, ana, SEED),
        lambda: db.write(change_factor, ana, SEALED, step=1),
    ):
        with pytest.raises((NotFound, Conflict)):
            await service()
    assert await count(db, RecoveryCode) == 0


async def test_every_change_is_written_down(db, ana):
    await db.write(change_factor, ana, SEALED, step=1)
    await db.write(renew_recovery_codes, ana, SEED)
    await db.write(turn_off_factor, ana)
    actions = await db.read(
        lambda session: session.exec(
            select(AuditEntry.action)
            .where(AuditEntry.by_actor_id == ana.actor_id)
            .order_by(col(AuditEntry.id))
        ).all()
    )
    assert list(actions) == [
        "account.factor_on",
        "account.factor_changed",
        "account.recovery_codes",
        "account.factor_off",
    ]


async def test_guessing_ends_where_the_account_is_not_known(db, facts, ana, at_home, clock):
    for _ in range(MOST_WRONG_A_DAY):
        assert await attempt(db, ana, "000 000") is Tried.WRONG
    assert facts.count(SecondFactorGuessed(ana.account_id)) == 1
    assert await attempt(db, ana, code_now()) is Tried.TOO_OFTEN
    # A browser from before it was turned on may be that of the one against whom it was.
    assert await attempt(db, ana, code_now(), browser="a-browser") is Tried.TOO_OFTEN
    # Its owner comes in with a browser of theirs, or a code on paper.
    assert await attempt(db, ana, code_now(), browser=at_home) is Tried.RIGHT
    assert await recover(db, ana, CODES[0]) is Tried.RIGHT
    clock.advance(hours=23)
    assert await attempt(db, ana, code_now()) is Tried.TOO_OFTEN
    clock.advance(hours=1)
    assert await attempt(db, ana, code_now()) is Tried.RIGHT
    assert facts.count(SecondFactorGuessed(ana.account_id)) == 1


async def test_a_known_browser_uses_up_nothing_of_the_others(db, ana, at_home):
    for _ in range(MOST_WRONG_A_DAY + 5):
        assert await attempt(db, ana, "000000", browser=at_home) is Tried.WRONG
    assert await attempt(db, ana, code_now()) is Tried.RIGHT


async def test_under_another_key_only_the_paper_works(db, ana):
    assert await attempt(db, ana, code_now(), opener=lambda sealed: None) is Tried.UNREADABLE
    assert await recover(db, ana, CODES[0]) is Tried.RIGHT


@pytest.mark.parametrize("by", [Role.ADMIN, None])
async def test_somebody_else_can_take_it_away(db, facts, ana, by):
    marie = await a_viewer(db, "marie", role=by) if by else OPERATOR
    reason = ResetReason.LOST if by else ResetReason.OPERATOR
    assert await db.write(reset_factor, ana.account_id, reason, by=marie)
    assert facts[-1] == SecondFactorReset(ana.account_id, reason)
    assert await db.read(find_factor, ana.account_id) is None
    assert await db.read(list_sessions, ana, clocks.now()) == []
    entry = await db.read(
        lambda session: session.exec(
            select(AuditEntry).where(AuditEntry.action == "account.factor_reset")
        ).one()
    )
    assert (entry.subject_id, entry.reason) == (ana.actor_id, reason)
    assert entry.by_actor_id == marie.actor_id
    assert not await db.write(reset_factor, ana.account_id, reason, by=marie)
    assert [type(fact) for fact in facts].count(SecondFactorReset) == 1


@pytest.mark.parametrize("role", [Role.MEMBER, Role.MODERATOR])
@pytest.mark.parametrize("of", [Role.MEMBER, Role.ADMIN])
async def test_only_admins_can(db, facts, clock, role, of):
    them = await a_viewer(db, "bao", role=of)
    await db.write(turn_on_factor, them, SEALED, step=1, seed=SEED)
    driss = await a_viewer(db, "driss", role=role)
    with pytest.raises(NotFound):
        await db.write(reset_factor, them.account_id, ResetReason.LOST, by=driss)
    assert await db.read(find_factor, them.account_id) is not None


async def test_an_admin_does_not_do_it_to_themselves(db, facts, clock):
    marie = await a_viewer(db, "marie", role=Role.ADMIN)
    await db.write(turn_on_factor, marie, SEALED, step=1, seed=SEED)
    with pytest.raises(Conflict):
        await db.write(reset_factor, marie.account_id, ResetReason.LOST, by=marie)
    with pytest.raises(NotFound):
        await db.write(reset_factor, 404, ResetReason.LOST, by=marie)


async def test_erasing_the_account_forgets_it(db, ana):
    await db.write(lambda uow: erase_account(uow, uow.session.get_one(Account, ana.account_id)))
    assert await count(db, SecondFactor) == 0
    assert await count(db, RecoveryCode) == 0


async def count(db, model):
    return await db.read(
        lambda session: session.exec(select(func.count()).select_from(model)).one()
    )
