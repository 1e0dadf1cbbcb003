"""Hashtags that one follows: the list, one more, one less."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from fedparents.accounts.sessions import Viewer
from fedparents.db import UnitOfWork
from fedparents.errors import Invalid, LimitReached
from fedparents.paging import Paging
from fedparents.posts.content import tag_of
from fedparents.social.hashtags import (
    FOLLOWED_AT_MOST,
    follow_tag,
    list_followed_tags,
    unfollow_tag,
)
from web.forms import new_form, read_form
from web.i18n import gettext
from web.i18n.words import say, words_of
from web.routing import Page
from web.site.page import local_path, redirect, render
from web.site.people.access import BOTH, POST
from web.site.people.forms import BackForm, TagForm
from web.visit import require_viewer, runtime_of

_ALL: Final = Paging(FOLLOWED_AT_MOST)


async def list_page(request: Request) -> Response:
    viewer, db = require_viewer(request), runtime_of(request).db
    form = new_form(of=TagForm)
    if request.method == "POST":
        sent, form = await read_form(request, TagForm)
        if sent is not None:
            try:
                await db.write(follow_tag, viewer, tag_of(sent.bare))
            except (Invalid, LimitReached) as error:
                form.complain(error, at="name")
            else:
                there = runtime_of(request).urls.path("followed_tags")
                return redirect(request, there, ("good", _now_followed(sent.bare)))
    found = await db.read(list_followed_tags, viewer, _ALL)
    context: dict[str, object] = {"tags": found, "form": form, "plain": new_form()}
    return render(request, "people/hashtags.html", context, 422 if form.errors else 200)


async def follow(request: Request) -> Response:
    tag = str(request.path_params["tag"])
    return await _press(request, follow_tag, _now_followed(tag))


async def unfollow(request: Request) -> Response:
    tag = str(request.path_params["tag"])
    said = gettext("%(tag)s comes to your home page no longer.", tag=f"#{tag}")
    return await _press(request, unfollow_tag, said)


async def _press(
    request: Request, service: Callable[[UnitOfWork, Viewer, str], None], said: str
) -> Response:
    """On the page of a hashtag, or in the list: back to where it was pressed."""
    viewer, tag = require_viewer(request), tag_of(str(request.path_params["tag"]))
    sent, _form = await read_form(request, BackForm)
    there = runtime_of(request).urls.path("tag", tag=tag)
    path = local_path(sent.back, there) if sent and sent.back else there
    try:
        await runtime_of(request).db.write(service, viewer, tag)
    except LimitReached as error:
        return redirect(request, path, ("warn", words_of(error)))
    except Invalid as error:
        complaint = say(next(iter(error.fields.values())), error.params)
        return redirect(request, path, ("warn", complaint))
    return redirect(request, path, ("good", said))


def _now_followed(tag: str) -> str:
    return gettext("What carries %(tag)s comes to your home page from now on.", tag=f"#{tag}")


routes = [
    Page("/settings/hashtags", list_page, name="followed_tags", methods=BOTH),
    Page("/tags/{tag}/follow", follow, name="follow_tag", methods=POST),
    Page("/tags/{tag}/unfollow", unfollow, name="unfollow_tag", methods=POST),
]
