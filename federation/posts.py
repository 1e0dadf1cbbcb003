"""Posts by the addresses under which towns know them: ours, and those of others."""

from __future__ import annotations

from sqlmodel import Session, col, select

from federation.delivery.statements import HAS_LEFT
from federation.group_audience import is_read_in_history
from federation.models import RemoteActor, RemotePost
from federation.uris import actor_uri, find_local_note, note_uri
from fedparents.actors.models import Actor, ActorKind
from fedparents.posts.models import Post, PostPhoto, PostState


def find_post(session: Session, base_url: str, uri: str) -> Post | None:
    """What an id or the address of a page names, ours or theirs, also when it was taken back; who
    may read it is asked elsewhere."""
    if not uri:
        return None
    if (number := find_local_note(base_url, uri)) is not None:
        post = session.get(Post, number)
        return post if post is not None and not post.is_from_elsewhere else None
    row = find_remote_post(session, uri)
    return session.get(Post, row.post_id) if row is not None else None


def find_remote_post(session: Session, uri: str) -> RemotePost | None:
    """A post of another town by its id, or by its page, which is on the same server."""
    by_page = select(RemotePost).where(RemotePost.url == uri).order_by(col(RemotePost.post_id))
    return find_by_id(session, uri) or session.exec(by_page).first()


def find_by_id(session: Session, uri: str) -> RemotePost | None:
    """The same by its id alone: whoever changes something names it so."""
    return session.exec(select(RemotePost).where(RemotePost.uri == uri)).first()


def uri_of_post(session: Session, base_url: str, post: Post) -> str:
    """The id of a post: ours, or that which its own town gave it."""
    if not post.is_from_elsewhere:
        return note_uri(base_url, post.id)
    return session.get_one(RemotePost, post.id).uri


def find_page(session: Session, post_id: int) -> str:
    """Where people read a post of another town; "" for ours."""
    row = session.get(RemotePost, post_id)
    return row.url if row is not None else ""


def uri_of_actor(session: Session, base_url: str, actor_id: int) -> str:
    """The id of somebody, ours or theirs."""
    row = session.get(RemoteActor, actor_id)
    if row is not None:
        return row.uri
    actor = session.get_one(Actor, actor_id)
    return actor_uri(base_url, actor_id, ActorKind(actor.kind))


def was_told(session: Session, post_id: int) -> bool:
    """Whether a post of ours was told elsewhere, and not taken back since."""
    return bool(HAS_LEFT.rows(session.connection(), post=post_id))


def is_of_told_post(session: Session, media_id: int) -> bool:
    """Whether a picture is one of a post of ours that was told elsewhere, or is read there in the
    history of a group, and still stands."""
    shown = (
        select(Post)
        .join(PostPhoto, col(PostPhoto.post_id) == col(Post.id))
        .where(PostPhoto.media_id == media_id, Post.state == PostState.VISIBLE)
    )
    post = session.exec(shown).first()
    return post is not None and (was_told(session, post.id) or is_read_in_history(session, post))
