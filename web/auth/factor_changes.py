"""Turning a second factor on, over to another app, and off: each takes a code that works."""

from __future__ import annotations

from fedparents.accounts.access import hold_account
from fedparents.accounts.second_factor import (
    Tried,
    are_current_codes,
    change_factor,
    find_sealed_secret,
    try_app_code,
    try_recovery_code,
    turn_off_factor,
    turn_on_factor,
)
from fedparents.accounts.sessions import Viewer
from fedparents.accounts.totp import CODE_DIGITS
from fedparents.db import UnitOfWork
from fedparents.text import digits_in
from web.auth.factor_secrets import factor_opener, seal_factor
from web.auth.factor_setup import FactorSetup


def take_up_app(uow: UnitOfWork, key: bytes, viewer: Viewer, setup: FactorSetup, step: int) -> bool:
    """The app that has shown a code makes them from now on; whether recovery codes came with it.

    Done once, also for two that arrive at the same moment.
    """
    hold_account(uow, viewer.account_id)
    sealed = find_sealed_secret(uow.session, viewer.account_id)
    if sealed is None:
        fresh = seal_factor(key, viewer.account_id, setup.secret)
        turn_on_factor(uow, viewer, fresh, step=step, seed=setup.seed)
        return True
    if factor_opener(key, viewer.account_id)(sealed) == setup.secret:
        return are_current_codes(uow.session, viewer.account_id, setup.seed)
    fresh = seal_factor(key, viewer.account_id, setup.secret)
    change_factor(uow, viewer, fresh, step=step)
    return False


def turn_off_by_code(
    uow: UnitOfWork, key: bytes, viewer: Viewer, typed: str, *, browser: str
) -> Tried:
    """With a code of the app, or a recovery code for whoever has lost it."""
    if is_app_code(typed):
        opens = factor_opener(key, viewer.account_id)
        tried = try_app_code(uow, viewer.account_id, typed, opens, browser=browser)
    else:
        tried = try_recovery_code(uow, viewer.account_id, typed)
    if tried is Tried.RIGHT:
        turn_off_factor(uow, viewer)
    return tried


def is_app_code(typed: str) -> bool:
    """Six digits and no letters."""
    has_letters = any(character.isalpha() for character in typed)
    return len(digits_in(typed)) == CODE_DIGITS and not has_letters
