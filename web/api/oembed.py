"""`/api/oembed`: a post that everybody reads, for the pages of others."""

from __future__ import annotations

from typing import Final

from markupsafe import escape
from sqlmodel import Session
from starlette.responses import Response

from federation.uris import find_local_note
from fedparents.errors import NotFound
from fedparents.ids import PostId
from fedparents.instance.queries import get_instance
from fedparents.timelines.feeds import get_full
from web.api.calls import Call
from web.api.endpoints import ApiRoute, answer, anybody
from web.api.entities.posts import statuses
from web.api.entities.reader import Json
from web.api.params import Number, Params, Required
from web.api.showing import fill, reader_of

_WIDTH: Final = 400
_WIDEST: Final = 1000
_KEPT_FOR: Final = 86_400


class EmbedParams(Params):
    url: Required
    maxwidth: Number = None


async def embed(call: Call) -> Response:
    """Words and a link to where they stand: no frame, and nothing that runs. Whoever calls is a
    visitor, also with a token."""
    sent, reader = call.read(EmbedParams), reader_of(call)
    number = find_local_note(reader.base_url, sent.url.strip())
    if number is None:
        raise NotFound

    def read(session: Session) -> tuple[Json, str]:
        page = get_full(session, None, PostId(number))
        (status,) = statuses(fill(session, None, page), reader)
        return status, get_instance(session).name

    status, place = await call.runtime.db.read(read)
    account = status["account"]
    author = account if isinstance(account, dict) else {}
    width = min(max(sent.maxwidth or _WIDTH, 1), _WIDEST)
    return answer(
        {
            "type": "rich",
            "version": "1.0",
            "author_name": author["display_name"],
            "author_url": author["url"],
            "provider_name": place,
            "provider_url": reader.base_url,
            "cache_age": _KEPT_FOR,
            "html": _quoted(status, str(author["display_name"])),
            "width": width,
            "height": None,
        },
        is_public=True,
    )


def _quoted(status: Json, author: str) -> str:
    """A post behind a warning is not shown where nobody can open it."""
    url, warning = escape(str(status["url"])), status["spoiler_text"]
    words = f"<p>{escape(str(warning))}</p>" if warning else status["content"]
    return f'<blockquote cite="{url}">{words}<a href="{url}">{escape(author)}</a></blockquote>'


routes = [ApiRoute("GET", "/api/oembed", embed, anybody())]
