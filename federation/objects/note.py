"""What somebody says, as towns tell each other: a Note, with answers to choose from a Question.

Others say it as an Article, a Page, or as something that we have never heard of: whatever has words
to be read is read. What it means that it is there is asked elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Final, cast

from sqlmodel import Session, col, select

from federation.audience import Addressed, address, is_for_everybody
from federation.errors import Malformed
from federation.group_audience import (
    GroupSaidIn,
    address_in_group,
    find_group_said_in,
    may_leave_in_group,
)
from federation.models import RemoteActor
from federation.objects.attachments import PictureDraft, list_photos, read_links, read_pictures
from federation.objects.question import read_choices, with_choices
from federation.outside import find_person
from federation.posts import uri_of_post, was_told
from federation.reading import (
    Json,
    JsonObject,
    audience_of,
    flag_of,
    id_of,
    line_of,
    moment,
    moment_of,
    object_of,
    objects_of,
    plain,
    text_of,
    types_of,
    uri_of,
    uris_of,
    words_of,
)
from federation.shapes import in_microblog_shape
from federation.uris import (
    actor_uri,
    context_uri,
    host_of,
    is_same_origin,
    note_uri,
    post_url,
    profile_url,
    tag_url,
)
from fedparents.actors.models import Actor, Standing
from fedparents.posts.elsewhere import PollSaid
from fedparents.posts.models import (
    Audience,
    Post,
    PostMention,
    PostRecipient,
    PostState,
    PostTag,
)

_TITLE_IN_WORDS: Final = frozenset({"Note", "Question", "ChatMessage"})
_ALL_IN_WORDS: Final = frozenset({"Article", "Page"})
_NO_POSTS: Final = frozenset(
    """Tombstone Person Group Organization Application Service Collection OrderedCollection
    CollectionPage OrderedCollectionPage Image Mention Hashtag Relationship Place""".split()  # noqa: SIM905 - read as words
)
_QUOTES: Final = ("quote", "quoteUrl", "quoteUri", "_misskey_quote")
_LONGEST_TITLE: Final = 300
_LONGEST_WORDS: Final = 60_000
_LONGEST_TAG: Final = 61
_TAGS_AT_MOST: Final = 200
_TAG: Final = re.compile(r"[^\s/#&?]{1,60}")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody whom a post names or answers, as other towns know them."""

    actor_id: int
    uri: str
    name: str
    """With the place, as people write it."""
    is_elsewhere: bool
    page: str
    """Where people read about them."""


@dataclass(frozen=True, slots=True)
class NoteDraft:
    """What somebody elsewhere says, as their own town wrote it."""

    uri: str
    url: str
    """Its page, for people; on the same server."""
    authors: tuple[str, ...]
    """Who said it: where groups speak, they stand here too."""
    to: tuple[str, ...]
    cc: tuple[str, ...]
    published: datetime | None
    updated: datetime | None
    html: str
    text: str
    """The same in plain words."""
    audience: tuple[str, ...] = ()
    """The groups in which it is said, as forums write it."""
    choice: str = ""
    """The answer that it chooses, where it has no words of its own."""
    answers: str = ""
    helped: str = ""
    """The answer that helped, where it asks something."""
    warning: str = ""
    is_sensitive: bool = False
    language: str = ""
    mentions: tuple[str, ...] = ()
    """Ids of those whom it names."""
    tags: tuple[tuple[str, str], ...] = ()
    """Hashtags without their sign, and where they lead."""
    pictures: tuple[PictureDraft, ...] = ()
    poll: PollSaid | None = None


def to_ap(session: Session, post: Post, base_url: str, *, now: datetime) -> JsonObject:
    """The post as it is now, without a context; whether it may leave is asked elsewhere."""
    author = actor_uri(base_url, post.author_actor_id)
    named = list_named(session, post, base_url, now=now)
    group = find_group_said_in(session, base_url, post.group_id) if post.group_id else None
    envelope = envelope_of(session, post, author, named, group)
    content = _wire_html(post.html, base_url, named)
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
        "attachment": list_photos(session, post.id, base_url) if post.photo_count else [],
        "tag": [*_tags(session, post, named, base_url), *_mention_of(group)],
        "interactionPolicy": {"canQuote": {"automaticApproval": [author]}},
    }
    if post.language:
        note["contentMap"] = {post.language: content}
    if post.warning:
        note["summary"] = post.warning
    if post.edited_at is not None:
        note["updated"] = moment(max(post.edited_at, post.created_at))
    if group is not None:
        note["audience"] = group.uri
    if (answered := _answered(session, base_url, post)) is not None:
        note["inReplyTo"] = uri_of_post(session, base_url, answered)
    if (helped := _helped(session, base_url, post)) is not None:
        note["acceptedAnswer"] = uri_of_post(session, base_url, helped)
    if post.audience == Audience.DIRECT:
        note["directMessage"] = True
    if is_for_everybody(post):
        note |= _around(session, post, base_url)
    return with_choices(session, post, note, now) if post.has_poll else note


