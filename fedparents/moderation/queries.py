"""Reading reports: the queues, one with all that belongs to it, and what each side may know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.errors import NotFound
from fedparents.groups.access import get_seat
from fedparents.groups.models import Group, lines_of
from fedparents.groups.policy import can_moderate
from fedparents.ids import GroupId
from fedparents.moderation.appeals import find_appeal
from fedparents.moderation.deciders import list_settlers
from fedparents.moderation.deciding import find_standing
from fedparents.moderation.models import (
    OPEN,
    Action,
    Appeal,
    AppealState,
    Category,
    Complaint,
    Decision,
    DecisionState,
    Report,
    ReportState,
    SealedCopy,
    SubjectKind,
)
from fedparents.moderation.policy import (
    RESTRICTIONS,
    Office,
    can_settle,
    can_undo,
    concerns,
    decided_by,
    decided_by_place,
    find_ties,
    is_target,
    list_actions,
    may_appeal,
    office_of,
)
from fedparents.posts.models import Post, PostState
from fedparents.posts.photos import PhotoView, list_photos

A_QUEUE: Final = 50
_EARLIER: Final = timedelta(days=365)
_OWN: Final = 100


@dataclass(frozen=True, slots=True)
class AppealView:
    """Somebody objects; `can_settle`: the reader may look again."""

    appeal: Appeal
    is_of_target: bool
    can_settle: bool
    decider: str


@dataclass(frozen=True, slots=True)
class DecisionView:
    decision: Decision
    decider: str
    appeals: list[AppealView]
    can_undo: bool


@dataclass(frozen=True, slots=True)
class ReportView:
    """One report as those who decide see it."""

    report: Report
    office: Office
    complaints: list[Complaint]
    group_name: str
    assignee: str
    target: Actor | None
    earlier: int
    """Decisions against the same person within a year."""
    decisions: list[DecisionView]
    """The newest first."""
    actions: tuple[Action, ...]
    post: Post | None
    photos: list[PhotoView]
    """None where a child may be in danger: nobody looks at those."""
    rules: list[str]
    """Of the group, to be chosen from."""
    is_open: bool
    has_sealed_copy: bool
    is_stuck: bool
    """Somebody objects, and nobody here may look again: whoever decided may not."""

    @property
    def appeals(self) -> list[AppealView]:
        """Those that wait for the reader."""
        return [
            each
            for decision in self.decisions
            for each in decision.appeals
            if each.appeal.state == AppealState.WAITING and each.can_settle
        ]

    @property
    def since(self) -> datetime:
        """When what waits began to wait."""
        waiting = [each.appeal.created_at for each in self.appeals]
        return min(waiting, default=self.report.created_at)

    @property
    def shows_photos(self) -> bool:
        return self.report.category != Category.CHILD_DANGER

    @property
    def is_changed(self) -> bool:
        """Whether it reads differently now from when it was reported."""
        return self.post is not None and self.post.text != self.report.seen.get("text", "")


@dataclass(frozen=True, slots=True)
class ComplaintView:
    """A complaint as whoever made it may follow it."""

    complaint: Complaint
    report: Report
    decision: Decision | None
    """What stands."""
    appeal: Appeal | None
    can_appeal: bool

    @property
    def is_waiting(self) -> bool:
        return self.report.state in OPEN


@dataclass(frozen=True, slots=True)
class DecisionOnMe:
    """A decision as whom it concerns may read it."""

    decision: Decision
    report: Report
    group_name: str
    appeal: Appeal | None
    can_appeal: bool


def list_group_queue(session: Session, viewer: Viewer, group_id: GroupId) -> list[ReportView]:
    """What waits in a group, the oldest first; for those who decide there, else NotFound."""
    now = clock.now()
    get_seat(session, viewer, group_id, today=now.date()).require(can_moderate)
    mine = sa.and_(col(Report.group_id) == group_id, decided_by(viewer, now=now))
    return _queue(session, viewer, mine)


def list_place_queue(session: Session, viewer: Viewer, *, of_notices: bool) -> list[ReportView]:
    """What waits for those who look after the place: notices of visitors, or everything else. What
    one decides in a group of one's own waits at its desk."""
    now = clock.now()
    noticed = select(Complaint.id).where(
        col(Complaint.report_id) == col(Report.id), col(Complaint.is_notice)
    )
    is_notice = sa.exists(noticed.correlate(Report))
    kind = is_notice if of_notices else sa.not_(is_notice)
    return _queue(session, viewer, sa.and_(decided_by_place(viewer, now=now), kind))


