"""What one hint becomes: a look into the database, in which everybody who listens is asked for at
once, and then an event for each stream that holds it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import orjson
from sqlmodel import Session

from fedparents import clock
from fedparents.posts.polls import with_choices
from fedparents.social.matching import WordMatch
from fedparents.social.models import FilterContext
from fedparents.social.queries import FilterView, list_filters_met, list_filters_of
from fedparents.timelines.streams import (
    Meeting,
    Reached,
    Subject,
    find_shared_subject,
    find_subject,
    list_at_home,
    list_home_meetings,
    list_meetings,
    list_reached,
    list_shared_meetings,
)
from web.api.entities.filters import filter_result
from web.api.entities.posts import poll
from web.api.entities.reader import Reader
from web.api.showing import fill
from web.api.streaming.channels import USER, Channel, Said, holds
from web.api.streaming.hints import Hint, What
from web.api.streaming.listeners import Listeners, Stream
from web.api.streaming.sheets import Copy, Sheet, Words

HOME: Final = Channel(USER)
_CONTEXTS: Final = (FilterContext.HOME, FilterContext.PUBLIC)
_MEETINGS: Final = {What.HOME: list_home_meetings, What.PASSED_ON: list_shared_meetings}
Found = Mapping[FilterContext, Mapping[int, str]]
"""What the filters of accounts found, as JSON."""


@dataclass(frozen=True, slots=True)
class News:
    """What a hint was about, and who may hear of it."""

    what: What
    number: int
    said: Said | None = None
    sheet: Sheet | None = None
    subject: Subject | None = None
    meetings: Sequence[Meeting] = ()
    reached: Sequence[Reached] = ()
    found: Found | None = None


def wanted_by(listeners: Listeners, what: What) -> list[Stream]:
    """The streams that could tell of something like it."""
    if what in {What.HOME, What.PASSED_ON}:
        return listeners.at_home()
    if what == What.SAID:
        return listeners.in_lists()
    return list({**dict.fromkeys(listeners.at_home()), **dict.fromkeys(listeners.in_lists())})


def look(session: Session, reader: Reader, hint: Hint, tokens: Sequence[int]) -> News | None:
    """None when nobody who listens may know of it."""
    number = hint.number
    if hint.what == What.GONE:
        gone = list_reached(session, number, tokens)
        subject = find_subject(session, number) if gone else None
        if subject is None:
            return None
        return News(hint.what, number, _said(subject), reached=gone)
    is_share = hint.what == What.PASSED_ON
    meetings = _MEETINGS.get(hint.what, list_meetings)(session, number, tokens)
    reached = list_at_home(session, number, tokens) if hint.what == What.NARROWED else []
    if not meetings and not reached:
        return None
    find = find_shared_subject if is_share else find_subject
    subject = find(session, number)
    if subject is None:
        return None
    return News(
        what=hint.what,
        number=number,
        said=_said(subject),
        sheet=Sheet(fill(session, None, subject.page), reader),
        subject=subject,
        meetings=meetings,
        reached=reached,
        found=_filtered(session, subject, meetings),
    )


def tell(news: News, streams: Iterable[Stream]) -> None:
    """Offer it to each stream that holds it."""
    meetings = {meeting.token_id: meeting for meeting in news.meetings}
    reached = {each.token_id: each for each in news.reached}
    for stream in streams:
        meeting = meetings.get(stream.token_id)
        if meeting is not None:
            _tell_of(news, stream, meeting)
        elif stream.token_id in reached:
            _take_back(news, stream, reached[stream.token_id])


def _tell_of(news: News, stream: Stream, meeting: Meeting) -> None:
    if news.sheet is None:
        return
    event = "status.update" if news.what in {What.CHANGED, What.NARROWED} else "update"
    for channel in _channels(news, stream, meeting.is_at_home, meeting.is_member):
        own = _own(news, meeting, channel, stream.reader)
        stream.tell(channel, event, Copy(news.sheet, stream.reader, own))


def _take_back(news: News, stream: Stream, reached: Reached) -> None:
    words = Words(str(news.number))
    for channel in _channels(news, stream, reached.is_at_home, reached.is_member):
        if news.what == What.GONE or channel == HOME:
            stream.tell(channel, "delete", words)


def _channels(news: News, stream: Stream, is_at_home: bool, is_member: bool) -> list[Channel]:
    """Those of a stream that hold it."""
    if news.what in {What.HOME, What.PASSED_ON}:
        return [HOME] if is_at_home and HOME in stream.channels else []
    found = [HOME] if news.what != What.SAID and is_at_home and HOME in stream.channels else []
    said = news.said
    if said is None:
        return found
    return found + [
        channel for channel in stream.channels if holds(channel, said, is_member=is_member)
    ]


def _own(news: News, meeting: Meeting, channel: Channel, reader: Reader) -> dict[str, str]:
    """What is the reader's own, as JSON."""
    context = FilterContext.HOME if channel.name in {USER, "list"} else FilterContext.PUBLIC
    found = news.found or {}
    own = {
        "favourited": _json(meeting.has_thanked),
        "reblogged": _json(meeting.has_shared),
        "bookmarked": _json(meeting.is_kept),
        "filtered": found.get(context, {}).get(meeting.account_id, "[]"),
    }
    if news.sheet is not None and news.sheet.has_poll and news.subject is not None:
        (view,) = news.subject.page.polls.values()
        asked = poll(with_choices(view, meeting.choices), reader)
        own["poll"] = orjson.dumps(asked).decode()
    return own


def _said(subject: Subject) -> Said:
    page = subject.page
    card = page.posts[0].card
    return Said(
        is_public=subject.is_public,
        is_from_elsewhere=card.is_from_elsewhere,
        has_photos=bool(card.photo_count),
        tags=frozenset(tag for tags in page.tags.values() for tag in tags),
        group_id=card.group_id,
        is_reply=card.is_reply,
    )


def _filtered(session: Session, subject: Subject, meetings: Sequence[Meeting]) -> Found:
    """By place and account; most people have no filters, and whoever has is rarely spared it."""
    accounts = {meeting.account_id for meeting in meetings if not meeting.is_own}
    card = subject.page.posts[0].card
    words = f"{card.warning}\n{card.text}"
    found: dict[FilterContext, dict[int, str]] = {}
    for context in _CONTEXTS:
        met = list_filters_met(session, accounts, context, words, now=clock.now())
        found[context] = {
            account: _results(matches, list_filters_of(session, account))
            for account, matches in met.items()
        }
    return found


def _results(matches: Iterable[WordMatch], filters: Iterable[FilterView]) -> str:
    views = {view.filter.id: view for view in filters}
    told = [
        filter_result(match, views[match.filter_id])
        for match in matches
        if match.filter_id in views
    ]
    return orjson.dumps(told).decode()


def _json(truth: bool) -> str:
    return "true" if truth else "false"
