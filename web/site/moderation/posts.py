"""What those who look after a post do from its menu: hide it with a reason, show it again, find out
who asked without a name."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, Invalid, NotAllowed, NotFound
from fedparents.groups.models import Group
from fedparents.groups.models import lines_of as rules_of_group
from fedparents.ids import PostId
from fedparents.moderation.deciding import decide_on_post, show_post_again
from fedparents.moderation.models import Action, Decision
from fedparents.posts.anonymous import reveal_author
from fedparents.posts.content import first_line
from fedparents.posts.desk import looks_after
from fedparents.posts.models import Post
from web.forms import FormState, new_form, read_form, submit_once
from web.i18n import gettext
from web.i18n.words import words_of
from web.moderation.words import WAYS
from web.routing import Page, number_in_path
from web.site.moderation.access import BOTH, POST, show
from web.site.moderation.deciding import rules_of, zip_rules
from web.site.moderation.forms import DecisionForm, WhyForm
from web.site.page import redirect
from web.visit import runtime_of, viewer_of


@dataclass(frozen=True, slots=True)
class LookedAfter:
    """A post, and the rules by which it can be judged."""

    post: Post
    rules: list[str]

    @property
    def words(self) -> str:
        return first_line(self.post.text)


async def hide_page(request: Request) -> Response:
    viewer, found = await _post_of(request)
    if request.method != "POST":
        form = new_form({"action": Action.HIDE, "ground": "rule"}, of=DecisionForm)
        return _show(request, found, form)
    sent, form = await read_form(request, DecisionForm)
    if sent is None:
        return _show(request, found, form)
    draft = sent.draft(rules_of(found.rules), clock.now().date())
    urls = runtime_of(request).urls
    try:
        path = await submit_once(
            request,
            form,
            lambda decision: urls.path("moderation_report", id=_report_of(decision)),
            decide_on_post,
            viewer,
            PostId(found.post.id),
            draft,
        )
    except Invalid as error:
        form.complain(error)
        return _show(request, found, form)
    except (Conflict, NotAllowed) as error:
        return redirect(request, _path_of(request, found.post), ("info", words_of(error)))
    return redirect(request, path)


async def show_again(request: Request) -> Response:
    viewer, found = await _post_of(request)
    here = _path_of(request, found.post)
    try:
        await runtime_of(request).db.write(show_post_again, viewer, PostId(found.post.id))
    except Conflict as error:
        return redirect(request, here, ("info", words_of(error)))
    return redirect(request, here, ("good", gettext("It can be read again.")))


async def reveal_page(request: Request) -> Response:
    """Nothing is shown before somebody has said why they have to know."""
    viewer, found = await _post_of(request)
    if not found.post.is_anonymous or found.post.group_id is None:
        raise NotFound("post_not_found")
    context: dict[str, object] = {"found": found, "author": None}
    if request.method != "POST":
        return show(request, "reveal", context, new_form(of=WhyForm))
    sent, form = await read_form(request, WhyForm)
    if sent is None:
        return show(request, "reveal", context, form)
    try:
        author = await runtime_of(request).db.write(
            _reveal, viewer, PostId(found.post.id), sent.reason
        )
    except Invalid as error:
        form.complain(error)
        return show(request, "reveal", context, form)
    return show(request, "reveal", {**context, "author": author}, new_form(of=WhyForm))


def _reveal(uow: UnitOfWork, viewer: Viewer, post_id: PostId, reason: str) -> Actor:
    return uow.session.get_one(Actor, reveal_author(uow, viewer, post_id, reason))


async def _post_of(request: Request) -> tuple[Viewer, LookedAfter]:
    """Raises NotFound for whoever does not look after the post."""
    viewer = viewer_of(request)
    if viewer is None:
        raise NotFound("post_not_found")
    return viewer, await runtime_of(request).db.read(_find, viewer, number_in_path(request))


def _find(session: Session, viewer: Viewer, post_id: int) -> LookedAfter:
    post = session.get(Post, post_id)
    if post is None or not looks_after(session, viewer, post, today=clock.now().date()):
        raise NotFound("post_not_found")
    group = session.get(Group, post.group_id) if post.group_id else None
    return LookedAfter(post, rules_of_group(group.rules) if group else [])


def _show(request: Request, found: LookedAfter, form: FormState) -> Response:
    actions = [Action.HIDE, Action.DELETE]
    if found.post.group_id is not None:
        actions.insert(0, Action.EDIT)
    context: dict[str, object] = {
        "found": found,
        "actions": [
            (action.value, gettext(WAYS[action].button), gettext(WAYS[action].hint))
            for action in actions
        ],
        "rules": [("", gettext("Another rule: I write it below")), *zip_rules(found.rules)],
    }
    return show(request, "hide", context, form)


def _report_of(decision: Decision) -> int:
    return decision.report_id


def _path_of(request: Request, post: Post) -> str:
    return runtime_of(request).urls.path("post", id=post.id)


routes = [
    Page("/p/{id}/hide", hide_page, name="hide_post", methods=BOTH),
    Page("/p/{id}/show", show_again, name="show_post", methods=POST),
    Page("/p/{id}/reveal", reveal_page, name="reveal_author", methods=BOTH),
]
