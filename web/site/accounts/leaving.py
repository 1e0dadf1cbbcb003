"""Having one's account erased after a few days, and changing one's mind until then."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from fedparents.accounts.leaving import GRACE, cancel_erasure, plan_erasure
from fedparents.errors import Conflict
from web.forms import FormState, new_form, read_form, submit_once
from web.i18n import gettext
from web.routing import Page
from web.site.accounts.forms import LeaveForm
from web.site.accounts.settings import has_proved, to_proof
from web.site.page import redirect, render
from web.visit import require_viewer, runtime_of


async def leave_page(request: Request) -> Response:
    viewer = require_viewer(request)
    if viewer.leaving_at is not None:
        return redirect(request, runtime_of(request).urls.path("account"))
    if not await has_proved(request, viewer):
        return to_proof(request)
    if request.method != "POST":
        return _show(request, new_form(of=LeaveForm))
    answer, form = await read_form(request, LeaveForm)
    if answer is None:
        return _show(request, form, 422)
    there = runtime_of(request).urls.path("account")
    try:
        await submit_once(request, form, lambda _: there, plan_erasure, viewer)
    except Conflict as error:
        form.complain(error)
        return _show(request, form, 409)
    return redirect(request, there)


async def stay(request: Request) -> Response:
    viewer = require_viewer(request)
    await runtime_of(request).db.write(cancel_erasure, viewer)
    there = runtime_of(request).urls.path("account")
    return redirect(request, there, ("good", gettext("You stay. Nothing has been erased.")))


def _show(request: Request, form: FormState, status: int = 200) -> Response:
    return render(request, "accounts/leave.html", {"form": form, "days": GRACE.days}, status)


routes = [
    Page("/settings/leave", leave_page, name="leave", methods=("GET", "POST")),
    Page("/settings/stay", stay, name="stay", methods=("POST",)),
]
