"""What waits for those who look after a group: how much of each, and the first posts themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.db import HotStatement, UTCDateTime, constant, is_one_of, table_of
from fedparents.errors import NotFound
from fedparents.groups.access import get_seat
from fedparents.groups.cards import waiting_count
from fedparents.groups.models import Group, Membership
from fedparents.groups.policy import AnyViewer, can_moderate, decided_by
from fedparents.ids import GroupId, PostId
from fedparents.moderation.models import OPEN, Appeal, AppealState, Complaint, Decision, Report
from fedparents.moderation.policy import GROUP_HAS, concerns, for_place
from fedparents.posts.desk import can_hold_again, looks_after
from fedparents.posts.models import Post, PostState
from fedparents.posts.photos import PhotoView, list_photos
from fedparents.social.policy import is_seen

A_QUEUE: Final = 50
"""How much of each kind one page shows: the oldest."""

_post = table_of(Post)
_group = table_of(Group)
_actor = table_of(Actor)
_report = table_of(Report)
_complaint = table_of(Complaint)
_decision = table_of(Decision)
_appeal = table_of(Appeal)
_own = table_of(Membership).alias("own")
_viewer = AnyViewer()


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits in one group."""

    group_id: GroupId
    name: str
    requests: int
    first_posts: int
    reports: int
    """Also those that somebody asks to look at again."""

    @property
    def all(self) -> int:
        return self.requests + self.first_posts + self.reports


@dataclass(frozen=True, slots=True)
class ForPlace:
    """What waits for those who look after the place."""

    reports: int = 0
    notices: int = 0

    @property
    def all(self) -> int:
        return self.reports + self.notices


@dataclass(frozen=True, slots=True)
class FirstPost:
    """A newcomer's post, as those who decide see it."""

    post: Post
    name: str
    """Empty for one without a name."""
    handle: str
    avatar: str
    is_seen: bool
    """Whether the viewer may look at their profile."""
    photos: list[PhotoView]
    decider: str = ""
    """Who has let it through or hidden it."""
    can_undo: bool = False


def _held_count() -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.count())
        .where(
            _post.c.group_id == _group.c.actor_id,
            _post.c.state == constant(PostState.HELD),
            _post.c.reason == sa.literal_column("''"),
        )
        .correlate(_group)
        .scalar_subquery()
    )


def _report_count() -> sa.ScalarSelect[int]:
    """Those that wait for a decision of the viewer, who decides about nothing of their own."""
    return (
        sa.select(sa.func.count())
        .where(
            _report.c.group_id == _group.c.actor_id,
            is_one_of(_report.c.state, OPEN),
            sa.not_(concerns(_viewer.actor_id)),
        )
        .correlate(_group)
        .scalar_subquery()
    )


def _settled_by_viewer() -> sa.ColumnElement[bool]:
    """`policy.can_settle` of an appeal that waits, for whoever is not concerned."""
    complained = sa.exists(
        sa.select(_complaint.c.id)
        .where(
            _complaint.c.report_id == _report.c.id,
            _complaint.c.by_actor_id == _viewer.actor_id,
        )
        .correlate(_report)
    )
    return sa.and_(
        _appeal.c.state == constant(AppealState.WAITING),
        _decision.c.decided_by_actor_id != _viewer.actor_id,
        sa.func.coalesce(_appeal.c.by_actor_id, sa.literal_column("0")) != _viewer.actor_id,
        ~complained,
    )


def _appeal_count() -> sa.ScalarSelect[int]:
    """Those that the viewer may settle: `policy.can_settle`."""
    return (
        sa.select(sa.func.count())
        .select_from(_appeal)
        .join(_decision, _decision.c.id == _appeal.c.decision_id)
        .join(_report, _report.c.id == _decision.c.report_id)
        .where(
            _report.c.group_id == _group.c.actor_id,
            _settled_by_viewer(),
            sa.not_(concerns(_viewer.actor_id)),
        )
        .correlate(_group)
        .scalar_subquery()
    )


def _waiting(*conditions: sa.ColumnElement[bool]) -> HotStatement:
    counted = (
        sa.select(
            _group.c.actor_id,
            _actor.c.display_name,
            waiting_count().label("requests"),
            _held_count().label("first_posts"),
            (_report_count() + _appeal_count()).label("reports"),
        )
        # Begins with the few groups that one is in, not with all that there are.
        .join_from(_own, _group, _group.c.actor_id == _own.c.group_id)
        .join(_actor, _actor.c.id == _group.c.actor_id)
        .where(
            _own.c.actor_id == _viewer.actor_id,
            decided_by(_viewer),
            *conditions,
        )
        .subquery("counted")
    )
    return HotStatement(
        sa.select(counted)
        .where(
            counted.c.requests + counted.c.first_posts + counted.c.reports > sa.literal_column("0")
        )
        .order_by(counted.c.display_name)
    )


