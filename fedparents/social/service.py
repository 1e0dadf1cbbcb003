"""Blocking, muting and notes: what somebody does for their own peace, and nobody hears of."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlmodel import col, delete, func, select

from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.db import UnitOfWork
from fedparents.errors import Invalid, LimitReached
from fedparents.ids import ActorId
from fedparents.social.access import get_anybody, get_other, hold_both
from fedparents.social.facts import Blocked
from fedparents.social.follows import end_follow
from fedparents.social.models import (
    ActorNote,
    Block,
    DismissedSuggestion,
    Endorsement,
    FeaturedTag,
    Follow,
    ListMember,
    Mute,
    TownMute,
)
from fedparents.text import optional_text

NOTE_LENGTH: Final = 1000
AT_MOST: Final = 2000
"""People whom one person can block, or mute."""


def block_actor(uow: UnitOfWork, viewer: Viewer, actor_id: ActorId) -> None:
    """From now on the two do not see each other, and follow each other no longer.

    Nobody is told, and the audit log is silent too: who is afraid of whom is nobody's business.
    Moderators can be blocked as the people that they are; what they decide still holds and is still
    told. Raises NotFound, Conflict for oneself, and LimitReached.
    """
    get_anybody(uow, viewer, actor_id)
    if uow.session.get(Block, (viewer.actor_id, actor_id)) is not None:
        return
    _require_room(uow, viewer, Block)
    _block(uow, viewer.actor_id, actor_id)


def unblock_actor(uow: UnitOfWork, viewer: Viewer, actor_id: ActorId) -> None:
    """Meet again; who followed whom before is not brought back."""
    hold_both(uow, viewer.actor_id, actor_id)
    mine = (col(Block.by_actor_id) == viewer.actor_id, col(Block.actor_id) == actor_id)
    uow.session.exec(delete(Block).where(*mine))


def block_from_elsewhere(uow: UnitOfWork, by_actor_id: int, actor_id: int) -> None:
    """Somebody of another town has blocked one of us: the two do not see each other here either.
    Nobody hears of it."""
    hold_both(uow, by_actor_id, actor_id)
    is_there = uow.session.get(Actor, actor_id) is not None
    if not is_there or uow.session.get(Block, (by_actor_id, actor_id)) is not None:
        return
    _block(uow, by_actor_id, actor_id)


def unblock_from_elsewhere(uow: UnitOfWork, by_actor_id: int, actor_id: int) -> None:
    hold_both(uow, by_actor_id, actor_id)
    if (block := uow.session.get(Block, (by_actor_id, actor_id))) is not None:
        uow.session.delete(block)


def mute_actor(
    uow: UnitOfWork,
    viewer: Viewer,
    actor_id: ActorId,
    *,
    until: datetime | None = None,
    hides_notifications: bool = True,
) -> None:
    """Hear nothing of somebody until that moment or (None) until one says otherwise.

    A second time changes the first. Raises NotFound, Conflict for oneself, and LimitReached.
    """
    if until is not None and until <= uow.now:
        raise Invalid({"until": "day_is_past"})
    get_other(uow, viewer, actor_id)
    mute = uow.session.get(Mute, (viewer.actor_id, actor_id), populate_existing=True)
    if mute is None:
        _require_room(uow, viewer, Mute)
        mute = Mute(by_actor_id=viewer.actor_id, actor_id=actor_id, id=uow.new_id())
    mute.until_at, mute.hides_notifications = until, hides_notifications
    uow.session.add(mute)


def unmute_actor(uow: UnitOfWork, viewer: Viewer, actor_id: ActorId) -> None:
    hold_both(uow, viewer.actor_id, actor_id)
    mine = (col(Mute.by_actor_id) == viewer.actor_id, col(Mute.actor_id) == actor_id)
    uow.session.exec(delete(Mute).where(*mine))


def note_actor(uow: UnitOfWork, viewer: Viewer, actor_id: ActorId, text: str) -> None:
    """Keep a note on somebody for oneself; without a text, forget it."""
    get_other(uow, viewer, actor_id)
    text = optional_text("note", text, at_most=NOTE_LENGTH)
    note = uow.session.get(ActorNote, (viewer.actor_id, actor_id), populate_existing=True)
    if text:
        note = note or ActorNote(by_actor_id=viewer.actor_id, actor_id=actor_id, text="")
        note.text = text
        uow.session.add(note)
    elif note is not None:
        uow.session.delete(note)


def forget_person(uow: UnitOfWork, actor_id: int) -> None:
    """An account has been erased: so is all that others were to its person, and it to them.

    Filters, lists and the hashtags that they followed went with the account.
    """
    for model, ours, theirs in (
        (Follow, Follow.follower_actor_id, Follow.followed_actor_id),
        (Block, Block.by_actor_id, Block.actor_id),
        (Mute, Mute.by_actor_id, Mute.actor_id),
        (ActorNote, ActorNote.by_actor_id, ActorNote.actor_id),
        (Endorsement, Endorsement.by_actor_id, Endorsement.actor_id),
    ):
        uow.session.exec(
            delete(model).where(sa.or_(col(ours) == actor_id, col(theirs) == actor_id))
        )
    for table, whose in (
        (ListMember, ListMember.actor_id),
        (FeaturedTag, FeaturedTag.actor_id),
        (TownMute, TownMute.by_actor_id),
        (DismissedSuggestion, DismissedSuggestion.actor_id),
    ):
        uow.session.exec(delete(table).where(col(whose) == actor_id))


def _block(uow: UnitOfWork, by_actor_id: int, actor_id: int) -> None:
    uow.session.add(Block(by_actor_id=by_actor_id, actor_id=actor_id, id=uow.new_id()))
    end_follow(uow, by_actor_id, actor_id)
    end_follow(uow, actor_id, by_actor_id)
    uow.record(Blocked(by_actor_id, actor_id))


def _require_room(uow: UnitOfWork, viewer: Viewer, model: type[Block | Mute]) -> None:
    own = select(func.count()).where(model.by_actor_id == viewer.actor_id)
    if uow.session.exec(own).one() >= AT_MOST:
        raise LimitReached("people_at_most", at_most=AT_MOST)