def tombstone(post: Post, base_url: str, *, at: datetime) -> JsonObject:
    """What is left where something was said: that it was, and since when it is no more."""
    return {
        "id": note_uri(base_url, post.id),
        "type": "Tombstone",
        "formerType": "Question" if post.has_poll else "Note",
        "deleted": moment(post.deleted_at or at),
    }


def list_named(session: Session, post: Post, base_url: str, *, now: datetime) -> list[Named]:
    """Whom it mentions, whom it answers, and to whom it is addressed, as far as they are known
    elsewhere; the author not. A letter names nobody who does not get it."""
    readers = _actors_of(session, PostRecipient, post)
    wanted = readers
    if post.audience != Audience.DIRECT:
        answered = _answered(session, base_url, post)
        wanted = readers | _actors_of(session, PostMention, post)
        wanted |= {answered.author_actor_id} if answered is not None else set()
    people = session.exec(
        select(Actor, RemoteActor)
        .outerjoin(RemoteActor, col(RemoteActor.actor_id) == col(Actor.id))
        .where(col(Actor.id).in_(wanted - {post.author_actor_id}))
        .order_by(col(Actor.id))
    )
    found = []
    for actor, remote in cast("Iterable[tuple[Actor, RemoteActor | None]]", people):
        if remote is not None and not _hears(actor, post):
            continue
        if remote is not None:
            name, page = f"@{actor.address}", remote.url or remote.uri
            found.append(Named(actor.id, remote.uri, name, is_elsewhere=True, page=page))
        elif find_person(session, actor.id, today=now.date()) is not None:
            uri, page = actor_uri(base_url, actor.id), profile_url(base_url, actor.handle)
            name = f"@{actor.handle}@{host_of(base_url)}"
            found.append(Named(actor.id, uri, name, is_elsewhere=False, page=page))
    return found


def _around(session: Session, post: Post, base_url: str) -> JsonObject:
    """Where others find what answers it, and its thread, if it began here; and how many thank for
    it and pass it on."""
    uri = note_uri(base_url, post.id)
    counts = {"likes": post.thanks_count, "shares": post.share_count}
    found: JsonObject = {
        name: {"id": f"{uri}/{name}", "type": "Collection", "totalItems": count}
        for name, count in counts.items()
    }
    found["replies"] = {
        "id": f"{uri}/replies",
        "type": "Collection",
        "first": f"{uri}/replies/p",
    }
    root = session.get(Post, post.root_id)
    if root is not None and is_for_everybody(root):
        found["context"] = context_uri(base_url, root.id)
    return found


def _hears(actor: Actor, post: Post) -> bool:
    """Of what is for nearby, nobody is told whose town is no twin."""
    return post.audience != Audience.NEARBY or actor.standing == Standing.ALLY


def _actors_of(
    session: Session, table: type[PostMention] | type[PostRecipient], post: Post
) -> set[int]:
    return set(session.exec(select(table.actor_id).where(table.post_id == post.id)))


def _wire_html(html: str, base_url: str, named: Iterable[Named]) -> str:
    """Addresses of this place get its name, those of other towns' people lead there; names and
    hashtags get the shape that microblogs look for."""
    for each in named:
        if each.is_elsewhere:
            html = html.replace(f'href="/{each.name.lower()}"', f'href="{escape(each.page)}"')
    return in_microblog_shape(html, base_url)


def _tags(session: Session, post: Post, named: Sequence[Named], base_url: str) -> list[Json]:
    tags = session.exec(
        select(PostTag.tag).where(PostTag.post_id == post.id).order_by(col(PostTag.tag))
    )
    found: list[Json] = [{"type": "Mention", "name": each.name, "href": each.uri} for each in named]
    found += [
        {"type": "Hashtag", "name": f"#{tag}", "href": tag_url(base_url, tag)} for tag in tags
    ]
    return found


def envelope_of(
    session: Session, post: Post, author: str, named: Iterable[Named], group: GroupSaidIn | None
) -> Addressed:
    """Who stands on it: with the group in which it is said, those who are in it."""
    if group is not None:
        return address_in_group(group, (each.uri for each in named))
    return address(session, post, author, (each.uri for each in named))


def _mention_of(group: GroupSaidIn | None) -> list[Json]:
    """A group elsewhere is named so that microblogs have it stand on the envelope of answers."""
    if group is None or group.is_ours or not group.is_public:
        return []
    return [{"type": "Mention", "name": group.name, "href": group.uri}]


def _answered(session: Session, base_url: str, post: Post) -> Post | None:
    """What it answers, as far as that is known elsewhere too."""
    if post.in_reply_to_id is None:
        return None
    answered = session.get(Post, post.in_reply_to_id)
    if answered is None or not _is_known_elsewhere(session, base_url, answered):
        return None
    return answered


def _helped(session: Session, base_url: str, post: Post) -> Post | None:
    """The answer that helped, as far as those who read this may know of it."""
    if post.accepted_reply_id is None:
        return None
    helped = session.get(Post, post.accepted_reply_id)
    if helped is None or helped.state != PostState.VISIBLE or helped.is_anonymous:
        return None
    is_for_them = helped.audience in {Audience.PUBLIC, post.audience}
    return helped if is_for_them and _is_known_elsewhere(session, base_url, helped) else None


