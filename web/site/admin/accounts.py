"""Who is here: finding somebody, pausing an account, giving roles; nothing else is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from fedparents.accounts.deciding import change_role
from fedparents.accounts.models import AccountState, Role
from fedparents.accounts.queries import AccountView, get_account, list_accounts
from fedparents.accounts.second_factor import (
    FactorView,
    ResetReason,
    find_factor,
    reset_factor,
)
from fedparents.errors import Conflict
from fedparents.ids import AccountId
from fedparents.moderation.deciding import decide_on_account, end_pause
from web.forms import FormState, new_form, read_form
from web.i18n import N_
from web.i18n import gettext as _
from web.routing import Page, number_in_path, number_in_query
from web.security.limits import check_limit
from web.site.admin.access import administrator_of
from web.site.admin.forms import FreezeForm, ResetFactorForm, RoleForm
from web.site.page import redirect, render
from web.visit import runtime_of

_PAGE: Final = 30
STATE_WORDS: Final[Mapping[AccountState, str]] = {
    AccountState.EMAIL_PENDING: N_("Has not confirmed the address yet"),
    AccountState.APPROVAL_PENDING: N_("Waits for an answer"),
    AccountState.DECLINED: N_("Declined"),
    AccountState.ACTIVE: N_("Active"),
    AccountState.FROZEN: N_("Paused"),
    AccountState.LEAVING: N_("Is leaving"),
}
ROLE_WORDS: Final[Mapping[Role, str]] = {
    Role.MEMBER: N_("Member"),
    Role.MODERATOR: N_("Moderator"),
    Role.ADMIN: N_("Administrator"),
}

RESET_WORDS: Final[Mapping[ResetReason, str]] = {
    ResetReason.LOST: N_("The phone and the recovery codes are lost"),
    ResetReason.STRANGER: N_("Somebody else had set it up"),
}


@dataclass(frozen=True, slots=True)
class _Shown:
    """One account on its page."""

    view: AccountView
    factor: FactorView | None


async def accounts_page(request: Request) -> Response:
    viewer = administrator_of(request)
    text = request.query_params.get("q", "")[:100].replace("\x00", "")
    if text:
        await check_limit(request, "search")
    before = number_in_query(request, "before")
    found = await runtime_of(request).db.read(
        list_accounts, viewer=viewer, text=text, before=before, limit=_PAGE + 1
    )
    shown = found[:_PAGE]
    urls = runtime_of(request).urls
    older = (
        urls.path("admin_accounts", q=text or None, before=shown[-1].account.id) if shown else ""
    )
    context = {
        "views": shown,
        "q": text,
        "states": _words(STATE_WORDS),
        "roles": _words(ROLE_WORDS),
        "older": older if len(found) > _PAGE else "",
        "newer": urls.path("admin_accounts", q=text or None) if before else "",
    }
    return render(request, "admin/accounts.html", context)


async def account_page(request: Request) -> Response:
    administrator_of(request)
    return _show(request, await _view(request), new_form({}, of=FreezeForm))


async def freeze(request: Request) -> Response:
    viewer = administrator_of(request)
    account_id = AccountId(number_in_path(request))
    sent, form = await read_form(request, FreezeForm)
    if sent is None:
        return _show(request, await _view(request), form)
    try:
        await runtime_of(request).db.write(decide_on_account, viewer, account_id, sent.draft())
    except Conflict as error:
        form.complain(error)
        return _show(request, await _view(request), form)
    return _back(request, account_id, _("This account is paused, and signed out everywhere."))


async def thaw(request: Request) -> Response:
    viewer = administrator_of(request)
    account_id = AccountId(number_in_path(request))
    try:
        await runtime_of(request).db.write(end_pause, viewer, account_id)
    except Conflict as error:
        form = new_form({}, of=FreezeForm)
        form.complain(error)
        return _show(request, await _view(request), form)
    return _back(request, account_id, _("This account can be used again."))


async def give_role(request: Request) -> Response:
    viewer = administrator_of(request)
    account_id = AccountId(number_in_path(request))
    sent, form = await read_form(request, RoleForm)
    if sent is None:
        return _show(request, await _view(request), form)
    try:
        await runtime_of(request).db.write(change_role, account_id, sent.role, by=viewer)
    except Conflict as error:
        form.complain(error)
        return _show(request, await _view(request), form)
    if account_id == viewer.account_id and sent.role != Role.ADMIN:
        words = _("You are no administrator any more.")
        return redirect(request, runtime_of(request).urls.path("home"), ("good", words))
    return _back(request, account_id, _("The role has been changed."))


async def reset_factor_page(request: Request) -> Response:
    """For somebody who is locked out, and has shown in another way who they are."""
    viewer = administrator_of(request)
    shown = await _view(request)
    account_id = AccountId(shown.view.account.id)
    if shown.factor is None or account_id == viewer.account_id:
        return redirect(request, runtime_of(request).urls.path("admin_account", id=account_id))
    if request.method != "POST":
        return _show_reset(request, shown, new_form(of=ResetFactorForm))
    sent, form = await read_form(request, ResetFactorForm)
    if sent is None:
        return _show_reset(request, shown, form)
    db = runtime_of(request).db
    await db.write(reset_factor, account_id, ResetReason(sent.reason), by=viewer)
    return _back(request, account_id, _("The second step is taken away. The person gets a mail."))


def _show_reset(request: Request, shown: _Shown, form: FormState) -> Response:
    context = {
        "view": shown.view,
        "form": form,
        "reasons": [(reason.value, _(words), "") for reason, words in RESET_WORDS.items()],
    }
    return render(request, "admin/reset_factor.html", context, 422 if form.errors else 200)


def _show(request: Request, shown: _Shown, form: FormState) -> Response:
    view = shown.view
    form.values.setdefault("role", view.account.role)
    context = {
        "view": view,
        "factor": shown.factor,
        "form": form,
        "state": _(STATE_WORDS[view.account.state]),
        "role": _(ROLE_WORDS[view.account.role]),
        "roles": [(role.value, _(words), "") for role, words in ROLE_WORDS.items()],
        "can_pause": view.account.state in {AccountState.ACTIVE, AccountState.LEAVING},
        "is_paused": view.account.state == AccountState.FROZEN,
    }
    return render(request, "admin/account.html", context, 422 if form.errors else 200)


async def _view(request: Request) -> _Shown:
    return await runtime_of(request).db.read(_read_view, number_in_path(request))


def _read_view(session: Session, account_id: int) -> _Shown:
    return _Shown(get_account(session, account_id), find_factor(session, account_id))


def _back(request: Request, account_id: int, words: str) -> Response:
    path = runtime_of(request).urls.path("admin_account", id=account_id)
    return redirect(request, path, ("good", words))


def _words(known: Mapping[AccountState, str] | Mapping[Role, str]) -> dict[str, str]:
    return {key.value: _(words) for key, words in known.items()}


_DO: Final = ("POST",)
routes = [
    Page("/admin/accounts", accounts_page, name="admin_accounts"),
    Page("/admin/accounts/{id}", account_page, name="admin_account"),
    Page("/admin/accounts/{id}/freeze", freeze, name="admin_freeze", methods=_DO),
    Page("/admin/accounts/{id}/thaw", thaw, name="admin_thaw", methods=_DO),
    Page(
        "/admin/accounts/{id}/second-step",
        reset_factor_page,
        name="admin_reset_factor",
        methods=("GET", "POST"),
    ),
    Page("/admin/accounts/{id}/role", give_role, name="admin_role", methods=_DO),
]
