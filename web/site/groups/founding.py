"""Founding a group: five short questions, privacy first; nothing exists before the last."""

from __future__ import annotations

from typing import Final

from sqlmodel import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from fedparents.accounts.queries import get_own_account
from fedparents.accounts.sessions import Viewer
from fedparents.db import UnitOfWork
from fedparents.errors import Invalid, NotAllowed
from fedparents.groups.models import Audience, Group, GroupKind, GroupState, Joining
from fedparents.groups.policy import can_found
from fedparents.groups.service import checked_about, checked_privacy, found_group
from fedparents.ids import PlaceId
from fedparents.instance.queries import get_instance
from web.forms import Form, FormState, new_form, read_form, submit_once
from web.i18n import gettext
from web.routing import Page
from web.security.limits import check_limit
from web.site.groups.access import BOTH, require_viewer, show
from web.site.groups.forms import (
    AudienceForm,
    FindingForm,
    FoundingForm,
    JoiningForm,
    LinesForm,
    NameForm,
    PrivacyForm,
    StepForm,
)
from web.site.page import redirect
from web.visit import runtime_of

LAST: Final = 5
_QUESTIONS: Final[dict[int, type[Form]]] = {
    1: JoiningForm,
    2: AudienceForm,
    3: FindingForm,
    4: NameForm,
    LAST: LinesForm,
}
_PRIVACY: Final = ("joining", "audience", "finding")
_FIELDS: Final = (*_PRIVACY, "name", "purpose", "kind", "questions", "rules")


async def new_page(request: Request) -> Response:
    viewer = require_viewer(request)
    if not await runtime_of(request).db.read(_may_found, viewer):
        raise NotAllowed("groups_by_moderators")
    if request.method != "POST":
        return _ask(request, 1, new_form(_beginning(), of=JoiningForm))
    where, form = await read_form(request, StepForm)
    if where is None:
        raise HTTPException(400)
    number = int(where.step)
    if where.go == "back":
        return _ask(request, max(1, number - 1), form)
    problem = await _check(request, number, form)
    if problem is not None:
        return problem
    if number < LAST:
        return _ask(request, number + 1, form)
    return await _found(request, viewer, form)


async def _check(request: Request, upto: int, form: FormState) -> Response | None:
    """The page that asks again, when something is wrong with an answer so far."""
    for number in range(1, upto + 1):
        answer, state = await read_form(request, _QUESTIONS[number])
        if answer is None:
            return _ask(request, number, state)
    if upto >= _number_of("finding"):
        privacy = PrivacyForm.model_validate({name: form.values[name] for name in _PRIVACY})
        try:
            checked_privacy(privacy.draft)
        except Invalid as error:
            return await _ask_again(request, error)
    if upto >= _number_of("name"):
        whole = FoundingForm.model_validate(
            {name: form.values[name] for name in _FIELDS if name in form.values}
        )
        try:
            checked_about(whole.about(None))
        except Invalid as error:
            return await _ask_again(request, error)
    return None


async def _ask_again(request: Request, error: Invalid) -> Response:
    """The first question whose answer does not go."""
    number = min(map(_number_of, error.fields))
    _answer, state = await read_form(request, _QUESTIONS[number])
    state.complain(error)
    return _ask(request, number, state)


async def _found(request: Request, viewer: Viewer, form: FormState) -> Response:
    whole, _state = await read_form(request, FoundingForm)
    if whole is None:
        raise HTTPException(400)  # every part of it has just been found right
    await check_limit(request, "found_group", viewer.account_id)
    urls = runtime_of(request).urls

    def where(group: Group) -> str:
        page = "group" if group.state == GroupState.PROPOSED else "new_group_invite"
        return urls.path(page, id=group.actor_id)

    path = await submit_once(request, form, where, found, viewer, whole)
    return redirect(request, path, ("good", gettext("Your group is there.")))


def found(uow: UnitOfWork, viewer: Viewer, whole: FoundingForm) -> Group:
    """Where its founder lives is where a group begins; its settings say otherwise later."""
    place_id = get_own_account(uow.session, viewer).account.place_id
    about = whole.about(PlaceId(place_id) if place_id else None)
    return found_group(uow, viewer, whole.draft, about)


def _beginning() -> dict[str, object]:
    """Closed, until somebody says otherwise."""
    return {
        "joining": Joining.APPROVAL,
        "audience": Audience.MEMBERS,
        "finding": "here",
        "kind": GroupKind.NEIGHBOURHOOD,
        "questions": gettext("What connects you with this group?"),
        "rules": "\n".join(
            (
                gettext("We are kind to each other, also when we disagree."),
                gettext("What is said here stays here."),
                gettext("No advertising."),
            )
        ),
    }


def _ask(request: Request, number: int, form: FormState) -> Response:
    question = _QUESTIONS[number]
    form.words, form.fields = question.words, frozenset(question.model_fields)
    context: dict[str, object] = {
        "step": number,
        "steps": LAST,
        "hidden": [name for name in _FIELDS if name not in question.model_fields],
    }
    return show(request, "new", context, form)


def _number_of(field: str) -> int:
    return next(number for number, form in _QUESTIONS.items() if field in form.model_fields)


def _may_found(session: Session, viewer: Viewer) -> bool:
    return can_found(get_instance(session).group_founding, viewer)


routes = [Page("/groups/new", new_page, name="new_group", methods=BOTH)]
