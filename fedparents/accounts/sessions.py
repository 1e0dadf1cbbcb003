"""Who is signed in where: sessions that their owner can see by device and end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session, col, select, update

from fedparents.accounts.facts import AccessEnded, NewDeviceSignedIn
from fedparents.accounts.links import end_links, list_accounts_of_login
from fedparents.accounts.models import (
    Account,
    AccountState,
    BrowserSession,
    LinkPurpose,
    Role,
    SecondFactor,
)
from fedparents.accounts.policy import SIGNS_IN, can_administer, can_moderate
from fedparents.accounts.tokens import digest, new_token
from fedparents.actors.models import Actor
from fedparents.db import HotStatement, UnitOfWork, UTCDateTime, is_one_of, table_of
from fedparents.errors import NotAllowed, NotFound
from fedparents.ids import AccountId, ActorId

SESSION_LASTS = timedelta(days=60)
"""Since the session was last used."""
TOUCH_EVERY = timedelta(hours=1)

_session = table_of(BrowserSession)
_account = table_of(Account)
_actor = table_of(Actor)
_factor = table_of(SecondFactor)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who is signed in, as every page and query needs them."""

    account_id: AccountId
    actor_id: ActorId
    session_id: int
    handle: str
    name: str
    role: Role
    state: AccountState
    language: str
    theme: str
    email: str
    leaving_at: datetime | None
    seen_at: datetime
    has_factor: bool = False
    """Whether they sign in with a second factor."""

    @property
    def is_admin(self) -> bool:
        return can_administer(self.role)

    @property
    def is_moderator(self) -> bool:
        """Also true for admins."""
        return can_moderate(self.role)


