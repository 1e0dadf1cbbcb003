"""What people say: Status, with its pictures, polls and filters, as one program shows it.

What everybody would get is made of rows; what is the reader's own is said after it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final, NamedTuple

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
from fedparents.timelines.faces import Face
from fedparents.timelines.full import FullPage, FullPost, Mentioned
from fedparents.timelines.full_cards import FullCard
from web.api.entities.filters import filter_result
from web.api.entities.people import account, mention
from web.api.entities.reader import Json, Reader, moment, page_of
from web.i18n import N_, Languages

_FOR_SOME: Final = frozenset({Audience.HERE, Audience.NEARBY})
_WORDS: Final[Mapping[str, str]] = {
    Direction.ASK: N_("Wanted"),
    Direction.OFFER: N_("Offered"),
    PostKind.QUESTION: N_("Question"),
    PostKind.ANNOUNCEMENT: N_("Announcement"),
}
_CLOSED: Final = N_("Closed")
"""Of an ask that nobody needs to answer any more."""


class _Group(NamedTuple):
    """What a group gives to each post in it."""

    id: int
    handle: str
    domain: str
    name: str
    audience: GroupAudience

    @property
    def address(self) -> str:
        return f"{self.handle}@{self.domain}" if self.domain else self.handle


class _Said(NamedTuple):
    """What of a card is the same for everybody who sees it, and stands in its status."""

    id: int
    kind: PostKind
    audience: Audience
    is_quiet: bool
    author_actor_id: int
    handle: str
    group_id: int | None
    direction: Direction | None
    urgent_until_at: datetime | None
    html: str
    warning: str
    is_sensitive: bool
    language: str
    is_reply: bool
    in_reply_to_id: int | None
    reply_count: int
    thanks_count: int
    share_count: int
    accepted_reply_id: int | None
    closed_at: datetime | None
    edited_at: datetime | None
    created_at: datetime


class _Named(NamedTuple):
    """What stands in its words."""

    mentions: tuple[Mentioned, ...]
    tags: tuple[str, ...]


_pick: Final = itemgetter(*(FullCard._fields.index(name) for name in _Said._fields))


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
        {number: _group(face) for number, face in faces.items() if face.is_group},
        reader,
    )
    shown = pageful.page.posts if posts is None else posts
    return [_line(post, sheet) for post in shown]


def _audience_of(said: _Said, group: _Group | None) -> Audience:
    """Who reads it now: what was said in a group goes no further than the group does."""
    wide = Audience(said.audience)
    if group is None or wide == Audience.DIRECT:
        return wide
    return narrower(wide, CAPS[GroupAudience(group.audience)])


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
        found["own_votes"] = list(view.own)
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
    asked, photos = page.polls.get(card.id), page.photos.get(card.id)
    found = _said(
        _pick(card),
        sheet.groups.get(card.group_id) if card.group_id else None,
        _Named(tuple(page.mentions.get(card.id, ())), tuple(page.tags.get(card.id, ()))),
        post.answers_actor_id,
        pageful.elsewhere.posts.get(card.id),
        reader.base_url,
        reader.languages,
    ).copy()
    found["account"] = sheet.people[card.author_actor_id]
    if photos:
        found["media_attachments"] = [picture(each, reader) for each in photos]
    if asked:
        found["poll"] = poll(asked, reader)
    if reader.is_somebody:
        found["favourited"] = card.has_thanked
        found["reblogged"] = card.has_shared
        found["muted"] = post.is_muted
        found["bookmarked"] = post.is_kept
        found["filtered"] = [
            filter_result(match, pageful.filters[match.filter_id])
            for match in page.matches.get(card.id, ())
            if match.filter_id in pageful.filters
        ]
    if _is_pinnable(card):
        found["pinned"] = card.pinned_at is not None
    return found


def _is_pinnable(card: FullCard) -> bool:
    """Whether the reader may keep it on top of their page."""
    is_on_their_page = card.group_id is None and card.audience != Audience.DIRECT
    return card.is_own and is_on_their_page


# What everybody gets who sees a post follows from the arguments alone, so that it is made once.
# Who may see it has been asked before, of the database, and whatever changes is another argument.
@lru_cache(maxsize=4096)
def _said(
    picked: tuple[Any, ...],
    group: _Group | None,
    named: _Named,
    answers_actor_id: int | None,
    uri: str | None,
    base_url: str,
    languages: Languages,
) -> Json:
    """A status without what is the reader's own; never changed, only copied."""
    said = _Said._make(picked)
    audience = _audience_of(said, group)
    return {
        "id": str(said.id),
        "uri": uri or note_uri(base_url, said.id),
        "url": f"{page_of(base_url, said.handle)}/{said.id}",
        "created_at": moment(said.created_at),
        "edited_at": moment(said.edited_at) if said.edited_at else None,
        "account": None,
        "content": _content(said, group, base_url, languages),
        "visibility": visibility_of(audience, is_quiet=said.is_quiet),
        "local_only": audience in _FOR_SOME,
        "sensitive": said.is_sensitive,
        "spoiler_text": said.warning,
        "language": said.language or None,
        "in_reply_to_id": str(said.in_reply_to_id) if said.in_reply_to_id else None,
        "in_reply_to_account_id": str(answers_actor_id) if answers_actor_id else None,
        "media_attachments": [],
        "mentions": _mentions(said, named.mentions, group, base_url),
        "tags": [{"name": tag, "url": tag_url(base_url, tag)} for tag in named.tags],
        "emojis": [],
        "reblogs_count": said.share_count,
        "favourites_count": said.thanks_count,
        "replies_count": said.reply_count,
        "reblog": None,
        "poll": None,
        "card": None,
        "quote": None,
        "fedparents": _more(said, group, audience),
    }


