"""The second step of signing in: an app that makes codes, and recovery codes on paper.

The app's secret comes and goes sealed; whoever calls can open it, nothing here can.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlmodel import Session, col, delete, func, select

from fedparents.accounts.access import hold_account
from fedparents.accounts.facts import (
    RecoveryCodesRenewed,
    RecoveryCodeUsed,
    SecondFactorChanged,
    SecondFactorGuessed,
    SecondFactorReset,
    SecondFactorTurnedOff,
    SecondFactorTurnedOn,
)
from fedparents.accounts.models import RecoveryCode, SecondFactor
from fedparents.accounts.policy import needs_factor
from fedparents.accounts.recovery_codes import codes_of, recovery_digest
from fedparents.accounts.sessions import Viewer, end_all_sessions, is_browser_of
from fedparents.accounts.totp import matching_steps
from fedparents.audit.service import record_audit
from fedparents.authority import Authority, require_administrator
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, NotFound
from fedparents.ids import AccountId
from fedparents.instance.queries import get_instance

MOST_WRONG_A_DAY: Final = 25
"""Wrong codes from browsers that the account does not know: beyond, only the browsers that it does
know and recovery codes let in for a while. Whoever has the password can shut nobody out."""
_DAY: Final = timedelta(days=1)

Opener = Callable[[bytes], bytes | None]
"""Opens a sealed secret; None when it was sealed with another key."""


class Tried(StrEnum):
    """What became of a code that somebody typed."""

    RIGHT = "right"
    WRONG = "wrong"
    USED = "used"
    """Right, but it has let somebody in before."""
    TOO_OFTEN = "too_often"
    """So many wrong ones were typed that a right one proves nothing."""
    UNREADABLE = "unreadable"
    """The place's key is not the one under which the secret was kept."""


class ResetReason(StrEnum):
    """Why somebody else takes a second factor away, as the log and the mail say it."""

    LOST = "lost"
    """The phone and the codes on paper are gone."""
    STRANGER = "stranger"
    """Somebody else had set it up."""
    OPERATOR = "operator"
    """Whoever runs the server did, and knows why."""


@dataclass(frozen=True, slots=True)
class FactorView:
    """Somebody's second factor, as they see it themselves."""

    turned_on_at: datetime
    codes_left: int


def find_factor(session: Session, account_id: int) -> FactorView | None:
    """None for somebody who signs in without."""
    factor = session.get(SecondFactor, account_id)
    if factor is None:
        return None
    return FactorView(factor.turned_on_at, _count_codes(session, account_id))


def has_factor(session: Session, account_id: int) -> bool:
    return session.get(SecondFactor, account_id) is not None


def find_sealed_secret(session: Session, account_id: int) -> bytes | None:
    factor = session.get(SecondFactor, account_id)
    return factor.sealed_secret if factor else None


def are_current_codes(session: Session, account_id: int, seed: bytes) -> bool:
    """Whether the recovery codes of this seed are the account's, used or not."""
    first = recovery_digest(account_id, codes_of(seed)[0])
    same = select(RecoveryCode.id).where(
        RecoveryCode.account_id == account_id, RecoveryCode.code_digest == first
    )
    return session.exec(same).first() is not None


def knows_browser(session: Session, account_id: int, browser: str) -> bool:
    """Whether somebody has come in there by the second factor.

    Not merely before it was turned on: that may have been the one against whom it was.
    """
    factor = session.get(SecondFactor, account_id)
    return factor is not None and _knows(session, factor, browser)


def turn_on_factor(
    uow: UnitOfWork, viewer: Viewer, sealed: bytes, *, step: int, seed: bytes
) -> None:
    """From now on signing in takes a code; the one of `step` was typed to show that it works.

    Sessions go on: nobody is thrown out by protecting themselves. Raises Conflict when it is on.
    """
    account = hold_account(uow, viewer.account_id)
    if has_factor(uow.session, account.id):
        raise Conflict("factor_is_on")
    factor = SecondFactor(
        account_id=account.id, sealed_secret=sealed, last_step=step, turned_on_at=uow.now
    )
    uow.session.add(factor)
    _write_codes(uow, account.id, seed)
    uow.record(SecondFactorTurnedOn(account.id))
    record_audit(uow, "account.factor_on", by=viewer.actor_id, subject=viewer.actor_id)


def change_factor(uow: UnitOfWork, viewer: Viewer, sealed: bytes, *, step: int) -> None:
    """Another app makes the codes; the recovery codes stay. Raises Conflict when it is off."""
    factor = _hold_factor(uow, viewer.account_id)
    if factor is None:
        raise Conflict("factor_is_off")
    factor.sealed_secret = sealed
    factor.last_step = step
    uow.session.add(factor)
    uow.record(SecondFactorChanged(factor.account_id))
    record_audit(uow, "account.factor_changed", by=viewer.actor_id, subject=viewer.actor_id)


def renew_recovery_codes(uow: UnitOfWork, viewer: Viewer, seed: bytes) -> None:
    """Ten new ones; the old ones end. Raises Conflict when there is nothing to recover."""
    factor = _hold_factor(uow, viewer.account_id)
    if factor is None:
        raise Conflict("factor_is_off")
    _write_codes(uow, factor.account_id, seed)
    uow.record(RecoveryCodesRenewed(factor.account_id))
    record_audit(uow, "account.recovery_codes", by=viewer.actor_id, subject=viewer.actor_id)


