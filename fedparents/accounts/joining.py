"""Coming in: from the first form to an account that works. The caller hashes passwords."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from email_validator import EmailNotValidError, validate_email
from sqlmodel import col, select

from fedparents.accounts.facts import AccountActivated, AccountAwaitsApproval, SignInRequested
from fedparents.accounts.invites import hold_invite, use_invite
from fedparents.accounts.links import issue_confirmation
from fedparents.accounts.models import Account, AccountState, Consent, ConsentKind, InviteLink, Role
from fedparents.accounts.policy import (
    ACCOUNTS_A_MAILBOX,
    Gate,
    mailbox_room,
    needs_approval,
    sign_up_gate,
)
from fedparents.actors.models import ActorKind
from fedparents.actors.service import (
    checked_handle,
    checked_name,
    create_local_actor,
    is_handle_free,
)
from fedparents.audit.service import record_audit
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, Invalid, LimitReached, NotAllowed
from fedparents.instance.models import Instance
from fedparents.instance.queries import get_instance
from fedparents.instance.service import LANGUAGES
from fedparents.text import optional_text

_ADULT = 18
_REASON_LENGTH = 500
_EMAIL_LENGTH = 254


@dataclass(frozen=True, slots=True)
class SignUpDraft:
    """Everything that the sign-up pages ask."""

    email: str
    birth_year: int
    """Looked at and thrown away."""
    is_old_enough: bool
    """Said by the person when the year alone leaves it open."""
    name: str
    handle: str
    place_id: int | None
    reason: str
    language: str
    browser: str
    rules_version: int | None
    privacy_version: int | None


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What the operator or the wizard says of an account."""

    handle: str
    email: str
    password_hash: str | None = None
    role: Role = Role.MEMBER
    is_confirmed: bool = False
    name: str = ""
    language: str = ""


def sign_up(uow: UnitOfWork, draft: SignUpDraft, invite: InviteLink | None) -> Account | None:
    """A new account that waits for its address to be confirmed.

    None when the mailbox is used up: it then gets a mail, and the person who asked sees nothing
    else than for a new account. What they typed is kept all the same until it is erased like every
    request that nobody confirms: a name that stays free would tell them.

    Raises Invalid, NotAllowed (the gate's word, or "invite_over"), LimitReached, and Conflict for a
    handle that is taken.
    """
    instance = get_instance(uow.session)
    if invite is not None:
        hold_invite(uow, invite)
    _pass_gate(uow, instance, invite)
    restricted_until = checked_age(
        draft.birth_year, instance.minimum_age, uow.now.date(), says_so=draft.is_old_enough
    )
    email = checked_email(draft.email, instance)
    # All that can be complained about comes before the mailbox is looked at, and looking at it
    # changes nothing that strangers could notice: they must not learn who is here.
    reason = _checked_reason(draft.reason, instance, invite)
    handle, name = checked_handle(draft.handle), checked_name(draft.name)
    if not is_handle_free(uow.session, handle):
        raise Conflict("handle_taken")
    account = _new_account(uow, handle=handle, name=name, email=email, language=draft.language)
    account.place_id = draft.place_id
    account.sign_up_reason = reason
    account.restricted_until = restricted_until
    account.invite_id = invite.id if invite else None
    if invite is not None:
        use_invite(uow, invite)
    _record_consent(uow, account, ConsentKind.RULES, draft.rules_version)
    _record_consent(uow, account, ConsentKind.PRIVACY, draft.privacy_version)
    uow.session.flush()
    if not mailbox_room(uow.session, email):
        uow.record(SignInRequested(email, draft.browser, draft.language))
        return None
    issue_confirmation(uow, account, browser=draft.browser)
    return account


def create_account(uow: UnitOfWork, draft: NewAccount) -> Account:
    """An account made by the operator or the wizard, without gate or approval.

    Raises Invalid, and Conflict for a handle that is taken or a mailbox that is used up. Not
    confirmed: it gets the link.
    """
    email = checked_email(draft.email, None)
    require_room(uow, email)
    name = draft.name or draft.handle.strip().removeprefix("@")
    account = _new_account(
        uow, handle=draft.handle, name=name, email=email, language=draft.language
    )
    account.password_hash = draft.password_hash
    account.role = draft.role
    account.decided_at = uow.now
    uow.session.flush()
    record_audit(uow, "account.created", by=None, subject=account.actor_id, reason=draft.role)
    if draft.is_confirmed:
        account.confirmed_at = uow.now
        activate_account(uow, account, by_moderator=False)
    else:
        issue_confirmation(uow, account, browser="")
    return account


