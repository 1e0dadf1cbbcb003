"""Reading accounts, for their owners and for those who decide on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from fedparents.accounts.models import Account, AccountState, InviteLink, Role, SecondFactor
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.audit.models import AuditEntry
from fedparents.authority import require_moderator
from fedparents.db import HotStatement, UTCDateTime, constant, table_of
from fedparents.errors import NotFound
from fedparents.ids import AccountId
from fedparents.paging import Paging
from fedparents.places.models import Place


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account with its public side and its commune."""

    account: Account
    actor: Actor
    place: Place | None


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody who asks to be let in, as those who decide see them."""

    id: AccountId
    name: str
    handle: str
    place: str
    reason: str
    confirmed_at: datetime | None
    decided_at: datetime | None
    inviter: str
    """Whose link they came by; empty without one."""
    link: str
    """What that link was called."""


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """Which of the things that everybody does once somebody has done."""

    has_place: bool
    has_invited: bool


_account = table_of(Account)
_actor = table_of(Actor)
_place = table_of(Place)
_invite = table_of(InviteLink)
_inviter = _actor.alias("inviter")

_applicants = (
    sa.select(
        _account.c.id,
        _actor.c.display_name,
        _actor.c.handle,
        sa.func.coalesce(_place.c.name, ""),
        _account.c.sign_up_reason,
        _account.c.confirmed_at,
        _account.c.decided_at,
        sa.func.coalesce(_inviter.c.display_name, ""),
        sa.func.coalesce(_invite.c.label, ""),
    )
    .join_from(_account, _actor, _actor.c.id == _account.c.actor_id)
    .outerjoin(_place, _place.c.id == _account.c.place_id)
    .outerjoin(_invite, _invite.c.id == _account.c.invite_id)
    .outerjoin(_inviter, _inviter.c.id == _invite.c.by_actor_id)
    .order_by(_account.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
LIST_WAITING = HotStatement(
    _applicants.where(_account.c.state == constant(AccountState.APPROVAL_PENDING))
)
LIST_DECLINED = HotStatement(
    _applicants.where(
        _account.c.state == constant(AccountState.DECLINED),
        _account.c.decided_at > sa.bindparam("since", type_=UTCDateTime),
    )
)
COUNT_IN_STATE = HotStatement(
    sa.select(sa.func.count())
    .select_from(_account)
    .where(_account.c.state == sa.bindparam("state", type_=sa.String))
)
FIND_FIRST_STEPS = HotStatement(
    sa.select(
        _account.c.place_id.is_not(None),
        sa.exists().where(_invite.c.by_actor_id == _account.c.actor_id),
    ).where(_account.c.id == sa.bindparam("account_id", type_=sa.BigInteger))
)


def get_account(session: Session, account_id: int) -> AccountView:
    """Any account by its number, for jobs and the command line; raises NotFound."""
    return _one(session, Account.id == account_id)


def find_account_by_handle(session: Session, handle: str) -> AccountView | None:
    """A local account by its handle, with or without @."""
    rows = _rows(session, Actor.handle == handle.strip().removeprefix("@").lower(), limit=1)
    return rows[0] if rows else None


def get_own_account(session: Session, viewer: Viewer) -> AccountView:
    return _one(session, Account.id == viewer.account_id)


def list_waiting(session: Session, *, viewer: Viewer, limit: int = 50) -> list[Applicant]:
    """Who waits to be let in, the longest first; raises NotFound for anybody but moderators."""
    require_moderator(viewer)
    return [Applicant(*row) for row in LIST_WAITING.rows(session.connection(), most=limit)]


def list_lately_declined(
    session: Session, *, viewer: Viewer, since: datetime, limit: int = 20
) -> list[Applicant]:
    """Who was declined since then and can still be let in."""
    require_moderator(viewer)
    rows = LIST_DECLINED.rows(session.connection(), since=since, most=limit)
    return [Applicant(*row) for row in rows]


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


def find_first_steps(session: Session, viewer: Viewer) -> FirstSteps:
    rows = FIND_FIRST_STEPS.rows(session.connection(), account_id=viewer.account_id)
    if not rows:
        raise NotFound("account_not_found")
    has_place, has_invited = rows[0]
    return FirstSteps(bool(has_place), bool(has_invited))


def count_waiting(session: Session) -> int:
    return _count(session, AccountState.APPROVAL_PENDING)


def list_accounts(
    session: Session, *, viewer: Viewer, text: str = "", before: int | None = None, limit: int = 50
) -> list[AccountView]:
    """Accounts for the admin page, newest first; `text` is the beginning of a name or address."""
    require_moderator(viewer)
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


def list_managed_accounts(
    session: Session, viewer: Viewer, states: Sequence[AccountState], paging: Paging
) -> list[AccountView]:
    """A page of accounts in these states, by the numbers of their actors; raises NotFound for
    anybody but moderators."""
    require_moderator(viewer)
    numbers = paging.narrow(
        select(Account.actor_id).where(col(Account.state).in_(states)), col(Account.actor_id)
    )
    wanted = paging.newest_first(session.exec(numbers).all())
    found = {view.actor.id: view for view in _rows(session, col(Actor.id).in_(wanted), limit=None)}
    return [found[number] for number in wanted]


def get_managed_account(session: Session, viewer: Viewer, actor_id: int) -> AccountView:
    """Anybody's, by the number of their actor; raises NotFound for anybody but moderators."""
    require_moderator(viewer)
    return _one(session, Account.actor_id == actor_id)


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


def list_administrators(session: Session) -> list[int]:
    """The accounts of those who look after the place."""
    administrators = select(Account.id).where(
        Account.role == Role.ADMIN, Account.state == AccountState.ACTIVE
    )
    return list(session.exec(administrators.order_by(col(Account.id))))


def has_admin(session: Session) -> bool:
    admin = select(Account.id).where(
        Account.role == Role.ADMIN, Account.state == AccountState.ACTIVE
    )
    return session.exec(admin.limit(1)).first() is not None


def count_admins(session: Session) -> tuple[int, int]:
    """How many there are, and how many of them have a second factor."""
    admins = (
        select(func.count(), func.count(col(SecondFactor.account_id)))
        .select_from(Account)
        .outerjoin(SecondFactor, col(SecondFactor.account_id) == col(Account.id))
        .where(Account.role == Role.ADMIN, Account.state == AccountState.ACTIVE)
    )
    total, protected = session.exec(admins).one()
    return total, protected


def count_active(session: Session) -> int:
    return _count(session, AccountState.ACTIVE)


def count_seen_since(session: Session, moment: datetime) -> int:
    """How many accounts have been used since then; a number, and nobody by name."""
    seen = select(func.count()).where(
        Account.state == AccountState.ACTIVE, col(Account.last_seen_at) >= moment
    )
    return session.exec(seen).one()


def _count(session: Session, state: AccountState) -> int:
    ((count,),) = COUNT_IN_STATE.rows(session.connection(), state=state.value)
    return int(count)


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