def turn_off_factor(uow: UnitOfWork, viewer: Viewer) -> None:
    """Signing in takes no code any more; done once, however often it is asked for.

    Raises Conflict for somebody who has to have one.
    """
    account = hold_account(uow, viewer.account_id)
    if needs_factor(account.role, get_instance(uow.session), now=uow.now):
        raise Conflict("factor_is_needed")
    if _forget_factor(uow, viewer.account_id):
        uow.record(SecondFactorTurnedOff(viewer.account_id))
        record_audit(uow, "account.factor_off", by=viewer.actor_id, subject=viewer.actor_id)


def reset_factor(
    uow: UnitOfWork, account_id: AccountId, reason: ResetReason, *, by: Authority
) -> bool:
    """Take somebody's second factor away, and sign them out everywhere; whether there was one.

    Whoever has found the phone, or had set it up, is out too. For admins and the operator; raises
    Conflict for oneself.
    """
    require_administrator(by)
    account = hold_account(uow, account_id)
    if account.actor_id == by.actor_id:
        raise Conflict("not_on_yourself")
    if not _forget_factor(uow, account_id):
        return False
    end_all_sessions(uow, account_id)
    uow.record(SecondFactorReset(account_id, reason.value))
    record_audit(
        uow,
        "account.factor_reset",
        by=by.actor_id,
        subject=account.actor_id,
        reason=reason.value,
    )
    return True


def try_app_code(
    uow: UnitOfWork, account_id: AccountId, typed: str, opens: Opener, *, browser: str
) -> Tried:
    """Use up a code of the app; raises NotFound when the account has none.

    What did not let in is an answer and no exception, because it has to be committed.
    """
    factor = _hold_factor(uow, account_id)
    if factor is None:
        raise NotFound("factor_is_off")
    is_known = _knows(uow.session, factor, browser)
    if not is_known and _wrong_today(factor, uow.now) >= MOST_WRONG_A_DAY:
        return Tried.TOO_OFTEN
    secret = opens(factor.sealed_secret)
    if secret is None:
        return Tried.UNREADABLE
    steps = matching_steps(secret, typed, now=uow.now)
    if not steps:
        if not is_known:
            _count_wrong(uow, factor)
        return Tried.WRONG
    if steps[-1] <= factor.last_step:
        return Tried.USED
    factor.last_step = steps[-1]
    uow.session.add(factor)
    return Tried.RIGHT


def try_recovery_code(uow: UnitOfWork, account_id: AccountId, typed: str) -> Tried:
    """Use up a recovery code; raises NotFound when there is nothing to recover.

    Of two who use one at the same moment the second waits for the first, and is told.
    """
    if _hold_factor(uow, account_id) is None:
        raise NotFound("factor_is_off")
    same = select(RecoveryCode).where(
        RecoveryCode.account_id == account_id,
        RecoveryCode.code_digest == recovery_digest(account_id, typed),
    )
    code = uow.session.exec(same.execution_options(populate_existing=True)).first()
    if code is None:
        return Tried.WRONG
    if code.used_at is not None:
        return Tried.USED
    code.used_at = uow.now
    uow.session.add(code)
    uow.session.flush()
    uow.record(RecoveryCodeUsed(account_id, _count_codes(uow.session, account_id)))
    return Tried.RIGHT


def _knows(session: Session, factor: SecondFactor, browser: str) -> bool:
    return is_browser_of(session, factor.account_id, browser, since=factor.turned_on_at)


def _write_codes(uow: UnitOfWork, account_id: int, seed: bytes) -> None:
    uow.session.exec(delete(RecoveryCode).where(col(RecoveryCode.account_id) == account_id))
    for code in codes_of(seed):
        uow.session.add(
            RecoveryCode(
                id=uow.new_id(),
                account_id=account_id,
                code_digest=recovery_digest(account_id, code),
            )
        )


def _forget_factor(uow: UnitOfWork, account_id: AccountId) -> bool:
    """Whether there was one."""
    factor = _hold_factor(uow, account_id)
    if factor is None:
        return False
    uow.session.exec(delete(RecoveryCode).where(col(RecoveryCode.account_id) == account_id))
    uow.session.delete(factor)
    return True


def _count_codes(session: Session, account_id: int) -> int:
    left = select(func.count()).where(
        RecoveryCode.account_id == account_id, col(RecoveryCode.used_at).is_(None)
    )
    return session.exec(left).one()


def _wrong_today(factor: SecondFactor, now: datetime) -> int:
    is_today = factor.wrong_since_at is not None and now - factor.wrong_since_at < _DAY
    return factor.wrong_count if is_today else 0


def _count_wrong(uow: UnitOfWork, factor: SecondFactor) -> None:
    factor.wrong_count = _wrong_today(factor, uow.now) + 1
    if factor.wrong_count == 1:
        factor.wrong_since_at = uow.now
    uow.session.add(factor)
    if factor.wrong_count == MOST_WRONG_A_DAY:
        uow.record(SecondFactorGuessed(factor.account_id))


def _hold_factor(uow: UnitOfWork, account_id: AccountId) -> SecondFactor | None:
    """Of two who use it at once, the second one waits here."""
    return uow.session.get(SecondFactor, account_id, with_for_update=True)