def confirm_account(uow: UnitOfWork, account: Account) -> Account:
    """The address is the person's: on to the queue, or straight in."""
    _hold_mailbox(uow, account.email)
    uow.session.refresh(account)  # of two links at once the second one finds it done
    if account.state != AccountState.EMAIL_PENDING:
        return account
    require_room(uow, account.email)
    account.confirmed_at = uow.now
    invite = uow.session.get(InviteLink, account.invite_id) if account.invite_id else None
    # What the operator or the wizard made was decided on when it was made.
    if account.decided_at is None and needs_approval(get_instance(uow.session), invite):
        account.state = AccountState.APPROVAL_PENDING
        uow.record(AccountAwaitsApproval(account.id))
    else:
        activate_account(uow, account, by_moderator=False)
    uow.session.add(account)
    return account


def activate_account(uow: UnitOfWork, account: Account, *, by_moderator: bool) -> None:
    account.state = AccountState.ACTIVE
    account.decided_at = uow.now
    account.decision_reason = ""
    uow.session.add(account)
    uow.record(AccountActivated(account.id, by_moderator))


def checked_email(email: str, instance: Instance | None) -> str:
    """An address as it is stored; raises Invalid on `email`."""
    email = email.strip()
    if not email:
        raise Invalid({"email": "missing"})
    try:
        found = validate_email(email[: _EMAIL_LENGTH + 1], check_deliverability=False)
    except EmailNotValidError:
        raise Invalid({"email": "email_not_valid"}) from None
    blocked = instance.blocked_mail_domains.split() if instance else ()
    if found.domain.lower() in blocked:
        raise Invalid({"email": "email_domain_blocked"})
    return found.normalized.lower()


def checked_age(birth_year: int, minimum: int, today: date, *, says_so: bool) -> date | None:
    """Whether somebody is old enough; the day on which restrictions for minors end, or None.

    The year is enough in most cases; in the year of the birthday the person's word counts. Raises
    NotAllowed("too_young"), and Invalid for a year that nobody alive was born in.
    """
    turns = today.year - birth_year
    if not 0 <= turns <= 120:  # noqa: PLR2004 - the longest human life
        raise Invalid({"birth_year": "year_not_possible"})
    if turns < minimum:
        raise NotAllowed("too_young", minimum=minimum)
    if turns == minimum and not says_so:
        raise NotAllowed("too_young", minimum=minimum)
    return date(birth_year + _ADULT + 1, 1, 1) if turns <= _ADULT and minimum < _ADULT else None


def require_room(uow: UnitOfWork, email: str) -> None:
    """Raises Conflict when the mailbox has as many accounts as it may."""
    _hold_mailbox(uow, email)
    if not mailbox_room(uow.session, email):
        raise Conflict("mailbox_full", at_most=ACCOUNTS_A_MAILBOX)


def _hold_mailbox(uow: UnitOfWork, email: str) -> None:
    """Of two who confirm accounts of one mailbox at once, the second one waits here."""
    uow.session.flush()
    same = select(Account.id).where(Account.email == email).order_by(col(Account.id))
    uow.session.exec(same.with_for_update()).all()


def _pass_gate(uow: UnitOfWork, instance: Instance, invite: InviteLink | None) -> None:
    gate = sign_up_gate(uow.session, instance, invite, now=uow.now)
    if gate == Gate.FULL:
        raise LimitReached(gate.value, retry_after=timedelta(days=1))
    if gate != Gate.OPEN:
        raise NotAllowed(gate.value)


def _new_account(uow: UnitOfWork, *, handle: str, name: str, email: str, language: str) -> Account:
    actor = create_local_actor(uow, kind=ActorKind.PERSON, handle=handle, display_name=name)
    uow.session.flush()
    account = Account(
        id=uow.new_id(),
        actor_id=actor.id,
        email=email,
        language=language if language in LANGUAGES else "",
        created_at=uow.now,
    )
    uow.session.add(account)
    return account


def _checked_reason(reason: str, instance: Instance, invite: InviteLink | None) -> str:
    reason = optional_text("reason", reason, at_most=_REASON_LENGTH)
    if not reason and instance.asks_reason and needs_approval(instance, invite):
        raise Invalid({"reason": "missing"})
    return reason


def _record_consent(
    uow: UnitOfWork, account: Account, kind: ConsentKind, version: int | None
) -> None:
    if version is not None:
        uow.session.add(
            Consent(
                id=uow.new_id(),
                account_id=account.id,
                kind=kind,
                version=version,
                given_at=uow.now,
            )
        )
