"""`/api/v2/filters`: words and posts that somebody would rather not read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

from starlette.responses import Response

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.applications.scopes import Scope
from fedparents.db import UnitOfWork
from fedparents.ids import PostId
from fedparents.posts.access import get_met
from fedparents.social.filters import (
    FilterDraft,
    add_filter_post,
    add_filter_word,
    change_filter,
    change_filter_word,
    create_filter,
    delete_filter,
    delete_filter_post,
    delete_filter_word,
)
from fedparents.social.matching import Word as WordDraft
from fedparents.social.models import FilterAction, FilterContext, FilterPost
from fedparents.social.queries import (
    FilterView,
    get_filter,
    get_filter_post,
    get_filter_word,
    list_filters,
)
from fedparents.timelines.shares import original_of
from web.api.calls import Call
from web.api.endpoints import ApiRoute, a_person, answer
from web.api.entities.filters import filter_entity, filter_post, keyword
from web.api.params import (
    NO_ID,
    Flag,
    Id,
    MaybeFlag,
    MaybeWord,
    Optional,
    Params,
    Required,
    Several,
    StrictNumber,
    Words,
    span_of,
)
from web.routing import read_number


class Action(StrEnum):
    """Covering a picture is told as a warning: here both hide until one wants to see."""

    WARN = "warn"
    BLUR = "blur"
    HIDE = "hide"


class KeywordChange(Params):
    id: Id = None
    keyword: MaybeWord = None
    whole_word: MaybeFlag = None
    destroy: Flag = False


class FilterParams(Params):
    title: MaybeWord = None
    context: Words = []
    filter_action: Annotated[Action | None, Optional] = None
    expires_in: StrictNumber = None
    keywords_attributes: Annotated[list[KeywordChange], Several] = []


class KeywordParams(Params):
    keyword: Required
    whole_word: Flag = False


class StatusParams(Params):
    status_id: Required


async def all_of_them(call: Call) -> Response:
    views = await call.runtime.db.read(list_filters, call.viewer)
    return answer([filter_entity(view) for view in views])


async def create(call: Call) -> Response:
    sent = _read(call)
    draft = FilterDraft(
        title=sent.title or "",
        contexts=contexts_of(sent.context),
        action=_action(sent.filter_action) or FilterAction.WARN,
        expires_at=expires_at(sent.expires_in),
        words=[WordDraft(each.keyword or "", bool(each.whole_word)) for each in _kept(sent)],
    )
    made = await call.runtime.db.write(lambda uow: create_filter(uow, call.viewer, draft).id)
    return await _answer_one(call, made)


async def one(call: Call) -> Response:
    return await _answer_one(call, call.number())


async def change(call: Call) -> Response:
    sent, number = _read(call), call.number()
    is_timed = "expires_in" in call.values
    await call.runtime.db.write(_change, call.viewer, number, sent, is_timed=is_timed)
    return await _answer_one(call, number)


async def remove(call: Call) -> Response:
    await call.runtime.db.write(delete_filter, call.viewer, call.number())
    return answer({})


async def keywords(call: Call) -> Response:
    view = await call.runtime.db.read(get_filter, call.viewer, call.number())
    return answer([keyword(word) for word in view.words])


async def add_keyword(call: Call) -> Response:
    sent, number = call.read(KeywordParams), call.number()
    word = WordDraft(sent.keyword, sent.whole_word)
    made = await call.runtime.db.write(add_filter_word, call.viewer, number, word)
    return answer(keyword(made))


async def one_keyword(call: Call) -> Response:
    return answer(keyword(await call.runtime.db.read(get_filter_word, call.viewer, call.number())))


async def change_keyword(call: Call) -> Response:
    sent = call.read(KeywordParams)
    word = WordDraft(sent.keyword, sent.whole_word)
    made = await call.runtime.db.write(change_filter_word, call.viewer, call.number(), word)
    return answer(keyword(made))


async def remove_keyword(call: Call) -> Response:
    await call.runtime.db.write(delete_filter_word, call.viewer, call.number())
    return answer({})


async def named_posts(call: Call) -> Response:
    view = await call.runtime.db.read(get_filter, call.viewer, call.number())
    return answer([filter_post(post) for post in view.posts])


async def name_post(call: Call) -> Response:
    """Only what the viewer may read, also by the number of a status that passed it on."""
    sent, filter_id, viewer = call.read(StatusParams), call.number(), call.viewer
    number = read_number(sent.status_id)

    def write(uow: UnitOfWork) -> FilterPost:
        post_id = PostId(original_of(uow.session, number or NO_ID))
        get_met(uow.session, viewer, post_id, today=uow.now.date())
        return add_filter_post(uow, viewer, filter_id, post_id)

    return answer(filter_post(await call.runtime.db.write(write)))


async def one_named_post(call: Call) -> Response:
    found = await call.runtime.db.read(get_filter_post, call.viewer, call.number())
    return answer(filter_post(found))


async def remove_named_post(call: Call) -> Response:
    await call.runtime.db.write(delete_filter_post, call.viewer, call.number())
    return answer({})


def _read(call: Call) -> FilterParams:
    """Rails marks what is to go as `_destroy`, which no model can be asked for."""
    values = dict(call.values)
    several = values.get("keywords_attributes")
    rows = list(several.values()) if isinstance(several, dict) else several
    if isinstance(rows, list):
        values["keywords_attributes"] = [
            {**row, "destroy": row.get("_destroy", False)} for row in rows if isinstance(row, dict)
        ]
    return Call(call.request, values, call.bearer).read(FilterParams)


def _kept(sent: FilterParams) -> list[KeywordChange]:
    return [each for each in sent.keywords_attributes if not each.destroy and each.keyword]


def _change(
    uow: UnitOfWork, viewer: Viewer, number: int, sent: FilterParams, *, is_timed: bool
) -> None:
    view = get_filter(uow.session, viewer, number)
    found = view.filter
    draft = FilterDraft(
        title=found.title if sent.title is None else sent.title,
        contexts=contexts_of(sent.context) if sent.context else found.places,
        action=_action(sent.filter_action) or found.action,
        expires_at=expires_at(sent.expires_in) if is_timed else found.expires_at,
        words=_words_after(view, sent.keywords_attributes),
    )
    change_filter(uow, viewer, number, draft)


def _words_after(view: FilterView, changes: Sequence[KeywordChange]) -> list[WordDraft] | None:
    """What the words are then; None leaves them."""
    if not changes:
        return None
    words = {word.id: WordDraft(word.text, word.is_whole) for word in view.words}
    new: list[WordDraft] = []
    for each in changes:
        before = words.get(each.id) if each.id is not None else None
        if before is None:
            new += [WordDraft(each.keyword, bool(each.whole_word))] if each.keyword else []
        elif each.destroy:
            del words[each.id or 0]
        else:
            is_whole = before.is_whole if each.whole_word is None else each.whole_word
            words[each.id or 0] = WordDraft(each.keyword or before.text, is_whole)
    return [*words.values(), *new]


def contexts_of(words: Sequence[str]) -> list[FilterContext]:
    return [context for context in FilterContext if context in words]


def _action(action: Action | None) -> FilterAction | None:
    if action is None:
        return None
    return FilterAction.HIDE if action == Action.HIDE else FilterAction.WARN


def expires_at(seconds: int | None) -> datetime | None:
    if not seconds or seconds < 0:
        return None
    return clock.now() + span_of(seconds)


async def _answer_one(call: Call, number: int) -> Response:
    return answer(filter_entity(await call.runtime.db.read(get_filter, call.viewer, number)))


_READ: Final = a_person(Scope.READ_FILTERS)
_WRITE: Final = a_person(Scope.WRITE_FILTERS)
_ALL: Final = "/api/v2/filters"

routes = [
    ApiRoute("GET", _ALL, all_of_them, _READ),
    ApiRoute("POST", _ALL, create, _WRITE),
    ApiRoute("GET", f"{_ALL}/keywords/{{id}}", one_keyword, _READ),
    ApiRoute("PUT", f"{_ALL}/keywords/{{id}}", change_keyword, _WRITE),
    ApiRoute("DELETE", f"{_ALL}/keywords/{{id}}", remove_keyword, _WRITE),
    ApiRoute("GET", f"{_ALL}/statuses/{{id}}", one_named_post, _READ),
    ApiRoute("DELETE", f"{_ALL}/statuses/{{id}}", remove_named_post, _WRITE),
    ApiRoute("GET", f"{_ALL}/{{id}}", one, _READ),
    ApiRoute("PUT", f"{_ALL}/{{id}}", change, _WRITE),
    ApiRoute("DELETE", f"{_ALL}/{{id}}", remove, _WRITE),
    ApiRoute("GET", f"{_ALL}/{{id}}/keywords", keywords, _READ),
    ApiRoute("POST", f"{_ALL}/{{id}}/keywords", add_keyword, _WRITE),
    ApiRoute("GET", f"{_ALL}/{{id}}/statuses", named_posts, _READ),
    ApiRoute("POST", f"{_ALL}/{{id}}/statuses", name_post, _WRITE),
]
