"""`Undo`: somebody takes back what they did; so far, following."""

from __future__ import annotations

from typing import TYPE_CHECKING

from federation.activities.pairs import Party, find_followed_here, follow_of, get_sender, send
from federation.models import FollowActivity
from fedparents.db import UnitOfWork
from fedparents.social.follows import end_follow

if TYPE_CHECKING:
    from federation.signing import Signed


def receive_undo(uow: UnitOfWork, base_url: str, signed: Signed) -> None:
    """Only one's own is undone: what it names is looked for among what its sender did."""
    follower = get_sender(uow.session, signed)
    found = find_followed_here(uow.session, base_url, follower, signed.document.get("object"))
    if found is None:
        return
    uow.session.delete(found)
    end_follow(uow, follower.actor.id, found.followed_actor_id)


def send_undo(
    uow: UnitOfWork, base_url: str, asked: FollowActivity, *, follower: Party, followed: Party
) -> None:
    """Tell somebody elsewhere that somebody here follows them no longer."""
    uow.session.delete(asked)
    ended = follow_of(asked.uri, follower, followed)
    send(uow, base_url, "Undo", ended, by=follower, to=followed)