def select_viewers(acting: sa.Table, *more: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Those for whom the rows of a table act, which have an `account_id`: what `viewer_of_row`
    reads, and after it what the caller wants besides."""
    of_viewer = (
        _account.c.id,
        _account.c.actor_id,
        _actor.c.handle,
        _actor.c.display_name,
        _account.c.role,
        _account.c.state,
        _account.c.language,
        _account.c.theme,
        _account.c.email,
        _account.c.leaving_at,
        _factor.c.account_id,
    )
    return (
        sa.select(*of_viewer, *more)
        .join_from(acting, _account, _account.c.id == acting.c.account_id)
        .join(_actor, _actor.c.id == _account.c.actor_id)
        .outerjoin(_factor, _factor.c.account_id == _account.c.id)
    )


def viewer_of_row(row: tuple[Any, ...], *, session_id: int, seen_at: datetime) -> Viewer:
    return Viewer(
        account_id=AccountId(row[0]),
        actor_id=ActorId(row[1]),
        session_id=session_id,
        handle=row[2],
        name=row[3],
        role=Role(row[4]),
        state=AccountState(row[5]),
        language=row[6],
        theme=row[7],
        email=row[8],
        leaving_at=row[9],
        seen_at=seen_at,
        has_factor=row[10] is not None,
    )


FIND_VIEWER = HotStatement(
    select_viewers(_session, _session.c.id, _session.c.last_seen_at).where(
        _session.c.token_digest == bindparam("token_digest", type_=sa.String),
        _session.c.ended_at.is_(None),
        _session.c.expires_at > bindparam("now", type_=UTCDateTime),
        is_one_of(_account.c.state, SIGNS_IN),
    )
)


def find_viewer(session: Session, token: str, now: datetime) -> Viewer | None:
    """Whose session this token is; None for unknown, ended and expired ones alike."""
    rows = FIND_VIEWER.rows(session.connection(), token_digest=digest(token), now=now)
    if not rows:
        return None
    *_, session_id, seen_at = rows[0]
    return viewer_of_row(rows[0], session_id=session_id, seen_at=seen_at)


def open_session(uow: UnitOfWork, account: Account, *, browser: str, device: str) -> str:
    """Sign somebody in on a browser; the answer is the token for its cookie.

    Raises NotAllowed with the reason when the account may not be used (yet, or any more).
    """
    if account.state not in SIGNS_IN:
        raise NotAllowed(f"account_{account.state}")
    is_new = _is_new_browser(uow, account, browser)
    token = new_token()
    opened = BrowserSession(
        id=uow.new_id(),
        account_id=account.id,
        token_digest=digest(token),
        browser=browser,
        device=device,
        created_at=uow.now,
        last_seen_at=uow.now,
        expires_at=uow.now + SESSION_LASTS,
    )
    uow.session.add(opened)
    account.last_seen_at = uow.now
    account.inactive_warnings = 0
    uow.session.add(account)
    if is_new:
        uow.record(NewDeviceSignedIn(opened.id))
    return token


def touch_session(uow: UnitOfWork, viewer: Viewer) -> None:
    """Note that a session is in use; called at most once an hour."""
    used = uow.session.get(BrowserSession, viewer.session_id)
    account = uow.session.get(Account, viewer.account_id)
    if used is None or account is None:
        return
    used.last_seen_at = account.last_seen_at = uow.now
    used.expires_at = uow.now + SESSION_LASTS
    account.inactive_warnings = 0
    uow.session.add_all((used, account))


def end_session(uow: UnitOfWork, viewer: Viewer, session_id: int) -> None:
    """Sign out one browser of one's own; raises NotFound for anybody else's.

    Signed out from another one, it may have been in the wrong hands: an address that was asked for
    there must not become the account's afterwards.
    """
    found = uow.session.get(BrowserSession, session_id)
    if found is None or found.account_id != viewer.account_id or found.ended_at is not None:
        raise NotFound("session_not_found")
    found.ended_at = uow.now
    uow.session.add(found)
    if session_id != viewer.session_id:
        end_links(uow, found.account_id, LinkPurpose.CHANGE_EMAIL)


def end_all_sessions(uow: UnitOfWork, account_id: int, *, but: int | None = None) -> None:
    """Sign somebody out everywhere, perhaps but in one browser.

    Programs that act for them and links under way end too.
    """
    running = update(BrowserSession).where(
        col(BrowserSession.account_id) == account_id,
        col(BrowserSession.ended_at).is_(None),
        col(BrowserSession.id) != (but or 0),
    )
    uow.session.exec(running.values(ended_at=uow.now))
    theirs = update(Account).where(col(Account.id) == account_id)
    uow.session.exec(theirs.values(signed_out_at=uow.now))
    uow.record(AccessEnded())
    end_links(uow, account_id, LinkPurpose.SIGN_IN, LinkPurpose.CHANGE_EMAIL)


def list_sessions(session: Session, viewer: Viewer, now: datetime) -> list[BrowserSession]:
    """The browsers in which the viewer is signed in, the last used first."""
    running = select(BrowserSession).where(
        BrowserSession.account_id == viewer.account_id,
        col(BrowserSession.ended_at).is_(None),
        col(BrowserSession.expires_at) > now,
    )
    return list(session.exec(running.order_by(col(BrowserSession.last_seen_at).desc())))


def is_known_browser(session: Session, login: str, browser: str) -> bool:
    """Whether somebody of this address or handle has signed in there before."""
    accounts = [account.id for account in list_accounts_of_login(session, login)]
    there = select(BrowserSession.id).where(
        col(BrowserSession.account_id).in_(accounts), BrowserSession.browser == browser
    )
    return session.exec(there.limit(1)).first() is not None


def is_browser_of(session: Session, account_id: int, browser: str, *, since: datetime) -> bool:
    """Whether somebody has signed in to this account there since then."""
    there = select(BrowserSession.id).where(
        BrowserSession.account_id == account_id,
        BrowserSession.browser == browser,
        col(BrowserSession.created_at) > since,
    )
    return session.exec(there.limit(1)).first() is not None


def _is_new_browser(uow: UnitOfWork, account: Account, browser: str) -> bool:
    mine = select(BrowserSession.browser).where(BrowserSession.account_id == account.id)
    known = set(uow.session.exec(mine))
    return bool(known) and browser not in known
