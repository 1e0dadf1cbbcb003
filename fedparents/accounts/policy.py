"""Who may ask for an account, and who may do what for the whole place."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session, col, func, select

from fedparents.accounts.models import Account, AccountState, InviteLink, Role
from fedparents.db import HotStatement, UTCDateTime, constant, table_of
from fedparents.instance.models import Instance, Registrations
from fedparents.instance.queries import list_missing_pages
from fedparents.instance.service import FACTOR_GRACE
from fedparents.instance.views import InstanceView

ACCOUNTS_A_MAILBOX = 2
"""Confirmed ones: a couple often shares an address."""
SIGNS_IN = (AccountState.ACTIVE, AccountState.LEAVING)
"""A leaving account may still sign in, export and change its mind; a frozen one sees a page."""


class Gate(StrEnum):
    """Whether somebody may ask for an account now, and if not, why."""

    OPEN = "open"
    NOT_READY = "sign_up_not_ready"
    CLOSED = "sign_up_closed"
    INVITED_ONLY = "sign_up_invited_only"
    FULL = "sign_up_full"


_account = table_of(Account)

# Who waits, and who was let in since then; the front page asks with every visit.
COUNT_COMING = HotStatement(
    sa.select(
        sa.select(sa.func.count())
        .select_from(_account)
        .where(_account.c.state == constant(AccountState.APPROVAL_PENDING))
        .scalar_subquery()
        .label("waiting"),
        sa.select(sa.func.count())
        .select_from(_account)
        .where(
            _account.c.decided_at > bindparam("since", type_=UTCDateTime),
            _account.c.state == constant(AccountState.ACTIVE),
        )
        .scalar_subquery()
        .label("admitted"),
    )
)


def sign_up_gate(
    session: Session, instance: Instance | InstanceView, invite: InviteLink | None, *, now: datetime
) -> Gate:
    """The answer for somebody who has this (usable) invite, or none."""
    if not instance.is_set_up or list_missing_pages(session):
        return Gate.NOT_READY
    if instance.registrations == Registrations.CLOSED:
        return Gate.CLOSED
    if instance.registrations == Registrations.INVITED and invite is None:
        return Gate.INVITED_ONLY
    if invite is not None and invite.skips_approval:
        return Gate.OPEN
    return Gate.FULL if _is_full(session, instance, now) else Gate.OPEN


def needs_approval(instance: Instance | InstanceView, invite: InviteLink | None) -> bool:
    if invite is not None and invite.skips_approval:
        return False
    return instance.registrations in {Registrations.APPROVED, Registrations.INVITED}


def mailbox_room(session: Session, email: str) -> int:
    """How many more accounts of this address can be confirmed."""
    confirmed = select(func.count()).where(
        Account.email == email, col(Account.confirmed_at).is_not(None)
    )
    return max(0, ACCOUNTS_A_MAILBOX - session.exec(confirmed).one())


def is_invite_usable(invite: InviteLink, *, now: datetime) -> bool:
    if invite.revoked_at is not None or invite.uses_left == 0:
        return False
    return invite.expires_at is None or now < invite.expires_at


def can_administer(role: Role) -> bool:
    return role == Role.ADMIN


def can_moderate(role: Role) -> bool:
    return role in {Role.ADMIN, Role.MODERATOR}


def factor_due_at(role: Role, place: Instance | InstanceView) -> datetime | None:
    """From when the desk wants a second factor of somebody with this role; None: never."""
    if role == Role.ADMIN:
        return admin_factor_due_at(place)
    return place.moderators_factor_due_at if role == Role.MODERATOR else None


def admin_factor_due_at(place: Instance | InstanceView) -> datetime | None:
    """From when admins need a second factor, and whoever gives programs the access of one.

    The first days of a place are free: whoever founds one has enough to do, and nothing to lose
    yet. None before it is set up.
    """
    return place.set_up_at + FACTOR_GRACE if place.set_up_at else None


def needs_factor(role: Role, place: Instance | InstanceView, *, now: datetime) -> bool:
    due_at = factor_due_at(role, place)
    return due_at is not None and due_at <= now


def _is_full(session: Session, instance: Instance | InstanceView, now: datetime) -> bool:
    ((waiting, admitted),) = COUNT_COMING.rows(session.connection(), since=now - timedelta(days=1))
    return bool(waiting >= instance.waiting_at_most or admitted >= instance.approvals_a_day)
