"""Which report a page is about, for whom, and the words that all these pages know."""

from __future__ import annotations

from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from federation.sealing import seal, unseal
from fedparents.errors import NotFound
from fedparents.moderation.complaints import Seal
from fedparents.moderation.models import SubjectKind
from fedparents.moderation.queries import ReportView
from web.forms import FormState
from web.moderation.words import (
    CATEGORIES,
    GROUNDS,
    HELP_NUMBERS,
    STATES,
    SUBJECTS,
    ground_in_words,
    outcome_of,
    way_of,
)
from web.site.page import render
from web.visit import runtime_of

POST: Final = ("POST",)
BOTH: Final = ("GET", "POST")
_PURPOSE: Final = "report"
_WORDS: Final = {
    "categories": CATEGORIES,
    "grounds": GROUNDS,
    "help_numbers": HELP_NUMBERS,
    "states": STATES,
    "subjects": SUBJECTS,
    "ground_in_words": ground_in_words,
    "outcome_of": outcome_of,
    "way_of": way_of,
}


def kind_of(request: Request) -> SubjectKind:
    """Raises NotFound for what cannot be reported by its number."""
    try:
        kind = SubjectKind(request.path_params["kind"])
    except ValueError:
        raise NotFound from None
    if kind == SubjectKind.ADDRESS:
        raise NotFound
    return kind


def show(
    request: Request, template: str, context: dict[str, object], form: FormState | None = None
) -> Response:
    """422 where its form complains. No search engine keeps a page of these."""
    status = 422 if form is not None and form.errors else 200
    context = {**_WORDS, **context, "form": form}
    response = render(request, f"moderation/{template}.html", context, status)
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noai, noimageai"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def sealer(request: Request) -> Seal:
    """Puts the copy of a report away under the place's key."""
    return partial(_seal, runtime_of(request).secret)


def open_copy(request: Request, report_id: int, sealed: bytes) -> bytes | None:
    return unseal(runtime_of(request).secret, _PURPOSE, sealed, owner=str(report_id))


def path_of_subject(request: Request, view: ReportView) -> str:
    """Where it can be read, for those who can; empty for what has no page."""
    urls, report = runtime_of(request).urls, view.report
    match report.subject_kind:
        case SubjectKind.POST if view.post is not None and view.post.audience != "direct":
            return urls.path("post", id=view.post.id)
        case SubjectKind.PERSON if view.target is not None and view.target.handle:
            return urls.path("person", handle=view.target.handle)
        case SubjectKind.GROUP:
            return urls.path("group", id=report.subject_id)
    return ""


def desk_path(request: Request, view: ReportView) -> str:
    """The queue on which whoever decides has found it."""
    urls = runtime_of(request).urls
    if view.office == "group":
        return urls.path("group_desk", id=view.report.group_id)
    is_notice = any(complaint.is_notice for complaint in view.complaints)
    return urls.path("admin_notices" if is_notice else "admin_reports")


def _seal(secret: bytes, report_id: int, data: bytes) -> bytes:
    return seal(secret, _PURPOSE, data, owner=str(report_id))
