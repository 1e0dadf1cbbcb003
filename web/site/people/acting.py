"""What one person does about another: follow, answer who asks to follow, mute, block."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, LimitReached, NotFound
from fedparents.ids import ActorId
from fedparents.social.follows import (
    accept_follow,
    follow_actor,
    reject_follow,
    remove_follower,
    unfollow_actor,
)
from fedparents.social.models import FollowState
from fedparents.social.service import block_actor, mute_actor, unblock_actor, unmute_actor
from web.forms import new_form, read_form
from web.i18n import gettext
from web.i18n.words import words_of
from web.routing import Page
from web.security.limits import check_limit
from web.site.page import local_path, redirect, render
from web.site.people.access import BOTH, POST, actor_of, handle_of, other_of, to_person
from web.site.people.forms import BackForm, MuteForm
from web.site.toasts import Toast
from web.visit import runtime_of


async def follow(request: Request) -> Response:
    viewer, profile = await other_of(request)
    await check_limit(request, "follow", viewer.account_id)
    name = profile.actor.display_name
    try:
        begun = await runtime_of(request).db.write(follow_actor, viewer, ActorId(profile.actor.id))
    except (Conflict, LimitReached) as error:
        return to_person(request, ("warn", words_of(error)))
    if begun.state == FollowState.PENDING:
        said = gettext("%(name)s will see that you ask to follow.", name=name)
    else:
        said = gettext("You follow %(name)s now.", name=name)
    return to_person(request, ("good", said))


async def unfollow(request: Request) -> Response:
    return await _end(request, unfollow_actor, gettext("You follow this person no longer."))


async def unmute(request: Request) -> Response:
    return await _end(request, unmute_actor, gettext("You hear from this person again."))


async def unblock(request: Request) -> Response:
    return await _end(request, unblock_actor, gettext("The block is lifted."))


async def remove(request: Request) -> Response:
    return await _end(request, remove_follower, gettext("This person follows you no longer."))


async def accept(request: Request) -> Response:
    return await _answer(request, accept_follow, gettext("This person follows you now."))


async def reject(request: Request) -> Response:
    return await _answer(request, reject_follow, gettext("Declined. Nobody is told."))


async def mute_page(request: Request) -> Response:
    viewer, profile = await other_of(request)
    days = [
        ("1", gettext("For a day"), ""),
        ("7", gettext("For a week"), ""),
        ("ever", gettext("Until I say otherwise"), ""),
    ]
    context: dict[str, object] = {"profile": profile, "days": days}
    if request.method != "POST":
        form = new_form({"days": "7"}, of=MuteForm)
        return render(request, "people/mute.html", {**context, "form": form})
    sent, form = await read_form(request, MuteForm)
    if sent is None:
        return render(request, "people/mute.html", {**context, "form": form}, 422)
    until = sent.until(clock.now())
    try:
        await runtime_of(request).db.write(
            mute_actor, viewer, ActorId(profile.actor.id), until=until
        )
    except LimitReached as error:
        return to_person(request, ("warn", words_of(error)))
    name = profile.actor.display_name
    return to_person(request, ("good", gettext("You hear nothing from %(name)s now.", name=name)))


async def block_page(request: Request) -> Response:
    """Says what it does before it does it."""
    viewer, profile = await other_of(request)
    if request.method != "POST":
        return render(request, "people/block.html", {"profile": profile, "form": new_form()})
    try:
        await runtime_of(request).db.write(block_actor, viewer, ActorId(profile.actor.id))
    except LimitReached as error:
        return to_person(request, ("warn", words_of(error)))
    name = profile.actor.display_name
    return to_person(request, ("good", gettext("You have blocked %(name)s.", name=name)))


async def _end(
    request: Request, service: Callable[[UnitOfWork, Viewer, ActorId], None], said: str
) -> Response:
    """Also for somebody whom the viewer may not see any more: only what is theirs ends."""
    viewer, person = await actor_of(request)
    await runtime_of(request).db.write(service, viewer, person)
    return await _back(request, ("good", said))


async def _answer(
    request: Request, service: Callable[[UnitOfWork, Viewer, ActorId], None], said: str
) -> Response:
    viewer, person = await actor_of(request)
    try:
        await runtime_of(request).db.write(service, viewer, person)
    except NotFound as error:
        # In two tabs, or taken back meanwhile: said where one was, for there is still something.
        return await _back(request, ("info", words_of(error)))
    return await _back(request, ("good", said))


async def _back(request: Request, toast: Toast) -> Response:
    """To the list from which it was done, else to the person."""
    sent, _form = await read_form(request, BackForm)
    there = runtime_of(request).urls.path("person", handle=handle_of(request))
    path = local_path(sent.back, there) if sent and sent.back else there
    return redirect(request, path, toast)


routes = [
    Page("/@{handle}/follow", follow, name="follow", methods=POST),
    Page("/@{handle}/unfollow", unfollow, name="unfollow", methods=POST),
    Page("/@{handle}/accept", accept, name="accept_follow", methods=POST),
    Page("/@{handle}/reject", reject, name="reject_follow", methods=POST),
    Page("/@{handle}/remove-follower", remove, name="remove_follower", methods=POST),
    Page("/@{handle}/mute", mute_page, name="mute", methods=BOTH),
    Page("/@{handle}/unmute", unmute, name="unmute", methods=POST),
    Page("/@{handle}/block", block_page, name="block", methods=BOTH),
    Page("/@{handle}/unblock", unblock, name="unblock", methods=POST),
]
