"""Complaining: one report for each matter, however many see it; where a child may be in danger it
is out of sight before the form is answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from fedparents.accounts.joining import checked_email
from fedparents.accounts.models import Account
from fedparents.accounts.sessions import Viewer
from fedparents.audit.service import record_audit
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, Invalid, NotFound
from fedparents.moderation.facts import (
    ChildDangerRaised,
    ComplaintFiled,
    ComplaintForwarded,
    PostHiddenForNow,
    ReportLeft,
    ReportRaised,
)
from fedparents.moderation.machine import Turn, hold_report, take_turn
from fedparents.moderation.models import (
    OPEN,
    Action,
    Category,
    Complaint,
    Decision,
    DecisionState,
    Report,
    SealedCopy,
    SubjectKind,
)
from fedparents.moderation.policy import GROUP_HAS
from fedparents.moderation.subjects import (
    Subject,
    get_subject,
    hold_subject,
    looks_after_group,
    sealed_copy_of,
    snapshot_of,
)
from fedparents.posts.anonymous import find_author, wrote
from fedparents.posts.desk import move_post
from fedparents.posts.models import PostState
from fedparents.text import clean_line, optional_text

TEXT_LENGTH: Final = 2000
NAME_LENGTH: Final = 120
ADDRESS_LENGTH: Final = 500
MOST_FROM_A_TOWN: Final = 50
"""In a day."""
VOICES: Final = 3
"""So many established people hide a post until somebody has looked."""
ESTABLISHED_AFTER: Final = timedelta(days=30)
INVITED_ESTABLISHED_AFTER: Final = timedelta(days=7)
"""Somebody here has vouched for whoever came by an invitation."""
FALSE_ALARMS: Final = 3
FALSE_ALARMS_COUNT_FOR: Final = timedelta(days=183)
"""Whoever has raised so many for nothing still calls people, but hides nothing by themselves."""

Seal = Callable[[int, bytes], bytes]
"""Closes what only administrators may open, for this report: the core has no keys."""
_GRAVITY: Final = {category: rank for rank, category in enumerate(Category)}
_FOR_PLACE: Final = frozenset((Category.CHILD_DANGER, Category.ILLEGAL))


@dataclass(frozen=True, slots=True)
class ComplaintDraft:
    category: Category
    text: str = ""
    tells_their_town: bool = False
    """The town of whoever is concerned hears of it, and not from whom."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeDraft:
    """What article 16 asks of whoever reports something illegal: where, why, who, and that they
    believe it."""

    category: Category
    text: str
    address: str
    name: str = ""
    email: str = ""
    language: str = ""
    is_good_faith: bool = False


def file_complaint(
    uow: UnitOfWork,
    viewer: Viewer,
    kind: SubjectKind,
    subject_id: int,
    draft: ComplaintDraft,
    *,
    seal: Seal,
) -> Complaint:
    """Say that something is wrong with what one sees. A second time adds to the first, as long as
    nobody has decided. Raises NotFound, Invalid("text"), Conflict("report_own")."""
    subject = get_subject(uow.session, viewer, kind, subject_id, today=uow.now.date())
    if _is_own(uow.session, viewer, subject):
        raise Conflict("report_own")
    text = optional_text("text", draft.text, at_most=TEXT_LENGTH)
    if draft.category == Category.OTHER and not text:
        raise Invalid({"text": "missing"})
    hold_subject(uow, subject)
    report, is_new = _report_on(uow, subject, draft.category)
    known = _find_own(uow.session, report, viewer)
    complaint = known or _new_complaint(uow, report, draft.category, language=viewer.language)
    complaint.by_actor_id = viewer.actor_id
    complaint.category = _graver(complaint.category, draft.category)
    complaint.text = text or complaint.text
    uow.session.add(complaint)
    is_alarm = _raise(uow, report, draft.category, is_new=is_new)
    if known is None:
        _count(uow, report, complaint)
        if draft.tells_their_town:
            uow.record(ComplaintForwarded(complaint.id))
    hides = _is_believed(uow, viewer)
    _act_at_once(uow, report, subject, seal, hides=hides, is_alarm=is_alarm)
    return complaint


def file_notice(
    uow: UnitOfWork,
    viewer: Viewer | None,
    subject: Subject,
    draft: NoticeDraft,
    *,
    seal: Seal,
) -> Complaint:
    """The notice that everybody may give. Raises Invalid by field.

    `subject` is what the address leads to, whether or not they may see it: they are not told. It is
    hidden at once only if they can.
    """
    draft = _checked_notice(draft)
    hides = _sees(uow, viewer, subject)
    hold_subject(uow, subject)
    report, is_new = _report_on(uow, subject, draft.category)
    complaint = _new_complaint(uow, report, draft.category, language=draft.language)
    complaint.is_notice, complaint.text, complaint.address = True, draft.text, draft.address
    complaint.name, complaint.email = draft.name, draft.email
    uow.session.add(complaint)
    report.is_for_place = True
    is_alarm = _raise(uow, report, draft.category, is_new=is_new)
    _count(uow, report, complaint)
    _act_at_once(uow, report, subject, seal, hides=hides, is_alarm=is_alarm)
    return complaint


