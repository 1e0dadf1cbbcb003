"""A post as it would look, before it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session

from federation.reach import list_towns_for
from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.media.queries import list_own_photos
from fedparents.posts.models import Post, PostKind
from fedparents.posts.photos import PhotoView
from fedparents.posts.polls import OptionView, PollDraft, PollView
from fedparents.posts.service import PostDraft, preview_post
from fedparents.text import clean_line
from fedparents.timelines.cards import PostCard
from web.site.posts.words import Kind


@dataclass(frozen=True, slots=True)
class Preview:
    card: PostCard
    polls: Mapping[int, PollView]
    photos: Mapping[int, list[PhotoView]]
    not_reached: tuple[str, ...]
    towns: list[str]
    """The other towns to which it goes."""
    folded: Mapping[int, str]


def preview_of(
    session: Session, viewer: Viewer, kind: Kind, draft: PostDraft, *, urgent: str
) -> Preview:
    """Raises what publishing it would raise about its words and its place."""
    published = preview_post(session, viewer, draft, clock.now())
    post = published.post
    post.photo_count, post.has_poll = len(draft.photos), draft.poll is not None
    return Preview(
        card=_card(session, viewer, kind, post, clean_line(urgent)),
        polls={post.id: _poll(draft.poll)} if draft.poll else {},
        photos={post.id: _photos(session, viewer, draft)},
        not_reached=published.not_reached,
        towns=list_towns_for(session, post, published.mentions, today=clock.now().date()),
        folded={},
    )


def _card(session: Session, viewer: Viewer, kind: Kind, post: Post, urgent: str) -> PostCard:
    own = session.get_one(Actor, viewer.actor_id)
    group = session.get(Actor, post.group_id) if post.group_id else None
    named = not post.is_anonymous
    return PostCard(
        id=post.id,
        kind=PostKind(post.kind) if kind.direction is None else PostKind.SWAP,
        state=post.state,
        audience=post.audience,
        is_quiet=post.is_quiet,
        author_actor_id=post.author_actor_id,
        is_anonymous=post.is_anonymous,
        is_own=True,
        author_name=own.display_name if named else "",
        author_handle=own.handle if named else "",
        is_from_elsewhere=False,
        author_avatar=own.avatar if named else "",
        handle=own.handle,
        group_id=post.group_id,
        group_name=group.display_name if group else None,
        group_town=group.domain if group else "",
        topic=None,
        direction=kind.direction,
        urgent_reason=urgent,
        urgent_until_at=None,
        text=post.text,
        html=post.html,
        warning=post.warning,
        is_sensitive=post.is_sensitive,
        language=post.language,
        photo_count=post.photo_count,
        has_poll=post.has_poll,
        is_reply=post.is_reply,
        in_reply_to_id=post.in_reply_to_id,
        root_id=post.root_id,
        reply_count=0,
        thanks_count=0,
        has_thanked=False,
        may_be_shared=False,
        share_count=0,
        has_shared=False,
        accepted_reply_id=None,
        closed_at=None,
        pinned_at=None,
        edited_at=None,
        reason="",
        created_at=post.created_at,
    )


def _poll(draft: PollDraft) -> PollView:
    options = tuple(
        OptionView(text, 0, is_own=False) for text in map(clean_line, draft.options) if text
    )
    return PollView(0, options, draft.is_multiple, None, is_over=False, voters=0)


def _photos(session: Session, viewer: Viewer, draft: PostDraft) -> list[PhotoView]:
    words = {photo.media_id: photo.description for photo in draft.photos}
    return [
        PhotoView(
            media.id,
            media.file,
            media.mime,
            media.width,
            media.height,
            media.small_width,
            media.small_height,
            media.blurhash,
            words[media.id] or "",
            media.focus_x,
            media.focus_y,
        )
        for media in list_own_photos(session, viewer, list(words))
    ]
