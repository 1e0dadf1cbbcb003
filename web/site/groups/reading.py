"""What is said in a group: its newest messages, all of them or one shelf, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from fedparents.accounts.sessions import Viewer
from fedparents.errors import NotFound
from fedparents.groups.queries import GroupView
from fedparents.groups.topics import TopicView, list_topics_of
from fedparents.timelines.queries import (
    NOTHING,
    Feed,
    list_group,
    list_group_questions,
    list_group_swaps,
    list_pinned,
)

SWAPS: Final = "swaps"
QUESTIONS: Final = "questions"


@dataclass(frozen=True, slots=True)
class Reading:
    """One page of what a group says."""

    feed: Feed
    pinned: Feed
    topics: list[TopicView]
    only: str
    """The shelf: "" is everything, then asks and offers, questions, or the number of a topic."""
    is_first: bool

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all has been said yet."""
        return self.is_first and not self.only and not (self.feed.cards or self.pinned.cards)


def read_group(
    session: Session, viewer: Viewer, view: GroupView, only: str, before: int | None
) -> Reading:
    """For somebody who may read the group; raises NotFound for a shelf that there is not."""
    topics = list_topics_of(session, view.id)
    is_first = before is None
    has_pinned = is_first and not only
    pinned = list_pinned(session, viewer, view.id) if has_pinned else NOTHING
    feed = _read_shelf(session, viewer, view, only, before, topics)
    return Reading(feed, pinned, topics, only, is_first)


def _read_shelf(
    session: Session,
    viewer: Viewer,
    view: GroupView,
    only: str,
    before: int | None,
    topics: list[TopicView],
) -> Feed:
    if not only:
        return list_group(session, viewer, view.id, before=before)
    if only == SWAPS:
        return list_group_swaps(session, viewer, view.id, before=before)
    if only == QUESTIONS:
        return list_group_questions(session, viewer, view.id, before=before)
    topic = next((each for each in topics if str(each.id) == only), None)
    if topic is None:
        raise NotFound
    return list_group(session, viewer, view.id, topic_id=topic.id, before=before)
