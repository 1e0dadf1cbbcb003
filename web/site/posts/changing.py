"""Changing what one has said: the words, who may read it, and taking it back."""

from __future__ import annotations

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from fedparents.accounts.sessions import Viewer
from fedparents.errors import Invalid, LimitReached, NotFound
from fedparents.ids import PostId
from fedparents.posts.content import first_line
from fedparents.posts.models import Audience, Post, PostKind
from fedparents.posts.queries import get_editable, get_own
from fedparents.posts.service import delete_post, narrow_post
from fedparents.swaps.delicate import newly_delicate
from fedparents.swaps.service import edit_words
from fedparents.timelines.queries import get_card
from web.forms import FormState, new_form, read_form
from web.i18n import gettext
from web.routing import Page
from web.site.page import redirect, render
from web.site.posts.access import BOTH, meet_named, post_number, show, to_post, viewer_or_nothing
from web.site.posts.forms import EditForm, NarrowForm
from web.site.posts.words import AUDIENCES
from web.site.swaps.words import asked_about
from web.urls import Urls
from web.visit import runtime_of


async def edit_page(request: Request) -> Response:
    viewer, post = await _editable(request)
    if request.method != "POST":
        values = {"text": post.text, "warning": post.warning, "seen": _moment(post)}
        return show(request, "edit", {"post": post}, new_form(values, of=EditForm))
    sent, form = await read_form(request, EditForm)
    if sent is None:
        return show(request, "edit", {"post": post}, form)
    if sent.seen != _moment(post) and (sent.text, sent.warning) != (post.text, post.warning):
        form.values["seen"] = _moment(post)
        return _choose(request, post, form)
    if _is_asked_about(post, sent, form):
        return show(request, "edit", {"post": post}, form)
    try:
        await meet_named(request, sent.text)
        await runtime_of(request).db.write(
            edit_words, viewer, PostId(post.id), sent.text, warning=sent.warning
        )
    except Invalid as error:
        form.complain(error)
    except LimitReached as error:
        form.complain(error, at="text")
    else:
        return await to_post(request, viewer, PostId(post.id), ("good", gettext("Saved.")))
    return show(request, "edit", {"post": post}, form)


async def delete_page(request: Request) -> Response:
    """Also for what one can no longer read: a group that was left keeps nobody's words."""
    viewer, post_id = viewer_or_nothing(request), post_number(request)
    runtime = runtime_of(request)
    post, is_reachable = await runtime.db.read(_find_own, viewer, post_id)
    if request.method == "POST":
        await runtime.db.write(delete_post, viewer, post_id)
        path = _after_deleting(runtime.urls, viewer, post) if is_reachable else ""
        said = gettext("It is deleted.")
        return redirect(request, path or runtime.urls.path("own_posts"), ("good", said))
    back = runtime.urls.path("post", id=post_id) if is_reachable else runtime.urls.path("own_posts")
    context = {
        "title": gettext("Delete this for good?"),
        "text": first_line(post.text) or gettext("Photos without words"),
        "action": runtime.urls.path("delete_post", id=post_id),
        "form": new_form(),
        "confirm_label": gettext("Delete"),
        "back_url": back,
        "danger": True,
        "has_answers": post.reply_count > 0,
    }
    return render(request, "posts/delete.html", context)


async def audience_page(request: Request) -> Response:
    """Fewer people than before; more of them would need a new post."""
    viewer, post = await _editable(request)
    options = _narrower(post)
    if not options:
        raise NotFound("post_not_found")
    if request.method != "POST":
        form = new_form({"audience": post.audience}, of=NarrowForm)
        return show(request, "audience", {"post": post, "options": options}, form)
    sent, form = await read_form(request, NarrowForm)
    if sent is not None:
        try:
            await runtime_of(request).db.write(narrow_post, viewer, PostId(post.id), sent.audience)
        except Invalid as error:
            form.complain(error)
        else:
            return await to_post(request, viewer, PostId(post.id), ("good", gettext("Saved.")))
    return show(request, "audience", {"post": post, "options": options}, form)


def _is_asked_about(post: Post, sent: EditForm, form: FormState) -> bool:
    """Whether an ask or offer now says a telephone number, say, that it did not say before."""
    if post.kind != PostKind.SWAP or post.is_reply or sent.sure:
        return False
    noticed = newly_delicate(sent.text, post.text)
    if noticed:
        form.errors["sure"] = asked_about(noticed)
    return bool(noticed)


def _find_own(session: Session, viewer: Viewer, post_id: PostId) -> tuple[Post, bool]:
    post = get_own(session, viewer, post_id)
    try:
        get_card(session, viewer, post_id)
    except NotFound:
        return post, False
    return post, True


def _after_deleting(urls: Urls, viewer: Viewer, post: Post) -> str:
    """Where its answers stay; else where it was."""
    if post.is_reply:
        return urls.path("post", id=post.root_id)
    if post.reply_count and not post.is_anonymous:  # nor may the address tell the name
        return urls.path("thread", handle=viewer.handle, id=post.id)
    return urls.path("group", id=post.group_id) if post.group_id else urls.path("town")


def _choose(request: Request, post: Post, form: FormState) -> Response:
    """It was changed in another window meanwhile: both are shown, and one of them is sent."""
    response = show(request, "edit", {"post": post, "has_changed": True}, form)
    response.status_code = 409
    return response


async def _editable(request: Request) -> tuple[Viewer, Post]:
    viewer = viewer_or_nothing(request)
    post = await runtime_of(request).db.read(get_editable, viewer, post_number(request))
    if post is None:
        raise NotFound("post_not_found")
    return viewer, post


def _narrower(post: Post) -> list[tuple[str, str, str]]:
    """From what it is down to the narrowest that is possible there."""
    if post.is_reply:
        return []
    ladder = list(AUDIENCES)
    if post.audience not in ladder:
        return []
    upto = ladder.index(Audience(post.audience))
    steps = [each for each in ladder[: upto + 1] if each != Audience.GROUP or post.group_id]
    if len(steps) < 2:  # noqa: PLR2004 - what it is, and something narrower
        return []
    return [(step, gettext(AUDIENCES[step][0]), _hint(step)) for step in reversed(steps)]


def _hint(audience: Audience) -> str:
    words = AUDIENCES[audience][1]
    return gettext(words) if words else ""


def _moment(post: Post) -> str:
    return post.edited_at.isoformat() if post.edited_at else "new"


routes = [
    Page("/p/{id}/edit", edit_page, name="edit_post", methods=BOTH),
    Page("/p/{id}/delete", delete_page, name="delete_post", methods=BOTH),
    Page("/p/{id}/audience", audience_page, name="narrow_post", methods=BOTH),
]
