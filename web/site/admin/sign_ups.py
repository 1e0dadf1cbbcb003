"""Who waits to be let in: one queue, each card decided with one tap and an undo."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from fedparents import clock
from fedparents.accounts.deciding import UNDO, approve_account, decline_account, reconsider_account
from fedparents.accounts.models import Account, AccountState
from fedparents.accounts.queries import (
    AccountView,
    Applicant,
    count_waiting,
    find_decider,
    get_account,
    list_lately_declined,
    list_waiting,
)
from fedparents.accounts.sessions import Viewer
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, NotFound
from fedparents.ids import AccountId
from web.forms import FormState, new_form, read_form, submit_once
from web.i18n import N_, reading_in
from web.i18n import gettext as _
from web.i18n.words import words_of
from web.routing import Page, number_in_path, number_in_query
from web.site.admin.access import find_factor_deadline, moderator_of
from web.site.admin.forms import DeclineForm
from web.site.page import redirect, render
from web.visit import instance_of, runtime_of

PRESETS: Final[Mapping[str, str]] = {
    "elsewhere": N_("We can only let in families from our town and its surroundings."),
    "unclear": N_(
        "We could not tell from your answer who you are. You are welcome to ask again, with a few"
        " more words."
    ),
    "twice": N_("You seem to have an account here already. Please sign in with that one."),
    "not_parents": N_(
        "This place is for parents and those who raise children, not for businesses."
    ),
}
"""The usual reasons, as the person reads them in the mail."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What the decision that was just taken did, for the notice with its undo."""

    view: AccountView
    outcome: Literal["approved", "declined", "waiting"]
    can_undo: bool


@dataclass(frozen=True, slots=True)
class Queue:
    waiting: list[Applicant]
    count: int
    declined: list[Applicant]
    decided: Decided | None


async def requests_page(request: Request) -> Response:
    viewer = moderator_of(request)
    decided = number_in_query(request, "decided")
    queue = await runtime_of(request).db.read(_read_queue, viewer, decided)
    context = {
        "queue": queue,
        "form": new_form(),
        "days_to_undo": UNDO.days,
        # Admins read it on the first page of the desk, which moderators do not have.
        "factor_due_at": None if viewer.is_admin else find_factor_deadline(request, viewer),
    }
    return render(request, "admin/sign_ups.html", context)


async def approve(request: Request) -> Response:
    viewer = moderator_of(request)
    return await _decide(request, viewer, approve_account)


async def reconsider(request: Request) -> Response:
    viewer = moderator_of(request)
    return await _decide(request, viewer, reconsider_account)


async def decline_page(request: Request) -> Response:
    """Ask for the reason; nothing is decided by looking."""
    viewer = moderator_of(request)
    view = await runtime_of(request).db.read(_read_waiting, number_in_path(request))
    if request.method != "POST":
        return _show_decline(request, view, new_form({"preset": ""}, of=DeclineForm))
    sent, form = await read_form(request, DeclineForm)
    if sent is None:
        return _show_decline(request, view, form)
    reason = _reason(request, view, sent)

    def decline(uow: UnitOfWork, account_id: AccountId, *, by: Viewer) -> Account:
        return decline_account(uow, account_id, reason, by=by)

    return await _decide(request, viewer, decline)


async def _decide(request: Request, viewer: Viewer, service: Callable[..., Account]) -> Response:
    """Carry a decision out once; who comes second hears who was first."""
    account_id = AccountId(number_in_path(request))
    _sent, form = await read_form(request, DeclineForm)
    queue = runtime_of(request).urls.path("admin_requests")
    where = f"{queue}?decided={account_id}"
    try:
        path = await submit_once(request, form, lambda _: where, service, account_id, by=viewer)
    except Conflict as error:
        return await _too_late(request, account_id, error)
    return redirect(request, path)


async def _too_late(request: Request, account_id: AccountId, error: Conflict) -> Response:
    def read(session: Session) -> tuple[AccountView, str]:
        view = get_account(session, account_id)
        decider = find_decider(session, view)
        return view, decider.display_name if decider else ""

    view, name = await runtime_of(request).db.read(read)
    words = words_of(error)
    if name and error.code in {"already_approved", "already_decided"}:
        params = {"name": name, "person": view.actor.display_name}
        words = (
            _("%(name)s has let %(person)s in already. Thank you!", **params)
            if view.account.state == AccountState.ACTIVE
            else _("%(name)s has declined %(person)s already. Thank you!", **params)
        )
    return redirect(request, runtime_of(request).urls.path("admin_requests"), ("info", words))


def _reason(request: Request, view: AccountView, sent: DeclineForm) -> str:
    """In the language of the person who will read it."""
    place = instance_of(request)
    language = runtime_of(request).languages.get(view.account.language or place.language)
    with reading_in(language, place.zone):
        preset = _(PRESETS[sent.preset]) if sent.preset in PRESETS else ""
    return "\n\n".join(filter(None, (preset, sent.words_of_own)))


def _show_decline(request: Request, view: AccountView, form: FormState) -> Response:
    presets = [
        ("", _("No reason given"), ""),
        *((key, _(text), "") for key, text in PRESETS.items()),
    ]
    context = {"view": view, "form": form, "presets": presets}
    return render(request, "admin/decline.html", context, 422 if form.errors else 200)


def _read_queue(session: Session, viewer: Viewer, decided: int | None) -> Queue:
    since = clock.now() - UNDO
    return Queue(
        waiting=list_waiting(session, viewer=viewer),
        count=count_waiting(session),
        declined=list_lately_declined(session, viewer=viewer, since=since),
        decided=_read_decided(session, decided),
    )


def _read_decided(session: Session, number: int | None) -> Decided | None:
    """Whatever the address says, only what is true is shown."""
    try:
        view = get_account(session, number or 0)
    except NotFound:
        return None
    if view.account.confirmed_at is None:
        return None
    match view.account.state:
        case AccountState.ACTIVE if view.account.decided_at is not None:
            return Decided(view, "approved", can_undo=view.account.last_seen_at is None)
        case AccountState.DECLINED:
            return Decided(view, "declined", can_undo=True)
        case AccountState.APPROVAL_PENDING:
            return Decided(view, "waiting", can_undo=False)
    return None


def _read_waiting(session: Session, account_id: int) -> AccountView:
    """Somebody who can be declined, or was decided on meanwhile; nobody else may be looked up."""
    view = get_account(session, account_id)
    if view.account.state not in {
        AccountState.APPROVAL_PENDING,
        AccountState.DECLINED,
        AccountState.ACTIVE,
    }:
        raise NotFound("account_not_found")
    return view


_DECIDE: Final = ("POST",)
routes = [
    Page("/admin/requests", requests_page, name="admin_requests"),
    Page("/admin/requests/{id}/approve", approve, name="admin_approve", methods=_DECIDE),
    Page("/admin/requests/{id}/undo", reconsider, name="admin_reconsider", methods=_DECIDE),
    Page(
        "/admin/requests/{id}/decline",
        decline_page,
        name="admin_decline",
        methods=("GET", "POST"),
    ),
]
