"""Gives out pictures: who asks is checked each time, the bytes are kept by the browser."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from fedparents.accounts.sessions import Viewer
from fedparents.applications.tokens import viewer_of_token_id
from web.api.picture_keys import read_picture_key
from web.routing import Picture
from web.site.media.sights import get_visible_media
from web.visit import runtime_of, viewer_of

_HEADERS: Final = {
    # A picture never changes under its name; only its reader's own browser keeps it.
    "Cache-Control": "private, max-age=31536000, immutable",
    "Content-Disposition": "inline",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Robots-Tag": "noindex, noai, noimageai",
}


async def picture(request: Request) -> Response:
    return await _show(request, small=False)


async def small_picture(request: Request) -> Response:
    return await _show(request, small=True)


async def _show(request: Request, *, small: bool) -> Response:
    runtime, file = runtime_of(request), request.path_params["file"]
    viewer = viewer_of(request) or await _viewer_of_app(request, file)
    media = await runtime.db.read(get_visible_media, viewer, file)
    headers = {**_HEADERS, "ETag": f'"{media.id}"'}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    data = await runtime.pictures.read(media.file, small=small)
    return Response(data, headers=headers, media_type=media.mime)


async def _viewer_of_app(request: Request, file: str) -> Viewer | None:
    """Apps show pictures without saying who they are; we have said it for them in the address."""
    runtime = runtime_of(request)
    token_id = read_picture_key(runtime.secret, request.query_params.get("for", ""), file)
    return await runtime.db.read(viewer_of_token_id, token_id) if token_id is not None else None


routes = [
    Picture("/media/{file}", picture, name="picture"),
    Picture("/media/small/{file}", small_picture, name="small_picture"),
]
