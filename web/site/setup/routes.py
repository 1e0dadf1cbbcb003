"""The wizard, question by question; each answer is stored as it is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from fedparents.authority import Authority
from fedparents.errors import Invalid, NotFound
from fedparents.instance.models import Instance, LegalKind
from fedparents.instance.queries import get_instance, list_missing_pages
from web.auth.cookies import set_cookie
from web.forms import new_form, read_form
from web.routing import Page
from web.security.limits import check_limit
from web.site.admin.access import administrator_of
from web.site.legal.drafts import title_of
from web.site.page import redirect, render
from web.site.setup import questions
from web.site.setup.access import Progress, find_authority, progress_of
from web.site.setup.code import is_setup_code, setup_proof
from web.site.setup.forms import CodeForm
from web.visit import browser_of, runtime_of, visit_of

_PROOF_LASTS: Final = timedelta(days=7)

Answer = Callable[[Request, Progress, questions.Screen], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Step:
    """One question; its name is the last part of its address."""

    name: str
    answer: Answer


STEPS: Final = (
    Step("language", questions.language_page),
    Step("association", questions.association_page),
    Step("admin", questions.admin_page),
    Step("joining", questions.joining_page),
    Step("neighbours", questions.neighbours_page),
    Step("legal", questions.legal_page),
    Step("mail", questions.mail_page),
)


async def start_page(request: Request) -> Response:
    """Leads to the question that comes next; strangers meet the door."""
    progress = await progress_of(request)
    if find_authority(request, progress) is not None:
        return redirect(request, _path(request, _reached(progress)))
    if request.method == "POST" and not progress.has_admin:
        return await _open_door(request, progress)
    form = new_form({"code": request.query_params.get("code", "")[:100]}, of=CodeForm)
    return render(request, "setup/door.html", {"form": form, "has_admin": progress.has_admin})


async def _open_door(request: Request, progress: Progress) -> Response:
    await check_limit(request, "code")  # for the address alone: nobody may keep the owner out
    sent, form = await read_form(request, CodeForm)
    visit = visit_of(request)
    if sent is not None and is_setup_code(visit.runtime.secret, sent.code):
        response = redirect(request, _path(request, _reached(progress)))
        proof = setup_proof(visit.runtime.secret, browser_of(request))
        set_cookie(
            response, visit.runtime.cookies, visit.runtime.cookies.setup, proof, _PROOF_LASTS
        )
        return response
    if sent is not None:
        form.complain(Invalid({"code": "setup_code_wrong"}))
    return render(request, "setup/door.html", {"form": form, "has_admin": False}, 422)


async def step_page(request: Request) -> Response:
    number = _number_of(request.path_params["step"])
    progress = await progress_of(request)
    by = find_authority(request, progress)
    if by is None:
        return redirect(request, runtime_of(request).urls.path("setup"))
    reached = _reached(progress)
    if number > reached:
        return redirect(request, _path(request, reached))
    return await STEPS[number].answer(request, progress, _screen(request, number, by))


async def text_page(request: Request) -> Response:
    """Write one of the legal pages freely, and come back to the question."""
    progress = await progress_of(request)
    by = find_authority(request, progress)
    if by is None:
        return redirect(request, runtime_of(request).urls.path("setup"))
    number = _number_of("legal")
    if _reached(progress) < number:
        return redirect(request, _path(request, _reached(progress)))
    return await questions.text_page(request, progress, _screen(request, number, by))


async def done_page(request: Request) -> Response:
    """What comes next, for the one who has just finished."""
    administrator_of(request)
    place, missing = await runtime_of(request).db.read(_read_outcome)
    if place.set_up_at is None:
        return redirect(request, runtime_of(request).urls.path("setup"))
    return render(
        request,
        "setup/done.html",
        {"missing": [(kind.value, title_of(kind)) for kind in missing], "place": place},
    )


def _read_outcome(session: Session) -> tuple[Instance, list[LegalKind]]:
    return get_instance(session), list_missing_pages(session)


def _reached(progress: Progress) -> int:
    """The first question without an answer; who answers for the place comes before the rest."""
    number = min(progress.place.setup_step, len(STEPS) - 1)
    return number if progress.has_admin else min(number, _number_of("admin"))


def _number_of(name: str) -> int:
    for number, step in enumerate(STEPS):
        if step.name == name:
            return number
    raise NotFound


def _path(request: Request, number: int) -> str:
    return runtime_of(request).urls.path("setup_step", step=STEPS[number].name)


def _screen(request: Request, number: int, by: Authority) -> questions.Screen:
    is_last = number + 1 == len(STEPS)
    urls = runtime_of(request).urls
    return questions.Screen(
        by=by,
        number=number + 1,
        total=len(STEPS),
        here=_path(request, number),
        back=_path(request, number - 1) if number else "",
        forth=urls.path("setup_done") if is_last else _path(request, number + 1),
    )


_BOTH: Final = ("GET", "POST")
routes = [
    Page("/setup", start_page, name="setup", methods=_BOTH, opens_early=True),
    Page("/setup/done", done_page, name="setup_done", opens_early=True),
    Page("/setup/{step}", step_page, name="setup_step", methods=_BOTH, opens_early=True),
    Page("/setup/legal/{kind}", text_page, name="setup_text", methods=_BOTH, opens_early=True),
]
