"""What somebody says, as other towns get it: a Note, with answers to choose from a Question."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, cast

from sqlmodel import Session, col, select

from federation.audience import address, may_leave
from federation.models import RemoteActor
from federation.outside import find_person
from federation.reading import Json, JsonObject
from federation.uris import (
    actor_uri,
    host_of,
    note_uri,
    picture_uri,
    post_url,
    tag_url,
)
from fedparents.actors.models import Actor
from fedparents.media.models import MediaAttachment, MediaState
from fedparents.posts.models import Poll, PollOption, Post, PostMention, PostPhoto, PostTag

_OURS: Final = re.compile(r'href="/(?!/)')
_HASHTAG: Final = re.compile(r'<a href="([^"]*)" class="hashtag"(?: rel="[^"]*")?>#([^<]*)</a>')
_MENTION: Final = re.compile(
    r'<a href="([^"]*)" class="u-url mention"(?: rel="[^"]*")?>@([^<]*)</a>'
)


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody whom a post names or answers, as other towns know them."""

    actor_id: int
    uri: str
    name: str
    """With the place, as people write it."""
    is_elsewhere: bool


def to_ap(session: Session, post: Post, base_url: str, *, now: datetime) -> JsonObject:
    """The post as it is now, without a context; whether it may leave is asked elsewhere."""
    author = actor_uri(base_url, post.author_actor_id)
    named = list_named(session, post, base_url, now=now)
    envelope = address(post, author, (each.uri for each in named))
    content = _wire_html(post.html, base_url)
    note: JsonObject = {
        "id": note_uri(base_url, post.id),
        "type": "Note",
        "attributedTo": author,
        "to": list(envelope.to),
        "cc": list(envelope.cc),
        "content": content,
        "source": {"content": post.text, "mediaType": "text/markdown"},
        "sensitive": bool(post.warning) or post.is_sensitive,
        "published": moment(post.created_at),
        "url": post_url(base_url, post.id),
        "attachment": _photos(session, post, base_url),
        "tag": _tags(session, post, named, base_url),
        "interactionPolicy": {"canQuote": {"automaticApproval": [author]}},
    }
    if post.language:
        note["contentMap"] = {post.language: content}
    if post.warning:
        note["summary"] = post.warning
    if post.edited_at is not None:
        note["updated"] = moment(max(post.edited_at, post.created_at))
    if (answered := _answered(session, post)) is not None:
        note["inReplyTo"] = note_uri(base_url, answered.id)
    return _with_choices(session, post, note, now) if post.has_poll else note


def tombstone(post: Post, base_url: str, *, at: datetime) -> JsonObject:
    """What is left where something was said: that it was, and since when it is no more."""
    return {
        "id": note_uri(base_url, post.id),
        "type": "Tombstone",
        "formerType": "Question" if post.has_poll else "Note",
        "deleted": moment(post.deleted_at or at),
    }


def list_named(session: Session, post: Post, base_url: str, *, now: datetime) -> list[Named]:
    """Whom it mentions, and whom it answers, as far as they are known elsewhere; the author not."""
    mentioned = session.exec(
        select(PostMention.actor_id).where(PostMention.post_id == post.id)
    ).all()
    answered = _answered(session, post)
    wanted = {*mentioned, *([answered.author_actor_id] if answered else [])}
    wanted.discard(post.author_actor_id)
    people = session.exec(
        select(Actor, RemoteActor)
        .outerjoin(RemoteActor, col(RemoteActor.actor_id) == col(Actor.id))
        .where(col(Actor.id).in_(wanted))
        .order_by(col(Actor.id))
    )
    found = []
    for actor, remote in cast("Iterable[tuple[Actor, RemoteActor | None]]", people):
        if remote is not None:
            name = f"@{actor.handle}@{actor.domain}"
            found.append(Named(actor.id, remote.uri, name, is_elsewhere=True))
        elif find_person(session, actor.id, today=now.date()) is not None:
            uri = actor_uri(base_url, actor.id)
            name = f"@{actor.handle}@{host_of(base_url)}"
            found.append(Named(actor.id, uri, name, is_elsewhere=False))
    return found


def moment(at: datetime) -> str:
    """A time as all servers read it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _wire_html(html: str, base_url: str) -> str:
    """Addresses of this place get its name; names and hashtags get the shape that microblogs look
    for."""
    whole = _OURS.sub(f'href="{base_url}/', html)
    whole = _HASHTAG.sub(
        r'<a href="\1" class="mention hashtag" rel="tag">#<span>\2</span></a>', whole
    )
    return _MENTION.sub(
        r'<span class="h-card"><a href="\1" class="u-url mention">@<span>\2</span></a></span>',
        whole,
    )


def _photos(session: Session, post: Post, base_url: str) -> list[Json]:
    if not post.photo_count:
        return []
    shown = (
        select(MediaAttachment)
        .join(PostPhoto, col(PostPhoto.media_id) == col(MediaAttachment.id))
        .where(PostPhoto.post_id == post.id, MediaAttachment.state == MediaState.READY)
        .order_by(col(PostPhoto.position))
    )
    return [
        {
            "type": "Image",
            "mediaType": photo.mime,
            "url": picture_uri(base_url, photo.file),
            "name": photo.description,
            "width": photo.width,
            "height": photo.height,
            "blurhash": photo.blurhash,
            "focalPoint": [photo.focus_x, photo.focus_y],
        }
        for photo in session.exec(shown)
    ]


def _tags(session: Session, post: Post, named: Sequence[Named], base_url: str) -> list[Json]:
    tags = session.exec(
        select(PostTag.tag).where(PostTag.post_id == post.id).order_by(col(PostTag.tag))
    )
    found: list[Json] = [{"type": "Mention", "name": each.name, "href": each.uri} for each in named]
    found += [
        {"type": "Hashtag", "name": f"#{tag}", "href": tag_url(base_url, tag)} for tag in tags
    ]
    return found


def _answered(session: Session, post: Post) -> Post | None:
    """What it answers, as far as that is known elsewhere too."""
    if post.in_reply_to_id is None:
        return None
    answered = session.get(Post, post.in_reply_to_id)
    return answered if answered is not None and may_leave(answered) else None


def _with_choices(session: Session, post: Post, note: JsonObject, now: datetime) -> JsonObject:
    poll = session.get_one(Poll, post.id)
    options = session.exec(
        select(PollOption).where(PollOption.post_id == post.id).order_by(col(PollOption.position))
    )
    choices: list[Json] = [
        {
            "type": "Note",
            "name": option.text,
            "replies": {"type": "Collection", "totalItems": option.vote_count},
        }
        for option in options
    ]
    question = note | {
        "type": "Question",
        "anyOf" if poll.is_multiple else "oneOf": choices,
        "votersCount": poll.voter_count,
    }
    if poll.ends_at is not None:
        question["endTime"] = moment(poll.ends_at)
        if poll.ends_at <= now:
            question["closed"] = moment(poll.ends_at)
    return question
