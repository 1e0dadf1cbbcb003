"""One picture that stands for somebody: an avatar, a cover. Chosen, changed, taken away."""

from __future__ import annotations

from typing import Literal

from starlette.datastructures import UploadFile
from starlette.requests import Request

from fedparents.accounts.sessions import Viewer
from fedparents.media.models import MediaAttachment, MediaUse
from web.forms import Form, FormState, read_form
from web.security.bodies import MIB
from web.site.media.photos import take_in

PICTURE_BODY = 33 * MIB
"""Also for pictures that are too large, to say that they are."""


class PictureForm(Form):
    action: Literal["save", "remove"] = "save"
    picture: UploadFile | None = None


async def read_picture(
    request: Request, viewer: Viewer, use: MediaUse
) -> tuple[PictureForm | None, MediaAttachment | None, FormState]:
    """The form, and the picture that came with it; no form when something is wrong."""
    sent, form = await read_form(request, PictureForm)
    if sent is None or sent.action == "remove":
        return sent, None, form
    if sent.picture is None:
        form.add_error("picture", "no_picture")
        return None, None, form
    media = await take_in(request, viewer, form, sent.picture, use, "picture")
    return (sent if media is not None else None), media, form
