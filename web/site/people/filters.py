"""Words that somebody would rather not read: the list, a new filter, one of them."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from fedparents import clock
from fedparents.errors import Invalid, LimitReached
from fedparents.social.filters import change_filter, create_filter, delete_filter
from fedparents.social.models import FilterAction
from fedparents.social.queries import FilterView, get_filter, list_filters
from web.forms import FormState, new_form, read_form, submit_once
from web.i18n import gettext
from web.i18n.formats import format_datetime
from web.routing import Page, number_in_path
from web.site.page import redirect, render
from web.site.people.access import BOTH, POST
from web.site.people.forms import NEW_FILTER, FilterForm, values_of
from web.visit import require_viewer, runtime_of

_FIELDS = {"words": "texts", "contexts": "home", "expires_at": "days"}
"""What the core calls otherwise than the form."""


async def list_page(request: Request) -> Response:
    viewer = require_viewer(request)
    found = await runtime_of(request).db.read(list_filters, viewer)
    return render(request, "people/filters.html", {"filters": found, "now": clock.now()})


async def new_page(request: Request) -> Response:
    viewer = require_viewer(request)
    if request.method != "POST":
        return _show(request, new_form(NEW_FILTER, of=FilterForm))
    sent, form = await read_form(request, FilterForm)
    if sent is not None:
        there = runtime_of(request).urls.path("filters")
        try:
            draft = sent.draft(clock.now())
            path = await submit_once(request, form, lambda _: there, create_filter, viewer, draft)
        except (Invalid, LimitReached) as error:
            _complain(form, error)
        else:
            return redirect(request, path, ("good", gettext("Saved.")))
    return _show(request, form)


async def filter_page(request: Request) -> Response:
    viewer = require_viewer(request)
    db = runtime_of(request).db
    view = await db.read(get_filter, viewer, number_in_path(request))
    if request.method != "POST":
        return _show(request, new_form(values_of(view), of=FilterForm), view)
    sent, form = await read_form(request, FilterForm)
    if sent is not None:
        try:
            await db.write(change_filter, viewer, view.filter.id, sent.draft(clock.now(), view))
        except (Invalid, LimitReached) as error:
            _complain(form, error)
        else:
            return _to_list(request, gettext("Saved."))
    return _show(request, form, view)


async def delete(request: Request) -> Response:
    viewer = require_viewer(request)
    await runtime_of(request).db.write(delete_filter, viewer, number_in_path(request))
    return _to_list(request, gettext("The filter is deleted."))


def _to_list(request: Request, said: str) -> Response:
    return redirect(request, runtime_of(request).urls.path("filters"), ("good", said))


def _show(request: Request, form: FormState, view: FilterView | None = None) -> Response:
    actions = [
        (
            FilterAction.WARN.value,
            gettext("Show it folded"),
            gettext("You see which word it is, and can open it."),
        ),
        (FilterAction.HIDE.value, gettext("Leave it out"), ""),
    ]
    context = {"form": form, "view": view, "actions": actions, "days": _days(view)}
    return render(request, "people/filter.html", context, 422 if form.errors else 200)


def _days(view: FilterView | None) -> list[tuple[str, str]]:
    offered = [
        ("ever", gettext("Until I say otherwise")),
        ("1", gettext("For a day")),
        ("7", gettext("For a week")),
        ("30", gettext("For a month")),
    ]
    if view is None or view.filter.expires_at is None:
        return offered
    until = format_datetime(view.filter.expires_at)
    return [("keep", gettext("Until %(moment)s", moment=until)), *offered]


def _complain(form: FormState, error: Invalid | LimitReached) -> None:
    if isinstance(error, LimitReached):
        form.complain(error, at="texts")
        return
    for name, code in error.fields.items():
        form.add_error(_FIELDS.get(name, name), code, **error.params)


routes = [
    Page("/settings/filters", list_page, name="filters"),
    Page("/settings/filters/new", new_page, name="new_filter", methods=BOTH),
    Page("/settings/filters/{id}", filter_page, name="filter", methods=BOTH),
    Page("/settings/filters/{id}/delete", delete, name="delete_filter", methods=POST),
]
