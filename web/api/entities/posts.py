"""What people say: Status, with its pictures, polls and filters, as one program shows it.

What everybody would get is made of rows; what is the reader's own is said after it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from markupsafe import escape

from federation.known_as import Elsewhere
from federation.shapes import in_microblog_shape
from federation.uris import activity_uri, note_uri, tag_url
from fedparents.groups.models import Audience as GroupAudience
from fedparents.media.models import MediaAttachment
from fedparents.posts.models import Audience, PostKind, PostVersion
from fedparents.posts.photos import PhotoView
from fedparents.posts.policy import CAPS, narrower
from fedparents.posts.polls import PollView
from fedparents.social.queries import FilterView
from fedparents.swaps.models import Direction
from fedparents.timelines.cards import PostCard
from fedparents.timelines.faces import Face
from fedparents.timelines.full import FullPage, FullPost
from web.api.entities.filters import filter_result
from web.api.entities.people import account, mention
from web.api.entities.reader import Json, Reader, moment
from web.i18n import N_

_FOR_SOME: Final = frozenset({Audience.HERE, Audience.NEARBY})
_WORDS: Final[Mapping[str, str]] = {
    Direction.ASK: N_("Wanted"),
    Direction.OFFER: N_("Offered"),
    PostKind.QUESTION: N_("Question"),
    PostKind.ANNOUNCEMENT: N_("Announcement"),
}
_CLOSED: Final = N_("Closed")
"""Of an ask that nobody needs to answer any more."""


@dataclass(frozen=True, slots=True)
class _Group:
    """What a group gives to each post in it, written once for a page."""

    cap: Audience
    link: str
    """Its name, as somebody who writes to it would name it."""
    mention: Json
    more: Json


@dataclass(frozen=True, slots=True)
class Pageful:
    """A page of posts with everything that its entities need."""

    page: FullPage
    elsewhere: Elsewhere = field(default_factory=Elsewhere)
    filters: Mapping[int, FilterView] = field(default_factory=dict)
    """Those of the reader that were found."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What the entities of a page have in common."""

    pageful: Pageful
    people: Mapping[int, Json]
    groups: Mapping[int, _Group]
    reader: Reader


def statuses(
    pageful: Pageful, reader: Reader, posts: Sequence[FullPost] | None = None
) -> list[Json]:
    """All posts of a page, or some of them; a person stands in it once, however much they say."""
    faces, uris = pageful.page.faces, pageful.elsewhere.actors
    sheet = _Sheet(
        pageful,
        {number: account(face, reader, uris) for number, face in faces.items()},
        {number: _group(face, reader) for number, face in faces.items() if face.is_group},
        reader,
    )
    shown = pageful.page.posts if posts is None else posts
    return [_line(post, sheet) for post in shown]


def _audience_of(card: PostCard, group: _Group | None) -> Audience:
    """Who reads it now: what was said in a group goes no further than the group does."""
    said = Audience(card.audience)
    return said if group is None or said == Audience.DIRECT else narrower(said, group.cap)


def visibility_of(audience: Audience, *, is_quiet: bool = False) -> str:
    """In Mastodon's four words, none of which may say more than is true."""
    if audience == Audience.PUBLIC:
        return "unlisted" if is_quiet else "public"
    return "direct" if audience == Audience.DIRECT else "private"


def picture(photo: PhotoView | MediaAttachment, reader: Reader) -> Json:
    """A photo: MediaAttachment."""
    return {
        "id": str(photo.id),
        "type": "image",
        "url": reader.picture(photo.file),
        "preview_url": reader.picture(photo.file, small=True),
        "remote_url": None,
        "preview_remote_url": None,
        "text_url": None,
        "meta": {
            "focus": {"x": photo.focus_x, "y": photo.focus_y},
            "original": _size(photo.width, photo.height),
            "small": _size(photo.small_width, photo.small_height),
        },
        "description": photo.description or None,
        "blurhash": photo.blurhash or None,
    }


def poll(view: PollView, reader: Reader) -> Json:
    """Answers to choose from; who has not chosen is not told how others did."""
    found: Json = {
        "id": str(view.post_id),
        "expires_at": moment(view.ends_at) if view.ends_at else None,
        "expired": view.is_over,
        "multiple": view.is_multiple,
        "votes_count": sum(option.votes for option in view.options),
        "voters_count": view.voters,
        "options": [
            {"title": option.text, "votes_count": option.votes if view.shows_results else None}
            for option in view.options
        ],
        "emojis": [],
    }
    if reader.is_somebody:
        found["voted"] = view.has_voted
        found["own_votes"] = [n for n, option in enumerate(view.options) if option.is_own]
    return found


def _size(width: int, height: int) -> Json:
    return {
        "width": width,
        "height": height,
        "size": f"{width}x{height}",
        "aspect": width / height if height else 1.0,
    }


def _line(post: FullPost, sheet: _Sheet) -> Json:
    """A post, or around it that somebody passed it on: with a number of its own, all else the
    same."""
    status = _status(post, sheet)
    if post.share is None:
        return status
    number = post.share.id
    return status | {
        "id": str(number),
        "uri": activity_uri(sheet.reader.base_url, number),
        "created_at": moment(post.share.created_at),
        "edited_at": None,
        "account": sheet.people[post.share.actor_id],
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "poll": None,
        "reblog": status,
    }


