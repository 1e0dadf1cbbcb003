"""What one press does: thanks, the answer that helped, a vote, an end, a pin."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from fedparents.accounts.sessions import Viewer
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, Invalid, LimitReached, NotAllowed
from fedparents.ids import PostId
from fedparents.posts.asking import (
    accept_answer,
    close_post,
    reopen_post,
    thank,
    unaccept_answer,
    unthank,
)
from fedparents.posts.desk import pin_post, unpin_post
from fedparents.posts.models import Post
from fedparents.posts.polls import vote
from fedparents.posts.sharing import share_post, unshare_post
from web.forms import read_form
from web.i18n import gettext
from web.i18n.words import say, words_of
from web.routing import Page
from web.site.posts.access import POST, back_or_to_post, post_number, to_post, viewer_or_nothing
from web.site.posts.forms import BackForm, VoteForm
from web.site.toasts import Toast
from web.visit import runtime_of

Service = Callable[[UnitOfWork, Viewer, PostId], Post]


async def say_thanks(request: Request) -> Response:
    return await _do(request, thank)


async def take_thanks_back(request: Request) -> Response:
    return await _do(request, unthank)


async def pass_on(request: Request) -> Response:
    said = gettext("Those who follow you find it on their home page.")
    return await _do(request, _pass_on, said)


async def take_back_share(request: Request) -> Response:
    return await _do(request, unshare_post)


def _pass_on(uow: UnitOfWork, viewer: Viewer, post_id: PostId) -> Post:
    share_post(uow, viewer, post_id)
    return uow.session.get_one(Post, post_id)


async def accept(request: Request) -> Response:
    return await _do(request, accept_answer, gettext("Thank you for saying which answer helped."))


async def unaccept(request: Request) -> Response:
    return await _do(request, unaccept_answer)


async def close(request: Request) -> Response:
    return await _do(request, close_post, gettext("No more answers are taken here."))


async def reopen(request: Request) -> Response:
    return await _do(request, reopen_post, gettext("Answers are welcome again."))


async def pin(request: Request) -> Response:
    return await _do(request, pin_post, gettext("It stands on top of the group now."))


async def unpin(request: Request) -> Response:
    return await _do(request, unpin_post, gettext("It no longer stands on top of the group."))


async def vote_in_poll(request: Request) -> Response:
    viewer, post_id = viewer_or_nothing(request), post_number(request)
    sent, _form = await read_form(request, VoteForm)
    toast: Toast = ("good", gettext("Your vote counts. Thank you!"))
    try:
        choices = sent.choices if sent else []
        await runtime_of(request).db.write(vote, viewer, post_id, choices)
    except Conflict as error:
        toast = ("info", words_of(error))
    except Invalid as error:
        code = next(iter(error.fields.values()))
        toast = ("warn", say("choose_one" if code == "missing" else code, error.params))
    return await back_or_to_post(request, viewer, post_id, sent.back if sent else "", toast)


async def _do(request: Request, service: Service, said: str = "") -> Response:
    """Carry it out; who is too late, or may not, is told so where they are."""
    viewer, post_id = viewer_or_nothing(request), post_number(request)
    sent, _form = await read_form(request, BackForm)
    try:
        await runtime_of(request).db.write(service, viewer, post_id)
    except (Conflict, NotAllowed, LimitReached) as error:
        return await to_post(request, viewer, post_id, ("warn", words_of(error)))
    toast: Toast | None = ("good", said) if said else None
    return await back_or_to_post(request, viewer, post_id, sent.back if sent else "", toast)


routes = [
    Page("/p/{id}/thank", say_thanks, name="thank", methods=POST),
    Page("/p/{id}/unthank", take_thanks_back, name="unthank", methods=POST),
    Page("/p/{id}/pass-on", pass_on, name="pass_on", methods=POST),
    Page("/p/{id}/keep", take_back_share, name="pass_on_no_more", methods=POST),
    Page("/p/{id}/accept", accept, name="accept_answer", methods=POST),
    Page("/p/{id}/unaccept", unaccept, name="unaccept_answer", methods=POST),
    Page("/p/{id}/close", close, name="close_post", methods=POST),
    Page("/p/{id}/reopen", reopen, name="reopen_post", methods=POST),
    Page("/p/{id}/pin", pin, name="pin_post", methods=POST),
    Page("/p/{id}/unpin", unpin, name="unpin_post", methods=POST),
    Page("/p/{id}/vote", vote_in_poll, name="vote", methods=POST),
]
