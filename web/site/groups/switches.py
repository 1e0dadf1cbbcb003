"""What managers allow inside: asking without a name, a look at first posts; and the topics."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from fedparents.accounts.sessions import Viewer
from fedparents.errors import Invalid, LimitReached, NotFound
from fedparents.groups.queries import GroupView
from fedparents.groups.service import change_switches
from fedparents.groups.topics import (
    TOPICS_AT_MOST,
    TopicView,
    add_topic,
    list_topics,
    move_topic,
    remove_topic,
    rename_topic,
)
from web.forms import FormState, new_form, read_form, submit_once
from web.i18n import gettext
from web.i18n.words import words_of
from web.routing import Page, number_in_path
from web.site.groups.access import BOTH, POST, group_path, manager_of, show
from web.site.groups.forms import MoveForm, SwitchesForm, TopicForm
from web.site.page import redirect, render
from web.visit import runtime_of


async def switches_page(request: Request) -> Response:
    viewer, view = await manager_of(request)
    if request.method != "POST":
        form = new_form(SwitchesForm.values_of(view.group), of=SwitchesForm)
        return show(request, "switches", {"view": view}, form)
    sent, form = await read_form(request, SwitchesForm)
    if sent is None:
        return show(request, "switches", {"view": view}, form)
    await runtime_of(request).db.write(change_switches, viewer, view.id, sent.draft)
    settings = group_path(request, view.id, "group_settings")
    return redirect(request, settings, ("good", gettext("Saved.")))


async def topics_page(request: Request) -> Response:
    viewer, view = await manager_of(request)
    if request.method != "POST":
        return await _show_topics(request, viewer, view, new_form(of=TopicForm))
    sent, form = await read_form(request, TopicForm)
    if sent is None:
        return await _show_topics(request, viewer, view, form)
    where = group_path(request, view.id, "group_topics")
    try:
        path = await submit_once(
            request, form, lambda _: where, add_topic, viewer, view.id, sent.name
        )
    except (Invalid, LimitReached) as error:
        form.complain(error, at="name")
        return await _show_topics(request, viewer, view, form)
    return redirect(request, path)


async def topic_page(request: Request) -> Response:
    viewer, view = await manager_of(request)
    topic = await _topic(request, viewer, view)
    if request.method != "POST":
        form = new_form({"name": topic.name}, of=TopicForm)
        return show(request, "topic", {"view": view, "topic": topic}, form)
    sent, form = await read_form(request, TopicForm)
    if sent is None:
        return show(request, "topic", {"view": view, "topic": topic}, form)
    try:
        await runtime_of(request).db.write(rename_topic, viewer, view.id, topic.id, sent.name)
    except Invalid as error:
        form.complain(error)
        return show(request, "topic", {"view": view, "topic": topic}, form)
    return _to_topics(request, view)


async def move(request: Request) -> Response:
    viewer, view = await manager_of(request)
    sent, _form = await read_form(request, MoveForm)
    if sent is None:
        return _to_topics(request, view)
    topic_id = number_in_path(request, "topic")
    try:
        await runtime_of(request).db.write(move_topic, viewer, view.id, topic_id, sent.direction)
    except NotFound as error:
        return redirect(
            request, group_path(request, view.id, "group_topics"), ("info", words_of(error))
        )
    return _to_topics(request, view)


async def remove_page(request: Request) -> Response:
    viewer, view = await manager_of(request)
    topic = await _topic(request, viewer, view)
    topics = group_path(request, view.id, "group_topics")
    if request.method == "POST":
        await runtime_of(request).db.write(remove_topic, viewer, view.id, topic.id)
        return redirect(request, topics, ("good", gettext("The topic is gone.")))
    context = {
        "title": gettext("Remove the topic “%(name)s”?", name=topic.name),
        "text": gettext("What was written under it stays, without a topic."),
        "action": request.url.path,
        "form": new_form(),
        "confirm_label": gettext("Remove"),
        "back_url": topics,
        "danger": True,
    }
    return render(request, "frame/confirm.html", context)


async def _show_topics(
    request: Request, viewer: Viewer, view: GroupView, form: FormState
) -> Response:
    topics = await runtime_of(request).db.read(list_topics, viewer, view.id)
    context = {"view": view, "topics": topics, "at_most": TOPICS_AT_MOST}
    return show(request, "topics", context, form)


async def _topic(request: Request, viewer: Viewer, view: GroupView) -> TopicView:
    wanted = number_in_path(request, "topic")
    for topic in await runtime_of(request).db.read(list_topics, viewer, view.id):
        if topic.id == wanted:
            return topic
    raise NotFound("topic_not_found")


def _to_topics(request: Request, view: GroupView) -> Response:
    return redirect(request, group_path(request, view.id, "group_topics"))


routes = [
    Page("/groups/{id}/switches", switches_page, name="group_switches", methods=BOTH),
    Page("/groups/{id}/topics", topics_page, name="group_topics", methods=BOTH),
    Page("/groups/{id}/topics/{topic}", topic_page, name="group_topic", methods=BOTH),
    Page("/groups/{id}/topics/{topic}/move", move, name="move_topic", methods=POST),
    Page("/groups/{id}/topics/{topic}/remove", remove_page, name="remove_topic", methods=BOTH),
]
