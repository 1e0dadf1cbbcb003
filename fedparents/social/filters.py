"""Filters: words that somebody would rather not read, where, and until when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlmodel import col, func, select

from fedparents.accounts.models import Account
from fedparents.accounts.sessions import Viewer
from fedparents.db import UnitOfWork
from fedparents.errors import Invalid, LimitReached
from fedparents.social.facts import FiltersChanged
from fedparents.social.matching import Word, fold
from fedparents.social.models import Filter, FilterAction, FilterContext, FilterPost, FilterWord
from fedparents.social.queries import get_filter_post, get_filter_word, get_own_filter
from fedparents.text import clean_line, required_line

TITLE_LENGTH: Final = 100
WORD_LENGTH: Final = 100
FILTERS_AT_MOST: Final = 50
WORDS_AT_MOST: Final = 200
"""In all filters of one person together: every text on a page is searched for all of them."""


POSTS_AT_MOST: Final = 500
"""That filters of one person name."""


@dataclass(frozen=True, slots=True)
class FilterDraft:
    """What somebody wants to be spared. `words` None leaves those that there are."""

    title: str
    contexts: Sequence[FilterContext]
    action: FilterAction = FilterAction.WARN
    expires_at: datetime | None = None
    words: Sequence[Word] | None = None


def create_filter(uow: UnitOfWork, viewer: Viewer, draft: FilterDraft) -> Filter:
    """Raises Invalid and LimitReached."""
    _hold(uow, viewer)
    own = select(func.count()).where(Filter.account_id == viewer.account_id)
    if uow.session.exec(own).one() >= FILTERS_AT_MOST:
        raise LimitReached("filters_at_most", at_most=FILTERS_AT_MOST)
    made = Filter(id=uow.new_id(), account_id=viewer.account_id, title="", contexts="")
    _set(uow, made, draft)
    uow.session.flush()
    _set_words(uow, viewer, made, draft.words or ())
    _announce(uow, viewer)
    return made


def change_filter(uow: UnitOfWork, viewer: Viewer, filter_id: int, draft: FilterDraft) -> Filter:
    """Raises NotFound, Invalid and LimitReached. A word that stays keeps its number."""
    _hold(uow, viewer)
    found = get_own_filter(uow.session, viewer, filter_id)
    _set(uow, found, draft)
    if draft.words is not None:
        _set_words(uow, viewer, found, draft.words)
    _announce(uow, viewer)
    return found


def delete_filter(uow: UnitOfWork, viewer: Viewer, filter_id: int) -> None:
    """With its words; raises NotFound."""
    uow.session.delete(get_own_filter(uow.session, viewer, filter_id))
    _announce(uow, viewer)


def add_filter_word(uow: UnitOfWork, viewer: Viewer, filter_id: int, word: Word) -> FilterWord:
    """Raises NotFound, Invalid and LimitReached."""
    _hold(uow, viewer)
    get_own_filter(uow.session, viewer, filter_id)
    added = FilterWord(
        id=uow.new_id(),
        filter_id=filter_id,
        text=checked_word(word.text),
        is_whole=word.is_whole,
    )
    uow.session.add(added)
    uow.session.flush()
    _require_room(uow, viewer)
    _announce(uow, viewer)
    return added


def change_filter_word(uow: UnitOfWork, viewer: Viewer, word_id: int, word: Word) -> FilterWord:
    """Raises NotFound and Invalid."""
    changed = get_filter_word(uow.session, viewer, word_id)
    changed.text, changed.is_whole = checked_word(word.text), word.is_whole
    uow.session.add(changed)
    _announce(uow, viewer)
    return changed


def delete_filter_word(uow: UnitOfWork, viewer: Viewer, word_id: int) -> None:
    """Raises NotFound."""
    uow.session.delete(get_filter_word(uow.session, viewer, word_id))
    _announce(uow, viewer)


def add_filter_post(uow: UnitOfWork, viewer: Viewer, filter_id: int, post_id: int) -> FilterPost:
    """Name one post; whoever calls has seen to it that the viewer may read it. Raises NotFound and
    LimitReached."""
    _hold(uow, viewer)
    get_own_filter(uow.session, viewer, filter_id)
    there = select(FilterPost).where(
        FilterPost.filter_id == filter_id, FilterPost.post_id == post_id
    )
    found = uow.session.exec(there).first()
    if found is not None:
        return found
    own = (
        select(func.count())
        .select_from(FilterPost)
        .join(Filter, col(Filter.id) == col(FilterPost.filter_id))
        .where(Filter.account_id == viewer.account_id)
    )
    if uow.session.exec(own).one() >= POSTS_AT_MOST:
        raise LimitReached("filtered_posts_at_most", at_most=POSTS_AT_MOST)
    added = FilterPost(id=uow.new_id(), filter_id=filter_id, post_id=post_id)
    uow.session.add(added)
    return added


def delete_filter_post(uow: UnitOfWork, viewer: Viewer, number: int) -> None:
    """Raises NotFound."""
    uow.session.delete(get_filter_post(uow.session, viewer, number))


def checked_word(text: str) -> str:
    """A word as it is kept; raises Invalid on `words` for one that could be found anywhere."""
    text = required_line("words", text, at_most=WORD_LENGTH)
    if not any(character.isalnum() for character in fold(text)):
        raise Invalid({"words": "word_needs_letters"})
    return text


def _announce(uow: UnitOfWork, viewer: Viewer) -> None:
    """Their apps that are open read them anew."""
    uow.record(FiltersChanged(viewer.account_id))


def _hold(uow: UnitOfWork, viewer: Viewer) -> None:
    """So that two who add at the same moment do not both find room."""
    own = sa.select(col(Account.id)).where(col(Account.id) == viewer.account_id)
    uow.session.execute(own.with_for_update(key_share=True))


def _set(uow: UnitOfWork, target: Filter, draft: FilterDraft) -> None:
    chosen = [context for context in FilterContext if context in draft.contexts]
    if not chosen:
        raise Invalid({"contexts": "choose_one"})
    if (
        draft.expires_at is not None
        and draft.expires_at <= uow.now
        and draft.expires_at != target.expires_at
    ):
        raise Invalid({"expires_at": "day_is_past"})
    target.title = required_line("title", draft.title, at_most=TITLE_LENGTH)
    target.contexts = " ".join(chosen)
    target.action, target.expires_at = draft.action, draft.expires_at
    uow.session.add(target)


def _set_words(uow: UnitOfWork, viewer: Viewer, target: Filter, words: Iterable[Word]) -> None:
    wanted = {checked_word(word.text): word.is_whole for word in words if clean_line(word.text)}
    there = select(FilterWord).where(FilterWord.filter_id == target.id)
    for word in uow.session.exec(there):
        if word.text in wanted:
            word.is_whole = wanted.pop(word.text)
            uow.session.add(word)
        else:
            uow.session.delete(word)
    for text, is_whole in wanted.items():
        uow.session.add(
            FilterWord(id=uow.new_id(), filter_id=target.id, text=text, is_whole=is_whole)
        )
    uow.session.flush()
    _require_room(uow, viewer)


def _require_room(uow: UnitOfWork, viewer: Viewer) -> None:
    own = (
        select(func.count())
        .select_from(FilterWord)
        .join(Filter, col(Filter.id) == col(FilterWord.filter_id))
        .where(Filter.account_id == viewer.account_id)
    )
    if uow.session.exec(own).one() > WORDS_AT_MOST:
        raise LimitReached("words_at_most", at_most=WORDS_AT_MOST)
