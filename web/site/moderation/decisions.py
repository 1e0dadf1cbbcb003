"""A decision as whom it concerns reads it: what, why, by which rule, and how to object; also by the
link of its mail, for those who cannot sign in."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from fedparents.errors import Conflict, Invalid, NotFound
from fedparents.moderation.appeals import appeal_decision
from fedparents.moderation.queries import (
    DecisionOnMe,
    get_any_decision,
    get_decision_on,
    list_decisions_on,
)
from web.forms import new_form, read_form, submit_once
from web.i18n import gettext
from web.i18n.words import words_of
from web.moderation.tokens import read_letter_token
from web.routing import Page, number_in_path
from web.security.limits import check_limit
from web.site.moderation.access import BOTH, show
from web.site.moderation.forms import AppealForm
from web.site.page import redirect
from web.visit import require_viewer, runtime_of, viewer_of


async def decisions_page(request: Request) -> Response:
    viewer = require_viewer(request)
    views = await runtime_of(request).db.read(list_decisions_on, viewer)
    return show(request, "decisions", {"views": views})


async def decision_page(request: Request) -> Response:
    viewer = viewer_of(request)
    if viewer is None:
        raise NotFound("decision_not_found")
    view = await runtime_of(request).db.read(get_decision_on, viewer, number_in_path(request))
    back = runtime_of(request).urls.path("my_decisions")
    return await _answer(request, view, back, by=viewer.actor_id)


async def by_mail_page(request: Request) -> Response:
    """Whoever holds the link has the mail, and so is the person."""
    token = str(request.path_params["token"])
    number, reader = read_letter_token(runtime_of(request).secret, "decision", token)
    view = await runtime_of(request).db.read(get_any_decision, number)
    return await _answer(request, view, "", by=reader)


async def _answer(request: Request, view: DecisionOnMe, back: str, *, by: int) -> Response:
    context: dict[str, object] = {"view": view, "back": back}
    if request.method != "POST":
        return show(request, "decision", context, new_form(of=AppealForm))
    sent, form = await read_form(request, AppealForm)
    if sent is None:
        return show(request, "decision", context, form)
    await check_limit(request, "report")
    here = request.url.path
    try:
        path = await submit_once(
            request, form, lambda _: here, appeal_decision, view.decision.id, sent.text, by=by
        )
    except Invalid as error:
        form.complain(error)
        return show(request, "decision", context, form)
    except Conflict as error:
        return redirect(request, here, ("info", words_of(error)))
    return redirect(request, path, ("good", gettext("Somebody else will look at it again.")))


routes = [
    Page("/decisions", decisions_page, name="my_decisions"),
    Page("/decisions/{id}", decision_page, name="my_decision", methods=BOTH),
    Page("/decision/{token}", by_mail_page, name="decision_by_mail", methods=BOTH),
]