def _place_count(kind: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    """What waits for the office of the place, of one kind."""
    mine = for_place(
        _viewer.actor_id,
        is_moderator=sa.true(),
        is_admin=bindparam("is_admin", type_=sa.Boolean),
        since=bindparam("since", type_=UTCDateTime),
    )
    to_settle = sa.exists(
        sa.select(_appeal.c.id)
        .join(_decision, _decision.c.id == _appeal.c.decision_id)
        .where(_decision.c.report_id == _report.c.id, _settled_by_viewer())
        .correlate(_report)
    )
    is_open = is_one_of(_report.c.state, OPEN)
    return (
        sa.select(sa.func.count())
        .select_from(_report)
        .where(mine, kind, sa.or_(is_open, to_settle))
        .scalar_subquery()
    )


_is_notice = sa.exists(
    sa.select(_complaint.c.id)
    .where(_complaint.c.report_id == _report.c.id, _complaint.c.is_notice)
    .correlate(_report)
)
COUNT_FOR_PLACE = HotStatement(
    sa.select(
        _place_count(sa.not_(_is_notice)).label("reports"),
        _place_count(_is_notice).label("notices"),
    )
)
LIST_WAITING = _waiting()
FIND_WAITING = _waiting(_own.c.group_id == bindparam("group", type_=sa.BigInteger))


def count_for_place(session: Session, viewer: Viewer) -> ForPlace:
    """What waits for somebody who looks after the place; nothing for everybody else."""
    if not viewer.is_moderator:
        return ForPlace()
    ((reports, notices),) = COUNT_FOR_PLACE.rows(
        session.connection(),
        viewer=viewer.actor_id,
        is_admin=viewer.is_admin,
        since=clock.now() - GROUP_HAS,
    )
    return ForPlace(reports, notices)


def list_waiting(session: Session, viewer: Viewer) -> list[Waiting]:
    """The groups in which something waits for the viewer's word, by name."""
    rows = LIST_WAITING.rows(session.connection(), viewer=viewer.actor_id)
    return [Waiting(GroupId(each), *rest) for each, *rest in rows]


def count_waiting(session: Session, viewer: Viewer, group_id: GroupId) -> Waiting:
    """What waits for the viewer in one group; nothing, for those who do not decide there."""
    rows = FIND_WAITING.rows(session.connection(), viewer=viewer.actor_id, group=group_id)
    return Waiting(group_id, *rows[0][1:]) if rows else Waiting(group_id, "", 0, 0, 0)


def list_first_posts(session: Session, viewer: Viewer, group_id: GroupId) -> list[FirstPost]:
    """Those that wait, the oldest first, for those who decide, whoever has blocked whom."""
    today = clock.now().date()
    get_seat(session, viewer, group_id, today=today).require(can_moderate)
    held = sa.and_(
        col(Post.group_id) == group_id,
        col(Post.state) == constant(PostState.HELD),
        col(Post.reason) == "",  # with one it waits for its author, who has to change it
    )
    return _first_posts(session, viewer, held)


def get_first_post(
    session: Session, viewer: Viewer, group_id: GroupId, post_id: PostId
) -> FirstPost:
    """One that waits or has just been decided; for those who decide, else NotFound."""
    now = clock.now()
    post = session.get(Post, post_id)
    if post is None or post.group_id != group_id:
        raise NotFound("post_not_found")
    if not looks_after(session, viewer, post, today=now.date()):
        raise NotFound("post_not_found")
    return _first_posts(session, viewer, col(Post.id) == post_id)[0]


def _first_posts(
    session: Session, viewer: Viewer, condition: sa.ColumnElement[bool]
) -> list[FirstPost]:
    decider = aliased(Actor)
    seen = sa.and_(sa.not_(col(Post.is_anonymous)), is_seen(viewer.actor_id, col(Actor.id)))
    found = (
        sa.select(Post, Actor, sa.type_coerce(seen, sa.Boolean), col(decider.display_name))
        .join(Actor, col(Actor.id) == col(Post.author_actor_id))
        .outerjoin(decider, col(decider.id) == col(Post.decided_by_actor_id))
        .where(condition)
        .order_by(col(Post.id))
        .limit(A_QUEUE)
    )
    rows = session.execute(found).all()
    photos = list_photos(session, [post.id for post, *_ in rows])
    return [
        FirstPost(
            post=post,
            name="" if post.is_anonymous else author.display_name,
            handle="" if post.is_anonymous else author.address,
            avatar=author.avatar if is_shown else "",
            is_seen=is_shown,
            photos=photos.get(post.id, []),
            decider=name or "",
            can_undo=post.state == PostState.VISIBLE and can_hold_again(post, now=clock.now()),
        )
        for post, author, is_shown, name in rows
    ]
