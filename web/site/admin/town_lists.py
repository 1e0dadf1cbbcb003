"""Lists of towns that others share: looked at first, then taken; and our own, for others."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from federation.lists import Plan, apply_list, plan_list, read_list, write_list
from fedparents import clock
from fedparents.errors import Invalid
from web.forms import FormState, new_form, read_form
from web.i18n import ngettext
from web.routing import Page
from web.site.admin.access import administrator_of
from web.site.admin.forms import TownListForm
from web.site.admin.towns import STANDINGS
from web.site.page import redirect, render
from web.visit import runtime_of

_SHOWN: Final = 200


async def list_page(request: Request) -> Response:
    """What a list would do is shown before it does it."""
    viewer, runtime = administrator_of(request), runtime_of(request)
    if request.method != "POST":
        return _show(request, new_form(of=TownListForm))
    sent, form = await read_form(request, TownListForm)
    if sent is None:
        return _show(request, form)
    try:
        listed = read_list(sent.list)
    except Invalid as error:
        form.complain(error)
        return _show(request, form)
    if sent.step == "look":
        return _show(request, form, await runtime.db.read(plan_list, listed, by=viewer))
    done = await runtime.db.write(apply_list, listed, by=viewer)
    words = ngettext(
        "One town stands otherwise now.",
        "%(num)s towns stand otherwise now.",
        len(done.changes),
    )
    return redirect(request, runtime.urls.path("admin_towns"), ("good", words))


async def own_list(request: Request) -> Response:
    """What is kept out and limited here, as a file."""
    viewer = administrator_of(request)
    written = await runtime_of(request).db.read(write_list, by=viewer)
    name = f"towns-{clock.now():%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(written, media_type="text/csv; charset=utf-8", headers=headers)


def _show(request: Request, form: FormState, plan: Plan | None = None) -> Response:
    context = {"form": form, "plan": plan, "standings": STANDINGS, "shown": _SHOWN}
    return render(request, "admin/town_list.html", context, 422 if form.errors else 200)


routes = [
    Page("/admin/towns/list", list_page, name="admin_town_list", methods=("GET", "POST")),
    Page("/admin/towns/list.csv", own_list, name="admin_own_list"),
]
