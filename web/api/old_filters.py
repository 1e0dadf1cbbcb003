"""`/api/v1/filters`: the same for older apps, to which each word is a filter of its own."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from fedparents.accounts.sessions import Viewer
from fedparents.applications.scopes import Scope
from fedparents.db import UnitOfWork
from fedparents.social.filters import (
    FilterDraft,
    change_filter,
    change_filter_word,
    create_filter,
    delete_filter,
    delete_filter_word,
)
from fedparents.social.matching import Word as WordDraft
from fedparents.social.models import FilterAction
from fedparents.social.queries import get_filter, get_filter_word, list_filters
from web.api.calls import Call
from web.api.endpoints import ApiRoute, a_person, answer
from web.api.entities.filters import old_filter
from web.api.filters import contexts_of, expires_at
from web.api.params import Flag, MaybeFlag, MaybeWord, Params, Required, StrictNumber, Words


class OldFilterParams(Params):
    phrase: Required
    context: Words = []
    irreversible: Flag = False
    whole_word: Flag = False
    expires_in: StrictNumber = None


class OldFilterChange(Params):
    phrase: MaybeWord = None
    context: Words = []
    irreversible: MaybeFlag = None
    whole_word: MaybeFlag = None
    expires_in: StrictNumber = None


async def all_old(call: Call) -> Response:
    views = await call.runtime.db.read(list_filters, call.viewer)
    return answer([old_filter(view, word) for view in views for word in view.words])


async def create_old(call: Call) -> Response:
    sent = call.read(OldFilterParams)
    made = await call.runtime.db.write(
        lambda uow: create_filter(uow, call.viewer, _old_draft(sent)).id
    )
    view = await call.runtime.db.read(get_filter, call.viewer, made)
    return answer(old_filter(view, view.words[0]))


async def one_old(call: Call) -> Response:
    return await _answer_old(call, call.number())


async def change_old(call: Call) -> Response:
    """What the app does not name stays as it is."""
    sent, number = call.read(OldFilterChange), call.number()
    is_timed = "expires_in" in call.values
    await call.runtime.db.write(_change_old, call.viewer, number, sent, is_timed=is_timed)
    return await _answer_old(call, number)


async def remove_old(call: Call) -> Response:
    """A filter that had only this word goes with it."""
    await call.runtime.db.write(_remove_old, call.viewer, call.number())
    return answer({})


def _old_draft(sent: OldFilterParams) -> FilterDraft:
    return FilterDraft(
        title=sent.phrase[:100],
        contexts=contexts_of(sent.context),
        action=FilterAction.HIDE if sent.irreversible else FilterAction.WARN,
        expires_at=expires_at(sent.expires_in),
        words=[WordDraft(sent.phrase, sent.whole_word)],
    )


def _change_old(
    uow: UnitOfWork, viewer: Viewer, word_id: int, sent: OldFilterChange, *, is_timed: bool
) -> None:
    word = get_filter_word(uow.session, viewer, word_id)
    before = get_filter(uow.session, viewer, word.filter_id).filter
    is_whole = word.is_whole if sent.whole_word is None else sent.whole_word
    action = before.action
    if sent.irreversible is not None:
        action = FilterAction.HIDE if sent.irreversible else FilterAction.WARN
    draft = FilterDraft(
        title=sent.phrase[:100] if sent.phrase else before.title,
        contexts=contexts_of(sent.context or list(before.places)),
        action=action,
        expires_at=expires_at(sent.expires_in) if is_timed else before.expires_at,
    )
    change_filter_word(uow, viewer, word_id, WordDraft(sent.phrase or word.text, is_whole))
    change_filter(uow, viewer, before.id, draft)


def _remove_old(uow: UnitOfWork, viewer: Viewer, word_id: int) -> None:
    word = get_filter_word(uow.session, viewer, word_id)
    if len(get_filter(uow.session, viewer, word.filter_id).words) == 1:
        delete_filter(uow, viewer, word.filter_id)
    else:
        delete_filter_word(uow, viewer, word_id)


async def _answer_old(call: Call, number: int) -> Response:
    word = await call.runtime.db.read(get_filter_word, call.viewer, number)
    view = await call.runtime.db.read(get_filter, call.viewer, word.filter_id)
    return answer(old_filter(view, word))


_READ: Final = a_person(Scope.READ_FILTERS)
_WRITE: Final = a_person(Scope.WRITE_FILTERS)

routes = [
    ApiRoute("GET", "/api/v1/filters", all_old, _READ),
    ApiRoute("POST", "/api/v1/filters", create_old, _WRITE),
    ApiRoute("GET", "/api/v1/filters/{id}", one_old, _READ),
    ApiRoute("PUT", "/api/v1/filters/{id}", change_old, _WRITE),
    ApiRoute("DELETE", "/api/v1/filters/{id}", remove_old, _WRITE),
]
