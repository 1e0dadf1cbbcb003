"""Bearer tokens: random, stored as digests, with which a program acts for one account."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session, col, select, update

from fedparents import clock
from fedparents.accounts.facts import AccessEnded
from fedparents.accounts.models import Account
from fedparents.accounts.policy import SIGNS_IN, admin_factor_due_at, can_moderate
from fedparents.accounts.second_factor import has_factor
from fedparents.accounts.sessions import Viewer, select_viewers, viewer_of_row
from fedparents.accounts.tokens import digest, new_token
from fedparents.actors.models import Actor
from fedparents.applications.models import AccessToken, Application, ApplicationToken
from fedparents.applications.scopes import Scope, covers, parse_scopes, write_scopes
from fedparents.audit.service import record_audit
from fedparents.authority import OPERATOR, Authority
from fedparents.db import HotStatement, UnitOfWork, is_any_of, is_one_of, numbers, table_of
from fedparents.errors import Invalid, NotFound
from fedparents.instance.models import THE_ONE, Instance
from fedparents.instance.views import InstanceView, get_instance_view
from fedparents.text import clean_line

TOUCH_EVERY: Final = timedelta(hours=1)
NO_SESSION: Final = 0
"""A program has no browser session: nothing about sessions can be done with its viewer."""
_LABEL_LENGTH = 60
_MOST_LISTED = 1000

_token = table_of(AccessToken)
_own_token = table_of(ApplicationToken)
_account = table_of(Account)


@dataclass(frozen=True, slots=True)
class Bearer:
    """A program that acts for somebody, within the scopes of its token."""

    token_id: int
    scopes: frozenset[Scope]
    viewer: Viewer
    last_used_at: datetime | None
    lacks_factor: bool
    """Whether its owner would have to have a second factor for administrative scopes."""
    application_id: int | None = None
    """None: a token from the command line."""

    def may(self, scope: Scope) -> bool:
        """A token does not outlast the role for which it was made, nor the second factor."""
        is_trusted = self.viewer.is_moderator and not self.lacks_factor
        if scope.is_administrative and not is_trusted:
            return False
        return covers(self.scopes, scope)


@dataclass(frozen=True, slots=True)
class OwnBearer:
    """A program that acts for nobody but itself."""

    token_id: int
    application_id: int
    scopes: frozenset[Scope]

    def may(self, scope: Scope) -> bool:
        """Never anything administrative: that takes somebody with a role."""
        return not scope.is_administrative and covers(self.scopes, scope)


@dataclass(frozen=True, slots=True)
class TokenView:
    """A token as its owner and the operator see it: without what makes it work."""

    token: AccessToken
    handle: str
    ended_at: datetime | None
    """Since when it does not work any more."""


WORKS: Final = sa.and_(
    _token.c.revoked_at.is_(None),
    sa.or_(_account.c.signed_out_at.is_(None), _token.c.created_at > _account.c.signed_out_at),
)
"""Whether a token has not been ended; a condition on it and its account."""
# The state of the account is told, not filtered: a program learns why it is refused.
_bearers = select_viewers(
    _token,
    _token.c.id,
    _token.c.scopes,
    _token.c.created_at,
    _token.c.last_used_at,
    _token.c.application_id,
).where(WORKS)
FIND_OWN_BEARER = HotStatement(
    sa.select(_own_token.c.id, _own_token.c.application_id, _own_token.c.scopes).where(
        _own_token.c.token_digest == bindparam("token_digest", type_=sa.String),
        _own_token.c.revoked_at.is_(None),
    )
)
FIND_BEARER = HotStatement(
    _bearers.where(_token.c.token_digest == bindparam("token_digest", type_=sa.String))
)
FIND_BEARER_BY_ID = HotStatement(
    _bearers.where(_token.c.id == bindparam("token_id", type_=sa.BigInteger))
)


def create_token(
    uow: UnitOfWork, account: Account, scopes: Iterable[Scope], *, label: str, by: Authority
) -> tuple[AccessToken, str]:
    """A new token; its text is in the answer and nowhere else.

    Raises Invalid on `scopes` when somebody who is no moderator would get administrative ones, or
    somebody who would have to have a second factor first.
    """
    wanted = frozenset(scopes)
    if any(scope.is_administrative for scope in wanted):
        _require_trust(uow, account)
    text = new_token()
    token = AccessToken(
        id=uow.new_id(),
        account_id=account.id,
        token_digest=digest(text),
        scopes=write_scopes(wanted),
        label=clean_line(label)[:_LABEL_LENGTH],
        created_at=uow.now,
    )
    uow.session.add(token)
    record_audit(uow, "token.created", by=by.actor_id, subject=account.actor_id)
    return token, text


def revoke_token(uow: UnitOfWork, token_id: int, *, by: Authority) -> AccessToken:
    """End a token for ever, one's own or as the operator anybody's.

    Raises NotFound when there is none, or it has ended.
    """
    token = uow.session.get(AccessToken, token_id)
    account = uow.session.get(Account, token.account_id) if token else None
    if token is None or account is None or _ended_at(token, account) is not None:
        raise NotFound("token_not_found")
    if by is not OPERATOR and by.actor_id != account.actor_id:
        raise NotFound("token_not_found")
    token.revoked_at = uow.now
    uow.session.add(token)
    uow.record(AccessEnded())
    record_audit(uow, "token.revoked", by=by.actor_id, subject=account.actor_id)
    return token


def revoke_where(uow: UnitOfWork, condition: sa.ColumnElement[bool]) -> None:
    """End tokens that a program gives back, or that must be in the wrong hands."""
    ends = update(AccessToken).where(condition, col(AccessToken.revoked_at).is_(None))
    uow.session.exec(ends.values(revoked_at=uow.now))
    uow.record(AccessEnded())


def may_give(session: Session, account: Account, scope: Scope, now: datetime) -> bool:
    """Whether somebody may let a program do this for them at all."""
    if not scope.is_administrative:
        return True
    if not can_moderate(account.role):
        return False
    return not _is_factor_due(get_instance_view(session), now) or has_factor(session, account.id)


def touch_token(uow: UnitOfWork, token_id: int) -> None:
    """Note that a token, and therefore its account, is in use; called at most once an hour."""
    token = uow.session.get(AccessToken, token_id)
    account = uow.session.get(Account, token.account_id) if token else None
    if token is None or account is None:
        return
    token.last_used_at = account.last_seen_at = uow.now
    account.inactive_warnings = 0
    uow.session.add_all((token, account))


def viewer_of_token(session: Session, token: str) -> Bearer | None:
    """Whom a token acts for; None for unknown and revoked ones alike.

    The caller looks at the state of the account, which may not be used in every one.
    """
    rows = FIND_BEARER.rows(session.connection(), token_digest=digest(token))
    return _bearer(session, rows[0]) if rows else None


def bearer_of_token(session: Session, token: str) -> Bearer | OwnBearer | None:
    """The same, or a program that acts for nobody."""
    found = viewer_of_token(session, token)
    if found is not None:
        return found
    rows = FIND_OWN_BEARER.rows(session.connection(), token_digest=digest(token))
    return OwnBearer(rows[0][0], rows[0][1], parse_scopes(rows[0][2])) if rows else None


def application_of(session: Session, bearer: Bearer | OwnBearer) -> Application | None:
    """Which program it is; None for one from the command line."""
    if bearer.application_id is None:
        return None
    return session.get(Application, bearer.application_id)


def viewer_of_token_id(session: Session, token_id: int) -> Viewer | None:
    """For whom a token acts whose number we have given out ourselves, in an address that nobody
    else can make; None when it has ended or its owner may not sign in."""
    found = bearer_of_id(session, token_id)
    return found.viewer if found is not None else None


LIST_WORKING: Final = HotStatement(
    sa.select(_token.c.id)
    .join_from(_token, _account, _account.c.id == _token.c.account_id)
    .where(is_any_of(_token.c.id, "tokens"), WORKS, is_one_of(_account.c.state, SIGNS_IN))
)


def list_working(session: Session, token_ids: Iterable[int]) -> set[int]:
    """Those of these tokens with which somebody may do something now."""
    rows = LIST_WORKING.rows(session.connection(), tokens=numbers(token_ids))
    return {row[0] for row in rows}


def bearer_of_id(session: Session, token_id: int) -> Bearer | None:
    """For whom a token acts now that worked a while ago; None when it has ended or its owner may
    not sign in."""
    rows = FIND_BEARER_BY_ID.rows(session.connection(), token_id=token_id)
    found = _bearer(session, rows[0]) if rows else None
    return found if found is not None and found.viewer.state in SIGNS_IN else None


def list_tokens(session: Session, *, account_id: int | None = None) -> list[TokenView]:
    """Tokens of one account or of all, newest first; ended ones too."""
    found = (
        select(AccessToken, Account, Actor.handle)
        .join(Account, col(Account.id) == col(AccessToken.account_id))
        .join(Actor, col(Actor.id) == col(Account.actor_id))
        .order_by(col(AccessToken.id).desc())
        .limit(_MOST_LISTED)
    )
    if account_id is not None:
        found = found.where(AccessToken.account_id == account_id)
    return [
        TokenView(token, handle, _ended_at(token, account))
        for token, account, handle in session.exec(found)
    ]


def list_own_tokens(session: Session, viewer: Viewer) -> list[AccessToken]:
    """The programs that act for the viewer now, the newest first."""
    views = list_tokens(session, account_id=viewer.account_id)
    return [view.token for view in views if view.ended_at is None]


def _ended_at(token: AccessToken, account: Account) -> datetime | None:
    """By itself, or because everything was signed out at once since."""
    signed_out_at = account.signed_out_at
    if token.revoked_at is None and signed_out_at is not None and token.created_at <= signed_out_at:
        return signed_out_at
    return token.revoked_at


def _require_trust(uow: UnitOfWork, account: Account) -> None:
    if not can_moderate(account.role):
        raise Invalid({"scopes": "scope_for_moderators"})
    # The command line may be asked before the first start has founded the place.
    place = uow.session.get(Instance, THE_ONE)
    is_due = place is not None and _is_factor_due(place, uow.now)
    if is_due and not has_factor(uow.session, account.id):
        raise Invalid({"scopes": "scope_needs_factor"})


def _is_factor_due(place: Instance | InstanceView, now: datetime) -> bool:
    due_at = admin_factor_due_at(place)
    return due_at is not None and due_at <= now


def _bearer(session: Session, row: tuple[Any, ...]) -> Bearer:
    token_id, written, created_at, last_used_at, application_id = row[-5:]
    seen_at: datetime = last_used_at or created_at
    viewer = viewer_of_row(row, session_id=NO_SESSION, seen_at=seen_at)
    scopes = parse_scopes(written)
    lacks_factor = (
        not viewer.has_factor
        and any(scope.is_administrative for scope in scopes)
        and _is_factor_due(get_instance_view(session), clock.now())
    )
    return Bearer(token_id, scopes, viewer, last_used_at, lacks_factor, application_id)
