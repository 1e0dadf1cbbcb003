"""From an invitation to a new account: the door, four short questions, and the mailbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from sqlmodel import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from fedparents import clock
from fedparents.accounts.invites import get_usable_invite
from fedparents.accounts.joining import SignUpDraft, sign_up
from fedparents.accounts.links import request_sign_in
from fedparents.accounts.tokens import digest
from fedparents.actors.service import suggest_handle
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, Invalid, LimitReached, NotAllowed
from fedparents.ids import PlaceId
from fedparents.instance.models import LegalKind
from fedparents.places.queries import get_place
from web.auth.attempts import check_login_limit
from web.auth.pending import Pending, leave_pending, read_pending
from web.forms import FormState, new_form, read_form, submit_once
from web.i18n import gettext
from web.routing import Page
from web.security.limits import check_limit
from web.site.accounts.communes import choices_part, offered
from web.site.accounts.door import Door, InviteProblem, find_door
from web.site.accounts.forms import AddressForm, LastForm, PlaceForm, SentForm, StepForm, WholeForm
from web.site.accounts.questions import (
    LAST,
    PLACE,
    QUESTIONS,
    AskAgain,
    TooYoung,
    asks_age,
    question_of,
)
from web.site.devmail.access import way_to_mails
from web.site.page import redirect, render
from web.visit import browser_of, runtime_of, viewer_of, visit_of

CARRIED: Final = (
    *("invite", "email", "birth_year", "is_old_enough", "asked_of", "name", "handle"),
    *("place", "place_searched", "place_id", "reason", "rules", "privacy"),
)
"""What travels from question to question; each page asks for some of it and hides the rest."""
_STATUS: Final = {InviteProblem.UNKNOWN: 404, InviteProblem.OVER: 410}


async def join_page(request: Request) -> Response:
    """What this place is, who invites, and one button; or why nobody can come in now."""
    door = await _find_door(request, request.path_params.get("token", ""))
    if door.group_id is not None and viewer_of(request) is not None:
        path = runtime_of(request).urls.path("group_invitation", token=door.token)
        return redirect(request, path)
    return _at_door(request, door)


async def sign_up_page(request: Request) -> Response:
    if request.method == "POST":
        return await _answer(request)
    door = await _find_door(request, request.query_params.get("invite", ""))
    if not door.is_open:
        return _at_door(request, door)
    return await _ask(request, door, 1, new_form({"invite": door.token}, of=AddressForm))


async def sent_page(request: Request) -> Response:
    """The same for a new account, for a mailbox that is used up, and for a program."""
    if request.method == "POST":
        return await _send_again(request)
    context = {
        "pending": read_pending(request),
        "form": new_form(),
        "kept_mails": way_to_mails(request),
    }
    return render(request, "accounts/sent.html", context)


async def waiting_page(request: Request) -> Response:
    return render(request, "accounts/waiting.html")


async def _answer(request: Request) -> Response:
    where, form = await read_form(request, StepForm)
    if where is None:
        raise HTTPException(400)
    door = await _find_door(request, where.invite)
    if not door.is_open:
        return _at_door(request, door, 403)
    if where.homepage:
        return _to_mailbox(request, form.values.get("email", ""))
    if where.go not in ("next", "skip"):
        number = where.step - 1 if where.go == "back" else int(where.go)
        return await _ask(request, door, max(1, number), form)
    checked = await _check(request, door, where)
    if isinstance(checked, Response):
        return checked
    form.values |= checked
    if where.step < LAST:
        return await _ask(request, door, where.step + 1, form)
    return await _finish(request, door, form)


async def _check(request: Request, door: Door, where: StepForm) -> dict[str, str] | Response:
    """Look at every answer so far, also at those that were hidden.

    Gives what to fill in for the person, or the page that asks again.
    """
    filled_in: dict[str, str] = {}
    for number in range(1, where.step + 1):
        if where.go == "skip" and number == where.step == PLACE:
            filled_in |= {"place": "", "place_searched": "", "place_id": ""}
            continue
        question, is_now = QUESTIONS[number], number == where.step
        answer, form = await read_form(request, question.form)
        form.values |= filled_in
        if answer is None:
            return await _ask(request, door, number, form, 422)
        try:
            filled_in |= await runtime_of(request).db.read(
                question.check, answer, door, is_now=is_now
            )
        except AskAgain:
            return await _ask(request, door, number, form)
        except TooYoung:
            return render(request, "accounts/too_young.html", {"door": door}, 403)
        except Invalid as error:
            form.complain(error)
            return await _ask(request, door, number, form, 422)
    return filled_in


async def _ask(
    request: Request, door: Door, number: int, form: FormState, status: int = 200
) -> Response:
    """The page of one question, with the other answers hidden in it."""
    question = QUESTIONS[number]
    context: dict[str, object] = {
        "door": door,
        "form": form,
        "step": number,
        "steps": LAST,
        "hidden": [name for name in CARRIED if name not in question.shown],
    }
    if question.form is AddressForm:
        context["asks_age"] = asks_age(form.values.get("birth_year", ""), door)
    elif question.form is PlaceForm:
        context |= await offered(request, form)
    elif question.form is LastForm:
        context |= await runtime_of(request).db.read(summarise, form.values)
    return render(request, question.template, context, status)


def summarise(session: Session, values: Mapping[str, str]) -> dict[str, str]:
    """What will be made of the answers where the person left it to us."""
    place_id = values.get("place_id") if values.get("place") else None
    return {
        "handle": values.get("handle") or suggest_handle(session, values.get("name", "")),
        "place_label": get_place(session, PlaceId(int(place_id))).label if place_id else "",
    }


async def _finish(request: Request, door: Door, form: FormState) -> Response:
    whole, _state = await read_form(request, WholeForm)
    if whole is None:
        raise HTTPException(400)  # every part of it has just been found right
    await check_limit(request, "sign_up", whole.email.lower())
    draft = _draft(request, door, whole)
    try:
        await _join_once(request, form, draft, door.token)
    except (Conflict, Invalid) as error:
        # Somebody was faster since the answer was looked at.
        number = question_of(error)
        _shape(form, number)
        form.complain(error, at="handle")
        return await _ask(request, door, number, form, 422)
    except (LimitReached, NotAllowed):
        return _at_door(request, await _find_door(request, door.token), 403)
    return _to_mailbox(request, whole.email)


async def _join_once(request: Request, form: FormState, draft: SignUpDraft, token: str) -> None:
    sent = runtime_of(request).urls.path("sign_up_sent")
    try:
        await submit_once(request, form, lambda _: sent, join, draft, token)
    except Conflict:
        if draft.handle:
            raise
        # The handle that we had thought of was taken a moment ago: there are others.
        await submit_once(request, form, lambda _: sent, join, draft, token)


def join(uow: UnitOfWork, draft: SignUpDraft, token: str) -> None:
    """Sign somebody up who came by this invitation, or by none; raises as `sign_up`."""
    invite = get_usable_invite(uow.session, token, now=uow.now) if token else None
    handle = draft.handle or suggest_handle(uow.session, draft.name)
    sign_up(uow, replace(draft, handle=handle), invite)


def _draft(request: Request, door: Door, whole: WholeForm) -> SignUpDraft:
    return SignUpDraft(
        email=whole.email,
        birth_year=whole.birth_year,
        is_old_enough=whole.is_old_enough,
        name=whole.name,
        handle=whole.handle,
        place_id=whole.chosen,
        reason=whole.reason,
        language=visit_of(request).language.tag,
        browser=digest(browser_of(request)),
        rules_version=door.versions.get(LegalKind.RULES),
        privacy_version=door.versions.get(LegalKind.PRIVACY),
    )


def _to_mailbox(request: Request, email: str) -> Response:
    response = redirect(request, runtime_of(request).urls.path("sign_up_sent"))
    leave_pending(request, response, Pending(email))
    return response


async def _send_again(request: Request) -> Response:
    _sent, form = await read_form(request, SentForm)
    pending = read_pending(request)
    here = runtime_of(request).urls.path("sign_up_sent")
    if pending.login:
        await check_login_limit(request, "mail", pending.login)
        await submit_once(
            request,
            form,
            lambda _: here,
            request_sign_in,
            pending.login,
            browser=digest(browser_of(request)),
            language=visit_of(request).language.tag,
        )
    return redirect(request, here, ("good", gettext("We have sent the mail again.")))


def _at_door(request: Request, door: Door, status: int = 200) -> Response:
    if door.problem is not None:
        status = _STATUS[door.problem]
    return render(request, "accounts/join.html", {"door": door}, status)


async def _find_door(request: Request, token: str) -> Door:
    visit = visit_of(request)
    return await visit.runtime.db.read(find_door, token, visit.language.tag, clock.now())


def _shape(form: FormState, number: int) -> None:
    """Let the form complain about the fields of this question, in its words."""
    question = QUESTIONS[number].form
    form.words, form.fields = question.words, frozenset(question.model_fields)


routes = [
    Page("/join", join_page, name="join"),
    Page("/join/new", sign_up_page, name="sign_up", methods=("GET", "POST")),
    Page("/join/mail", sent_page, name="sign_up_sent", methods=("GET", "POST")),
    Page("/join/waiting", waiting_page, name="sign_up_waiting"),
    Page("/join/places", choices_part, name="place_choices"),
    Page("/join/{token}", join_page, name="invitation"),
]
