"""Letting a program in: somebody's yes becomes a code, the code a token, each of them once."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, col, select, update

from fedparents.accounts.models import Account
from fedparents.accounts.policy import SIGNS_IN
from fedparents.accounts.sessions import Viewer
from fedparents.accounts.tokens import digest, new_token
from fedparents.applications.models import AccessToken, Application, ApplicationToken, Grant
from fedparents.applications.registration import get_proven
from fedparents.applications.scopes import Scope, parse_scopes, write_scopes
from fedparents.applications.tokens import OwnBearer, may_give, revoke_where
from fedparents.audit.service import record_audit
from fedparents.db import UnitOfWork
from fedparents.errors import NotAllowed, NotFound

CODE_LASTS: Final = timedelta(minutes=10)
_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Issued:
    """A token as a program gets it; its text is here and nowhere else."""

    text: str
    scopes: str
    created_at: int
    """In seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a program shows to turn a code into a token."""

    client_id: str
    secret: str
    code: str
    redirect_uri: str
    verifier: str = ""


def is_challenge(text: str) -> bool:
    """Whether this is what S256 of RFC 7636 gives."""
    return _CHALLENGE.fullmatch(text) is not None


def givable(
    session: Session, viewer: Viewer, scopes: Iterable[Scope], now: datetime
) -> list[Scope]:
    """What of these the viewer may let a program do."""
    account = session.get_one(Account, viewer.account_id)
    return [scope for scope in scopes if may_give(session, account, scope, now)]


def grant(
    uow: UnitOfWork,
    viewer: Viewer,
    application_id: int,
    *,
    scopes: Iterable[Scope],
    redirect_uri: str,
    challenge: str,
    device: str,
) -> str:
    """Let a program act for the viewer, as far as the viewer may themselves; the code for it.

    Raises NotFound when it has gone, NotAllowed when nothing is left that it could be let do.
    """
    application = uow.session.get(Application, application_id)
    account = uow.session.get(Account, viewer.account_id)
    if application is None or account is None:
        raise NotFound("program_not_found")
    given = [scope for scope in scopes if may_give(uow.session, account, scope, uow.now)]
    if not given or redirect_uri not in application.ways_back:
        raise NotAllowed
    code = new_token()
    uow.session.add(
        Grant(
            id=uow.new_id(),
            application_id=application.id,
            account_id=account.id,
            code_digest=digest(code),
            redirect_uri=redirect_uri,
            scopes=write_scopes(given),
            challenge=challenge,
            device=device,
            created_at=uow.now,
            expires_at=uow.now + CODE_LASTS,
        )
    )
    return code


def claim_token(uow: UnitOfWork, claim: Claim) -> Issued | None:
    """The token for a code; None for a code that gives none, whatever the reason. A code that
    comes twice was overheard: what it gave the first time is taken back.

    Raises NotAllowed when the program does not know its secret.
    """
    application = get_proven(uow.session, claim.client_id, claim.secret)
    of_code = select(Grant).where(
        Grant.code_digest == digest(claim.code), Grant.application_id == application.id
    )
    found = uow.session.exec(of_code.with_for_update()).first()
    if found is None:
        return None
    if found.used_at is not None:
        revoke_where(uow, col(AccessToken.grant_id) == found.id)
        return None
    found.used_at = uow.now
    uow.session.add(found)
    account = uow.session.get(Account, found.account_id)
    if account is None or not _holds(uow, found, claim, account):
        return None
    return _issue(uow, application, found, account)


def issue_application_token(
    uow: UnitOfWork, client_id: str, secret: str, scopes: str
) -> Issued | None:
    """A token with which a program acts for nobody; None when it asks for more than it may.

    Raises NotAllowed when it does not know its secret, Invalid for scopes that do not exist.
    """
    application = get_proven(uow.session, client_id, secret)
    wanted = parse_scopes(scopes)
    if not may_ask_for(application, wanted):
        return None
    text = new_token()
    uow.session.add(
        ApplicationToken(
            id=uow.new_id(),
            application_id=application.id,
            token_digest=digest(text),
            scopes=write_scopes(wanted),
            created_at=uow.now,
        )
    )
    return Issued(text, write_scopes(wanted), int(uow.now.timestamp()))


def issue_to_newcomer(uow: UnitOfWork, program: OwnBearer, account: Account) -> Issued:
    """The token of somebody who signs up through a program, for all that it may do; it works from
    when they are let in."""
    application = uow.session.get_one(Application, program.application_id)
    text = new_token()
    scopes = write_scopes(scope for scope in program.scopes if not scope.is_administrative)
    uow.session.add(
        AccessToken(
            id=uow.new_id(),
            account_id=account.id,
            application_id=application.id,
            token_digest=digest(text),
            scopes=scopes,
            label=application.name,
            created_at=uow.now,
        )
    )
    return Issued(text, scopes, int(uow.now.timestamp()))


def may_ask_for(application: Application, scopes: Iterable[Scope]) -> bool:
    """Whether a program has announced these scopes, or wider ones, when it registered."""
    registered = parse_scopes(application.scopes)
    return all(scope in registered or scope.is_within(registered) for scope in scopes)


def give_back(uow: UnitOfWork, client_id: str, secret: str, token: str) -> bool:
    """End a token because its program says so; one that is not known has ended already. False
    when it is another program's.

    Raises NotAllowed when the program does not know its secret.
    """
    application = get_proven(uow.session, client_id, secret)
    of_person = select(AccessToken).where(AccessToken.token_digest == digest(token))
    theirs = uow.session.exec(of_person).first()
    if theirs is not None:
        if theirs.application_id != application.id:
            return False
        revoke_where(uow, col(AccessToken.id) == theirs.id)
        return True
    of_program = select(ApplicationToken).where(ApplicationToken.token_digest == digest(token))
    own = uow.session.exec(of_program).first()
    if own is not None and own.application_id != application.id:
        return False
    ends = update(ApplicationToken).where(col(ApplicationToken.token_digest) == digest(token))
    uow.session.exec(ends.values(revoked_at=uow.now))
    return True


def _holds(uow: UnitOfWork, found: Grant, claim: Claim, account: Account) -> bool:
    """Whether the code is still good, and comes from the program to which it was given."""
    is_current = found.expires_at > uow.now and account.state in SIGNS_IN
    signed_out_at = account.signed_out_at
    if signed_out_at is not None and found.created_at <= signed_out_at:
        return False
    is_same_way = hmac.compare_digest(found.redirect_uri.encode(), claim.redirect_uri.encode())
    return is_current and is_same_way and _answers(found.challenge, claim.verifier)


def _answers(challenge: str, verifier: str) -> bool:
    if not challenge:
        return not verifier
    if _VERIFIER.fullmatch(verifier) is None:
        return False
    hashed = hashlib.sha256(verifier.encode("ascii")).digest()
    answer = base64.urlsafe_b64encode(hashed).rstrip(b"=")
    return hmac.compare_digest(answer, challenge.encode())


def _issue(uow: UnitOfWork, application: Application, found: Grant, account: Account) -> Issued:
    text = new_token()
    uow.session.add(
        AccessToken(
            id=uow.new_id(),
            account_id=account.id,
            application_id=application.id,
            grant_id=found.id,
            token_digest=digest(text),
            scopes=found.scopes,
            label=application.name,
            device=found.device,
            created_at=uow.now,
        )
    )
    record_audit(uow, "token.created", by=account.actor_id, subject=account.actor_id)
    return Issued(text, found.scopes, int(uow.now.timestamp()))
