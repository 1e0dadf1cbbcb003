"""The pictures of other towns' posts and people: which are still to be fetched, and for what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, delete, select

from federation.facts import PicturesNamed
from federation.models import RemoteActor, RemotePicture
from federation.objects.attachments import PictureDraft
from federation.uris import host_of, site_of
from fedparents.actors.models import Actor
from fedparents.db import UnitOfWork
from fedparents.media.service import release_media, show_face
from fedparents.posts.elsewhere import add_copy, drop_copies
from fedparents.posts.models import Post, PostPhoto, PostState


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture that is to be fetched, and whose it is."""

    url: str
    actor_id: int
    site: str
    """Of their town, on whose account it is fetched."""
    position: int = 0


def name_pictures(
    uow: UnitOfWork, post: Post, pictures: Sequence[PictureDraft], *, is_new: bool = False
) -> None:
    """Remember which pictures a post shows where it was said; those that it shows no longer go."""
    if is_new and not pictures:
        return
    known = select(RemotePicture).where(RemotePicture.post_id == post.id)
    before = {row.position: row for row in uow.session.exec(known)}
    changed = [
        position
        for position, row in before.items()
        if position >= len(pictures) or pictures[position].url != row.url
    ]
    if changed:
        drop_copies(uow, post, changed)
        gone = delete(RemotePicture).where(
            col(RemotePicture.post_id) == post.id, col(RemotePicture.position).in_(changed)
        )
        uow.session.exec(gone)
    new = [n for n in range(len(pictures)) if n not in before or n in changed]
    for position in new:
        picture = pictures[position]
        uow.session.add(
            RemotePicture(
                post_id=post.id,
                position=position,
                url=picture.url,
                description=picture.description,
                focus_x=picture.focus_x,
                focus_y=picture.focus_y,
            )
        )
    if new:
        uow.record(PicturesNamed(post.id))


def list_wanted(session: Session, post_id: int) -> list[Wanted]:
    """Those of a post that are not here yet."""
    post = session.get(Post, post_id)
    if post is None or post.state == PostState.DELETED:
        return []
    there = set(session.exec(select(PostPhoto.position).where(PostPhoto.post_id == post_id)))
    named = select(RemotePicture).where(RemotePicture.post_id == post_id)
    rows = session.exec(named.order_by(col(RemotePicture.position)))
    author = session.get(RemoteActor, post.author_actor_id)
    site = site_of(host_of(author.uri)) if author is not None else ""
    return [
        Wanted(row.url, post.author_actor_id, site, row.position)
        for row in rows
        if row.position not in there
    ]


def keep_picture(uow: UnitOfWork, post_id: int, wanted: Wanted, media_id: int) -> None:
    """It has been drawn anew: show it, unless the post shows another one by now."""
    post = uow.session.get(Post, post_id, with_for_update=True, populate_existing=True)
    row = uow.session.get(RemotePicture, (post_id, wanted.position))
    if post is None or row is None or row.url != wanted.url:
        release_media(uow, [media_id])
        return
    add_copy(
        uow,
        post,
        media_id,
        position=row.position,
        description=row.description,
        focus=(row.focus_x, row.focus_y),
    )


def find_face(session: Session, actor_id: int) -> Wanted | None:
    """The picture of somebody elsewhere, as their town shows it; None without one."""
    row = session.get(RemoteActor, actor_id)
    if row is None or row.gone_at is not None or not row.picture_url:
        return None
    return Wanted(row.picture_url, actor_id, site_of(host_of(row.uri)))


def keep_face(uow: UnitOfWork, actor_id: int, url: str, media_id: int | None) -> None:
    """It has been drawn anew, or there is none any more."""
    row = uow.session.get(RemoteActor, actor_id, with_for_update=True, populate_existing=True)
    if row is None or row.picture_url != url:
        if media_id is not None:
            release_media(uow, [media_id])
        return
    show_face(uow, uow.session.get_one(Actor, actor_id), media_id)
