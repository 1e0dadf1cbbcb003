"""`/api/v2/media`: photos before they belong to a post."""

from __future__ import annotations

from math import isfinite
from typing import Final

from sqlmodel import Session
from starlette.responses import Response

from fedparents.accounts.sessions import Viewer
from fedparents.applications.scopes import Scope
from fedparents.errors import Invalid, NotFound
from fedparents.media.models import MediaAttachment, MediaUse
from fedparents.media.queries import list_own_photos
from fedparents.media.service import describe_photo, release_own_photo
from web.api.calls import Call
from web.api.endpoints import ApiRoute, a_person, answer
from web.api.entities.posts import picture
from web.api.errors import ParamMissing
from web.api.params import File, MaybeWord, Params, Word
from web.api.showing import reader_of
from web.pictures.headers import Refused as PictureRefused
from web.site.media.single import PICTURE_BODY

_LARGEST: Final = 16 * 1024 * 1024
_PARTS: Final = 2


class NewMedia(Params):
    file: File = None
    description: Word = ""
    focus: Word = ""


class ChangedMedia(Params):
    description: MaybeWord = None
    focus: Word = ""


async def create(call: Call) -> Response:
    sent = call.read(NewMedia)
    if sent.file is None:
        raise ParamMissing(name="file")
    call.count("photo")
    data = await sent.file.read(_LARGEST + 1)
    try:
        media = await call.runtime.pictures.take_in(call.viewer, data, MediaUse.PHOTO)
    except PictureRefused as refused:
        raise Invalid({"file": refused.why.value}) from refused
    focus = _focus(sent.focus)
    if sent.description or focus is not None:
        media = await call.runtime.db.write(
            describe_photo, call.viewer, media.id, sent.description, focus=focus
        )
    return answer(picture(media, reader_of(call)))


async def one(call: Call) -> Response:
    media = await call.runtime.db.read(_get_waiting, call.viewer, call.number())
    return answer(picture(media, reader_of(call)))


async def change(call: Call) -> Response:
    sent, number = call.read(ChangedMedia), call.number()
    before = await call.runtime.db.read(_get_own, call.viewer, number)
    words = before.description if sent.description is None else sent.description
    media = await call.runtime.db.write(
        describe_photo, call.viewer, number, words, focus=_focus(sent.focus)
    )
    return answer(picture(media, reader_of(call)))


async def take_back(call: Call) -> Response:
    number = call.number()
    await call.runtime.db.read(_get_waiting, call.viewer, number)
    await call.runtime.db.write(release_own_photo, call.viewer, number)
    return answer({})


def _get_own(session: Session, viewer: Viewer, number: int) -> MediaAttachment:
    found = list_own_photos(session, viewer, [number])
    if not found:
        raise NotFound("photo_gone")
    return found[0]


def _get_waiting(session: Session, viewer: Viewer, number: int) -> MediaAttachment:
    """Raises NotFound for one that is a part of a post by now."""
    found = _get_own(session, viewer, number)
    if found.attached_at is not None:
        raise NotFound("photo_gone")
    return found


def _focus(text: str) -> tuple[float, float] | None:
    """`"0.5,-0.25"`; nothing that cannot be read moves anything."""
    parts = text.split(",")
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        return None
    if len(numbers) != _PARTS or not all(map(isfinite, numbers)):
        return None
    return max(-1.0, min(1.0, numbers[0])), max(-1.0, min(1.0, numbers[1]))


_WRITE: Final = a_person(Scope.WRITE_MEDIA)

routes = [
    ApiRoute("POST", "/api/v2/media", create, _WRITE, max_body=PICTURE_BODY),
    ApiRoute("POST", "/api/v1/media", create, _WRITE, max_body=PICTURE_BODY),
    ApiRoute("GET", "/api/v1/media/{id}", one, _WRITE),
    ApiRoute("PUT", "/api/v1/media/{id}", change, _WRITE),
    ApiRoute("DELETE", "/api/v1/media/{id}", take_back, _WRITE),
]