def _status(post: FullPost, sheet: _Sheet) -> Json:
    card, pageful, reader = post.card, sheet.pageful, sheet.reader
    page = pageful.page
    group = sheet.groups.get(card.group_id) if card.group_id else None
    audience = _audience_of(card, group)
    asked = page.polls.get(card.id)
    uri = pageful.elsewhere.posts.get(card.id) or note_uri(reader.base_url, card.id)
    found: Json = {
        "id": str(card.id),
        "uri": uri,
        "url": f"{reader.page_of(card.handle)}/{card.id}",
        "created_at": moment(card.created_at),
        "edited_at": moment(card.edited_at) if card.edited_at else None,
        "account": sheet.people[card.author_actor_id],
        "content": _content(card, group, reader),
        "visibility": visibility_of(audience, is_quiet=card.is_quiet),
        "local_only": audience in _FOR_SOME,
        "sensitive": card.is_sensitive,
        "spoiler_text": card.warning,
        "language": card.language or None,
        "in_reply_to_id": str(card.in_reply_to_id) if card.in_reply_to_id else None,
        "in_reply_to_account_id": str(post.answers_actor_id) if post.answers_actor_id else None,
        "media_attachments": [picture(each, reader) for each in page.photos.get(card.id, ())],
        "mentions": _mentions(card, page, group, reader),
        "tags": [
            {"name": tag, "url": tag_url(reader.base_url, tag)}
            for tag in page.tags.get(card.id, ())
        ],
        "emojis": [],
        "reblogs_count": card.share_count,
        "favourites_count": card.thanks_count,
        "replies_count": card.reply_count,
        "reblog": None,
        "poll": poll(asked, reader) if asked else None,
        "card": None,
        "quote": None,
        "fedparents": _more(card, group, audience),
    }
    if reader.is_somebody:
        found |= {
            "favourited": card.has_thanked,
            "reblogged": card.has_shared,
            "muted": False,
            "bookmarked": post.is_kept,
            "filtered": [
                filter_result(match, pageful.filters[match.filter_id])
                for match in page.matches.get(card.id, ())
                if match.filter_id in pageful.filters
            ],
        }
    return found


def _content(card: PostCard, group: _Group | None, reader: Reader) -> str:
    """The words, after a line that says what it is and where, which apps show nowhere else."""
    words = in_microblog_shape(card.html, reader.base_url)
    if card.is_reply or card.audience == Audience.DIRECT:
        return words
    what = _WORDS.get(card.direction or card.kind)
    parts = []
    if what:
        if card.closed_at is not None:
            parts.append(f"<em>{escape(reader.word_in(card.language, _CLOSED))}</em>")
        parts.append(f"<strong>{escape(reader.word_in(card.language, what))}</strong>")
    if group is not None:
        parts.append(group.link)
    return f"<p>{' · '.join(parts)}</p>{words}" if parts else words


def _mentions(card: PostCard, page: FullPage, group: _Group | None, reader: Reader) -> list[Json]:
    found = [mention(*each, reader) for each in page.mentions.get(card.id, ())]
    if group is not None and card.author_actor_id != card.group_id:
        found.append(group.mention)
    return found


def _more(card: PostCard, group: _Group | None, audience: Audience) -> Json:
    """What only we say of a post."""
    is_swap = card.kind == PostKind.SWAP
    return {
        "type": "swap" if is_swap else "post",
        "kind": card.direction if is_swap else card.kind,
        "audience": audience.value,
        "group": group.more if group is not None else None,
        "event": None,
        "swap": _swap(card) if is_swap else None,
    }


def _group(face: Face, reader: Reader) -> _Group:
    address = face.address
    page = escape(reader.page_of(address))
    return _Group(
        cap=CAPS[GroupAudience(face.audience or GroupAudience.MEMBERS)],
        link=f'<span class="h-card"><a href="{page}" class="u-url mention">'
        f"@<span>{escape(face.handle)}</span></a></span>",
        mention=mention(face.id, face.handle, face.domain, reader),
        more={
            "id": str(face.id),
            "account_id": str(face.id),
            "acct": address,
            "title": face.name,
            "closed": face.audience == GroupAudience.MEMBERS,
        },
    )


def _swap(card: PostCard) -> Json:
    return {
        "direction": card.direction,
        "state": "closed" if card.closed_at else "open",
        "urgent_until": moment(card.urgent_until_at) if card.urgent_until_at else None,
    }


def edits(pageful: Pageful, versions: Sequence[PostVersion], reader: Reader) -> list[Json]:
    """What the one post of a page said, from the first (`versions`, the oldest first) to now."""
    (now,) = statuses(pageful, reader)
    card = pageful.page.posts[0].card
    since = [card.created_at, *(version.replaced_at for version in versions)]
    said = [(version.html, version.warning) for version in versions]
    said.append((card.html, card.warning))
    found: list[Json] = [
        {
            "content": in_microblog_shape(html, reader.base_url),
            "spoiler_text": warning,
            "sensitive": card.is_sensitive,
            "created_at": moment(begin),
            "account": now["account"],
            "media_attachments": now["media_attachments"],
            "emojis": [],
        }
        for begin, (html, warning) in zip(since, said, strict=True)
    ]
    return found
