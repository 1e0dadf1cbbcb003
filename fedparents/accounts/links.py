"""Links that are sent by mail: each works once, for a while, and stands for one account."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session, col, func, or_, select, update

from fedparents.accounts.facts import (
    EmailChangeRequested,
    EmailConfirmationNeeded,
    SignInAddressUnknown,
    SignInLinksIssued,
    SignInRequested,
)
from fedparents.accounts.models import Account, AccountState, EmailLink, LinkPurpose
from fedparents.accounts.policy import SIGNS_IN, mailbox_room
from fedparents.accounts.tokens import is_link_code, read_link_token
from fedparents.actors.models import Actor
from fedparents.db import UnitOfWork
from fedparents.errors import NotAllowed, NotFound
from fedparents.ids import JobId

SIGN_IN_LASTS = timedelta(minutes=15)
CONFIRM_LASTS = timedelta(days=7)
CHANGE_LASTS = timedelta(days=1)
CODE_TRIES = 5
MOST_WRONG_A_DAY = 25
"""Wrong digits for one account, in whichever browsers: beyond, only links sign in for a while. Who
has strangers guess can lose nothing but the digits."""
_DAY = timedelta(days=1)


def issue_confirmation(
    uow: UnitOfWork, account: Account, *, browser: str, request_id: JobId | None = None
) -> EmailLink:
    """The link that shows that a new account's address is its owner's."""
    link = _issue(
        uow,
        account,
        LinkPurpose.CONFIRM_EMAIL,
        CONFIRM_LASTS,
        browser=browser,
        request_id=request_id,
    )
    uow.record(EmailConfirmationNeeded(link.id))
    return link


def issue_email_change(uow: UnitOfWork, account: Account, email: str) -> EmailLink:
    """The link that shows that a new address is its owner's."""
    link = _issue(uow, account, LinkPurpose.CHANGE_EMAIL, CHANGE_LASTS, email=email)
    uow.record(EmailChangeRequested(link.id))
    return link


def request_sign_in(uow: UnitOfWork, login: str, *, browser: str, language: str) -> None:
    """Somebody wants a magic link; the same work whoever it is, or nobody."""
    uow.record(SignInRequested(login.strip()[:320], browser, language))


def issue_sign_in(uow: UnitOfWork, request: SignInRequested, request_id: JobId) -> None:
    """What the worker does with a request. Asked again for the same job it does nothing.

    Links for every account of the mailbox that may be used; an address that was never confirmed is
    asked to be, once more; anybody else hears why nobody can sign in. Of sign-ups that were never
    confirmed only the last ones count, for as many as the mailbox has room: a stranger may have
    sent any number.
    """
    seen = select(EmailLink.id).where(EmailLink.request_id == request_id)
    if uow.session.exec(seen).first() is not None:
        return
    accounts = list_accounts_of_login(uow.session, request.login)
    unconfirmed = _list_unconfirmed(uow.session, accounts)
    for account in unconfirmed:
        issue_confirmation(uow, account, browser=request.browser, request_id=request_id)
    links = [
        _issue(
            uow,
            account,
            LinkPurpose.SIGN_IN,
            SIGN_IN_LASTS,
            browser=request.browser,
            request_id=request_id,
        )
        for account in accounts
        if account.state in SIGNS_IN
    ]
    if links:
        uow.record(SignInLinksIssued([link.id for link in links]))
    elif not unconfirmed:
        _say_why_not(uow, request, accounts)


def _list_unconfirmed(session: Session, accounts: list[Account]) -> list[Account]:
    """Those whose address can still be confirmed, oldest first."""
    pending = [each for each in accounts if each.state == AccountState.EMAIL_PENDING]
    room = mailbox_room(session, pending[0].email) if pending else 0
    return pending[-room:] if room else []


def _say_why_not(uow: UnitOfWork, request: SignInRequested, accounts: list[Account]) -> None:
    """To the mailbox of the account, also when a handle was typed; to a stranger's address."""
    if accounts:
        account = accounts[0]
        language = account.language or request.language
        uow.record(SignInAddressUnknown(account.email, language))
    elif "@" in request.login.strip("@"):
        uow.record(SignInAddressUnknown(request.login.lower(), request.language))


