"""`Reject`: somebody does not let somebody in another town follow them, or not any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from federation.activities.memberships import find_asked_there
from federation.activities.pairs import (
    Party,
    find_follower_here,
    follow_of,
    get_sender,
    send,
)
from federation.activities.remove import REASON_LENGTH
from federation.models import FollowActivity
from federation.reading import words_of
from fedparents.db import UnitOfWork
from fedparents.groups.elsewhere import refuse_elsewhere
from fedparents.social.follows import end_follow

if TYPE_CHECKING:
    from federation.signing import Signed


def receive_reject(uow: UnitOfWork, base_url: str, signed: Signed) -> None:
    """Also long after it was accepted; there is nothing left that would have to be undone."""
    followed = get_sender(uow.session, signed)
    named = signed.document.get("object")
    asked = find_asked_there(uow.session, base_url, followed, named)
    if asked is not None:
        reason = words_of(signed.document.get("summary"), at_most=REASON_LENGTH)
        uow.session.delete(asked)
        refuse_elsewhere(uow, asked.group_id, asked.actor_id, reason)
        return
    found = find_follower_here(uow.session, base_url, followed, named)
    if found is None:
        return
    uow.session.delete(found)
    end_follow(uow, found.follower_actor_id, followed.actor.id)


def send_reject(
    uow: UnitOfWork, base_url: str, asked: FollowActivity, *, follower: Party, followed: Party
) -> None:
    """Tell the town of a follower that they follow no longer."""
    uow.session.delete(asked)
    ended = follow_of(asked.uri, follower, followed)
    send(uow, base_url, "Reject", ended, by=followed, to=follower)
