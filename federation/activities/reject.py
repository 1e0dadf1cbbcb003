"""`Reject`: somebody does not let somebody in another town follow them, or not any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from federation.activities.invite import take_no
from federation.activities.memberships import find_asked_there
from federation.activities.pairs import (
    Party,
    find_follower_here,
    follow_of,
    get_sender,
    send,
)
from federation.activities.remove import REASON_LENGTH
from federation.delivery.models import OutgoingActivity
from federation.models import FollowActivity
from federation.reading import uri_of, words_of
from federation.uris import find_local_activity
from fedparents.db import UnitOfWork
from fedparents.groups.elsewhere import refuse_elsewhere
from fedparents.posts.desk import move_post
from fedparents.posts.models import Post, PostState
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
    if take_no(uow, base_url, followed, named):
        return
    if _refuse_words(uow, base_url, followed, signed):
        return
    found = find_follower_here(uow, base_url, followed, named)
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


def _refuse_words(uow: UnitOfWork, base_url: str, group: Party, signed: Signed) -> bool:
    """Whether a group elsewhere does not take what somebody here has said in it: then only its
    author sees it any more, and why."""
    number = find_local_activity(base_url, uri_of(signed.document.get("object")))
    told = uow.session.get(OutgoingActivity, number) if number is not None else None
    if told is None or told.post_id is None:
        return False
    post = uow.session.get(Post, told.post_id, with_for_update=True, populate_existing=True)
    if post is not None and post.group_id == group.actor.id and post.state == PostState.VISIBLE:
        reason = words_of(signed.document.get("summary"), at_most=REASON_LENGTH)
        move_post(uow, post, PostState.HIDDEN, reason, by=None)
    return True
