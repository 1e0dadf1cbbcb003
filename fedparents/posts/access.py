"""A post as one person meets it: found, or not there for them; held while it is changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from fedparents.accounts.sessions import Viewer
from fedparents.db import UnitOfWork
from fedparents.errors import NotFound
from fedparents.groups.access import find_seat
from fedparents.groups.models import Group
from fedparents.groups.policy import Standing
from fedparents.ids import PostId
from fedparents.posts.anonymous import wrote
from fedparents.posts.models import Audience, Post, PostRecipient
from fedparents.posts.policy import Relation, can_view
from fedparents.social.models import Follow, FollowState
from fedparents.social.policy import is_blocked_between, is_kept_out


@dataclass(frozen=True, slots=True)
class Met:
    """A post, its group, and what somebody is to both."""

    post: Post
    group: Group | None
    relation: Relation

    @property
    def standing(self) -> Standing:
        return self.relation.standing or Standing.STRANGER


def get_met(session: Session, viewer: Viewer | None, post_id: PostId, *, today: date) -> Met:
    """Raises NotFound for a post that is not there, or not for this viewer."""
    post = session.get(Post, post_id)
    if post is None:
        raise NotFound("post_not_found")
    return _met(session, viewer, post, today)


def hold_met(uow: UnitOfWork, viewer: Viewer, post_id: PostId) -> Met:
    """The same for a change: whoever changes the same post at the same time waits."""
    post = uow.session.get(Post, post_id, with_for_update=True, populate_existing=True)
    if post is None:
        raise NotFound("post_not_found")
    return _met(uow.session, viewer, post, uow.now.date())


def find_relation(
    session: Session, viewer: Viewer | None, post: Post, group: Group | None, *, today: date
) -> Relation:
    """What somebody is to a post, whether they may see it or not."""
    if viewer is None:
        return Relation(
            Standing.VISITOR if group else None,
            is_blocked=is_kept_out(session, post.author_actor_id),
        )
    me, author = viewer.actor_id, post.author_actor_id
    follow = session.get(Follow, (me, author)) if post.audience == Audience.FOLLOWERS else None
    is_for_some = post.audience in {Audience.DIRECT, Audience.FOLLOWERS}
    return Relation(
        standing=find_seat(session, viewer, group, today=today).standing if group else None,
        is_author=wrote(session, post, me),
        is_recipient=is_for_some and session.get(PostRecipient, (post.id, me)) is not None,
        follows=follow is not None and follow.state == FollowState.ACCEPTED,
        is_blocked=me != author and is_blocked_between(session, me, author),
    )


def _met(session: Session, viewer: Viewer | None, post: Post, today: date) -> Met:
    group = session.get(Group, post.group_id) if post.group_id else None
    relation = find_relation(session, viewer, post, group, today=today)
    if not can_view(viewer, post, group, relation):
        raise NotFound("post_not_found")
    return Met(post, group, relation)
