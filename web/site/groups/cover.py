"""The picture over a group's page, for its managers."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from fedparents.errors import Invalid
from fedparents.groups.queries import GroupView
from fedparents.groups.service import change_cover
from fedparents.media.models import MediaUse
from web.forms import FormState, new_form, submit_once
from web.i18n import gettext
from web.routing import Page
from web.site.groups.access import BOTH, group_path, manager_of, show
from web.site.media.single import PICTURE_BODY, PictureForm, read_picture
from web.site.page import redirect


async def cover_page(request: Request) -> Response:
    viewer, view = await manager_of(request)
    if request.method != "POST":
        return _show(request, view, new_form(of=PictureForm))
    sent, media, form = await read_picture(request, viewer, MediaUse.COVER)
    if sent is None:
        return _show(request, view, form)
    here = group_path(request, view.id, "group_cover")
    media_id = media.id if media is not None else None
    try:
        await submit_once(request, form, lambda _: here, change_cover, viewer, view.id, media_id)
    except Invalid as error:
        form.complain(error)
        return _show(request, view, form)
    said = gettext("This is the group's picture now.") if media else gettext("The picture is gone.")
    return redirect(request, here, ("good", said))


def _show(request: Request, view: GroupView, form: FormState) -> Response:
    return show(request, "cover", {"view": view}, form)


routes = [
    Page("/groups/{id}/cover", cover_page, name="group_cover", methods=BOTH, max_body=PICTURE_BODY),
]