def _content(said: _Said, group: _Group | None, base_url: str, languages: Languages) -> str:
    """The words, after a line that says what it is and where, which apps show nowhere else."""
    words = in_microblog_shape(said.html, base_url)
    if said.is_reply or said.audience == Audience.DIRECT:
        return words
    what = _WORDS.get(said.direction or said.kind)
    parts = []
    if what:
        gettext = languages.get(said.language.partition("-")[0]).catalogue.gettext
        if said.closed_at is not None:
            parts.append(f"<em>{escape(gettext(_CLOSED))}</em>")
        parts.append(f"<strong>{escape(gettext(what))}</strong>")
    if group is not None:
        page = escape(page_of(base_url, group.address))
        parts.append(
            f'<span class="h-card"><a href="{page}" class="u-url mention">'
            f"@<span>{escape(group.handle)}</span></a></span>"
        )
    return f"<p>{' · '.join(parts)}</p>{words}" if parts else words


def _mentions(
    said: _Said, mentions: Sequence[Mentioned], group: _Group | None, base_url: str
) -> list[Json]:
    found = [mention(*each, base_url) for each in mentions]
    if group is not None and said.author_actor_id != said.group_id:
        found.append(mention(group.id, group.handle, group.domain, base_url))
    return found


def _more(said: _Said, group: _Group | None, audience: Audience) -> Json:
    """What only we say of a post."""
    is_swap = said.kind == PostKind.SWAP
    return {
        "type": "swap" if is_swap else "post",
        "kind": said.direction if is_swap else said.kind,
        "audience": audience.value,
        "group": _more_of_group(group) if group is not None else None,
        "closed": said.closed_at is not None,
        "answer_id": str(said.accepted_reply_id) if said.accepted_reply_id else None,
        "event": None,
        "swap": _swap(said) if is_swap else None,
    }


def _more_of_group(group: _Group) -> Json:
    return {
        "id": str(group.id),
        "account_id": str(group.id),
        "acct": group.address,
        "title": group.name,
        "closed": group.audience == GroupAudience.MEMBERS,
    }


def _swap(said: _Said) -> Json:
    return {
        "direction": said.direction,
        "state": "closed" if said.closed_at else "open",
        "urgent_until": moment(said.urgent_until_at) if said.urgent_until_at else None,
    }


def _group(face: Face) -> _Group:
    audience = face.audience or GroupAudience.MEMBERS
    return _Group(face.id, face.handle, face.domain, face.name, audience)


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
