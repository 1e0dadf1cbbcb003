"""What is told to one person alone: notifications, and letters. Their programs are asked for one
account at a time, since nothing of it is shared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from fedparents.applications.tokens import bearer_of_id
from fedparents.conversations.queries import find_newest_letter, list_conversations
from fedparents.notifications.feed import KINDS, list_notified
from fedparents.notifications.queries import find_newest
from fedparents.paging import Paging
from web.api.conversations import write_lines
from web.api.entities.reader import Json
from web.api.notifications import write_notified
from web.api.streaming.channels import DIRECT, Channel
from web.api.streaming.listeners import Stream, is_told_of_letters, told_of
from web.api.streaming.sheets import Words

_MOST: Final = 40
_DIRECT: Final = Channel(DIRECT)


@dataclass(frozen=True, slots=True)
class Told:
    """What is new for one stream, the oldest first."""

    stream: Stream
    notifications: Sequence[Json]
    conversations: Sequence[Json]
    newest: int
    newest_letter: int


def look_for(session: Session, streams: Sequence[Stream]) -> list[Told]:
    """For the streams of one account; those whose token has ended get nothing. What was there
    before a stream was asked for the first time is not new to it."""
    return [told for stream in streams if (told := _look(session, stream)) is not None]


def tell_person(told: Told) -> None:
    stream = told.stream
    stream.told = max(stream.told or 0, told.newest)
    stream.letter = max(stream.letter or 0, told.newest_letter)
    for body in told.notifications:
        words = Words.of(body)
        for channel in told_of(stream):
            stream.tell(channel, "notification", words)
    if is_told_of_letters(stream):
        for body in told.conversations:
            stream.tell(_DIRECT, "conversation", Words.of(body))


def _look(session: Session, stream: Stream) -> Told | None:
    bearer = bearer_of_id(session, stream.token_id)
    if bearer is None:
        return None
    viewer = bearer.viewer
    newest = find_newest(session, viewer)
    newest_letter = find_newest_letter(session, viewer)
    notifications: list[Json] = []
    conversations: list[Json] = []
    if stream.told is not None and newest > stream.told and told_of(stream):
        paging = Paging(_MOST, since_id=stream.told)
        found = list_notified(session, viewer, KINDS, paging)
        notifications = write_notified(session, viewer, stream.reader, found)[::-1]
    if stream.letter is not None and newest_letter > stream.letter and is_told_of_letters(stream):
        lines = [
            line
            for line in list_conversations(session, viewer).lines
            if line.last_post_id > stream.letter
        ]
        conversations = write_lines(session, viewer, stream.reader, lines)[::-1]
    return Told(stream, notifications, conversations, newest, newest_letter)
