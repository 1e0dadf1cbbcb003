"""`/api/v1/accounts`, as far as it is about whoever holds the token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Final

from sqlmodel import Session
from starlette.datastructures import UploadFile
from starlette.responses import Response

from fedparents.accounts.queries import get_own_account
from fedparents.accounts.sessions import Viewer
from fedparents.actors.fields import ProfileField
from fedparents.applications.scopes import Scope
from fedparents.applications.wishes import change_posting_wish, find_posting_wish
from fedparents.db import UnitOfWork
from fedparents.errors import Invalid
from fedparents.media.models import MediaUse
from fedparents.media.service import change_avatar
from fedparents.social.profiles import change_profile, get_profile
from fedparents.social.queries import count_follow_requests
from fedparents.timelines.faces import list_faces
from web.api.calls import Call
from web.api.endpoints import ApiRoute, a_person, answer
from web.api.entities.account import (
    USUAL_VISIBILITY,
    OwnAccount,
    Visibility,
    credential_account,
    profile_entity,
)
from web.api.entities.reader import Json, Reader
from web.api.params import File, MaybeFlag, MaybeWord, Optional, Params, Several, Whole, Word
from web.api.showing import accounts, reader_of
from web.pictures.headers import LARGEST as LARGEST_PICTURE
from web.pictures.headers import Refused
from web.security.bodies import MIB

_OWN: Final = a_person(Scope.PROFILE, Scope.READ_ACCOUNTS)
_CHANGING: Final = a_person(Scope.WRITE_ACCOUNTS)
_PICTURES_BODY: Final = 33 * MIB
"""Also for pictures that are too large, to say that they are."""


class _Pair(Params):
    name: Word = ""
    value: Word = ""


class _Source(Params):
    privacy: Annotated[Visibility | None, Optional] = None
    sensitive: MaybeFlag = None
    language: MaybeWord = None


class _Changes(Params):
    """What is not sent stays as it is."""

    display_name: MaybeWord = None
    note: MaybeWord = None
    avatar: File = None
    header: File = None
    locked: MaybeFlag = None
    discoverable: MaybeFlag = None
    indexable: MaybeFlag = None
    fields_attributes: Annotated[list[_Pair] | None, Several] = None
    source: Annotated[_Source, Whole] = _Source()


async def verify_credentials(call: Call) -> Response:
    return await _answer(call)


async def update_credentials(call: Call) -> Response:
    sent = call.read(_Changes)
    if sent.header is not None:
        raise Invalid({"header": "no_header_here"})
    avatar_id = await _take_in(call, sent.avatar) if sent.avatar is not None else None
    await call.runtime.db.write(_change, call.viewer, sent, avatar_id)
    return await _answer(call)


async def profile(call: Call) -> Response:
    """The same as newer apps ask for it: as it was written, and nothing else."""
    return answer(profile_entity(await read_own(call)))


async def change_profile_of(call: Call) -> Response:
    await update_credentials(call)
    return await profile(call)


async def delete_avatar(call: Call) -> Response:
    await call.runtime.db.write(change_avatar, call.viewer, None)
    return await _answer(call)


async def preferences(call: Call) -> Response:
    """What an app begins a post with, and how it shows those of others."""
    wish = await call.runtime.db.read(find_posting_wish, call.viewer)
    return answer(
        {
            "posting:default:visibility": wish.visibility or USUAL_VISIBILITY,
            "posting:default:sensitive": wish.is_sensitive,
            "posting:default:language": wish.language or call.viewer.language or None,
            "posting:default:quote_policy": "nobody",
            "reading:expand:media": "default",
            "reading:expand:spoilers": False,
            "reading:autoplay:gifs": False,
        }
    )


def _change(uow: UnitOfWork, viewer: Viewer, sent: _Changes, avatar_id: int | None) -> None:
    now = get_profile(uow.session, viewer)
    name = sent.display_name
    draft = replace(
        now,
        # Here nobody is without a name: whoever empties theirs is called by their handle.
        name=now.name if name is None else name.strip() or viewer.handle,
        bio=now.bio if sent.note is None else sent.note,
        is_locked=now.is_locked if sent.locked is None else sent.locked,
        is_discoverable=now.is_discoverable if sent.discoverable is None else sent.discoverable,
        is_indexable=now.is_indexable if sent.indexable is None else sent.indexable,
        fields=now.fields if sent.fields_attributes is None else _lines(sent.fields_attributes),
    )
    if draft != now:
        change_profile(uow, viewer, draft)
    wish = sent.source
    if (wish.privacy, wish.sensitive, wish.language) != (None, None, None):
        change_posting_wish(
            uow,
            viewer,
            visibility=wish.privacy,
            is_sensitive=wish.sensitive,
            language=wish.language,
        )
    if avatar_id is not None:
        change_avatar(uow, viewer, avatar_id)


def _lines(sent: Sequence[_Pair]) -> tuple[ProfileField, ...]:
    return tuple(ProfileField(pair.name, pair.value) for pair in sent)


async def _take_in(call: Call, file: UploadFile) -> int:
    """A picture that somebody sent, drawn anew; raises Invalid for what is none."""
    call.count("photo")
    data = await file.read(LARGEST_PICTURE + 1)
    try:
        media = await call.runtime.pictures.take_in(call.viewer, data, MediaUse.AVATAR)
    except Refused as error:
        raise Invalid({"avatar": error.why.value}) from error
    return media.id


async def _answer(call: Call) -> Response:
    return answer(await read_own(call))


async def read_own(call: Call) -> Json:
    """CredentialAccount of whoever the program acts for."""
    return await call.runtime.db.read(_read, call.viewer, reader_of(call))


def _read(session: Session, viewer: Viewer, reader: Reader) -> Json:
    own = OwnAccount(
        get_own_account(session, viewer),
        find_posting_wish(session, viewer),
        count_follow_requests(session, viewer),
    )
    faces = list_faces(session, viewer, [viewer.actor_id])
    return credential_account(accounts(session, reader, [faces[viewer.actor_id]])[0], own)


routes = [
    ApiRoute("GET", "/api/v1/accounts/verify_credentials", verify_credentials, _OWN),
    ApiRoute(
        "PATCH",
        "/api/v1/accounts/update_credentials",
        update_credentials,
        _CHANGING,
        max_body=_PICTURES_BODY,
    ),
    ApiRoute("GET", "/api/v1/profile", profile, _OWN),
    ApiRoute("PATCH", "/api/v1/profile", change_profile_of, _CHANGING, max_body=_PICTURES_BODY),
    ApiRoute("DELETE", "/api/v1/profile/avatar", delete_avatar, _CHANGING),
    # Nobody here has a picture over their page, so there is nothing to take away.
    ApiRoute("DELETE", "/api/v1/profile/header", verify_credentials, _CHANGING),
    ApiRoute("GET", "/api/v1/preferences", preferences, a_person(Scope.READ_ACCOUNTS)),
]
