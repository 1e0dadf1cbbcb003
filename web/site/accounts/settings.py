"""One's own settings: name, commune, address, password, and proving again who one is."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from fedparents import clock
from fedparents.accounts.links import get_link, use_link
from fedparents.accounts.models import LinkPurpose
from fedparents.accounts.queries import AccountView, get_own_account
from fedparents.accounts.second_factor import find_factor
from fedparents.accounts.service import change_email, change_password, request_email_change
from fedparents.accounts.sessions import Viewer, list_sessions
from fedparents.actors.fields import read_fields
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, Invalid, NotAllowed, NotFound
from fedparents.ids import PlaceId
from fedparents.places.queries import PlaceView, get_place
from fedparents.social.profiles import change_profile
from fedparents.social.queries import count_follow_requests
from web.auth.passwords import check_new_password
from web.auth.pending import Pending, leave_pending
from web.auth.sign_in import has_signed_in_lately
from web.forms import FormState, new_form, read_form, submit_once
from web.i18n import gettext
from web.routing import Page
from web.security.limits import check_limit
from web.site.accounts.answers import check_usable, come_in, link_problem
from web.site.accounts.communes import choose_place, offered
from web.site.accounts.forms import (
    FIELD_NUMBERS,
    EmailForm,
    NewPasswordForm,
    ProfileForm,
    ProofForm,
    SentForm,
    field_values,
)
from web.site.accounts.signing_in import prove_by_password, send_link
from web.site.page import local_path, redirect, render
from web.visit import instance_of, require_viewer, runtime_of


async def settings_page(request: Request) -> Response:
    viewer = require_viewer(request)
    db = runtime_of(request).db
    own = await db.read(get_own_account, viewer)
    devices = await db.read(list_sessions, viewer, clock.now())
    context = {
        "own": own,
        "place": await _place_of(request, own),
        "devices": len(devices),
        "factor": await db.read(find_factor, viewer.account_id),
        "asking": await db.read(count_follow_requests, viewer),
    }
    return render(request, "accounts/settings.html", context)


async def profile_page(request: Request) -> Response:
    viewer = require_viewer(request)
    if request.method == "POST":
        return await _save_profile(request, viewer)
    own = await runtime_of(request).db.read(get_own_account, viewer)
    place = await _place_of(request, own)
    values = {
        "name": own.actor.display_name,
        "bio": own.actor.summary,
        "place": place.name if place else "",
        "place_id": place.id if place else None,
        "shows_place": own.account.shows_place,
        "followers": "asked" if own.actor.is_locked else "open",
        "is_discoverable": own.actor.is_discoverable,
        "is_indexable": own.actor.is_indexable,
        **field_values(read_fields(own.actor.fields)),
    }
    return await _show_profile(request, new_form(values, of=ProfileForm))


async def _save_profile(request: Request, viewer: Viewer) -> Response:
    answer, form = await read_form(request, ProfileForm)
    if answer is None:
        return await _show_profile(request, form, 422)
    db = runtime_of(request).db
    try:
        choice = await db.read(choose_place, answer)
        if choice.offered:
            return await _show_profile(request, form)
        place_id = choice.place.id if choice.place else None
        if place_id is not None:
            await _check_moves(request, viewer, place_id)
        await db.write(change_profile, viewer, answer.draft(place_id))
    except Invalid as error:
        form.complain(error)
        return await _show_profile(request, form, 422)
    return _back(request, gettext("Saved."))


async def _check_moves(request: Request, viewer: Viewer, place_id: PlaceId) -> None:
    """Whoever moves all the time could find out where others live by how far away they are."""
    own = await runtime_of(request).db.read(get_own_account, viewer)
    if place_id != own.account.place_id:
        await check_limit(request, "move", viewer.account_id)


async def _show_profile(request: Request, form: FormState, status: int = 200) -> Response:
    has_lines = any(form.values.get(f"field_name_{number}") for number in FIELD_NUMBERS)
    context = {
        "form": form,
        "lines": FIELD_NUMBERS,
        "has_lines": has_lines,
        **await offered(request, form),
    }
    return render(request, "accounts/profile.html", context, status)


async def email_page(request: Request) -> Response:
    """Both ends have to answer: the address so far by a fresh sign-in, the new one by its link."""
    viewer = require_viewer(request)
    if not await has_proved(request, viewer):
        return to_proof(request)
    if request.method != "POST":
        return render(request, "accounts/email.html", {"form": new_form(of=EmailForm)})
    answer, form = await read_form(request, EmailForm)
    if answer is None:
        return render(request, "accounts/email.html", {"form": form}, 422)
    await check_limit(request, "mail", viewer.account_id)
    there = runtime_of(request).urls.path("account")
    try:
        await submit_once(
            request, form, lambda _: there, request_email_change, viewer, answer.email
        )
    except Invalid as error:
        form.complain(error)
        return render(request, "accounts/email.html", {"form": form}, 422)
    return _back(
        request,
        gettext(
            "We have written to %(email)s. Your address changes when you press the button in that"
            " mail.",
            email=answer.email,
        ),
    )


async def new_email_page(request: Request) -> Response:
    """Where the mail to the new address leads, on whatever device it is read."""
    runtime, token = runtime_of(request), request.path_params["token"]
    try:
        if request.method == "POST":
            await read_form(request, SentForm)
            email = await runtime.db.write(_change_email, runtime.secret, token)
            toast = gettext("Your address is now %(email)s.", email=email)
            return redirect(request, runtime.urls.path("account"), ("good", toast))
        link = await runtime.db.read(get_link, runtime.secret, token, LinkPurpose.CHANGE_EMAIL)
        check_usable(link)
    except (NotFound, NotAllowed, Conflict) as error:
        return link_problem(request, error, LinkPurpose.CHANGE_EMAIL)
    context = {"form": new_form(), "email": link.email, "token": token}
    return render(request, "accounts/new_email.html", context)


def _change_email(uow: UnitOfWork, secret: bytes, token: str) -> str:
    link = get_link(uow.session, secret, token, LinkPurpose.CHANGE_EMAIL)
    change_email(uow, use_link(uow, secret, token, LinkPurpose.CHANGE_EMAIL), link.email)
    return link.email


async def new_password_page(request: Request) -> Response:
    viewer = require_viewer(request)
    if not await has_proved(request, viewer):
        return to_proof(request)
    has_one = (await runtime_of(request).db.read(get_own_account, viewer)).account.password_hash
    context: dict[str, object] = {"has_one": has_one is not None}
    if request.method != "POST":
        form = new_form(of=NewPasswordForm)
        return render(request, "accounts/new_password.html", {"form": form, **context})
    answer, form = await read_form(request, NewPasswordForm)
    if answer is not None:
        try:
            known = (viewer.email, viewer.name, viewer.handle, instance_of(request).name)
            check_new_password(answer.password, about=known)
        except Invalid as error:
            form.complain(error)
    if answer is None or form.errors:
        return render(request, "accounts/new_password.html", {"form": form, **context}, 422)
    runtime = runtime_of(request)
    hashed = await runtime.passwords.hash(answer.password)
    there = runtime.urls.path("account")
    await submit_once(request, form, lambda _: there, change_password, viewer, hashed)
    words = gettext("Your password is set. Your other browsers and all programs are signed out.")
    return _back(request, words)


async def proof_page(request: Request) -> Response:
    """That it is really the owner who asks: what follows would let a stranger keep the account."""
    viewer = require_viewer(request)
    own = await runtime_of(request).db.read(get_own_account, viewer)
    context: dict[str, object] = {"has_password": own.account.password_hash is not None}
    if request.method != "POST":
        there = local_path(request.query_params.get("next", ""), "/settings")
        form = new_form({"next": there}, of=ProofForm)
        return render(request, "accounts/proof.html", {"form": form, **context})
    answer, form = await read_form(request, ProofForm)
    if answer is None:
        return render(request, "accounts/proof.html", {"form": form, **context}, 422)
    there = local_path(answer.next, "/settings")
    if answer.how == "link":
        response = await send_link(request, form, viewer.handle)
        leave_pending(request, response, Pending(viewer.handle, there))
        return response
    await check_limit(request, "sign_in", viewer.account_id)
    outcome = await prove_by_password(request, viewer.handle, answer.password)
    if outcome is None:
        form.add_error("password", "password_wrong")
        return render(request, "accounts/proof.html", {"form": form, **context}, 422)
    return come_in(request, outcome, there)


async def has_proved(request: Request, viewer: Viewer) -> bool:
    """Whether the viewer has signed in so lately that nobody can have taken their place."""
    return await runtime_of(request).db.read(has_signed_in_lately, viewer, clock.now())


def to_proof(request: Request) -> Response:
    """The page that asks for proof, and leads back here."""
    query = request.url.query
    here = request.url.path + (f"?{query}" if query and request.method == "GET" else "")
    return redirect(request, runtime_of(request).urls.path("proof", next=here))


def _back(request: Request, said: str) -> Response:
    return redirect(request, runtime_of(request).urls.path("account"), ("good", said))


async def _place_of(request: Request, own: AccountView) -> PlaceView | None:
    if own.place is None:
        return None
    return await runtime_of(request).db.read(get_place, PlaceId(own.place.id))


routes = [
    Page("/settings", settings_page, name="account"),
    Page("/settings/profile", profile_page, name="profile", methods=("GET", "POST")),
    Page("/settings/email", email_page, name="email", methods=("GET", "POST")),
    Page("/settings/password", new_password_page, name="new_password", methods=("GET", "POST")),
    Page("/settings/proof", proof_page, name="proof", methods=("GET", "POST")),
    Page("/confirm-email/{token}", new_email_page, name="change_email", methods=("GET", "POST")),
]
