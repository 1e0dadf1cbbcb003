"""Accounts from the first form to the last mail. The caller hashes passwords; nothing here does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from email_validator import EmailNotValidError, validate_email
from sqlmodel import col, select

from fedparents.accounts.facts import (
    AccountActivated,
    AccountAwaitsApproval,
    AccountDeclined,
    AccountErased,
    AccountFrozen,
    AccountThawed,
    EmailChanged,
    ErasurePlanned,
    PasswordChanged,
    SignInRequested,
)
from fedparents.accounts.invites import end_invites, hold_invite, use_invite
from fedparents.accounts.links import end_links, issue_confirmation, issue_email_change
from fedparents.accounts.models import (
    Account,
    AccountState,
    Consent,
    ConsentKind,
    InviteLink,
    LinkPurpose,
    Role,
)
from fedparents.accounts.policy import (
    ACCOUNTS_A_MAILBOX,
    Gate,
    can_moderate,
    mailbox_room,
    needs_approval,
    sign_up_gate,
)
from fedparents.accounts.sessions import Viewer, end_all_sessions
from fedparents.actors.models import Actor, ActorKind
from fedparents.actors.service import (
    checked_handle,
    checked_name,
    create_local_actor,
    erase_actor,
    is_handle_free,
)
from fedparents.audit.service import record_audit
from fedparents.authority import Authority, require_administrator, require_moderator
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, Invalid, LimitReached, NotAllowed, NotFound
from fedparents.ids import AccountId
from fedparents.instance.models import Instance
from fedparents.instance.queries import get_instance
from fedparents.instance.service import LANGUAGES
from fedparents.text import optional_text, required_text

GRACE = timedelta(days=7)
UNDO = timedelta(days=30)
THEMES = ("auto", "light", "dark", "contrast")
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
    _require_room(uow, email)
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
        _activate(uow, account, by_moderator=False)
    else:
        issue_confirmation(uow, account, browser="")
    return account


def confirm_account(uow: UnitOfWork, account: Account) -> Account:
    """The address is the person's: on to the queue, or straight in."""
    _hold_mailbox(uow, account.email)
    uow.session.refresh(account)  # of two links at once the second one finds it done
    if account.state != AccountState.EMAIL_PENDING:
        return account
    _require_room(uow, account.email)
    account.confirmed_at = uow.now
    invite = uow.session.get(InviteLink, account.invite_id) if account.invite_id else None
    # What the operator or the wizard made was decided on when it was made.
    if account.decided_at is None and needs_approval(get_instance(uow.session), invite):
        account.state = AccountState.APPROVAL_PENDING
        uow.record(AccountAwaitsApproval(account.id))
    else:
        _activate(uow, account, by_moderator=False)
    uow.session.add(account)
    return account


def approve_account(uow: UnitOfWork, account_id: AccountId, *, by: Viewer) -> Account:
    """Let somebody in; also somebody who was declined in the last 30 days.

    Raises Conflict when a colleague was faster.
    """
    require_moderator(by)
    account = _get_decidable(uow, account_id)
    if account.state == AccountState.ACTIVE:
        raise Conflict("already_approved")
    _activate(uow, account, by_moderator=True)
    record_audit(uow, "account.approved", by=by.actor_id, subject=account.actor_id)
    return account


def decline_account(uow: UnitOfWork, account_id: AccountId, reason: str, *, by: Viewer) -> Account:
    """Say no, with words for the person; what they told us is erased after 30 days."""
    require_moderator(by)
    account = _get_decidable(uow, account_id)
    if account.state != AccountState.APPROVAL_PENDING:
        raise Conflict("already_decided")
    account.decision_reason = optional_text("reason", reason, at_most=_REASON_LENGTH)
    account.state = AccountState.DECLINED
    account.decided_at = uow.now
    uow.session.add(account)
    uow.record(AccountDeclined(account.id))
    record_audit(uow, "account.declined", by=by.actor_id, subject=account.actor_id)
    return account


