"""`Accept`: somebody lets somebody in another town follow them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from federation.activities.invite import take_yes
from federation.activities.memberships import find_asked_there
from federation.activities.pairs import (
    find_follower_here,
    find_party,
    follow_of,
    get_sender,
    send,
)
from federation.models import FollowActivity
from fedparents.db import UnitOfWork
from fedparents.groups.elsewhere import let_in_elsewhere
from fedparents.social.follows import accept_from_elsewhere

if TYPE_CHECKING:
    from federation.signing import Signed


def receive_accept(uow: UnitOfWork, base_url: str, signed: Signed) -> None:
    """Only what was asked for is accepted, and by whom it was asked of."""
    followed = get_sender(uow.session, signed)
    named = signed.document.get("object")
    asked = find_asked_there(uow.session, base_url, followed, named)
    if asked is not None:
        let_in_elsewhere(uow, asked.group_id, asked.actor_id)
        return
    if take_yes(uow, base_url, followed, named):
        return
    found = find_follower_here(uow, base_url, followed, named)
    if found is not None:
        accept_from_elsewhere(uow, found.follower_actor_id, followed.actor.id)


def send_accept(uow: UnitOfWork, base_url: str, follower_id: int, followed_id: int) -> None:
    """Say yes to somebody elsewhere who follows somebody here."""
    asked = uow.session.get(FollowActivity, (follower_id, followed_id))
    follower = find_party(uow.session, base_url, follower_id)
    followed = find_party(uow.session, base_url, followed_id)
    if asked is None or follower is None or followed is None:
        return
    answered = follow_of(asked.uri, follower, followed)
    send(uow, base_url, "Accept", answered, by=followed, to=follower)
