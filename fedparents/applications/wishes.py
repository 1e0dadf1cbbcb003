"""What somebody's apps keep for them here: how far they have read, how they begin to write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from sqlmodel import Session, col, select

from fedparents.accounts.sessions import Viewer
from fedparents.applications.models import Marker, PostingWish
from fedparents.db import UnitOfWork
from fedparents.errors import Invalid

_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2,8})?")


class Timeline(StrEnum):
    HOME = "home"
    NOTIFICATIONS = "notifications"


def list_markers(session: Session, viewer: Viewer, wanted: Iterable[Timeline]) -> list[Marker]:
    """How far the viewer has read; at the beginning, where nothing has been said yet."""
    of_viewer = select(Marker).where(Marker.account_id == viewer.account_id)
    kept = {marker.timeline: marker for marker in session.exec(of_viewer)}
    return [kept.get(timeline) or _beginning(viewer, timeline) for timeline in wanted]


def move_markers(uow: UnitOfWork, viewer: Viewer, to: Mapping[Timeline, int]) -> list[Marker]:
    """Move them to where an app says, backwards too: somebody may mark a post as unread."""
    of_viewer = select(Marker).where(
        Marker.account_id == viewer.account_id, col(Marker.timeline).in_(list(to))
    )
    kept = {marker.timeline: marker for marker in uow.session.exec(of_viewer.with_for_update())}
    moved = []
    for timeline, last_read_id in to.items():
        marker = kept.get(timeline) or _beginning(viewer, timeline)
        marker.last_read_id, marker.version = last_read_id, marker.version + 1
        marker.updated_at = uow.now
        uow.session.add(marker)
        moved.append(marker)
    return moved


def find_posting_wish(session: Session, viewer: Viewer) -> PostingWish:
    """One that wishes nothing, where nothing has been said."""
    return session.get(PostingWish, viewer.account_id) or PostingWish(account_id=viewer.account_id)


def change_posting_wish(
    uow: UnitOfWork,
    viewer: Viewer,
    *,
    visibility: str | None,
    is_sensitive: bool | None,
    language: str | None,
) -> None:
    """None leaves a wish as it is. Raises Invalid for what is no language."""
    if language and not is_language(language):
        raise Invalid({"source.language": "language_unknown"})
    wish = find_posting_wish(uow.session, viewer)
    wish.visibility = wish.visibility if visibility is None else visibility
    wish.is_sensitive = wish.is_sensitive if is_sensitive is None else is_sensitive
    wish.language = wish.language if language is None else language
    uow.session.add(wish)


def is_language(word: str) -> bool:
    """Whether it can be the name of one, as apps write it: `fr`, `zh-CN`."""
    return _LANGUAGE.fullmatch(word) is not None


def _beginning(viewer: Viewer, timeline: Timeline) -> Marker:
    return Marker(
        account_id=viewer.account_id,
        timeline=timeline,
        last_read_id=0,
        version=0,
        updated_at=viewer.seen_at,
    )
