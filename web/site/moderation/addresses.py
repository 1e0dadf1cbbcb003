"""What an address of this place leads to: for notices, whoever may see it."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote, urlsplit

from sqlmodel import Session, col, select

from fedparents.actors.models import Actor, ActorKind
from fedparents.media.queries import find_media
from fedparents.moderation.models import SubjectKind
from fedparents.moderation.subjects import Subject, find_named
from fedparents.posts.models import PostPhoto

_POST: Final = re.compile(r"/(?:p|@[^/]+)/(\d{1,18})(?:/|$)")
_PERSON: Final = re.compile(r"/@([A-Za-z0-9_]+)/?$")
_GROUP: Final = re.compile(r"/groups/(\d{1,18})(?:/|$)")
_PICTURE: Final = re.compile(r"/media/(?:small/)?([^/]+)$")


def find_addressed(session: Session, address: str) -> Subject:
    """A post, a person, a group, or only the address where it leads to none of these."""
    path = unquote(urlsplit(address).path)
    found = (
        _find_post(session, path)
        or _find_group(session, path)
        or _find_person(session, path)
        or _find_picture(session, path)
    )
    return found or Subject(SubjectKind.ADDRESS, None, address=address)


def _find_post(session: Session, path: str) -> Subject | None:
    match = _POST.match(path)
    return find_named(session, SubjectKind.POST, int(match[1])) if match else None


def _find_group(session: Session, path: str) -> Subject | None:
    match = _GROUP.match(path)
    return find_named(session, SubjectKind.GROUP, int(match[1])) if match else None


def _find_person(session: Session, path: str) -> Subject | None:
    match = _PERSON.match(path)
    if match is None:
        return None
    person = select(Actor.id).where(
        Actor.handle == match[1].lower(), Actor.domain == "", Actor.kind == ActorKind.PERSON
    )
    number = session.exec(person).first()
    return find_named(session, SubjectKind.PERSON, number) if number else None


def _find_picture(session: Session, path: str) -> Subject | None:
    """The post, the person or the group that shows it."""
    match = _PICTURE.match(path)
    media = find_media(session, match[1]) if match else None
    if media is None:
        return None
    if media.for_actor_id is not None:
        person = find_named(session, SubjectKind.PERSON, media.for_actor_id)
        return person or find_named(session, SubjectKind.GROUP, media.for_actor_id)
    post = select(PostPhoto.post_id).where(col(PostPhoto.media_id) == media.id)
    number = session.exec(post).first()
    return find_named(session, SubjectKind.POST, number) if number else None