def get_report(session: Session, viewer: Viewer, report_id: int) -> ReportView:
    """Raises NotFound for whoever does not decide on it."""
    report = session.get(Report, report_id)
    if report is None:
        raise NotFound("report_not_found")
    return _view(session, viewer, report)


def list_complaints(session: Session, viewer: Viewer) -> list[ComplaintView]:
    """What the viewer has reported, the newest first."""
    own = select(Complaint).where(Complaint.by_actor_id == viewer.actor_id)
    found = session.exec(own.order_by(col(Complaint.id).desc()).limit(_OWN))
    return [_complaint(session, each) for each in found]


def get_complaint(session: Session, viewer: Viewer, complaint_id: int) -> ComplaintView:
    """One's own; raises NotFound."""
    view = get_any_complaint(session, complaint_id)
    if view.complaint.by_actor_id != viewer.actor_id:
        raise NotFound("complaint_not_found")
    return view


def get_any_complaint(session: Session, complaint_id: int) -> ComplaintView:
    """For whoever has shown that it is theirs; raises NotFound."""
    complaint = session.get(Complaint, complaint_id)
    if complaint is None:
        raise NotFound("complaint_not_found")
    return _complaint(session, complaint)


def list_decisions_on(session: Session, viewer: Viewer) -> list[DecisionOnMe]:
    """What was decided about the viewer and what they wrote, the newest first."""
    own = (
        select(Decision)
        .join(Report, col(Report.id) == col(Decision.report_id))
        .where(
            concerns(viewer.actor_id),
            Decision.action != Action.NONE,
            Decision.state != DecisionState.UNDONE,
        )
        .order_by(col(Decision.id).desc())
        .limit(_OWN)
    )
    return [get_any_decision(session, each.id) for each in session.exec(own)]


def get_decision_on(session: Session, viewer: Viewer, decision_id: int) -> DecisionOnMe:
    """One that concerns the viewer; raises NotFound."""
    view = get_any_decision(session, decision_id)
    if not is_target(session, viewer, view.report):
        raise NotFound("decision_not_found")
    return view


def get_any_decision(session: Session, decision_id: int) -> DecisionOnMe:
    """For whoever has shown that it concerns them; raises NotFound."""
    decision = session.get(Decision, decision_id)
    if decision is None or decision.action == Action.NONE:
        raise NotFound("decision_not_found")
    if decision.state == DecisionState.UNDONE:
        raise NotFound("decision_not_found")
    report = session.get_one(Report, decision.report_id)
    appeal = find_appeal(session, decision.id, None)
    stands = decision.state == DecisionState.STANDS and decision.action in RESTRICTIONS
    is_group = report.subject_kind == SubjectKind.GROUP
    return DecisionOnMe(
        decision=decision,
        report=report,
        group_name=_name(session, report.subject_id if is_group else report.group_id),
        appeal=appeal,
        can_appeal=stands and may_appeal(decision, appeal, now=clock.now()),
    )


def _queue(session: Session, viewer: Viewer, condition: sa.ColumnElement[bool]) -> list[ReportView]:
    """Open ones, and those with an appeal that the viewer may settle."""
    waiting = (*OPEN, ReportState.APPEALED)
    found = (
        select(Report)
        .where(col(Report.state).in_(waiting), condition)
        .order_by(col(Report.id))
        .limit(A_QUEUE)
    )
    views = [_view(session, viewer, report) for report in session.exec(found)]
    return [view for view in views if view.is_open or view.appeals or view.is_stuck]


