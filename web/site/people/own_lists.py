"""People whom one follows, put together: the lists, one of them, who is in it, and reading it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.db import UnitOfWork
from fedparents.errors import Invalid, LimitReached, NotFound
from fedparents.paging import Paging
from fedparents.social.lists import (
    add_to_list,
    change_list,
    count_own_lists,
    create_list,
    delete_list,
    get_own_list,
    list_list_people,
    list_not_in_list,
    list_own_lists,
    remove_from_list,
)
from fedparents.social.models import PeopleList
from fedparents.social.queries import PersonLine, Profile, get_profile
from fedparents.timelines.lists import list_said_in_list
from fedparents.timelines.queries import Feed
from web.forms import FormState, new_form, read_form, submit_once
from web.i18n import gettext
from web.i18n.words import words_of
from web.routing import Page, number_in_path, start_in_query
from web.site.page import local_path, redirect, render
from web.site.people.access import BOTH, POST, handle_of, viewer_or_nothing
from web.site.people.forms import BackForm, ListForm
from web.site.posts.words import kind_of
from web.visit import require_viewer, runtime_of

_A_PAGE: Final = 50
Query = Callable[[Session, Viewer, int, Paging], list[PersonLine]]


@dataclass(frozen=True, slots=True)
class Inside:
    """A list, and a page of people who are in it, or could be."""

    own: PeopleList
    people: list[PersonLine]
    older: int | None
    """Where the next page begins; None at the end."""


async def lists_page(request: Request) -> Response:
    viewer, db = require_viewer(request), runtime_of(request).db
    form = new_form({"answers": "list"}, of=ListForm)
    if request.method == "POST":
        sent, form = await read_form(request, ListForm)
        if sent is not None:
            try:
                path = await submit_once(
                    request, form, _adding(request), create_list, viewer, sent.draft
                )
            except (Invalid, LimitReached) as error:
                form.complain(error, at="title")
            else:
                return redirect(request, path, ("good", gettext("Now put people in it.")))
    found = await db.read(count_own_lists, viewer)
    context: dict[str, object] = {"lists": found, "form": form}
    return render(request, "people/own_lists.html", context, 422 if form.errors else 200)


async def list_page(request: Request) -> Response:
    viewer, db = require_viewer(request), runtime_of(request).db
    inside = await db.read(
        _look, viewer, number_in_path(request), list_list_people, _before(request)
    )
    if request.method != "POST":
        return _show(request, inside, new_form(ListForm.values_of(inside.own), of=ListForm))
    sent, form = await read_form(request, ListForm)
    if sent is not None:
        try:
            await db.write(change_list, viewer, inside.own.id, sent.draft)
        except Invalid as error:
            form.complain(error)
        else:
            return redirect(request, _path(request, "own_lists"), ("good", gettext("Saved.")))
    return _show(request, inside, form)


async def add_page(request: Request) -> Response:
    """Whom one follows, and who is not in it yet."""
    viewer, number = require_viewer(request), number_in_path(request)
    inside = await runtime_of(request).db.read(
        _look, viewer, number, list_not_in_list, _before(request)
    )
    more = _more(request, "add_to_own_list", inside)
    context = {"list": inside.own, "people": inside.people, "more": more, "form": new_form()}
    return render(request, "people/own_list_add.html", context)


async def put_in(request: Request) -> Response:
    return await _move(request, add_to_list)


async def take_out(request: Request) -> Response:
    return await _move(request, remove_from_list)


async def delete(request: Request) -> Response:
    viewer = require_viewer(request)
    await runtime_of(request).db.write(delete_list, viewer, number_in_path(request))
    said = gettext("The list is deleted. You still follow everybody who was in it.")
    return redirect(request, _path(request, "own_lists"), ("good", said))


async def reading_page(request: Request) -> Response:
    viewer, before = require_viewer(request), _before(request)
    found, feed = await runtime_of(request).db.read(_read, viewer, number_in_path(request), before)
    context = {"list": found, "feed": feed, "is_first": before is None, "kind_of": kind_of}
    return render(request, "people/own_list_read.html", context)


async def person_lists_page(request: Request) -> Response:
    """In which of one's lists somebody is, to be changed with one press each."""
    viewer = viewer_or_nothing(request)
    profile, lists, holding = await runtime_of(request).db.read(
        _lists_around, viewer, handle_of(request)
    )
    context = {"profile": profile, "lists": lists, "holding": holding, "form": new_form()}
    return render(request, "people/person_lists.html", context)


