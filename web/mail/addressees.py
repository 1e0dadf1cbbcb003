"""Reads what a mail needs to know: to whom it goes, in which language, about which link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from fedparents.accounts.models import (
    Account,
    AccountState,
    BrowserSession,
    EmailLink,
    InviteLink,
)
from fedparents.accounts.policy import needs_approval
from fedparents.accounts.queries import get_account
from fedparents.actors.models import Actor
from fedparents.errors import NotFound
from fedparents.instance.queries import get_instance
from fedparents.instance.views import InstanceView, get_instance_view
from fedparents.moderation.deciding import list_freezes
from fedparents.moderation.models import Decision
from fedparents.retention.rules import FROZEN_ACCOUNTS
from fedparents.retention.service import get_periods


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody with an account, and the place as it is now."""

    account: Account
    actor: Actor
    place: InstanceView

    @property
    def email(self) -> str:
        return self.account.email

    @property
    def name(self) -> str:
        return self.actor.display_name

    @property
    def handle(self) -> str:
        return self.actor.handle

    @property
    def language(self) -> str:
        return self.account.language or self.place.language


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A link that confirms the address of a new account."""

    link: EmailLink
    to: Addressee
    is_decided: bool
    others: list[str]
    """Handles of the accounts that the mailbox has already."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Of somebody who is kept out."""

    to: Addressee
    begun_at: datetime
    erased_on: date
    """When the account goes if nobody lets them in again."""
    decision: Decision | None
    """With its ground, and to be objected to; None where the operator did it."""


def get_addressee(session: Session, account_id: int) -> Addressee:
    """Raises NotFound when the account has been erased."""
    found = get_account(session, account_id)
    return Addressee(found.account, found.actor, get_instance_view(session))


def find_pause(session: Session, account_id: int) -> Pause | None:
    """None when the pause is over; raises NotFound when the account has been erased."""
    to = get_addressee(session, account_id)
    begun_at = to.account.frozen_at
    if begun_at is None:
        return None
    freezes = list_freezes(session, to.account.actor_id)
    keeps = get_periods(session)[FROZEN_ACCOUNTS.name]
    return Pause(to, begun_at, (begun_at + keeps).date(), next(iter(freezes), None))


def get_link(session: Session, link_id: int) -> tuple[EmailLink, Addressee]:
    """Raises NotFound when the link has gone with its account."""
    link = session.get(EmailLink, link_id)
    if link is None:
        raise NotFound("link_unknown")
    return link, get_addressee(session, link.account_id)


def list_links(session: Session, link_ids: list[int]) -> list[tuple[EmailLink, Addressee]]:
    """Those that are still there, in the order in which they were issued."""
    there = select(EmailLink.id).where(col(EmailLink.id).in_(link_ids)).order_by(col(EmailLink.id))
    return [get_link(session, link_id) for link_id in session.exec(there)]


def get_confirmation(session: Session, link_id: int) -> Confirmation:
    """Raises NotFound like get_link."""
    link, to = get_link(session, link_id)
    account = to.account
    invite = session.get(InviteLink, account.invite_id) if account.invite_id else None
    is_decided = account.decided_at is not None or not needs_approval(get_instance(session), invite)
    others = (
        select(Actor.handle)
        .join(Account, col(Account.actor_id) == col(Actor.id))
        .where(Account.email == account.email, Account.id != account.id)
        .where(col(Account.confirmed_at).is_not(None))
        .order_by(col(Account.id))
    )
    return Confirmation(link, to, is_decided, list(session.exec(others)))


def get_device(session: Session, session_id: int) -> tuple[BrowserSession, Addressee]:
    """Raises NotFound when the session has been forgotten."""
    opened = session.get(BrowserSession, session_id)
    if opened is None:
        raise NotFound("session_not_found")
    return opened, get_addressee(session, opened.account_id)


def find_standing(session: Session, email: str) -> AccountState | None:
    """Why nobody can sign in with this address; None when it has no account."""
    oldest = select(Account.state).where(Account.email == email).order_by(col(Account.id)).limit(1)
    state = session.exec(oldest).first()
    return None if state is None else AccountState(state)
