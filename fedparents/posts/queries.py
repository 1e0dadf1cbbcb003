"""One post: what its reader may do with it, and what it said before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.errors import NotFound
from fedparents.groups.policy import Standing, can_post
from fedparents.ids import PostId
from fedparents.posts.access import Met, get_met
from fedparents.posts.anonymous import wrote
from fedparents.posts.asking import can_say_what_helped
from fedparents.posts.models import Post, PostState, PostVersion
from fedparents.posts.policy import can_answer, can_edit, can_pin, decides


@dataclass(frozen=True, slots=True)
class Powers:
    """What somebody may do with the first post of a thread."""

    answer: bool
    accept: bool
    close: bool
    pin: bool
    decide: bool
    """Look after what is said there: hide and restore."""


def get_powers(session: Session, viewer: Viewer, post_id: PostId) -> Powers:
    """Raises NotFound for a post that is not there, or not for this viewer."""
    now = clock.now()
    met = get_met(session, viewer, post_id, today=now.date())
    post, is_author = met.post, met.relation.is_author
    looks_after = met.standing in {Standing.MODERATOR, Standing.MANAGER}
    return Powers(
        answer=can_answer(post) and _writes_there(met),
        accept=can_say_what_helped(met, now),
        close=(is_author or looks_after) and post.state == PostState.VISIBLE,
        pin=can_pin(met.standing) and post.group_id is not None and post.state == PostState.VISIBLE,
        decide=decides(viewer, post, met.relation),
    )


def get_editable(session: Session, viewer: Viewer, post_id: PostId) -> Post | None:
    """A post that the viewer may change; None for one of somebody else. Raises NotFound."""
    met = get_met(session, viewer, post_id, today=clock.now().date())
    return met.post if can_edit(met.post, met.relation) else None


def get_own(session: Session, viewer: Viewer, post_id: PostId) -> Post:
    """A post of the viewer's, also where they can no longer read; raises NotFound."""
    post = session.get(Post, post_id)
    if post is None or post.state == PostState.DELETED or not wrote(session, post, viewer.actor_id):
        raise NotFound("post_not_found")
    return post


def list_versions(session: Session, viewer: Viewer, post_id: PostId) -> Sequence[PostVersion]:
    """What a post said before, the newest first; for whoever reads the post, else NotFound."""
    get_met(session, viewer, post_id, today=clock.now().date())
    versions = (
        select(PostVersion)
        .where(PostVersion.post_id == post_id)
        .order_by(col(PostVersion.id).desc())
    )
    return session.exec(versions).all()


def _writes_there(met: Met) -> bool:
    return met.group is None or can_post(met.group, met.standing)