def _view(session: Session, viewer: Viewer, report: Report) -> ReportView:
    now = clock.now()
    ties = find_ties(session, viewer, report)
    office = office_of(viewer, report, ties, now=now)
    if office is None:
        raise NotFound("report_not_found")
    complaints = select(Complaint).where(Complaint.report_id == report.id)
    group = session.get(Group, report.group_id) if report.group_id else None
    is_post = report.subject_kind == SubjectKind.POST
    post = session.get(Post, report.subject_id or 0) if is_post else None
    is_there = post is not None and post.state != PostState.DELETED
    shows = is_there and report.category != Category.CHILD_DANGER
    return ReportView(
        report=report,
        office=office,
        complaints=list(session.exec(complaints.order_by(col(Complaint.id)))),
        group_name=_name(session, report.group_id),
        assignee=_name(session, report.assigned_to_actor_id),
        target=session.get(Actor, report.target_actor_id) if report.target_actor_id else None,
        earlier=_count_earlier(session, report, now),
        decisions=_decisions(session, viewer, report, now),
        actions=list_actions(viewer, report, has_target=report.target_actor_id is not None),
        post=post if is_there else None,
        photos=list_photos(session, [post.id]).get(post.id, []) if post and shows else [],
        rules=lines_of(group.rules) if group else [],
        is_open=report.state in OPEN,
        has_sealed_copy=session.get(SealedCopy, report.id) is not None,
        is_stuck=report.state == ReportState.APPEALED and _is_stuck(session, report),
    )


def _is_stuck(session: Session, report: Report) -> bool:
    waiting = (
        select(Appeal.by_actor_id, Decision)
        .join(Decision, col(Decision.id) == col(Appeal.decision_id))
        .where(Decision.report_id == report.id, Appeal.state == AppealState.WAITING)
    )
    return any(
        not list_settlers(session, decision, by=by).all for by, decision in session.exec(waiting)
    )


def _decisions(
    session: Session, viewer: Viewer, report: Report, now: datetime
) -> list[DecisionView]:
    newest = (
        select(Decision).where(Decision.report_id == report.id).order_by(col(Decision.id).desc())
    )
    return [
        DecisionView(
            decision=decision,
            decider=_name(session, decision.decided_by_actor_id),
            appeals=_appeals(session, viewer, report, decision),
            can_undo=decision.state == DecisionState.STANDS
            and can_undo(viewer, decision, now=now)
            and report.state == ReportState.DECIDED,
        )
        for decision in session.exec(newest)
    ]


def _appeals(
    session: Session, viewer: Viewer, report: Report, decision: Decision
) -> list[AppealView]:
    ties = find_ties(session, viewer, report)
    oldest = select(Appeal).where(Appeal.decision_id == decision.id).order_by(col(Appeal.id))
    return [
        AppealView(
            appeal=appeal,
            is_of_target=appeal.complaint_id is None,
            can_settle=can_settle(viewer, decision, appeal, ties),
            decider=_name(session, appeal.decided_by_actor_id),
        )
        for appeal in session.exec(oldest)
    ]


def _complaint(session: Session, complaint: Complaint) -> ComplaintView:
    report = session.get_one(Report, complaint.report_id)
    decision = find_standing(session, report.id)
    appeal = find_appeal(session, decision.id, complaint.id) if decision else None
    may = decision is not None and may_appeal(decision, appeal, now=clock.now())
    return ComplaintView(complaint, report, decision, appeal, may)


def _count_earlier(session: Session, report: Report, now: datetime) -> int:
    if report.target_actor_id is None:
        return 0
    earlier = (
        select(func.count())
        .select_from(Decision)
        .join(Report, col(Report.id) == col(Decision.report_id))
        .where(
            Report.target_actor_id == report.target_actor_id,
            Report.id != report.id,
            Decision.state == DecisionState.STANDS,
            col(Decision.action).in_(RESTRICTIONS),
            Decision.decided_at > now - _EARLIER,
        )
    )
    return session.exec(earlier).one()


def _name(session: Session, actor_id: int | None) -> str:
    actor = session.get(Actor, actor_id) if actor_id else None
    return actor.display_name if actor else ""
