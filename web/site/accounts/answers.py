"""Answers that several pages of accounts give: coming in, and links that lead nowhere."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from fedparents import clock
from fedparents.accounts.models import EmailLink, LinkPurpose
from fedparents.errors import Conflict, FedparentsError, NotAllowed, NotFound
from web.auth.halfway import Halfway, drop_halfway, leave_halfway
from web.auth.pending import drop_pending
from web.auth.sign_in import KeptOut, Outcome, enter
from web.i18n import N_, gettext
from web.i18n.words import words_of
from web.site.page import redirect, render
from web.visit import runtime_of

_STATUS: Final[dict[type[FedparentsError], int]] = {NotFound: 404, NotAllowed: 410, Conflict: 409}
_TITLES: Final = {
    "link_unknown": N_("This link is not complete"),
    "link_used": N_("This link has been used"),
    "link_expired": N_("This link is too old"),
    "mailbox_full": N_("This mailbox has two accounts already"),
}


def come_in(request: Request, outcome: Outcome, there: str) -> Response:
    """Sign the browser in and go on, perhaps by a second step; or say why this account may not be
    used."""
    if isinstance(outcome, KeptOut):
        return render(request, "accounts/kept_out.html", {"outcome": outcome}, 403)
    if isinstance(outcome, Halfway):
        response = redirect(request, runtime_of(request).urls.path("sign_in_app"))
        leave_halfway(request, response, outcome, there)
        return response
    response = redirect(request, there)
    enter(request, response, outcome)
    drop_pending(request, response)
    drop_halfway(request, response)
    return response


def check_usable(link: EmailLink) -> None:
    """Raises NotAllowed with the reason, without using the link up."""
    if link.used_at is not None:
        raise NotAllowed("link_used")
    if link.expires_at <= clock.now():
        raise NotAllowed("link_expired")


def link_problem(
    request: Request, error: FedparentsError, purpose: LinkPurpose = LinkPurpose.SIGN_IN
) -> Response:
    """A link that leads nowhere, and the way on."""
    urls = runtime_of(request).urls
    text, label, there = words_of(error), gettext("Send me a new link"), urls.path("sign_in")
    if purpose == LinkPurpose.CHANGE_EMAIL:
        label, there = gettext("Go to my settings"), urls.path("account")
    elif purpose == LinkPurpose.CONFIRM_EMAIL and error.code == "link_expired":
        text = gettext("What you had told us has been erased after a week. Please begin again.")
        label, there = gettext("Begin again"), urls.path("join")
    elif purpose == LinkPurpose.CONFIRM_EMAIL:
        label = gettext("Sign in")
        if error.code == "link_used":
            text = gettext("Your address is confirmed already. You can sign in.")
    context = {
        "title": gettext(_TITLES.get(error.code, _TITLES["link_unknown"])),
        "text": text,
        "label": label,
        "there": there,
    }
    status = next(_STATUS[kind] for kind in _STATUS if isinstance(error, kind))
    return render(request, "accounts/link_problem.html", context, status)
