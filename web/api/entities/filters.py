"""What somebody would rather not read: Filter, FilterKeyword, FilterResult."""

from __future__ import annotations

from fedparents.social.matching import WordMatch
from fedparents.social.models import Filter, FilterPost, FilterWord
from fedparents.social.queries import FilterView
from web.api.entities.reader import Json, moment


def filter_entity(view: FilterView) -> Json:
    """A filter with its words, and the posts that it names."""
    return _filter(view.filter) | {
        "keywords": [keyword(word) for word in view.words],
        "statuses": [filter_post(post) for post in view.posts],
    }


def filter_post(post: FilterPost) -> Json:
    return {"id": str(post.id), "status_id": str(post.post_id)}


def keyword(word: FilterWord) -> Json:
    return {"id": str(word.id), "keyword": word.text, "whole_word": word.is_whole}


def old_filter(view: FilterView, word: FilterWord) -> Json:
    """One word as older apps know it: each is a filter of its own."""
    return {
        "id": str(word.id),
        "phrase": word.text,
        "context": list(view.filter.places),
        "expires_at": moment(view.filter.expires_at) if view.filter.expires_at else None,
        "irreversible": view.filter.action == "hide",
        "whole_word": word.is_whole,
    }


def filter_result(match: WordMatch, view: FilterView) -> Json:
    """What was found in a post."""
    return {
        "filter": _filter(view.filter),
        "keyword_matches": list(match.words) or None,
        "status_matches": [str(match.post_id)] if match.post_id is not None else None,
    }


def _filter(found: Filter) -> Json:
    return {
        "id": str(found.id),
        "title": found.title,
        "context": list(found.places),
        "expires_at": moment(found.expires_at) if found.expires_at else None,
        "filter_action": found.action,
    }