def reconsider_account(uow: UnitOfWork, account_id: AccountId, *, by: Viewer) -> Account:
    """Put somebody back among those who wait, as if nothing had been decided.

    Raises Conflict when they wait already, or were let in and have signed in since, or look after
    the place: only an admin decides about those.
    """
    require_moderator(by)
    account = _get_decidable(uow, account_id)
    if account.state == AccountState.APPROVAL_PENDING:
        raise Conflict("already_waiting")
    is_here = account.last_seen_at is not None or can_moderate(account.role)
    if account.state == AccountState.ACTIVE and is_here:
        raise Conflict("already_here")
    account.state = AccountState.APPROVAL_PENDING
    account.decided_at = None
    account.decision_reason = ""
    uow.session.add(account)
    record_audit(uow, "account.reconsidered", by=by.actor_id, subject=account.actor_id)
    return account


def freeze_account(uow: UnitOfWork, account_id: AccountId, reason: str, *, by: Viewer) -> Account:
    """Keep somebody out for now, and tell them why; for admins.

    Their sessions, programs and invitations end at once.
    """
    account = _get_changeable(uow, account_id, by)
    if account.state not in {AccountState.ACTIVE, AccountState.LEAVING}:
        raise Conflict("already_decided")
    _require_another_admin(uow, account)
    account.state = AccountState.FROZEN
    account.frozen_at = uow.now
    account.decision_reason = required_text("reason", reason, at_most=_REASON_LENGTH)
    end_all_sessions(uow, account.id)
    end_invites(uow, account.actor_id)
    uow.session.add(account)
    uow.record(AccountFrozen(account.id))
    record_audit(uow, "account.frozen", by=by.actor_id, subject=account.actor_id)
    return account


def thaw_account(uow: UnitOfWork, account_id: AccountId, *, by: Viewer) -> Account:
    """Let a frozen account in again; who was leaving goes on leaving."""
    account = _get_changeable(uow, account_id, by)
    if account.state != AccountState.FROZEN:
        raise Conflict("already_decided")
    thaw(uow, account, by=by.actor_id)
    return account


def thaw(uow: UnitOfWork, account: Account, *, by: int) -> None:
    """The same for whoever has looked again at why it was frozen."""
    account.state = AccountState.LEAVING if account.leaving_at else AccountState.ACTIVE
    account.frozen_at = None
    account.decision_reason = ""
    uow.session.add(account)
    uow.record(AccountThawed(account.id))
    record_audit(uow, "account.thawed", by=by, subject=account.actor_id)


def change_role(uow: UnitOfWork, account_id: AccountId, role: Role, *, by: Authority) -> Account:
    """Make somebody a member, moderator or admin; the last admin stays one."""
    require_administrator(by)
    account = _get_account(uow, account_id)
    if role != Role.ADMIN:
        _require_another_admin(uow, account)
    if not can_moderate(role):
        end_invites(uow, account.actor_id, skipping_approval=True)
    account.role = role
    uow.session.add(account)
    record_audit(uow, "account.role", by=by.actor_id, subject=account.actor_id, reason=role.value)
    return account


def change_preferences(uow: UnitOfWork, viewer: Viewer, *, language: str, theme: str) -> None:
    """Language ("" follows the browser) and theme."""
    if language and language not in LANGUAGES:
        raise Invalid({"language": "language_unknown"})
    if theme not in THEMES:
        raise Invalid({"theme": "theme_unknown"})
    account = _get_account(uow, viewer.account_id)
    account.language = language
    account.theme = theme
    uow.session.add(account)


def change_password(uow: UnitOfWork, viewer: Viewer, password_hash: str) -> None:
    """A new password; every other browser and every program is signed out."""
    account = _get_account(uow, viewer.account_id)
    account.password_hash = password_hash
    uow.session.add(account)
    end_all_sessions(uow, account.id, but=viewer.session_id)
    uow.record(PasswordChanged(account.id))
    record_audit(uow, "account.password", by=viewer.actor_id, subject=viewer.actor_id)


def request_email_change(uow: UnitOfWork, viewer: Viewer, email: str) -> None:
    """Ask the new address whether it is its owner's; nothing changes until it answers."""
    account = _get_account(uow, viewer.account_id)
    address = checked_email(email, get_instance(uow.session))
    if address == account.email:
        raise Invalid({"email": "email_unchanged"})
    issue_email_change(uow, account, address)