def file_from_elsewhere(
    uow: UnitOfWork, town: str, subject: Subject, text: str, *, site: str
) -> Complaint | None:
    """What another town reports, once for each matter; it hides nothing. None when that town, and
    all others of its `site`, have reported more than anybody could look into."""
    if _count_from(uow, site) >= MOST_FROM_A_TOWN:
        return None
    hold_subject(uow, subject)
    report, is_new = _report_on(uow, subject, Category.OTHER)
    own = select(Complaint).where(
        Complaint.report_id == report.id,
        Complaint.name == town,
        col(Complaint.by_actor_id).is_(None),
    )
    known = uow.session.exec(own).first()
    complaint = known or _new_complaint(uow, report, Category.OTHER, language="")
    complaint.name, complaint.text = town, text or complaint.text
    uow.session.add(complaint)
    if known is None:
        _count(uow, report, complaint)
    if is_new:
        uow.record(ReportRaised(report.id))
    return complaint


def _count_from(uow: UnitOfWork, site: str) -> int:
    """From a name that somebody had to register, whatever stands before it, and whatever port."""
    name = col(Complaint.name)
    lately = select(func.count()).where(
        sa.or_(
            name == site,
            name.startswith(f"{site}:", autoescape=True),
            name.endswith(f".{site}", autoescape=True),
            name.contains(f".{site}:", autoescape=True),
        ),
        col(Complaint.by_actor_id).is_(None),
        Complaint.created_at > uow.now - timedelta(days=1),
    )
    return uow.session.exec(lately).one()


def open_report(uow: UnitOfWork, subject: Subject, category: Category) -> Report:
    """The report under which somebody who looks after the place decides by themselves."""
    hold_subject(uow, subject)
    report, is_new = _report_on(uow, subject, category)
    report.is_own = is_new
    return report


def find_open(session: Session, subject: Subject) -> Report | None:
    """What somebody has to decide about it already. A matter of a person in one group is none of
    another, nor of the place."""
    if subject.id is None:
        return None
    where = (
        col(Report.group_id).is_(None)
        if subject.group_id is None
        else col(Report.group_id) == subject.group_id
    )
    still = select(Report).where(
        Report.subject_kind == subject.kind,
        Report.subject_id == subject.id,
        col(Report.state).in_(OPEN),
        where,
    )
    return session.exec(still).first()


def _report_on(uow: UnitOfWork, subject: Subject, category: Category) -> tuple[Report, bool]:
    """Held; a new one where nothing is open. Whether it is new."""
    there = find_open(uow.session, subject)
    if there is not None:
        return hold_report(uow, there.id), False
    group_id, target = subject.group_id, subject.target_actor_id
    report = Report(
        id=uow.new_id(),
        subject_kind=subject.kind,
        subject_id=subject.id,
        group_id=group_id,
        target_actor_id=target,
        category=category,
        # Nobody decides about themselves, nor about the colleague beside them alone.
        is_for_place=looks_after_group(uow.session, group_id, target),
        snapshot=snapshot_of(uow.session, subject),
        created_at=uow.now,
    )
    uow.session.add(report)
    uow.session.flush()
    if group_id is not None:
        uow.record(ReportLeft(report.id), at=uow.now + GROUP_HAS)
    return report, True


def _new_complaint(
    uow: UnitOfWork, report: Report, category: Category, *, language: str
) -> Complaint:
    return Complaint(
        id=uow.new_id(),
        report_id=report.id,
        category=category,
        language=language,
        created_at=uow.now,
    )


def _count(uow: UnitOfWork, report: Report, complaint: Complaint) -> None:
    """The log says that somebody complained, and not who."""
    report.complaint_count += 1
    uow.session.flush()  # the voices are counted in the table
    uow.record(ComplaintFiled(complaint.id))
    action = "report.notice" if complaint.is_notice else "report.filed"
    record_audit(
        uow,
        action,
        by=None,
        subject=report.id,
        group=report.group_id,
        reason=complaint.category,
    )


def _raise(uow: UnitOfWork, report: Report, category: Category, *, is_new: bool) -> bool:
    """Note how grave it is; whether somebody has to be called because of it."""
    was = Category(report.category)
    report.category = _graver(was, category)
    report.is_for_place = report.is_for_place or category in _FOR_PLACE
    uow.session.add(report)
    return is_new or was != report.category


