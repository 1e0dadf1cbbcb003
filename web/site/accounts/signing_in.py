"""Signing in by a link, six digits or a password, confirming an address, and signing out.

What a stranger types gets the same page after the same time, whether somebody of this name is here
or not.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from fedparents import clock
from fedparents.accounts.links import (
    CODE_TRIES,
    get_link,
    is_guessed_too_often,
    request_sign_in,
)
from fedparents.accounts.models import AccountState, LinkPurpose
from fedparents.accounts.policy import ACCOUNTS_A_MAILBOX
from fedparents.accounts.sessions import end_session
from fedparents.accounts.tokens import CODE_DIGITS, digest, link_code
from fedparents.errors import Conflict, NotAllowed, NotFound
from web.auth.attempts import check_login_limit
from web.auth.halfway import Halfway
from web.auth.passwords import is_outdated
from web.auth.pending import Pending, drop_pending, leave_pending, read_pending
from web.auth.sign_in import (
    Outcome,
    caller_of,
    confirm_address,
    enter,
    leave,
    list_candidates,
    sign_in_by_code,
    sign_in_by_link,
    sign_in_by_password,
)
from web.forms import FormState, new_form, read_form, submit_once
from web.i18n import gettext, ngettext
from web.routing import Page
from web.security.limits import check_limit
from web.site.accounts.answers import check_usable, come_in, link_problem
from web.site.accounts.forms import CodeForm, LoginForm, PasswordSignInForm, SentForm
from web.site.devmail.access import way_to_mails
from web.site.page import head_for, local_path, redirect, render
from web.visit import browser_of, runtime_of, viewer_of, visit_of

_SECONDS_FOR_WRONG: Final = 0.3
"""Wrong digits are counted where there is something to count; nobody may see the difference."""


async def sign_in_page(request: Request) -> Response:
    if request.method == "POST":
        return await _ask_for_link(request)
    there = local_path(request.query_params.get("next", "/"))
    head_for(request, there)
    if viewer_of(request) is not None:
        return redirect(request, there)
    form = new_form({"login": read_pending(request).login, "next": there}, of=LoginForm)
    return render(request, "accounts/sign_in.html", {"form": form})


async def _ask_for_link(request: Request) -> Response:
    asked, form = await read_form(request, LoginForm)
    if asked is None:
        return render(request, "accounts/sign_in.html", {"form": form}, 422)
    pending = Pending(asked.login, local_path(asked.next))
    head_for(request, pending.next)
    if asked.how == "password":
        response = redirect(request, runtime_of(request).urls.path("sign_in_password"))
    else:
        response = await send_link(request, form, asked.login)
    leave_pending(request, response, pending)
    return response


async def send_link(request: Request, form: FormState, login: str) -> Response:
    """Have a link sent, and go on to the page for its six digits."""
    await check_login_limit(request, "mail", login)
    there = runtime_of(request).urls.path("sign_in_code")
    await submit_once(
        request,
        form,
        lambda _: there,
        request_sign_in,
        login,
        browser=digest(browser_of(request)),
        language=visit_of(request).language.tag,
    )
    return redirect(request, there)


async def code_page(request: Request) -> Response:
    """For the digits, in the browser that asked for them."""
    pending = read_pending(request)
    if request.method == "POST":
        return await _try_code(request, pending)
    if not pending.login:
        return redirect(request, runtime_of(request).urls.path("sign_in"))
    return _show_code(request, pending, new_form(of=CodeForm))


async def _try_code(request: Request, pending: Pending) -> Response:
    typed, form = await read_form(request, CodeForm)
    if typed is not None and sum(map(str.isdecimal, typed.code)) != CODE_DIGITS:
        form.add_error("code", "missing")
    if typed is None or form.errors:
        return _show_code(request, pending, form, 422)
    await check_limit(request, "code", browser_of(request))  # each mail has its own count too
    runtime = runtime_of(request)
    async with _no_sooner_than(_SECONDS_FOR_WRONG):
        outcome = await runtime.db.write(
            sign_in_by_code, runtime.secret, typed.code, caller_of(request)
        )
    if outcome is not None:
        return come_in(request, outcome, pending.next)
    pending = pending.after_wrong_digits()
    form.errors["code"] = _wrong_digits(pending.tries_left)
    response = _show_code(request, pending, form, 422)
    leave_pending(request, response, pending)
    return response


def _wrong_digits(tries_left: int) -> str:
    if tries_left == 0:
        return gettext("These digits do not work any more. Please ask for a new mail below.")
    return ngettext(
        "These are not the digits of our last mail. You can try %(num)s more time.",
        "These are not the digits of our last mail. You can try %(num)s more times.",
        tries_left,
    )


async def password_page(request: Request) -> Response:
    if request.method == "POST":
        return await _try_password(request)
    pending = read_pending(request)
    if viewer_of(request) is not None:
        return redirect(request, pending.next)
    form = new_form({"login": pending.login, "next": pending.next}, of=PasswordSignInForm)
    return render(request, "accounts/sign_in_password.html", {"form": form})


async def _try_password(request: Request) -> Response:
    typed, form = await read_form(request, PasswordSignInForm)
    if typed is None:
        return render(request, "accounts/sign_in_password.html", {"form": form}, 422)
    await check_login_limit(request, "sign_in", typed.login)
    outcome = await prove_by_password(request, typed.login, typed.password)
    if outcome is None:
        form.add_error("password", "password_wrong")
        return render(request, "accounts/sign_in_password.html", {"form": form}, 422)
    return come_in(request, outcome, local_path(typed.next))


async def prove_by_password(request: Request, login: str, password: str) -> Outcome | None:
    """None unless the password is that of an account of this name; it always takes as long."""
    runtime = runtime_of(request)
    tries = ACCOUNTS_A_MAILBOX if "@" in login.strip().lstrip("@") else 1
    candidates = (await runtime.db.read(list_candidates, login))[:tries]
    stored = [candidate.password_hash for candidate in candidates]
    match = await runtime.passwords.find_match(stored, password, tries=tries)
    if match is None:
        return None
    is_old = is_outdated(stored[match])
    return await runtime.db.write(
        sign_in_by_password,
        candidates[match].account_id,
        await runtime.passwords.hash(password) if is_old else None,
        caller_of(request),
    )


async def link_page(request: Request) -> Response:
    """A link from a mail. Only the browser that asked for it is signed in by it; elsewhere, and
    for programs that look at mails first, it shows the digits to type there."""
    runtime, token = runtime_of(request), request.path_params["token"]
    try:
        link = await runtime.db.read(get_link, runtime.secret, token, LinkPurpose.SIGN_IN)
        check_usable(link)
        is_here = link.browser == digest(browser_of(request))
        if is_here and request.method == "GET":
            outcome = await runtime.db.write(
                sign_in_by_link, runtime.secret, token, caller_of(request)
            )
            return come_in(request, outcome, read_pending(request).next)
    except (NotFound, NotAllowed) as error:
        is_done = error.code == "link_used" and viewer_of(request) is not None
        return redirect(request, "/") if is_done else link_problem(request, error)
    code = link_code(runtime.secret, link.id)
    is_over = link.failures >= CODE_TRIES or await runtime.db.read(
        is_guessed_too_often, link.account_id, now=clock.now()
    )
    return render(request, "accounts/elsewhere.html", {"code": code, "is_over": is_over})


async def confirm_page(request: Request) -> Response:
    """Programs that look at mails follow links but press no buttons, so a button confirms."""
    if request.method == "POST":
        return await _confirm(request)
    runtime, token = runtime_of(request), request.path_params["token"]
    try:
        link = await runtime.db.read(get_link, runtime.secret, token, LinkPurpose.CONFIRM_EMAIL)
        check_usable(link)
    except (NotFound, NotAllowed) as error:
        return link_problem(request, error, LinkPurpose.CONFIRM_EMAIL)
    context = {"form": new_form(), "email": link.email, "token": token}
    return render(request, "accounts/confirm.html", context)


def _show_code(request: Request, pending: Pending, form: FormState, status: int = 200) -> Response:
    context = {
        "form": form,
        "pending": pending,
        "again": new_form({"login": pending.login}),
        "kept_mails": way_to_mails(request),
    }
    return render(request, "accounts/code.html", context, status)


async def _confirm(request: Request) -> Response:
    runtime, token = runtime_of(request), request.path_params["token"]
    await read_form(request, SentForm)
    try:
        done = await runtime.db.write(confirm_address, runtime.secret, token, caller_of(request))
    except (NotFound, NotAllowed, Conflict) as error:
        return link_problem(request, error, LinkPurpose.CONFIRM_EMAIL)
    if done.session is not None:
        token = done.invitation
        there = runtime.urls.path("group_invitation", token=token) if token else "/"
        if isinstance(done.session, Halfway):
            return come_in(request, done.session, there)
        response = redirect(request, there, ("good", gettext("Welcome! You are in.")))
        enter(request, response, done.session)
        drop_pending(request, response)
        return response
    if done.state == AccountState.APPROVAL_PENDING:
        return redirect(request, runtime.urls.path("sign_up_waiting"))
    toast = gettext("Your address is confirmed. Now you can sign in.")
    response = redirect(request, runtime.urls.path("sign_in"), ("good", toast))
    leave_pending(request, response, Pending(done.email))
    return response


async def sign_out_page(request: Request) -> Response:
    viewer = viewer_of(request)
    if viewer is None:
        return redirect(request, "/")
    if request.method != "POST":
        return render(request, "accounts/sign_out.html", {"form": new_form()})
    with contextlib.suppress(NotFound):  # it was ended from another browser a moment ago
        await runtime_of(request).db.write(end_session, viewer, viewer.session_id)
    response = redirect(request, "/", ("good", gettext("You are signed out of this browser.")))
    leave(request, response)
    return response


@asynccontextmanager
async def _no_sooner_than(seconds: float) -> AsyncIterator[None]:
    loop = asyncio.get_running_loop()
    begun = loop.time()
    yield
    await asyncio.sleep(begun + seconds - loop.time())


routes = [
    Page("/sign-in", sign_in_page, name="sign_in", methods=("GET", "POST"), opens_early=True),
    Page(
        "/sign-in/code", code_page, name="sign_in_code", methods=("GET", "POST"), opens_early=True
    ),
    Page(
        "/sign-in/password",
        password_page,
        name="sign_in_password",
        methods=("GET", "POST"),
        opens_early=True,
    ),
    Page("/sign-in/{token}", link_page, name="enter", opens_early=True),
    Page(
        "/confirm/{token}",
        confirm_page,
        name="confirm_email",
        methods=("GET", "POST"),
        opens_early=True,
    ),
    Page("/sign-out", sign_out_page, name="sign_out", methods=("GET", "POST"), opens_early=True),
]