def change_email(uow: UnitOfWork, account: Account, email: str) -> None:
    """The new address has answered; the old one is told."""
    _require_room(uow, email)
    old_email, account.email = account.email, email
    uow.session.add(account)
    # Whatever else is under way was sent to, or asked for from, the address that it was.
    end_links(uow, account.id, LinkPurpose.SIGN_IN, LinkPurpose.CHANGE_EMAIL)
    uow.record(EmailChanged(account.id, old_email))
    record_audit(uow, "account.email", by=account.actor_id, subject=account.actor_id)


def plan_erasure(uow: UnitOfWork, viewer: Viewer) -> Account:
    """Begin the seven days of grace; raises Conflict for the last admin."""
    account = _get_account(uow, viewer.account_id)
    _require_another_admin(uow, account)
    if account.state == AccountState.LEAVING:
        return account
    account.state = AccountState.LEAVING
    account.leaving_at = uow.now + GRACE
    uow.session.add(account)
    uow.record(ErasurePlanned(account.id))
    record_audit(uow, "account.leaving", by=viewer.actor_id, subject=viewer.actor_id)
    return account


def cancel_erasure(uow: UnitOfWork, viewer: Viewer) -> None:
    """Stay after all."""
    account = _get_account(uow, viewer.account_id)
    if account.state != AccountState.LEAVING:
        return
    account.state = AccountState.ACTIVE
    account.leaving_at = None
    uow.session.add(account)
    record_audit(uow, "account.stayed", by=viewer.actor_id, subject=viewer.actor_id)


def erase_account(uow: UnitOfWork, account: Account) -> None:
    """Forget the person: the account and all that hangs on it, and the actor's name."""
    actor = _get_actor(uow, account)
    was_known = account.confirmed_at is not None and account.state != AccountState.DECLINED
    email, language = account.email, account.language
    record_audit(uow, "account.erased", by=None, subject=actor.id, reason=account.state)
    uow.session.delete(account)
    uow.session.flush()
    end_invites(uow, actor.id, forgets=True)
    erase_actor(uow, actor)
    if was_known:
        uow.record(AccountErased(actor.id, email, language))


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


def _require_room(uow: UnitOfWork, email: str) -> None:
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


def _activate(uow: UnitOfWork, account: Account, *, by_moderator: bool) -> None:
    account.state = AccountState.ACTIVE
    account.decided_at = uow.now
    account.decision_reason = ""
    uow.session.add(account)
    uow.record(AccountActivated(account.id, by_moderator))


def _get_account(uow: UnitOfWork, account_id: AccountId) -> Account:
    account = uow.session.get(Account, account_id, with_for_update=True)
    if account is None:
        raise NotFound("account_not_found")
    return account


def _get_decidable(uow: UnitOfWork, account_id: AccountId) -> Account:
    account = _get_account(uow, account_id)
    if account.state == AccountState.DECLINED and account.decided_at is not None:
        if uow.now - account.decided_at > UNDO:
            raise NotFound("account_not_found")
    elif account.state not in {AccountState.APPROVAL_PENDING, AccountState.ACTIVE}:
        raise NotFound("account_not_found")
    return account


def _get_changeable(uow: UnitOfWork, account_id: AccountId, by: Viewer) -> Account:
    require_administrator(by)
    account = _get_account(uow, account_id)
    if account.id == by.account_id:
        raise Conflict("not_on_yourself")
    return account


def _get_actor(uow: UnitOfWork, account: Account) -> Actor:
    actor = uow.session.get(Actor, account.actor_id)
    if actor is None:
        raise NotFound("account_not_found")
    return actor


def _require_another_admin(uow: UnitOfWork, account: Account) -> None:
    """Raises Conflict when nobody could administer the place without this account."""
    if account.role != Role.ADMIN or account.state != AccountState.ACTIVE:
        return
    # Held, because two admins may stop at once: the second one waits here and is then the last.
    admins = select(Account.id).where(
        Account.role == Role.ADMIN, Account.state == AccountState.ACTIVE
    )
    held = uow.session.exec(admins.order_by(col(Account.id)).with_for_update())
    if not set(held) - {account.id}:
        raise Conflict("last_admin")
