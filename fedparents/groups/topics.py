"""The topics of a group: what its messages can be filed under, in the order that managers chose."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.audit.service import record_audit
from fedparents.db import HotStatement, UnitOfWork, table_of
from fedparents.errors import Invalid, LimitReached, NotFound
from fedparents.groups.access import get_seat, hold_group
from fedparents.groups.models import GroupTopic
from fedparents.groups.policy import can_manage, can_read
from fedparents.ids import GroupId
from fedparents.text import has_letter_or_digit, required_line

TOPICS_AT_MOST: Final = 12
TOPIC_LENGTH: Final = 40


class TopicView(NamedTuple):
    """A topic as a page of its group names it."""

    id: int
    name: str


_topic = table_of(GroupTopic)
LIST_TOPICS: Final = HotStatement(
    sa.select(_topic.c.id, _topic.c.name)
    .where(_topic.c.group_id == bindparam("group", type_=sa.BigInteger))
    .order_by(_topic.c.position, _topic.c.id)
)


def list_topics(session: Session, viewer: Viewer, group_id: GroupId) -> list[TopicView]:
    """For those who may read in the group; else NotFound."""
    get_seat(session, viewer, group_id, today=clock.now().date()).require(can_read)
    return list_topics_of(session, group_id)


def list_topics_of(session: Session, group_id: GroupId) -> list[TopicView]:
    """The same for whoever is known to read there."""
    rows = LIST_TOPICS.rows(session.connection(), group=group_id)
    return [TopicView._make(row) for row in rows]


def add_topic(uow: UnitOfWork, viewer: Viewer, group_id: GroupId, name: str) -> GroupTopic:
    """A new one, the last in the row. Raises Invalid("name"), LimitReached("too_many_topics")."""
    topics = _manage(uow, viewer, group_id)
    name = _checked_name(topics, name)
    if len(topics) >= TOPICS_AT_MOST:
        raise LimitReached("too_many_topics", at_most=TOPICS_AT_MOST)
    topic = GroupTopic(id=uow.new_id(), group_id=group_id, name=name, position=len(topics))
    uow.session.add(topic)
    _record(uow, "group.topic_added", viewer, group_id)
    return topic


def rename_topic(
    uow: UnitOfWork, viewer: Viewer, group_id: GroupId, topic_id: int, name: str
) -> None:
    """Raises NotFound, Invalid("name")."""
    topics = _manage(uow, viewer, group_id)
    topic = _get(topics, topic_id)
    topic.name = _checked_name([each for each in topics if each is not topic], name)
    uow.session.add(topic)
    _record(uow, "group.topic_renamed", viewer, group_id)


def move_topic(
    uow: UnitOfWork,
    viewer: Viewer,
    group_id: GroupId,
    topic_id: int,
    direction: Literal["up", "down"],
) -> None:
    """One place up or down; at the end of the row nothing changes. Raises NotFound."""
    topics = _manage(uow, viewer, group_id)
    here = topics.index(_get(topics, topic_id))
    there = here + (1 if direction == "down" else -1)
    if 0 <= there < len(topics):
        topics[here], topics[there] = topics[there], topics[here]
        _number(uow, topics)


def remove_topic(uow: UnitOfWork, viewer: Viewer, group_id: GroupId, topic_id: int) -> None:
    """Its messages stay, under no topic. Raises NotFound."""
    topics = _manage(uow, viewer, group_id)
    topic = _get(topics, topic_id)
    topics.remove(topic)
    uow.session.delete(topic)
    _number(uow, topics)
    _record(uow, "group.topic_removed", viewer, group_id)


def _manage(uow: UnitOfWork, viewer: Viewer, group_id: GroupId) -> list[GroupTopic]:
    """Holds the group, so that two who change its topics at once are first and second."""
    hold_group(uow, viewer, group_id).require(can_manage)
    return _topics(uow.session, group_id)


def _topics(session: Session, group_id: int) -> list[GroupTopic]:
    topics = select(GroupTopic).where(GroupTopic.group_id == group_id)
    return list(session.exec(topics.order_by(col(GroupTopic.position), col(GroupTopic.id))))


def _get(topics: list[GroupTopic], topic_id: int) -> GroupTopic:
    for topic in topics:
        if topic.id == topic_id:
            return topic
    raise NotFound("topic_not_found")


def _checked_name(others: list[GroupTopic], name: str) -> str:
    name = required_line("name", name, at_most=TOPIC_LENGTH)
    if not has_letter_or_digit(name):
        raise Invalid({"name": "name_needs_letters"})
    if name.casefold() in {each.name.casefold() for each in others}:
        raise Invalid({"name": "topic_exists"})
    return name


def _number(uow: UnitOfWork, topics: list[GroupTopic]) -> None:
    for position, topic in enumerate(topics):
        topic.position = position
        uow.session.add(topic)


def _record(uow: UnitOfWork, action: str, viewer: Viewer, group_id: GroupId) -> None:
    record_audit(uow, action, by=viewer.actor_id, subject=group_id, group=group_id)
