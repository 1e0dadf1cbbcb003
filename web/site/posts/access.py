"""Which post a page is about, for whom, and the words that every page of posts knows."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from federation.naming import look_up_named
from fedparents.accounts.sessions import Viewer
from fedparents.errors import NotFound
from fedparents.ids import PostId
from fedparents.timelines.threads import Place, find_place
from web.forms import FormState
from web.routing import number_in_path
from web.site.page import local_path, redirect, render
from web.site.posts.words import kind_of
from web.site.toasts import Toast
from web.visit import runtime_of, viewer_of

POST: Final = ("POST",)
BOTH: Final = ("GET", "POST")


def post_number(request: Request) -> PostId:
    return PostId(number_in_path(request))


def viewer_or_nothing(request: Request) -> Viewer:
    """Raises NotFound for visitors, whom a page to sign in would tell that there is something."""
    viewer = viewer_of(request)
    if viewer is None:
        raise NotFound("post_not_found")
    return viewer


async def meet_named(request: Request, text: str) -> None:
    """Before something is said: get to know the people of other towns whom it names."""
    runtime = runtime_of(request)
    await look_up_named(runtime.db, runtime.towns, text)


def show(
    request: Request, template: str, context: dict[str, object], form: FormState | None = None
) -> Response:
    """A page of posts; 422 where its form complains."""
    status = 422 if form is not None and form.errors else 200
    return render(
        request, f"posts/{template}.html", {"kind_of": kind_of, "form": form, **context}, status
    )


def path_of_place(request: Request, place: Place) -> str:
    """The page on which a post is read, and where on it."""
    path = runtime_of(request).urls.path(
        "thread", handle=place.handle, id=place.root_id, after=place.after
    )
    return f"{path}#post-{place.reply_id}" if place.reply_id else path


async def to_post(
    request: Request, viewer: Viewer | None, post_id: PostId, toast: Toast | None = None
) -> Response:
    place = await runtime_of(request).db.read(find_place, viewer, post_id)
    return redirect(request, path_of_place(request, place), toast)


async def back_or_to_post(
    request: Request, viewer: Viewer, post_id: PostId, back: str, toast: Toast | None = None
) -> Response:
    """To the list from which something was done, at the post it was done to; else to the post."""
    path = local_path(back, "") if back else ""
    if path:
        return redirect(request, f"{path}#post-{post_id}", toast)
    return await to_post(request, viewer, post_id, toast)