async def _move(
    request: Request,
    service: Callable[[UnitOfWork, Viewer, int, Collection[int]], None],
) -> Response:
    """Put somebody in or take them out, and back to where that was pressed."""
    viewer, number = require_viewer(request), number_in_path(request)
    person = number_in_path(request, "person")
    sent, _form = await read_form(request, BackForm)
    there = _path(request, "own_list", number)
    path = local_path(sent.back, there) if sent and sent.back else there
    try:
        await runtime_of(request).db.write(service, viewer, number, [person])
    except LimitReached as error:
        return redirect(request, path, ("warn", words_of(error)))
    return redirect(request, path)


def _look(
    session: Session, viewer: Viewer, number: int, query: Query, before: int | None
) -> Inside:
    found = get_own_list(session, viewer, number)
    people = query(session, viewer, number, Paging(_A_PAGE + 1, max_id=before))
    older = people[_A_PAGE - 1].cursor if len(people) > _A_PAGE else None
    return Inside(found, people[:_A_PAGE], older)


def _read(
    session: Session, viewer: Viewer, number: int, before: int | None
) -> tuple[PeopleList, Feed]:
    return (
        get_own_list(session, viewer, number),
        list_said_in_list(session, viewer, number, before=before),
    )


def _lists_around(
    session: Session, viewer: Viewer, handle: str
) -> tuple[Profile, list[PeopleList], set[int]]:
    """Raises NotFound also for whoever one does not follow: they can be in no list."""
    profile = get_profile(session, viewer, handle, now=clock.now())
    if not profile.relationship.is_following:
        raise NotFound("person_not_found")
    holding = list_own_lists(session, viewer, holding=profile.actor.id)
    return profile, list_own_lists(session, viewer), {each.id for each in holding}


def _show(request: Request, inside: Inside, form: FormState) -> Response:
    more = _more(request, "own_list", inside)
    context = {
        "list": inside.own,
        "people": inside.people,
        "more": more,
        "form": form,
        "plain": new_form(),
    }
    return render(request, "people/own_list.html", context, 422 if form.errors else 200)


def _more(request: Request, route: str, inside: Inside) -> str:
    if inside.older is None:
        return ""
    return runtime_of(request).urls.path(route, id=inside.own.id, before=inside.older)


def _before(request: Request) -> int | None:
    return start_in_query(request, "before")


def _adding(request: Request) -> Callable[[PeopleList], str]:
    return lambda made: _path(request, "add_to_own_list", made.id)


def _path(request: Request, route: str, number: int | None = None) -> str:
    urls = runtime_of(request).urls
    return urls.path(route) if number is None else urls.path(route, id=number)


routes = [
    Page("/settings/lists", lists_page, name="own_lists", methods=BOTH),
    Page("/settings/lists/{id}", list_page, name="own_list", methods=BOTH),
    Page("/settings/lists/{id}/add", add_page, name="add_to_own_list"),
    Page("/settings/lists/{id}/put-in/{person}", put_in, name="put_in_own_list", methods=POST),
    Page(
        "/settings/lists/{id}/take-out/{person}",
        take_out,
        name="take_out_of_own_list",
        methods=POST,
    ),
    Page("/settings/lists/{id}/delete", delete, name="delete_own_list", methods=POST),
    Page("/lists/{id}", reading_page, name="read_own_list"),
    Page("/@{handle}/lists", person_lists_page, name="person_lists"),
]
