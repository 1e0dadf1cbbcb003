"""What stands around a post of ours, for other towns: what answers it, its thread, and what people
pass on. Of all of it, only what everybody may read, by people of whom others may know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from federation.activities.share import announced
from federation.audience import is_for_everybody
from federation.models import RemotePost
from federation.outside import find_person, is_known_outside
from federation.reading import JsonObject
from federation.uris import note_uri
from fedparents.accounts.models import Account
from fedparents.actors.models import Actor
from fedparents.posts.models import Post, Share
from fedparents.posts.policy import shareable
from fedparents.social.policy import is_let_in

THREAD_AT_MOST: Final = 500
"""Posts of one thread that are listed."""


@dataclass(frozen=True, slots=True)
class Page:
    """Ids in the order of a list, and after which number it goes on."""

    uris: Sequence[str]
    later: int | None


def find_around(session: Session, post_id: int, *, today: date) -> Post | None:
    """A post of ours around which others may look."""
    post = session.get(Post, post_id)
    if post is None or not is_for_everybody(post):
        return None
    return post if find_person(session, post.author_actor_id, today=today) else None


def list_replies(
    session: Session, base_url: str, post: Post, *, after: int, limit: int, today: date
) -> Page:
    """What answers it directly, the oldest first."""
    direct = sa.and_(col(Post.in_reply_to_id) == post.id, col(Post.id) > after)
    rows = _list(session, base_url, direct, limit=limit + 1, today=today)
    return Page([uri for _, uri in rows[:limit]], rows[limit - 1][0] if len(rows) > limit else None)


def list_thread(session: Session, base_url: str, root: Post, *, today: date) -> Sequence[str]:
    """It, and all that was answered below it, the oldest first."""
    whole = col(Post.root_id) == root.id
    rows = _list(session, base_url, whole, limit=THREAD_AT_MOST, today=today)
    return [uri for _, uri in rows]


def count_shared(session: Session, actor_id: int, *, today: date) -> int:
    """How much somebody passes on, as far as others may know."""
    return session.exec(select(func.count()).select_from(_shared(actor_id, today).subquery())).one()


def list_shared(
    session: Session,
    base_url: str,
    actor_id: int,
    *,
    before: int | None,
    limit: int,
    today: date,
) -> Sequence[tuple[int, JsonObject]]:
    """What somebody passes on as it was told, the newest first, each with its number."""
    found = _shared(actor_id, today)
    if before is not None:
        found = found.where(Share.id < before)
    newest = session.exec(found.order_by(col(Share.id).desc()).limit(limit)).all()
    told = ((share.id, announced(session, base_url, share)) for share in newest)
    return [(number, document) for number, document in told if document is not None]


def _shared(actor_id: int, today: date) -> SelectOfScalar[Share]:
    return (
        select(Share)
        .join(Post, col(Post.id) == col(Share.post_id))
        .join(Actor, col(Actor.id) == col(Post.author_actor_id))
        .outerjoin(Account, col(Account.actor_id) == col(Actor.id))
        .where(Share.actor_id == actor_id, _is_open(today))
    )


def _list(
    session: Session, base_url: str, which: sa.ColumnElement[bool], *, limit: int, today: date
) -> list[tuple[int, str]]:
    found = (
        select(Post.id, RemotePost.uri)
        .join(Actor, col(Actor.id) == col(Post.author_actor_id))
        .outerjoin(Account, col(Account.actor_id) == col(Actor.id))
        .outerjoin(RemotePost, col(RemotePost.post_id) == col(Post.id))
        .where(which, _is_open(today))
        .order_by(col(Post.id))
        .limit(limit)
    )
    return [(number, uri or note_uri(base_url, number)) for number, uri in session.exec(found)]


def _is_open(today: date) -> sa.ColumnElement[bool]:
    """What was said in a group stands there."""
    is_known = sa.or_(col(Actor.domain) != "", is_known_outside(today))
    is_near = is_let_in(col(Post.author_actor_id))
    return sa.and_(shareable(today=today), col(Post.group_id).is_(None), is_known, is_near)
