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
from web.api.params import Flag, Params, Required, StrictNumber, Words


class OldFilterParams(Params):
    phrase: Required
    context: Words = []
    irreversible: Flag = False
    whole_word: Flag = False
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
    sent, number = call.read(OldFilterParams), call.number()
    word = await call.runtime.db.read(get_filter_word, call.viewer, number)
    draft = _old_draft(sent)
    await call.runtime.db.write(_change_old, call.viewer, word.filter_id, number, draft)
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
    uow: UnitOfWork, viewer: Viewer, filter_id: int, word_id: int, draft: FilterDraft
) -> None:
    (word,) = draft.words or ()
    change_filter_word(uow, viewer, word_id, word)
    without = FilterDraft(draft.title, draft.contexts, draft.action, draft.expires_at)
    change_filter(uow, viewer, filter_id, without)


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
