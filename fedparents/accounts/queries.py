"""Reading accounts, for their owners and for those who decide on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from fedparents.accounts.models import Account, AccountState, InviteLink, Role
from fedparents.accounts.policy import require_moderator
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.audit.models import AuditEntry
from fedparents.errors import NotFound
from fedparents.places.models import Place


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account with its public side and its commune."""

    account: Account
    actor: Actor
    place: Place | None


@dataclass(frozen=True, slots=True)
class Inviter:
    """Whose link somebody came by, and what that link was called."""

    name: str
    label: str


def get_account(session: Session, account_id: int) -> AccountView:
    """Any account by its number, for jobs and the command line; raises NotFound."""
    return _one(session, Account.id == account_id)


def find_account_by_handle(session: Session, handle: str) -> AccountView | None:
    """A local account by its handle, with or without @."""
    rows = _rows(session, Actor.handle == handle.strip().removeprefix("@").lower(), limit=1)
    return rows[0] if rows else None


def get_own_account(session: Session, viewer: Viewer) -> AccountView:
    return _one(session, Account.id == viewer.account_id)


def list_waiting(session: Session, *, viewer: Viewer, limit: int = 50) -> list[AccountView]:
    """Who waits to be let in, the longest first; raises NotFound for anybody but moderators."""
    require_moderator(viewer.role)
    return _rows(session, Account.state == AccountState.APPROVAL_PENDING, limit=limit)


def list_lately_declined(
    session: Session, *, viewer: Viewer, since: datetime, limit: int = 20
) -> list[AccountView]:
    """Who was declined since then and can still be let in."""
    require_moderator(viewer.role)
    declined = (Account.state == AccountState.DECLINED, col(Account.decided_at) > since)
    return _rows(session, *declined, limit=limit)


def find_inviters(session: Session, views: list[AccountView]) -> dict[int, Inviter]:
    """Who invited these people, by the id of each invited account."""
    wanted = {view.account.invite_id for view in views if view.account.invite_id}
    links = (
        select(InviteLink, Actor)
        .join(Actor, col(Actor.id) == col(InviteLink.by_actor_id))
        .where(col(InviteLink.id).in_(wanted))
    )
    found = {
        link.id: Inviter(actor.display_name, link.label) for link, actor in session.exec(links)
    }
    return {
        view.account.id: found[view.account.invite_id]
        for view in views
        if view.account.invite_id in found
    }


def find_decider(session: Session, view: AccountView) -> Actor | None:
    """Who decided last on letting this person in; None when nobody did or it is forgotten."""
    decided = (
        select(AuditEntry.by_actor_id)
        .where(
            AuditEntry.subject_id == view.actor.id,
            col(AuditEntry.action).in_(("account.approved", "account.declined")),
        )
        .order_by(col(AuditEntry.id).desc())
    )
    decider = session.exec(decided.limit(1)).first()
    return session.get(Actor, decider) if decider else None


def count_waiting(session: Session) -> int:
    waiting = select(func.count()).where(Account.state == AccountState.APPROVAL_PENDING)
    return session.exec(waiting).one()


def list_accounts(
    session: Session, *, viewer: Viewer, text: str = "", before: int | None = None, limit: int = 50
) -> list[AccountView]:
    """Accounts for the admin page, newest first; `text` is the beginning of a name or address."""
    require_moderator(viewer.role)
    conditions: list[sa.ColumnElement[bool]] = []
    if text:
        start = text.strip().lower()
        conditions.append(
            col(Actor.handle).startswith(start.removeprefix("@"), autoescape=True)
            | func.lower(Actor.display_name).startswith(start, autoescape=True)
            | col(Account.email).startswith(start, autoescape=True)
        )
    if before is not None:
        conditions.append(col(Account.id) < before)
    return _rows(session, *conditions, limit=limit, newest_first=True)


def list_every_account(session: Session) -> list[AccountView]:
    """All of them, the oldest first, for the operator, who may see everything anyway."""
    return _rows(session, limit=None)


def list_moderator_ids(session: Session) -> list[int]:
    """The accounts that decide on sign-ups."""
    deciding = select(Account.id).where(
        col(Account.role).in_((Role.ADMIN, Role.MODERATOR)),
        Account.state == AccountState.ACTIVE,
    )
    return list(session.exec(deciding.order_by(col(Account.id))))


def has_admin(session: Session) -> bool:
    admin = select(Account.id).where(
        Account.role == Role.ADMIN, Account.state == AccountState.ACTIVE
    )
    return session.exec(admin.limit(1)).first() is not None


def count_active(session: Session) -> int:
    return session.exec(select(func.count()).where(Account.state == AccountState.ACTIVE)).one()


def count_seen_since(session: Session, moment: datetime) -> int:
    """How many accounts have been used since then; a number, and nobody by name."""
    seen = select(func.count()).where(
        Account.state == AccountState.ACTIVE, col(Account.last_seen_at) >= moment
    )
    return session.exec(seen).one()


def _one(session: Session, condition: object) -> AccountView:
    rows = _rows(session, condition, limit=1)
    if not rows:
        raise NotFound("account_not_found")
    return rows[0]


def _rows(
    session: Session, *conditions: object, limit: int | None, newest_first: bool = False
) -> list[AccountView]:
    order = col(Account.id).desc() if newest_first else col(Account.id)
    found = (
        select(Account, Actor, Place)
        .join(Actor, col(Actor.id) == col(Account.actor_id))
        .outerjoin(Place, col(Place.id) == col(Account.place_id))
        .where(*conditions)  # type: ignore[arg-type]  # columns of any comparison, by our callers
        .order_by(order)
        .limit(limit)
    )
    return [AccountView(account, actor, place) for account, actor, place in session.exec(found)]
