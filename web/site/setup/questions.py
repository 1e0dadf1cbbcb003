"""The seven questions of the wizard: how each is shown, and what its answer changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from fedparents.accounts.joining import NewAccount, create_account
from fedparents.accounts.queries import has_admin
from fedparents.accounts.sessions import open_session
from fedparents.authority import OPERATOR, Authority
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, Invalid
from fedparents.instance.models import THE_ONE, Instance
from fedparents.instance.service import (
    change_federation,
    change_identity,
    change_joining,
    change_language,
    finish_setup,
    note_setup_step,
)
from web.auth.cookies import TASTE_LASTS, set_cookie
from web.auth.passwords import check_new_password
from web.auth.sign_in import Caller, SignedIn, caller_of, enter
from web.forms import FormState, new_form, read_form, typed_values
from web.site.admin.forms import IdentityForm, JoiningForm, LanguageForm, NeighboursForm
from web.site.admin.legal import edit_text, kind_of
from web.site.admin.mail_test import MailTest, try_mail
from web.site.admin.zones import LIKELY, zone_choices
from web.site.legal.drafts import title_of
from web.site.legal.gaps import LONGEST_ANSWER, Gap, gaps_in, has_gap
from web.site.legal.writing import complete_texts, read_texts
from web.site.page import redirect, render
from web.site.setup.access import Progress
from web.site.setup.code import forget_setup_code
from web.site.setup.forms import AdminForm, MailStepForm
from web.visit import runtime_of, viewer_of, visit_of

Service = Callable[..., object]
"""Takes a unit of work, an answer and `by`."""


@dataclass(frozen=True, slots=True)
class Screen:
    """Where a question stands among the others."""

    by: Authority
    """Who answers."""
    number: int
    total: int
    here: str
    back: str
    forth: str


async def language_page(request: Request, progress: Progress, screen: Screen) -> Response:
    if request.method != "POST":
        visit = visit_of(request)
        present = progress.place.language if progress.place.setup_step else visit.language.tag
        return _show(request, "language", screen, new_form({"language": present}, of=LanguageForm))
    sent, form = await read_form(request, LanguageForm)
    if sent is None:
        return _show(request, "language", screen, form)
    await _store(request, screen, change_language, sent.language)
    response = redirect(request, screen.forth)
    cookies = runtime_of(request).cookies
    # From here on the wizard itself speaks it, whatever the browser would like.
    set_cookie(response, cookies, cookies.language, sent.language, TASTE_LASTS)
    return response


async def association_page(request: Request, progress: Progress, screen: Screen) -> Response:
    place = progress.place
    if request.method != "POST":
        values = IdentityForm.values_of(place)
        if place.setup_step < screen.number:
            values["timezone"] = LIKELY[place.language]
        form = new_form(values, of=IdentityForm)
    else:
        sent, form = await read_form(request, IdentityForm)
        if sent is not None and await _try_to_store(
            request, screen, form, change_identity, sent.draft(place.language)
        ):
            return redirect(request, screen.forth)
    return _show(request, "association", screen, form, zones=zone_choices())


async def admin_page(request: Request, progress: Progress, screen: Screen) -> Response:
    """Whoever has come so far becomes the first administrator, unless there is one already."""
    if request.method != "POST":
        values = {} if progress.has_admin else {"email": progress.place.contact_email}
        form = new_form(values, of=AdminForm)
    elif progress.has_admin:
        await _store(request, screen, _nothing, None)
        return redirect(request, screen.forth)
    else:
        form, outcome = await _make_admin(request, progress, screen)
        if outcome is not None:
            response = redirect(request, screen.forth)
            enter(request, response, outcome)
            return response
    return _show(request, "admin", screen, form, has_admin=progress.has_admin)


async def joining_page(request: Request, progress: Progress, screen: Screen) -> Response:
    place = progress.place
    if request.method != "POST":
        form = new_form(JoiningForm.values_of(place), of=JoiningForm)
    else:
        sent, form = await read_form(request, JoiningForm)
        if sent is not None and await _try_to_store(
            request, screen, form, change_joining, sent.draft(place.blocked_mail_domains)
        ):
            return redirect(request, screen.forth)
    return _show(request, "joining", screen, form)


async def neighbours_page(request: Request, progress: Progress, screen: Screen) -> Response:
    if request.method != "POST":
        form = new_form({"mode": progress.place.federation_mode}, of=NeighboursForm)
        return _show(request, "neighbours", screen, form)
    sent, form = await read_form(request, NeighboursForm)
    if sent is None:
        return _show(request, "neighbours", screen, form)
    await _store(request, screen, change_federation, sent.mode)
    return redirect(request, screen.forth)


async def legal_page(request: Request, progress: Progress, screen: Screen) -> Response:
    """What only the association knows; what is left empty stays a gap, for another day."""
    base_url = runtime_of(request).settings.base_url
    texts = await runtime_of(request).db.read(read_texts, base_url)
    gaps = gaps_in(texts.values())
    form = _gap_form(request, gaps)
    if request.method == "POST" and not form.errors:
        await _store(request, screen, _complete(base_url), form.values)
        return redirect(request, screen.forth)
    pages = [(kind, title_of(kind), has_gap(text)) for kind, text in texts.items()]
    return _show(request, "legal", screen, form, gaps=gaps, pages=pages, longest=LONGEST_ANSWER)


async def text_page(request: Request, progress: Progress, screen: Screen) -> Response:
    """One legal page, written freely."""
    return await edit_text(
        request,
        kind_of(request),
        progress.place.language,
        template="setup/text.html",
        done=screen.here,
        by=screen.by,
    )


async def mail_page(request: Request, progress: Progress, screen: Screen) -> Response:
    """See a mail arrive, or go on without; this ends the wizard."""
    result: MailTest | None = None
    if request.method != "POST":
        viewer = viewer_of(request)
        form = new_form({"to": viewer.email if viewer else ""}, of=MailStepForm)
    else:
        sent, form = await read_form(request, MailStepForm)
        if sent is not None and sent.action == "finish":
            await _store(request, screen, _finish, None)
            forget_setup_code(runtime_of(request).settings)
            return redirect(request, screen.forth)
        if sent is not None:
            result = await try_mail(request, form, sent.to)
    return _show(request, "mail", screen, form, result=result)


async def _make_admin(
    request: Request, progress: Progress, screen: Screen
) -> tuple[FormState, SignedIn | None]:
    sent, form = await read_form(request, AdminForm)
    if sent is None:
        return form, None
    try:
        check_new_password(sent.password, about=(sent.name, sent.handle, sent.email))
        hashed = await runtime_of(request).passwords.hash(sent.password)
        draft = sent.draft(hashed, progress.place.language)
        caller = caller_of(request)
        return form, await runtime_of(request).db.write(_create_admin, draft, caller, screen.number)
    except (Invalid, Conflict) as error:
        form.complain(error, at="email" if error.code == "mailbox_full" else "handle")
    return form, None


def _create_admin(uow: UnitOfWork, draft: NewAccount, caller: Caller, step: int) -> SignedIn:
    """Of two browsers at once, the second one finds the place taken."""
    uow.session.get(Instance, THE_ONE, with_for_update=True)
    if has_admin(uow.session):
        raise Conflict
    account = create_account(uow, draft)
    token = open_session(uow, account, browser=caller.browser, device=caller.device)
    note_setup_step(uow, step, by=OPERATOR)
    return SignedIn(token)


def _gap_form(request: Request, gaps: list[Gap]) -> FormState:
    """One field for each gap, named after it."""
    sent = visit_of(request).form
    form = FormState(
        values=typed_values(sent) if sent is not None else {},
        fields=frozenset(gap.field for gap in gaps),
    )
    for gap in gaps:
        if len(form.values.get(gap.field, "")) > LONGEST_ANSWER:
            form.add_error(gap.field, "too_long", at_most=LONGEST_ANSWER)
    return form


def _complete(base_url: str) -> Service:
    def complete(uow: UnitOfWork, answers: dict[str, str], *, by: Authority) -> None:
        complete_texts(uow, answers, base_url, by=by)

    return complete


def _finish(uow: UnitOfWork, _answer: None, *, by: Authority) -> None:
    finish_setup(uow, by=by)


def _nothing(_uow: UnitOfWork, _answer: None, *, by: Authority) -> None:
    """The answer was given elsewhere, by the command line."""


async def _try_to_store(
    request: Request, screen: Screen, form: FormState, service: Service, answer: object
) -> bool:
    """False when the service does not take the answer, which the form then says."""
    try:
        await _store(request, screen, service, answer)
    except Invalid as error:
        form.complain(error)
        return False
    return True


async def _store(request: Request, screen: Screen, service: Service, answer: object) -> None:
    """Carry out one answer and remember that it was given, in one commit."""

    def store(uow: UnitOfWork) -> None:
        service(uow, answer, by=screen.by)
        note_setup_step(uow, screen.number, by=screen.by)

    await runtime_of(request).db.write(store)


def _show(request: Request, name: str, screen: Screen, form: FormState, **more: object) -> Response:
    status = 422 if form.errors else 200
    return render(request, f"setup/{name}.html", {"form": form, "screen": screen, **more}, status)