def _is_known_elsewhere(session: Session, base_url: str, post: Post) -> bool:
    if post.is_from_elsewhere or is_for_everybody(post):
        return True
    return was_told(session, post.id) or may_leave_in_group(session, base_url, post)


def from_ap(document: JsonObject) -> NoteDraft:
    """What a document says; raises Malformed for what has no author, or nothing to be read."""
    document = plain(document)
    uri = id_of(document)
    authors = tuple(uris_of(document.get("attributedTo")))
    if not authors:
        raise Malformed(f"{uri} has no author")
    types, name = types_of(document), line_of(document.get("name"), at_most=_LONGEST_TITLE)
    if set(types) & _NO_POSTS:
        raise Malformed(f"{uri} is a {types[0]}")
    page = _page(document, uri)
    html = _html(document, types, name, page)
    pictures, poll = read_pictures(document), read_choices(document)
    answers = uri_of(document.get("inReplyTo"))
    if not html and not pictures and not poll and not (name and answers):
        raise Malformed(f"{uri} says nothing")
    has_warning = "Note" in types or "Question" in types or not types
    return NoteDraft(
        uri=uri,
        url=page,
        authors=authors,
        to=tuple(audience_of(document.get("to"))),
        cc=tuple(audience_of(document.get("cc"))),
        audience=tuple(uris_of(document.get("audience"))),
        published=moment_of(document.get("published")),
        updated=moment_of(document.get("updated")),
        html=html,
        text=words_of(html[:_LONGEST_WORDS], at_most=_LONGEST_WORDS),
        choice=name if answers and not (html or pictures or poll) else "",
        answers=answers,
        helped=uri_of(document.get("acceptedAnswer")),
        warning=words_of(document.get("summary"), at_most=_LONGEST_TITLE) if has_warning else "",
        is_sensitive=flag_of(document.get("sensitive")),
        language=_language(document),
        mentions=tuple(_hrefs(document, "Mention")),
        tags=tuple(_hashtags(document)),
        pictures=pictures,
        poll=poll,
    )


def _html(document: JsonObject, types: Sequence[str], name: str, page: str) -> str:
    """Its words. A note shows no title: whoever gives it one repeats it there, for the others."""
    words = _content(document)
    is_note = bool(set(types) & _TITLE_IN_WORDS)
    if not is_note and not words:
        words = text_of(document.get("summary"))
    title = f"<p><strong>{escape(name)}</strong></p>" if name and not is_note else ""
    links = list(read_links(document))
    if not is_note and not set(types) & _ALL_IN_WORDS:
        links.append(page)  # there is more to it than we can show
    links += [each for each in _quoted(document) if each not in words]
    if not (words or title):
        return "".join(map(_link, read_links(document)))
    return title + words + "".join(map(_link, dict.fromkeys(links)))


def _content(document: JsonObject) -> str:
    content = text_of(document.get("content")) or text_of(document.get("contentMap"))
    media_type = document.get("mediaType")
    if isinstance(media_type, str) and media_type.startswith("text/") and "html" not in media_type:
        return "".join(f"<p>{escape(part)}</p>" for part in content.split("\n\n") if part.strip())
    return content.strip()


def _quoted(document: JsonObject) -> list[str]:
    """What it quotes: shown as the link that it is."""
    found = (uri_of(document.get(name)) for name in _QUOTES)
    return [next((each for each in found if each), "")] if any(map(document.get, _QUOTES)) else []


def _link(url: str) -> str:
    return f'<p><a href="{escape(url)}">{escape(url)}</a></p>' if url else ""


def _language(document: JsonObject) -> str:
    """The one that it says it is in, or is written in."""
    languages = document.get("contentMap")
    if isinstance(languages, dict):
        return next((each for each in languages if _LANGUAGE.fullmatch(each)), "")
    named = object_of(document.get("language")).get("identifier")
    return named if isinstance(named, str) and _LANGUAGE.fullmatch(named) else ""


def _page(document: JsonObject, uri: str) -> str:
    """Where people read it: nobody else's page."""
    urls = document.get("url")
    for each in urls if isinstance(urls, list) else [urls]:
        if isinstance(each, dict) and "html" not in str(each.get("mediaType", "html")):
            continue
        found = uri_of(each)
        if found and is_same_origin(found, uri):
            return found
    return uri


def _hrefs(document: JsonObject, kind: str) -> list[str]:
    tags = objects_of(document.get("tag"))[:_TAGS_AT_MOST]
    found = (uri_of(tag.get("href")) for tag in tags if kind in types_of(tag))
    return [href for href in dict.fromkeys(found) if href]


def _hashtags(document: JsonObject) -> Iterator[tuple[str, str]]:
    for tag in objects_of(document.get("tag"))[:_TAGS_AT_MOST]:
        name = line_of(tag.get("name"), at_most=_LONGEST_TAG).removeprefix("#")
        if "Hashtag" in types_of(tag) and _TAG.fullmatch(name):
            yield name, uri_of(tag.get("href"))