def list_accounts_of_login(session: Session, login: str) -> list[Account]:
    """The accounts of this address or handle, whatever their state, oldest first."""
    login = login.strip().lower()
    found = (
        select(Account)
        .join(Actor, col(Actor.id) == col(Account.actor_id))
        .where(or_(Account.email == login, col(Actor.handle) == login.removeprefix("@")))
    )
    return list(session.exec(found.order_by(col(Account.id))))


def get_link(session: Session, secret: bytes, token: str, purpose: LinkPurpose) -> EmailLink:
    """The row of a link as it was sent; raises NotFound for what was never sent."""
    link_id = read_link_token(secret, token)
    link = session.get(EmailLink, link_id) if link_id is not None else None
    if link is None or link.purpose != purpose:
        raise NotFound("link_unknown")
    return link


def use_link(uow: UnitOfWork, secret: bytes, token: str, purpose: LinkPurpose) -> Account:
    """Use a link up; raises NotFound or NotAllowed with the reason: used, or expired."""
    link = get_link(uow.session, secret, token, purpose)
    return _use(uow, link)


def use_code(uow: UnitOfWork, secret: bytes, typed: str, *, browser: str) -> Account | None:
    """Sign in with six digits on the browser that asked for them.

    None for wrong digits, which are counted: five tries and the link is used up. It is not an
    exception because the count has to be committed. One guess is for one mailbox, the one asked
    for last: whoever has asked for many may not try all of them at once.
    """
    waiting = select(EmailLink).where(
        EmailLink.browser == browser,
        EmailLink.purpose == LinkPurpose.SIGN_IN,
        col(EmailLink.used_at).is_(None),
        col(EmailLink.expires_at) > uow.now,
        col(EmailLink.failures) < CODE_TRIES,
    )
    newest_first = waiting.order_by(col(EmailLink.id).desc()).with_for_update()
    found = list(uow.session.exec(newest_first))
    links = [link for link in found if link.email == found[0].email]
    for link in links:
        is_right = is_link_code(secret, link.id, typed)
        if is_right and not is_guessed_too_often(uow.session, link.account_id, now=uow.now):
            return _use(uow, link)
    for link in links:
        link.failures += 1
        uow.session.add(link)
    return None


def is_guessed_too_often(session: Session, account_id: int, *, now: datetime) -> bool:
    """Whether so many wrong digits were typed for an account that right ones prove nothing."""
    wrong = select(func.coalesce(func.sum(EmailLink.failures), 0)).where(
        EmailLink.account_id == account_id, col(EmailLink.created_at) > now - _DAY
    )
    return session.exec(wrong).one() >= MOST_WRONG_A_DAY


def end_links(uow: UnitOfWork, account_id: int, *purposes: LinkPurpose) -> None:
    """Let the links of an account that are still under way run out now."""
    under_way = update(EmailLink).where(
        col(EmailLink.account_id) == account_id,
        col(EmailLink.purpose).in_(purposes),
        col(EmailLink.used_at).is_(None),
        col(EmailLink.expires_at) > uow.now,
    )
    uow.session.exec(under_way.values(expires_at=uow.now))


def _issue(
    uow: UnitOfWork,
    account: Account,
    purpose: LinkPurpose,
    lasts: timedelta,
    *,
    browser: str = "",
    email: str = "",
    request_id: int | None = None,
) -> EmailLink:
    link = EmailLink(
        id=uow.new_id(),
        purpose=purpose,
        account_id=account.id,
        email=email or account.email,
        browser=browser,
        request_id=request_id,
        created_at=uow.now,
        expires_at=uow.now + lasts,
    )
    uow.session.add(link)
    return link


def _use(uow: UnitOfWork, link: EmailLink) -> Account:
    uow.session.refresh(link, with_for_update=True)  # two taps at once: the second one waits
    if link.used_at is not None:
        raise NotAllowed("link_used")
    if link.expires_at <= uow.now:
        raise NotAllowed("link_expired")
    account = uow.session.get(Account, link.account_id)
    if account is None:
        raise NotFound("link_unknown")
    link.used_at = uow.now
    uow.session.add(link)
    return account
