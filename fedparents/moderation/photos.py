"""Who sees the photos of what was reported: those who decide, and nobody where a child may be in
danger, until the authorities have been asked."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.media.models import MediaView
from fedparents.moderation.models import (
    OPEN,
    Category,
    Decision,
    DecisionState,
    Report,
    ReportState,
    SubjectKind,
)
from fedparents.moderation.policy import RESTRICTIONS, decided_by
from fedparents.posts import photos as posts
from fedparents.posts.models import Post, PostPhoto, PostState


def can_view_photo(session: Session, viewer: Viewer | None, media: MediaView) -> bool:
    """The rule of posts, with what a report adds to it and takes from it."""
    post = _find_post(session, media)
    if post is None:
        return False
    is_seen = posts.can_view_photo(session, viewer, media)
    if is_seen and post.state == PostState.VISIBLE:
        return True
    if viewer is None or _is_cut_off(session, post):
        return False
    return is_seen or _decides(session, viewer, post)


def _find_post(session: Session, media: MediaView) -> Post | None:
    of_photo = (
        select(Post)
        .join(PostPhoto, col(PostPhoto.post_id) == col(Post.id))
        .where(PostPhoto.media_id == media.id)
    )
    return session.exec(of_photo).first()


def _is_cut_off(session: Session, post: Post) -> bool:
    """What may be a picture of abuse is shown to nobody: not to who decides, not to its author."""
    restricted = select(Decision.id).where(
        col(Decision.report_id) == col(Report.id),
        Decision.state == DecisionState.STANDS,
        col(Decision.action).in_(RESTRICTIONS),
    )
    danger = _reports_on(post).where(
        Report.category == Category.CHILD_DANGER,
        sa.or_(
            col(Report.state).in_((*OPEN, ReportState.APPEALED)),
            sa.exists(restricted.correlate(Report)),
        ),
    )
    return session.exec(danger).first() is not None


def _decides(session: Session, viewer: Viewer, post: Post) -> bool:
    """Administrators who look into a matter of a group that they are not in."""
    if post.state == PostState.DELETED:
        return False
    mine = _reports_on(post).where(decided_by(viewer, now=clock.now()))
    return session.exec(mine).first() is not None


def _reports_on(post: Post) -> SelectOfScalar[int]:
    return select(Report.id).where(
        Report.subject_kind == SubjectKind.POST, Report.subject_id == post.id
    )
