"""Who decides what: each rule once as a function of one report and once as a condition on all of
them. A property test holds the two together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session, col, select

from fedparents.accounts.sessions import Viewer
from fedparents.db import constant, is_one_of
from fedparents.errors import NotFound
from fedparents.groups.models import Membership, MembershipState
from fedparents.groups.policy import DECIDERS
from fedparents.moderation.models import (
    OPEN,
    Action,
    Appeal,
    Complaint,
    Decision,
    Report,
    SubjectKind,
)
from fedparents.moderation.subjects import looks_after_group, manages
from fedparents.posts.anonymous import is_own_anonymous
from fedparents.posts.models import Post

GROUP_HAS: Final = timedelta(hours=24)
"""So long a group has its matters for itself, unless they are grave."""
APPEAL_WITHIN: Final = timedelta(days=183)
"""Six months, as article 20 of Regulation (EU) 2022/2065 asks of larger places."""
UNDO_WITHIN: Final = timedelta(minutes=10)


class Office(StrEnum):
    """As what somebody decides."""

    GROUP = "group"
    PLACE = "place"


RESTRICTIONS: Final = frozenset(Action) - {Action.NONE, Action.ADVISE}
"""What takes something away from somebody: not without facts and a rule or a law."""
_ON_POSTS: Final = (Action.NONE, Action.ADVISE, Action.HIDE, Action.DELETE)
ACTIONS: Final[Mapping[SubjectKind, tuple[Action, ...]]] = {
    SubjectKind.POST: _ON_POSTS,
    SubjectKind.PERSON: (Action.NONE, Action.ADVISE),
    SubjectKind.GROUP: (Action.NONE, Action.ADVISE, Action.DELETE),
    SubjectKind.ADDRESS: (Action.NONE,),
}


@dataclass(frozen=True, slots=True)
class Ties:
    """What somebody is to a report."""

    looks_after_group: bool = False
    is_target: bool = False
    """Also as whoever wrote without a name."""
    has_complained: bool = False


def office_of(viewer: Viewer, report: Report, ties: Ties, *, now: datetime) -> Office | None:
    """As what somebody decides on a report; None: it does not exist for them."""
    if ties.is_target:
        return None
    if report.group_id is None:
        return Office.PLACE if viewer.is_moderator else None
    if ties.looks_after_group:
        return Office.GROUP
    return Office.PLACE if viewer.is_admin and is_due(report, now=now) else None


def is_due(report: Report, *, now: datetime) -> bool:
    """Whether the place is asked about a matter of a group."""
    if report.is_for_place:
        return True
    return report.state in OPEN and report.created_at <= now - GROUP_HAS


def find_ties(session: Session, viewer: Viewer, report: Report) -> Ties:
    complained = select(Complaint.id).where(
        Complaint.report_id == report.id, Complaint.by_actor_id == viewer.actor_id
    )
    return Ties(
        looks_after_group=looks_after_group(session, report.group_id, viewer.actor_id),
        is_target=is_target(session, viewer, report),
        has_complained=session.exec(complained).first() is not None,
    )


def is_target(session: Session, viewer: Viewer, report: Report) -> bool:
    """Whether a report is about the viewer, by name or without, or about a group of theirs."""
    if report.target_actor_id == viewer.actor_id:
        return True
    if report.subject_kind == SubjectKind.GROUP:
        own_group = select(Membership.actor_id).where(
            manages(report.subject_id or 0), Membership.actor_id == viewer.actor_id
        )
        return session.exec(own_group).first() is not None
    if report.subject_kind != SubjectKind.POST or report.target_actor_id is not None:
        return False
    own = select(Post.id).where(
        col(Post.id) == report.subject_id, is_own_anonymous(viewer.actor_id)
    )
    return session.exec(own).first() is not None


def require_office(session: Session, viewer: Viewer, report: Report, *, now: datetime) -> Office:
    """Raises NotFound: who does not decide may not know that there is something to decide."""
    office = office_of(viewer, report, find_ties(session, viewer, report), now=now)
    if office is None:
        raise NotFound("report_not_found")
    return office


def decided_by(viewer: Viewer, *, now: datetime) -> sa.ColumnElement[bool]:
    """`office_of` as a condition on `Report`."""
    in_group = sa.and_(_of_own_group(viewer.actor_id), sa.not_(concerns(viewer.actor_id)))
    return sa.or_(in_group, decided_by_place(viewer, now=now))


def decided_by_place(viewer: Viewer, *, now: datetime) -> sa.ColumnElement[bool]:
    """Where the office is that of the place."""
    return for_place(
        viewer.actor_id,
        is_moderator=sa.literal(viewer.is_moderator),
        is_admin=sa.literal(viewer.is_admin),
        since=now - GROUP_HAS,
    )


def for_place(
    actor: int | sa.ColumnElement[Any],
    *,
    is_moderator: sa.ColumnElement[bool],
    is_admin: sa.ColumnElement[bool],
    since: datetime | sa.ColumnElement[datetime],
) -> sa.ColumnElement[bool]:
    """The same with parameters of a hot statement; `since`: what has waited from before then."""
    waited = sa.and_(is_one_of(col(Report.state), OPEN), col(Report.created_at) <= since)
    return sa.and_(
        sa.not_(concerns(actor)),
        sa.or_(
            sa.and_(col(Report.group_id).is_(None), is_moderator),
            sa.and_(
                col(Report.group_id).is_not(None),
                is_admin,
                sa.not_(_of_own_group(actor)),
                sa.or_(col(Report.is_for_place), waited),
            ),
        ),
    )


def can_settle(viewer: Viewer, decision: Decision, appeal: Appeal, ties: Ties) -> bool:
    """Whether somebody who has the office may look at a decision again: never whoever took it, nor
    whoever it was about, nor whoever had complained, nor whoever asks."""
    if viewer.actor_id in {decision.decided_by_actor_id, appeal.by_actor_id}:
        return False
    return not (ties.is_target or ties.has_complained)


def list_actions(viewer: Viewer, report: Report, *, has_target: bool) -> tuple[Action, ...]:
    """What this viewer can decide, the mildest first."""
    kind = SubjectKind(report.subject_kind)
    allowed = set(ACTIONS[kind])
    if kind == SubjectKind.POST and report.group_id is not None:
        allowed.add(Action.EDIT)
    if has_target and report.group_id is not None:
        allowed |= {Action.REMOVE, Action.BAN}
    if has_target and viewer.is_admin and kind in {SubjectKind.POST, SubjectKind.PERSON}:
        allowed.add(Action.FREEZE)
    return tuple(action for action in Action if action in allowed)


def can_undo(viewer: Viewer, decision: Decision, *, now: datetime) -> bool:
    """Whoever decided thinks again within minutes."""
    is_own = decision.decided_by_actor_id == viewer.actor_id
    return is_own and now - decision.decided_at <= UNDO_WITHIN


def may_appeal(decision: Decision, earlier: Appeal | None, *, now: datetime) -> bool:
    """Once for each side, for six months."""
    return earlier is None and now - decision.decided_at <= APPEAL_WITHIN


def concerns(actor: int | sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """Whether a report is about somebody, by name or without, or about a group that they manage; a
    condition on `Report`."""
    own_group = select(Membership.actor_id).where(
        manages(sa.type_coerce(Report.subject_id, sa.BigInteger)), col(Membership.actor_id) == actor
    )
    own = select(Post.id).where(col(Post.id) == col(Report.subject_id), is_own_anonymous(actor))
    return sa.or_(
        sa.and_(col(Report.target_actor_id).is_not(None), col(Report.target_actor_id) == actor),
        sa.and_(
            col(Report.target_actor_id).is_(None),
            col(Report.subject_kind) == constant(SubjectKind.POST),
            sa.exists(own.correlate(Report)),
        ),
        sa.and_(
            col(Report.subject_kind) == constant(SubjectKind.GROUP),
            sa.exists(own_group.correlate(Report)),
        ),
    )


def _of_own_group(actor: int | sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    own = select(Membership.actor_id).where(
        col(Membership.group_id) == col(Report.group_id),
        col(Membership.actor_id) == actor,
        col(Membership.state) == constant(MembershipState.ACTIVE),
        is_one_of(col(Membership.role), DECIDERS),
    )
    return sa.exists(own.correlate(Report))
