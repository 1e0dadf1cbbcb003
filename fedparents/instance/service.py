"""Founding the place, changing its options, writing its legal pages: for administrators alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from email_validator import EmailNotValidError, validate_email

from fedparents.audit.service import record_audit
from fedparents.authority import Authority, require_administrator
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, Invalid
from fedparents.instance.models import (
    THE_ONE,
    FederationMode,
    GroupFounding,
    Instance,
    LegalKind,
    LegalPage,
    Registrations,
)
from fedparents.instance.queries import get_instance
from fedparents.text import clean_text, optional_text, required_line

LANGUAGES = ("fr", "en", "th")
LOWEST_AGE = 15  # French law: below fifteen, consent is not the child's alone (features 5)
AGES = (18, 16, LOWEST_AGE)
FACTOR_GRACE: Final = timedelta(days=7)
"""How long somebody who looks after the place has to set up a second factor."""
_LARGEST_CAP = 1000
LEGAL_LENGTH: Final = 40_000
_DOMAINS_LENGTH = 20_000
_EMAIL_LENGTH = 254


@dataclass(frozen=True, slots=True)
class IdentityDraft:
    """Who the association is."""

    name: str
    tagline: str
    language: str
    timezone: str
    contact_email: str


@dataclass(frozen=True, slots=True)
class JoiningDraft:
    """Who may join, and how many at once."""

    registrations: Registrations
    asks_reason: bool
    minimum_age: int
    approvals_a_day: int
    waiting_at_most: int
    blocked_mail_domains: str


def found_instance(uow: UnitOfWork, domain: str, *, may_move: bool = False) -> Instance:
    """The one row, made at the first start.

    Raises Conflict when the place was founded under another name: people and other servers know it
    by that name. `may_move` is for development, where the port changes.
    """
    instance = uow.session.get(Instance, THE_ONE)
    if instance is None:
        instance = Instance(domain=domain, created_at=uow.now)
        uow.session.add(instance)
    elif instance.domain != domain:
        if not may_move:
            raise Conflict("domain_changed", founded_as=instance.domain, now=domain)
        instance.domain = domain
    return instance


def change_identity(uow: UnitOfWork, draft: IdentityDraft, *, by: Authority) -> Instance:
    """Name, sentence, language, zone and contact of the association."""
    instance = _get_instance(uow, by)
    instance.name = required_line("name", draft.name, at_least=2, at_most=60)
    instance.tagline = optional_text("tagline", draft.tagline, at_most=300)
    instance.language = _checked_language(draft.language)
    instance.timezone = _checked_zone(draft.timezone)
    instance.contact_email = _checked_contact(draft.contact_email)
    record_audit(uow, "instance.identity", by=by.actor_id)
    return instance


def change_language(uow: UnitOfWork, language: str, *, by: Authority) -> Instance:
    """The language of the place alone: the first question of the wizard."""
    instance = _get_instance(uow, by)
    instance.language = _checked_language(language)
    record_audit(uow, "instance.identity", by=by.actor_id)
    return instance


def change_joining(uow: UnitOfWork, draft: JoiningDraft, *, by: Authority) -> Instance:
    """The rules for new accounts; the minimum age cannot go below fifteen."""
    instance = _get_instance(uow, by)
    problems: dict[str, str] = {}
    if draft.minimum_age not in AGES:
        problems["minimum_age"] = "age_not_allowed"
    for field in ("approvals_a_day", "waiting_at_most"):
        if not 1 <= getattr(draft, field) <= _LARGEST_CAP:
            problems[field] = "number_out_of_range"
    if problems:
        raise Invalid(problems, lowest=1, highest=_LARGEST_CAP)
    instance.registrations = draft.registrations
    instance.asks_reason = draft.asks_reason
    instance.minimum_age = draft.minimum_age
    instance.approvals_a_day = draft.approvals_a_day
    instance.waiting_at_most = draft.waiting_at_most
    instance.blocked_mail_domains = _checked_domains(
        "blocked_mail_domains", draft.blocked_mail_domains
    )
    record_audit(uow, "instance.joining", by=by.actor_id)
    return instance


def change_federation(uow: UnitOfWork, mode: FederationMode, *, by: Authority) -> Instance:
    """Whom this place talks to."""
    instance = _get_instance(uow, by)
    instance.federation_mode = mode
    record_audit(uow, "instance.federation", by=by.actor_id, reason=mode.value)
    return instance


def answer_signed_only(uow: UnitOfWork, *, is_on: bool, by: Authority) -> Instance:
    """Whether other servers have to say who they are before they are shown anybody."""
    instance = _get_instance(uow, by)
    if instance.answers_signed_only != is_on:
        instance.answers_signed_only = is_on
        record_audit(uow, "instance.signed_only", by=by.actor_id, reason="on" if is_on else "off")
    return instance


def change_group_founding(uow: UnitOfWork, founding: GroupFounding, *, by: Authority) -> Instance:
    """Who may found groups from now on; those that are here stay."""
    instance = _get_instance(uow, by)
    instance.group_founding = founding
    record_audit(uow, "instance.group_founding", by=by.actor_id, reason=founding.value)
    return instance


def change_moderators_factor(uow: UnitOfWork, *, is_needed: bool, by: Authority) -> Instance:
    """Whether moderators too need a second factor at the desk: they then have a week."""
    instance = _get_instance(uow, by)
    if not is_needed:
        instance.moderators_factor_due_at = None
    elif instance.moderators_factor_due_at is None:
        instance.moderators_factor_due_at = uow.now + FACTOR_GRACE
    record_audit(
        uow, "instance.moderators_factor", by=by.actor_id, reason="on" if is_needed else "off"
    )
    return instance


def write_legal_page(
    uow: UnitOfWork, kind: LegalKind, language: str, body: str, *, by: Authority
) -> LegalPage:
    """A new version; the earlier ones stay, because people agreed to them."""
    require_administrator(by)
    page = LegalPage(
        id=uow.new_id(),
        kind=kind,
        language=_checked_language(language),
        body=optional_text("body", body, at_most=LEGAL_LENGTH),
        created_at=uow.now,
    )
    uow.session.add(page)
    record_audit(uow, "instance.legal_page", by=by.actor_id, subject=page.id, reason=kind.value)
    return page


def note_setup_step(uow: UnitOfWork, step: int, *, by: Authority) -> None:
    """Remember how far the wizard has come; going back to an earlier question forgets nothing."""
    instance = _get_instance(uow, by)
    instance.setup_step = max(instance.setup_step, step)


def finish_setup(uow: UnitOfWork, *, by: Authority) -> Instance:
    """End the wizard; sign-ups open by themselves once no needed page is missing."""
    instance = _get_instance(uow, by)
    if not instance.name:
        raise Conflict("setup_needs_name")
    if instance.set_up_at is None:
        instance.set_up_at = uow.now
        record_audit(uow, "instance.set_up", by=by.actor_id)
    return instance


def _get_instance(uow: UnitOfWork, by: Authority) -> Instance:
    """The place for those who may change it; raises NotFound for everybody else."""
    require_administrator(by)
    return get_instance(uow.session)


def _checked_language(language: str) -> str:
    if language not in LANGUAGES:
        raise Invalid({"language": "language_unknown"})
    return language


def _checked_contact(email: str) -> str:
    """Where people write to; may stay empty until the wizard has asked."""
    email = email.strip()
    if not email:
        return ""
    try:
        found = validate_email(email[: _EMAIL_LENGTH + 1], check_deliverability=False)
    except EmailNotValidError:
        raise Invalid({"contact_email": "email_not_valid"}) from None
    return found.normalized


def _checked_domains(field: str, text: str) -> str:
    """One domain a line, whatever stood between them; an address counts as its domain."""
    words = clean_text(text).lower().replace(",", " ").replace(";", " ").split()
    domains = sorted({word.rpartition("@")[2].strip(".") for word in words} - {""})
    return optional_text(field, "\n".join(domains), at_most=_DOMAINS_LENGTH)


def _checked_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid({"timezone": "timezone_unknown"}) from None
