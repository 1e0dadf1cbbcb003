"""The photos of a form: those that were chosen before, those that come with it, and their words.

Without scripts they travel with the form; with scripts each is sent as soon as it is chosen. Either
way a form that comes back for another reason still has them, with what was written about them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from fedparents.accounts.sessions import Viewer
from fedparents.errors import FedparentsError, Invalid
from fedparents.media.models import MediaAttachment, MediaUse
from fedparents.media.queries import list_own_photos
from fedparents.media.service import PHOTOS_AT_MOST, PhotoDraft, release_own_photo
from fedparents.text import clean_line
from web.forms import FormState
from web.i18n import gettext
from web.i18n.words import say
from web.pictures.headers import LARGEST, Refused
from web.routing import Page
from web.security.bodies import MIB
from web.security.limits import check_limit
from web.site.page import render
from web.visit import require_viewer, runtime_of, visit_of

PHOTOS_BODY: Final = 64 * MIB
"""What a page with photos takes: four of the largest, and larger ones to say that they are."""
FILES_FIELD: Final = "photos"
_IDS_FIELD: Final = "photo_ids"
_WORDS_FIELD: Final = "photo_words_"
_ACTION_FIELD: Final = "photo_action"
_REMOVE: Final = "remove-"
_LONGEST_ID: Final = 18
_LONGEST_NAME: Final = 40


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo of a form as it is shown there."""

    id: int
    file: str
    width: int
    height: int
    words: str


@dataclass(frozen=True, slots=True)
class SentPhotos:
    """What a form has of photos."""

    photos: list[Photo]
    """To be shown with the form."""
    drafts: list[PhotoDraft]
    """For the service that attaches them. Also those that something else has by now: it says so,
    unless this is the same form once more."""
    is_only_about_photos: bool
    """One of the field's own buttons was pressed: the form is shown again, and not carried out."""


def photos_of(attached: Sequence[MediaAttachment]) -> list[Photo]:
    """For a form that changes what has photos already."""
    return [_photo(media, media.description) for media in attached]


async def read_photos(
    request: Request, viewer: Viewer, form: FormState, *, before: Collection[int] = ()
) -> SentPhotos:
    """The photos that were sent with a form, each checked, drawn and kept.

    What is wrong with one of them is said at the field, and the others stay. `before` are those
    that belong already to what the form changes.
    """
    sent = visit_of(request).form or FormData()
    action = _text(sent, _ACTION_FIELD)
    asked = _ids_of(sent)
    kept = await runtime_of(request).db.read(list_own_photos, viewer, asked)
    if len(kept) < len(asked):
        form.errors.setdefault(FILES_FIELD, say("photo_gone", {}))
    if action.startswith(_REMOVE):
        kept = await _without(request, viewer, kept, action.removeprefix(_REMOVE))
    room = max(0, PHOTOS_AT_MOST - len(kept))
    files = _files_of(sent)
    if len(files) > room:
        form.errors.setdefault(FILES_FIELD, say("photos_too_many", {"at_most": PHOTOS_AT_MOST}))
    taken = await asyncio.gather(
        *(
            take_in(request, viewer, form, file, MediaUse.PHOTO, FILES_FIELD)
            for file in files[:room]
        )
    )
    all_of_them = [*kept, *(media for media in taken if media is not None)]
    words = {media.id: _text(sent, f"{_WORDS_FIELD}{media.id}") for media in all_of_them}
    return SentPhotos(
        photos=[
            _photo(media, words[media.id])
            for media in all_of_them
            if media.attached_at is None or media.id in before
        ],
        drafts=[PhotoDraft(media_id, each) for media_id, each in words.items()],
        is_only_about_photos=bool(action),
    )


async def take_in(
    request: Request,
    viewer: Viewer,
    form: FormState,
    file: UploadFile,
    use: MediaUse,
    field: str,
) -> MediaAttachment | None:
    """One file that came with a form; None when it cannot be taken, which is said at the field."""
    try:
        await check_limit(request, "photo", viewer.account_id)
        data = await file.read(LARGEST + 1)
        return await runtime_of(request).pictures.take_in(viewer, data, use)
    except Refused as refused:
        problem = say(refused.why.value, {})
    except FedparentsError as error:
        problem = say(error.code, error.params)
    name = clean_line((file.filename or "").replace("\x00", ""))[:_LONGEST_NAME]
    told = gettext("“%(file)s”: %(problem)s", file=name, problem=problem) if name else problem
    form.errors.setdefault(field, told)
    return None


async def upload(request: Request) -> Response:
    """The field alone, as it is after what was just chosen or taken away: for scripts."""
    viewer = require_viewer(request)
    form = FormState()
    sent = await read_photos(request, viewer, form)
    context: Mapping[str, object] = {"form": form, "photos": sent.photos}
    return render(request, "media/uploads.html", context, 422 if form.errors else 200)


async def _without(
    request: Request, viewer: Viewer, kept: list[MediaAttachment], media_id: str
) -> list[MediaAttachment]:
    left = [media for media in kept if str(media.id) != media_id]
    for media in kept:
        if media not in left and media.attached_at is None:
            with suppress(Invalid):  # taken away already, or sent meanwhile in another tab
                await runtime_of(request).db.write(release_own_photo, viewer, media.id)
    return left


def _photo(media: MediaAttachment, words: str) -> Photo:
    return Photo(media.id, media.file, media.small_width, media.small_height, words)


def _ids_of(sent: FormData) -> list[int]:
    words = dict.fromkeys(_text(sent, _IDS_FIELD).split()[:PHOTOS_AT_MOST])
    return [
        int(word)
        for word in words
        if word.isascii() and word.isdecimal() and len(word) <= _LONGEST_ID
    ]


def _files_of(sent: FormData) -> list[UploadFile]:
    """A field that was left alone arrives as a file without a name."""
    found = sent.getlist(FILES_FIELD)
    return [each for each in found if isinstance(each, UploadFile) and each.filename]


def _text(sent: FormData, name: str) -> str:
    value = sent.get(name)
    return value if isinstance(value, str) else ""


routes = [
    Page("/media/uploads", upload, name="upload_photos", methods=("POST",), max_body=PHOTOS_BODY),
]
