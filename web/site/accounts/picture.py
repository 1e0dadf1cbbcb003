"""One's own picture: chosen, changed, or taken away for the initials."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from fedparents.accounts.queries import get_own_account
from fedparents.accounts.sessions import Viewer
from fedparents.errors import Invalid
from fedparents.media.models import MediaUse
from fedparents.media.service import change_avatar
from web.forms import FormState, new_form, submit_once
from web.i18n import gettext
from web.routing import Page
from web.site.media.single import PICTURE_BODY, PictureForm, read_picture
from web.site.page import redirect, render
from web.visit import require_viewer, runtime_of


async def picture_page(request: Request) -> Response:
    viewer = require_viewer(request)
    if request.method != "POST":
        return await _show(request, viewer, new_form(of=PictureForm))
    sent, media, form = await read_picture(request, viewer, MediaUse.AVATAR)
    if sent is None:
        return await _show(request, viewer, form)
    here = runtime_of(request).urls.path("own_picture")
    media_id = media.id if media is not None else None
    try:
        await submit_once(request, form, lambda _: here, change_avatar, viewer, media_id)
    except Invalid as error:
        form.complain(error)
        return await _show(request, viewer, form)
    said = gettext("This is your picture now.") if media else gettext("Your picture is gone.")
    return redirect(request, here, ("good", said))


async def _show(request: Request, viewer: Viewer, form: FormState) -> Response:
    own = await runtime_of(request).db.read(get_own_account, viewer)
    context = {"form": form, "actor": own.actor}
    return render(request, "accounts/picture.html", context, 422 if form.errors else 200)


routes = [
    Page(
        "/settings/picture",
        picture_page,
        name="own_picture",
        methods=("GET", "POST"),
        max_body=PICTURE_BODY,
    ),
]
