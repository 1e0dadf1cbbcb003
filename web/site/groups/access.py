"""Which group a page is about, for whom, and the words that every page of groups knows."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from fedparents.accounts.sessions import Viewer
from fedparents.errors import NotFound
from fedparents.groups.queries import GroupView, get_group
from fedparents.ids import ActorId, GroupId
from web.forms import FormState
from web.routing import number_in_path
from web.site.groups.words import (
    AUDIENCES,
    JOININGS,
    KIND_ICONS,
    KINDS,
    ROLES,
    band_in_words,
    wait_in_words,
)
from web.site.page import redirect, render
from web.site.toasts import Toast
from web.visit import require_viewer, runtime_of, viewer_of

POST: Final = ("POST",)
BOTH: Final = ("GET", "POST")
_WORDS: Final = {
    "kinds": KINDS,
    "kind_icons": KIND_ICONS,
    "roles": ROLES,
    "joinings": JOININGS,
    "audiences": AUDIENCES,
    "band_in_words": band_in_words,
    "wait_in_words": wait_in_words,
}


def group_number(request: Request) -> GroupId:
    return GroupId(number_in_path(request))


def member_number(request: Request) -> ActorId:
    return ActorId(number_in_path(request, "member"))


async def member_of(request: Request) -> tuple[Viewer, GroupView]:
    """The group of the address for one of its members; raises NotFound for everybody else."""
    viewer = viewer_of(request)
    if viewer is None:
        raise NotFound  # a page to sign in would say that there is a group
    view = await runtime_of(request).db.read(get_group, viewer, group_number(request))
    if not view.is_member:
        raise NotFound
    return viewer, view


async def decider_of(request: Request) -> tuple[Viewer, GroupView]:
    """For those who let people in."""
    viewer, view = await member_of(request)
    if not view.can_moderate:
        raise NotFound
    return viewer, view


async def manager_of(request: Request) -> tuple[Viewer, GroupView]:
    viewer, view = await member_of(request)
    if not view.can_manage:
        raise NotFound
    return viewer, view


def viewer_or_nothing(request: Request) -> Viewer:
    """Raises NotFound for visitors, where a page to sign in would tell too much."""
    viewer = viewer_of(request)
    if viewer is None:
        raise NotFound
    return viewer


def show(
    request: Request, template: str, context: dict[str, object], form: FormState | None = None
) -> Response:
    """A page of groups; 422 where its form complains. Search engines are kept out."""
    status = 422 if form is not None and form.errors else 200
    context = {**_WORDS, **context, "form": form}
    response = render(request, f"groups/{template}.html", context, status)
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noai, noimageai"
    return response


def to_group(request: Request, group_id: int, toast: Toast | None = None) -> Response:
    return redirect(request, group_path(request, group_id), toast)


def group_path(request: Request, group_id: int, page: str = "group") -> str:
    return runtime_of(request).urls.path(page, id=group_id)


__all__ = [
    "BOTH",
    "POST",
    "decider_of",
    "group_number",
    "group_path",
    "manager_of",
    "member_number",
    "member_of",
    "require_viewer",
    "show",
    "to_group",
    "viewer_or_nothing",
]
