"""The form that everybody may use, with an account or without: a notice of something illegal, with
a receipt, an answer, and a second look."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from fedparents.accounts.sessions import Viewer
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, Invalid, NotFound
from fedparents.moderation.appeals import appeal_outcome
from fedparents.moderation.complaints import NoticeDraft, Seal, file_notice
from fedparents.moderation.models import Complaint
from fedparents.moderation.queries import get_any_complaint
from web.forms import FormState, new_form, read_form, submit_once
from web.i18n import gettext
from web.i18n.words import words_of
from web.moderation.tokens import letter_token, read_letter_token
from web.routing import Page
from web.security.limits import check_limit
from web.site.moderation.access import BOTH, sealer, show
from web.site.moderation.addresses import find_addressed
from web.site.moderation.forms import AppealForm, NoticeForm
from web.site.page import redirect
from web.visit import runtime_of, viewer_of, visit_of

_LONGEST: Final = 300


async def notice_page(request: Request) -> Response:
    if request.method != "POST":
        return show(request, "notice", {}, new_form(_filled_in(request), of=NoticeForm))
    sent, form = await read_form(request, NoticeForm)
    if sent is None:
        return show(request, "notice", {}, form)
    runtime = runtime_of(request)
    if sent.website:
        # A field that people do not see: whoever filled it in is a program, and learns nothing.
        said = gettext("Thank you. It has arrived.")
        return redirect(request, runtime.urls.path("home"), ("good", said))
    await check_limit(request, "notice")
    draft = sent.notice(visit_of(request).language.tag)
    return await _file(request, draft, form)


async def notice_state_page(request: Request) -> Response:
    """Whoever holds the link has given the notice."""
    token = str(request.path_params["token"])
    runtime = runtime_of(request)
    number, _reader = read_letter_token(runtime.secret, "notice", token)
    view = await runtime.db.read(get_any_complaint, number)
    if not view.complaint.is_notice:
        raise NotFound("complaint_not_found")
    context: dict[str, object] = {"view": view, "token": token}
    if request.method != "POST":
        return show(request, "complaint", context, new_form(of=AppealForm))
    sent, form = await read_form(request, AppealForm)
    if sent is None:
        return show(request, "complaint", context, form)
    await check_limit(request, "notice")
    here = request.url.path
    try:
        path = await submit_once(request, form, lambda _: here, appeal_outcome, number, sent.text)
    except Invalid as error:
        form.complain(error)
        return show(request, "complaint", context, form)
    except Conflict as error:
        return redirect(request, here, ("info", words_of(error)))
    return redirect(request, path, ("good", gettext("Somebody else will look at it again.")))


async def _file(request: Request, draft: NoticeDraft, form: FormState) -> Response:
    runtime = runtime_of(request)

    def where(complaint: Complaint) -> str:
        token = letter_token(runtime.secret, "notice", complaint.id)
        return runtime.urls.path("notice_state", token=token)

    try:
        path = await submit_once(
            request, form, where, _find_and_file, viewer_of(request), draft, sealer(request)
        )
    except Invalid as error:
        form.complain(error)
        return show(request, "notice", {}, form)
    return redirect(request, path)


def _find_and_file(
    uow: UnitOfWork, viewer: Viewer | None, draft: NoticeDraft, seal: Seal
) -> Complaint:
    subject = find_addressed(uow.session, draft.address)
    return file_notice(uow, viewer, subject, draft, seal=seal)


def _filled_in(request: Request) -> dict[str, object]:
    """The page from which somebody came, and who they are if they are signed in."""
    viewer = viewer_of(request)
    about = request.query_params.get("about", "")[:_LONGEST]
    address = f"{runtime_of(request).urls.base}{about}" if about.startswith("/") else ""
    return {
        "address": address,
        "name": viewer.name if viewer else "",
        "email": viewer.email if viewer else "",
    }


routes = [
    Page("/notice", notice_page, name="notice", methods=BOTH),
    Page("/notice/{token}", notice_state_page, name="notice_state", methods=BOTH),
]
