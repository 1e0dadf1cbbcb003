"""The table of retention (features 5): every rule with its default and how far it may be moved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, delete, func, select

from fedparents.accounts import retention as accounts
from fedparents.accounts.models import Account, BrowserSession, EmailLink
from fedparents.applications import retention as applications
from fedparents.applications.models import AccessToken, Application, Grant
from fedparents.audit import retention as audit
from fedparents.conversations import retention as conversations
from fedparents.db import UnitOfWork
from fedparents.events import retention as events
from fedparents.groups import retention as groups
from fedparents.groups.models import JoinRequest
from fedparents.jobs.models import JobRow
from fedparents.jobs.queries import given_up
from fedparents.media import retention as media
from fedparents.moderation import retention as moderation
from fedparents.moderation.models import Report, SealedCopy
from fedparents.notifications import retention as notifications
from fedparents.notifications.models import Notification
from fedparents.posts import retention as posts
from fedparents.posts.models import Post, PostVersion
from fedparents.social import retention as social
from fedparents.submissions.models import SubmittedForm

_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """One kind of data. `floor` and `ceiling` are what the law and the safety of people allow."""

    name: str
    days: int
    floor: int
    ceiling: int
    count: Callable[[Session, datetime, timedelta], int]
    sweep: Callable[[UnitOfWork, timedelta], int]
    """Forgets one bite and says how much that was; 0 when there is nothing left."""


def _rows(
    name: str,
    days: int,
    limits: tuple[int, int],
    model: type[SQLModel],
    condition: Callable[[datetime], sa.ColumnElement[bool]],
) -> RetentionRule:
    """A rule that deletes rows of one table in bites, so that nobody waits long behind it."""
    key = sa.inspect(model).primary_key[0]

    def count(session: Session, now: datetime, keeps: timedelta) -> int:
        old = select(func.count()).select_from(model).where(condition(now - keeps))
        return session.exec(old).one()

    def sweep(uow: UnitOfWork, keeps: timedelta) -> int:
        bite = sa.select(key).where(condition(uow.now - keeps)).limit(_AT_ONCE)
        return uow.session.exec(delete(model).where(key.in_(bite))).rowcount

    return RetentionRule(name, days, *limits, count, sweep)


def _accounts(
    name: str,
    days: int,
    limits: tuple[int, int],
    condition: Callable[[datetime, timedelta], sa.ColumnElement[bool]],
) -> RetentionRule:
    """A rule that erases whole accounts."""

    def count(session: Session, now: datetime, keeps: timedelta) -> int:
        old = select(func.count()).select_from(Account).where(condition(now, keeps))
        return session.exec(old).one()

    def sweep(uow: UnitOfWork, keeps: timedelta) -> int:
        return accounts.erase_accounts(uow, condition(uow.now, keeps))

    return RetentionRule(name, days, *limits, count, sweep)


UNUSED_ACCOUNTS = _accounts("unused_accounts", 730, (365, 1095), accounts.unused)
# Whoever is kept out may object for half a year at least, and finds everything as it was.
FROZEN_ACCOUNTS = _accounts(
    "frozen_accounts", 730, (183, 1095), lambda now, keeps: accounts.frozen(now - keeps)
)

RULES: tuple[RetentionRule, ...] = (
    _accounts(
        "unconfirmed_sign_ups", 7, (1, 30), lambda now, keeps: accounts.unconfirmed(now - keeps)
    ),
    _accounts("declined_sign_ups", 30, (7, 90), lambda now, keeps: accounts.declined(now - keeps)),
    # The days of grace are counted when somebody asks to leave; here they have run out.
    _accounts("leaving_accounts", 0, (0, 0), lambda now, _keeps: accounts.leaving(now)),
    UNUSED_ACCOUNTS,
    FROZEN_ACCOUNTS,
    RetentionRule("join_requests", 30, 7, 30, groups.count_waiting_too_long, groups.end_waiting),
    RetentionRule("join_answers", 30, 7, 90, groups.count_answers, groups.clear_answers),
    _rows("decided_requests", 365, (90, 1096), JoinRequest, groups.old_requests),
    RetentionRule("former_members", 365, 90, 1096, groups.count_former, groups.forget_former),
    RetentionRule("ended_mutes", 7, 1, 90, social.count_ended_mutes, social.forget_ended_mutes),
    # Here too the days of grace have run out already.
    RetentionRule("ended_groups", 0, 0, 0, groups.count_ended_groups, groups.erase_ended_groups),
    _rows("deleted_posts", 30, (7, 90), Post, posts.deleted),
    _rows("older_versions", 30, (7, 90), PostVersion, posts.replaced),
    RetentionRule(
        "conversations", 365, 90, 730, conversations.count_silent, conversations.erase_silent
    ),
    RetentionRule("exact_places", 1, 1, 7, events.count_exact_places, events.clear_exact_places),
    RetentionRule("lost_photos", 1, 1, 7, posts.count_lost_photos, posts.release_lost_photos),
    RetentionRule("unused_photos", 1, 1, 7, media.count_unused, media.release_unused),
    _rows("ended_sessions", 60, (7, 365), BrowserSession, accounts.old_sessions),
    _rows("notifications", 90, (7, 365), Notification, notifications.old_notifications),
    RetentionRule(
        "push_devices",
        60,
        7,
        60,
        notifications.count_idle_devices,
        notifications.forget_idle_devices,
    ),
    _rows("mailed_links", 7, (1, 30), EmailLink, accounts.old_links),
    _rows("program_codes", 1, (1, 7), Grant, applications.old_grants),
    _rows("ended_programs", 60, (7, 365), AccessToken, applications.ended_tokens),
    _rows("unused_programs", 30, (30, 365), Application, applications.unused_applications),
    _rows("sent_forms", 1, (1, 7), SubmittedForm, lambda cut: col(SubmittedForm.created_at) < cut),
    # A mail that nobody could deliver holds the address of somebody who may be erased by now.
    _rows("given_up_work", 30, (7, 90), JobRow, given_up),
    # So long one may object; the law leaves no choice.
    RetentionRule(
        "decided_reports", 183, 183, 365, moderation.count_uncontested, moderation.close_uncontested
    ),
    RetentionRule(
        "report_snapshots", 183, 30, 365, moderation.count_snapshots, moderation.clear_snapshots
    ),
    _rows("closed_reports", 365, (183, 1096), Report, moderation.closed),
    _rows("sealed_copies", 30, (30, 90), SealedCopy, moderation.old_copies),
    RetentionRule("audit_reasons", 365, 90, 1096, audit.count_reasons, audit.empty_reasons),
    RetentionRule("audit_log", 1096, 365, 1826, audit.count_entries, audit.forget_entries),
)
