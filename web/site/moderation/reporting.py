"""Saying that something is wrong, and following what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.errors import Conflict, Invalid, NotFound
from fedparents.moderation.appeals import appeal_outcome
from fedparents.moderation.complaints import file_complaint
from fedparents.moderation.models import Complaint, SubjectKind
from fedparents.moderation.queries import get_complaint, list_complaints
from fedparents.moderation.subjects import Subject, get_subject
from fedparents.posts.content import first_line
from web.forms import FormState, new_form, read_form, submit_once
from web.i18n import gettext
from web.i18n.words import words_of
from web.moderation.words import TITLES
from web.routing import Page, number_in_path
from web.security.limits import check_limit
from web.site.moderation.access import BOTH, kind_of, sealer, show
from web.site.moderation.forms import AppealForm, ReportForm
from web.site.page import redirect
from web.visit import require_viewer, runtime_of, viewer_of


@dataclass(frozen=True, slots=True)
class Reported:
    """What somebody is about to report, so that they can be sure that it is the right one."""

    kind: SubjectKind
    id: int
    title: str
    text: str
    town: str
    """Where it is from; empty for here."""


async def report_page(request: Request) -> Response:
    viewer = viewer_of(request)
    kind, number = kind_of(request), number_in_path(request)
    if viewer is None:
        return _to_notice(request, kind, number)
    reported = await runtime_of(request).db.read(_find, viewer, kind, number)
    if request.method != "POST":
        return _show(request, reported, new_form(of=ReportForm))
    sent, form = await read_form(request, ReportForm)
    if sent is None:
        return _show(request, reported, form)
    await check_limit(request, "report")
    try:
        path = await submit_once(
            request,
            form,
            lambda complaint: _path_of(request, complaint),
            file_complaint,
            viewer,
            kind,
            number,
            sent.draft,
            seal=sealer(request),
        )
    except (Invalid, Conflict) as error:
        form.complain(error)
        return _show(request, reported, form)
    return redirect(request, path)


async def reports_page(request: Request) -> Response:
    viewer = require_viewer(request)
    views = await runtime_of(request).db.read(list_complaints, viewer)
    return show(request, "mine", {"views": views})


async def one_report_page(request: Request) -> Response:
    """What became of it; whoever does not agree asks that somebody else look again."""
    viewer = viewer_of(request)
    if viewer is None:
        raise NotFound("complaint_not_found")
    view = await runtime_of(request).db.read(get_complaint, viewer, number_in_path(request))
    if request.method != "POST":
        return show(request, "complaint", {"view": view}, new_form(of=AppealForm))
    sent, form = await read_form(request, AppealForm)
    if sent is None:
        return show(request, "complaint", {"view": view}, form)
    here = _path_of(request, view.complaint)
    try:
        path = await submit_once(
            request, form, lambda _: here, appeal_outcome, view.complaint.id, sent.text
        )
    except Invalid as error:
        form.complain(error)
        return show(request, "complaint", {"view": view}, form)
    except Conflict as error:
        return redirect(request, here, ("info", words_of(error)))
    return redirect(request, path, ("good", gettext("Somebody else will look at it again.")))


def _show(request: Request, reported: Reported, form: FormState) -> Response:
    context: dict[str, object] = {"reported": reported, "titles": TITLES}
    return show(request, "report", context, form)


def _find(session: Session, viewer: Viewer, kind: SubjectKind, number: int) -> Reported:
    subject = get_subject(session, viewer, kind, number, today=clock.now().date())
    name, words = _name_of(session, subject), _words_of(subject)
    return Reported(kind, number, name, words, _town_of(session, subject))


def _town_of(session: Session, subject: Subject) -> str:
    post = subject.post
    actor = session.get(Actor, post.author_actor_id) if post is not None else subject.actor
    return actor.domain if actor is not None else ""


def _name_of(session: Session, subject: Subject) -> str:
    if subject.actor is not None:
        return subject.actor.display_name
    if subject.post is None or subject.post.is_anonymous:
        return ""
    author = session.get(Actor, subject.post.author_actor_id)
    return author.display_name if author else ""


def _words_of(subject: Subject) -> str:
    if subject.post is not None:
        return first_line(subject.post.text)
    return subject.actor.summary if subject.actor else ""


def _path_of(request: Request, complaint: Complaint) -> str:
    return runtime_of(request).urls.path("my_report", id=complaint.id)


def _to_notice(request: Request, kind: SubjectKind, number: int) -> Response:
    """Whoever is not signed in uses the form that the law asks for, with the address filled in."""
    urls = runtime_of(request).urls
    names = {SubjectKind.POST: "post", SubjectKind.GROUP: "group"}
    if kind not in names:
        raise NotFound("person_not_found")
    return redirect(request, urls.path("notice", about=urls.path(names[kind], id=number)))


routes = [
    Page("/report/{kind}/{id}", report_page, name="report", methods=BOTH),
    Page("/reports", reports_page, name="my_reports"),
    Page("/reports/{id}", one_report_page, name="my_report", methods=BOTH),
]
