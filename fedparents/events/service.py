"""Inviting to something, saying it better, and calling it off: a post with a time and a place.

The words of the post are made of the details, so that every list, app and town that knows posts
shows an event whole. Whoever calls brings the writer, since this room speaks no language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final, TypeAlias

from fedparents.accounts.sessions import Viewer
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, Invalid, NotAllowed
from fedparents.events.details import Details, checked_details
from fedparents.events.models import Event, Occurrence
from fedparents.events.queries import details_of, get_first
from fedparents.ids import PostId
from fedparents.posts.access import Met, hold_met
from fedparents.posts.models import Post, PostKind
from fedparents.posts.policy import can_edit
from fedparents.posts.service import PostDraft, Published, publish_post, rewrite_post
from fedparents.text import required_line

REASON_LENGTH: Final = 200


@dataclass(frozen=True, slots=True)
class Told:
    """What the words of an event are made of. The exact place is never in it, so that no writer
    can let it out."""

    details: Details
    called_off: str = ""
    """Why; empty while it takes place."""


Write: TypeAlias = Callable[[Told], str]
"""The Markdown of a post."""


@dataclass(frozen=True, slots=True)
class EventDraft:
    """What somebody invites to. Of `post`, only place, readers, language and photos count."""

    post: PostDraft
    details: Details


def publish_event(uow: UnitOfWork, viewer: Viewer, draft: EventDraft, write: Write) -> Published:
    """Invite. Raises what `publish_post` raises, and Invalid for details that cannot be so."""
    details = checked_details(draft.details, uow.now)
    if draft.post.is_anonymous:
        raise Invalid({"is_anonymous": "event_has_a_host"})
    words = replace(
        draft.post,
        text=_words(details, write),
        kind=PostKind.EVENT,
        in_reply_to_id=None,
        warning="",
        poll=None,
    )
    published = publish_post(uow, viewer, words)
    post_id = published.post.id
    uow.session.add(Event(post_id=post_id, **_columns(details)))
    uow.session.flush()  # the other refers to it, and the mapper knows of no order
    uow.session.add(
        Occurrence(
            id=uow.new_id(),
            event_id=post_id,
            planned_at=details.starts_at,
            **_times(details),
        )
    )
    return published


def change_event(
    uow: UnitOfWork, viewer: Viewer, post_id: PostId, details: Details, write: Write
) -> Event:
    """Say it better, move it, make it larger or smaller; nobody who comes is sent away. Raises
    NotFound, NotAllowed("not_the_author"), Invalid, LimitReached after twenty versions, and
    Conflict("event_cancelled") or ("event_over") for what no longer takes place."""
    met, event, occurrence = _hold(uow, viewer, post_id)
    before = details_of(event, occurrence, is_exact=True)
    details = checked_details(details, uow.now, may_have_begun=occurrence.starts_at <= uow.now)
    if details == before:
        return event
    for name, value in _columns(details).items():
        setattr(event, name, value)
    for name, value in _times(details).items():
        setattr(occurrence, name, value)
    if _whereabouts(details) != _whereabouts(before):
        event.sequence += 1
    uow.session.add_all((event, occurrence))
    _say_anew(uow, viewer, met.post, _words(details, write))
    return event


def cancel_event(
    uow: UnitOfWork, viewer: Viewer, post_id: PostId, reason: str, write: Write
) -> Event:
    """Call it off; it stays readable, and says so. Raises NotFound, NotAllowed("not_the_author"),
    Invalid("reason"), LimitReached after twenty versions, Conflict("event_cancelled") the second
    time and ("event_over") afterwards."""
    met, event, occurrence = _hold(uow, viewer, post_id)
    event.reason = required_line("reason", reason, at_most=REASON_LENGTH)
    event.cancelled_at = uow.now
    event.sequence += 1
    uow.session.add(event)
    details = details_of(event, occurrence, is_exact=False)
    _say_anew(uow, viewer, met.post, _words(details, write, called_off=event.reason))
    return event


def _hold(uow: UnitOfWork, viewer: Viewer, post_id: PostId) -> tuple[Met, Event, Occurrence]:
    """What one invites to oneself, for a change. The lock on the post is the one on all of it."""
    met = hold_met(uow, viewer, post_id)
    event, occurrence = get_first(uow.session, post_id)
    if not can_edit(met.post, met.relation):
        raise NotAllowed("not_the_author")
    if event.cancelled_at is not None:
        raise Conflict("event_cancelled")
    if occurrence.ends_at <= uow.now:
        raise Conflict("event_over")
    return met, event, occurrence


def _words(details: Details, write: Write, *, called_off: str = "") -> str:
    return write(Told(replace(details, exact_place=""), called_off))


def _say_anew(uow: UnitOfWork, viewer: Viewer, post: Post, text: str) -> None:
    """A change of the exact place alone is in no words: the post stays as it was."""
    rewrite_post(uow, viewer, post, text, warning=post.warning)


def _whereabouts(details: Details) -> tuple[object, ...]:
    return details.starts_at, details.end, details.time_zone, details.place, details.exact_place


def _columns(details: Details) -> dict[str, Any]:
    return {
        "kind": details.kind,
        "title": details.title,
        "description": details.description,
        "time_zone": details.time_zone,
        "place": details.place,
        "exact_place": details.exact_place,
        "whom": details.whom,
        "bands": _in_order(details.bands),
        "facilities": _in_order(details.facilities),
        "price_note": details.price_note,
        "capacity": details.capacity,
        "counted_in": details.counted_in,
    }


def _times(details: Details) -> dict[str, Any]:
    return {
        "starts_at": details.starts_at,
        "ends_at": details.end,
        "shows_end": details.ends_at is not None,
    }


def _in_order(members: Iterable[StrEnum]) -> str:
    """One text for one set, whatever the order in which it was ticked."""
    return " ".join(sorted(members))