def _act_at_once(
    uow: UnitOfWork, report: Report, subject: Subject, seal: Seal, *, hides: bool, is_alarm: bool
) -> None:
    is_danger = report.category == Category.CHILD_DANGER
    if is_danger and is_alarm:
        _seal(uow, report, subject, seal)
        uow.record(ChildDangerRaised(report.id))
    elif is_alarm:
        uow.record(ReportRaised(report.id))
    if is_danger and hides:
        _hide(uow, report, subject)
    elif _count_voices(uow, report) >= VOICES and _hide(uow, report, subject):
        uow.record(PostHiddenForNow(report.id))


def _hide(uow: UnitOfWork, report: Report, subject: Subject) -> bool:
    """Out of sight until somebody has decided; whether it was not before."""
    post = subject.post
    if post is None or post.state not in {PostState.VISIBLE, PostState.HELD}:
        return False
    report.shown_as, report.hidden_at = post.state, uow.now
    move_post(uow, post, PostState.HIDDEN, by=None)
    take_turn(uow, report, Turn.HIDE, by=None)
    return True


def _seal(uow: UnitOfWork, report: Report, subject: Subject, seal: Seal) -> None:
    if uow.session.get(SealedCopy, report.id) is not None:
        return
    author = find_author(uow.session, subject.post) if subject.post else report.target_actor_id
    copy = sealed_copy_of(uow.session, subject, author)
    uow.session.add(
        SealedCopy(report_id=report.id, sealed=seal(report.id, copy), sealed_at=uow.now)
    )


def _count_voices(uow: UnitOfWork, report: Report) -> int:
    """How many established people complain; who share a mailbox share a voice."""
    came_by_link = col(Account.invite_id).is_not(None)
    established = sa.or_(
        col(Account.confirmed_at) < uow.now - ESTABLISHED_AFTER,
        sa.and_(came_by_link, col(Account.confirmed_at) < uow.now - INVITED_ESTABLISHED_AFTER),
    )
    voices = (
        select(func.count(sa.distinct(col(Account.email))))
        .join(Complaint, col(Complaint.by_actor_id) == col(Account.actor_id))
        .where(Complaint.report_id == report.id, established)
    )
    return uow.session.exec(voices).one()


def _is_believed(uow: UnitOfWork, viewer: Viewer) -> bool:
    """Unless they have raised several alarms lately that were none."""
    alarms = (
        select(func.count())
        .select_from(Complaint)
        .join(Decision, col(Decision.report_id) == col(Complaint.report_id))
        .where(
            Complaint.by_actor_id == viewer.actor_id,
            Complaint.category == Category.CHILD_DANGER,
            Decision.action == Action.NONE,
            Decision.state == DecisionState.STANDS,
            Decision.decided_at > uow.now - FALSE_ALARMS_COUNT_FOR,
        )
    )
    return uow.session.exec(alarms).one() < FALSE_ALARMS


def _find_own(session: Session, report: Report, viewer: Viewer) -> Complaint | None:
    own = select(Complaint).where(
        Complaint.report_id == report.id, Complaint.by_actor_id == viewer.actor_id
    )
    return session.exec(own).first()


def _sees(uow: UnitOfWork, viewer: Viewer | None, subject: Subject) -> bool:
    if subject.id is None:
        return False
    try:
        get_subject(uow.session, viewer, subject.kind, subject.id, today=uow.now.date())
    except NotFound:
        return False
    return True


def _is_own(session: Session, viewer: Viewer, subject: Subject) -> bool:
    if subject.post is not None:
        return wrote(session, subject.post, viewer.actor_id)
    return subject.id == viewer.actor_id


def _graver(one: Category, other: Category) -> Category:
    return min(Category(one), Category(other), key=_GRAVITY.__getitem__)


def _checked_notice(draft: NoticeDraft) -> NoticeDraft:
    problems: dict[str, str] = {}
    text = optional_text("text", draft.text, at_most=TEXT_LENGTH)
    address, name = clean_line(draft.address), clean_line(draft.name)
    email = draft.email.strip()
    if not text:
        problems["text"] = "missing"
    if not address:
        problems["address"] = "missing"
    # Whoever has seen children abused may stay unknown; the law asks everybody else who they are.
    if draft.category != Category.CHILD_DANGER:
        problems |= {
            field: "missing" for field, given in (("name", name), ("email", email)) if not given
        }
    if not draft.is_good_faith:
        problems["is_good_faith"] = "tick_to_continue"
    if problems:
        raise Invalid(problems)
    for field, given, longest in (
        ("name", name, NAME_LENGTH),
        ("address", address, ADDRESS_LENGTH),
    ):
        if len(given) > longest:
            raise Invalid({field: "too_long"}, at_most=longest)
    return NoticeDraft(
        category=draft.category,
        text=text,
        address=address,
        name=name,
        email=checked_email(email, None) if email else "",
        language=draft.language,
        is_good_faith=True,
    )
