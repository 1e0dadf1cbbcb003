"""To which towns something would go, said before it does: by the same rules as when it goes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlmodel import Session, col, select

from federation.audience import list_inboxes_of, may_leave
from federation.group_audience import (
    find_group_said_in,
    list_group_inboxes,
    may_leave_in_group,
)
from federation.trust import wanted_among
from federation.uris import host_of
from fedparents.accounts.models import Account, AccountState
from fedparents.actors.models import Actor, Standing
from fedparents.posts.models import Audience, Post


def list_towns_for(
    session: Session, post: Post, mentioned: Iterable[int], *, today: date
) -> list[str]:
    """The hosts to which a post would be told that is not said yet, by name."""
    if not _may_be_known(session, post.author_actor_id, today):
        return []
    if post.group_id is not None:
        return sorted(wanted_among(session, _list_hosts_of_group(session, post)))
    if not may_leave(post):
        return []
    named = _list_elsewhere(session, post, mentioned)
    hosts = {host_of(url) for url in list_inboxes_of(session, post, named)}
    return sorted(wanted_among(session, hosts))


def _list_hosts_of_group(session: Session, post: Post) -> set[str]:
    """That of the group; of one of ours, those of all who come for it."""
    group = find_group_said_in(session, "", post.group_id or 0)
    if group is None or not may_leave_in_group(session, "", post):
        return set()
    if not group.is_ours:
        return {host_of(group.inbox)}
    return {host_of(url) for url in list_group_inboxes(session, group, post.author_actor_id)}


def _may_be_known(session: Session, actor_id: int, today: date) -> bool:
    """Whoever says this becomes known by it, unless they are under eighteen, or paused."""
    account = session.exec(select(Account).where(Account.actor_id == actor_id)).first()
    if account is None or account.state != AccountState.ACTIVE:
        return False
    return account.restricted_until is None or account.restricted_until <= today


def _list_elsewhere(session: Session, post: Post, mentioned: Iterable[int]) -> list[int]:
    """Whom it names and whom it answers, of those who are elsewhere."""
    answered = session.get(Post, post.in_reply_to_id) if post.in_reply_to_id else None
    wanted = {*mentioned, *([answered.author_actor_id] if answered is not None else [])}
    people = select(Actor.id).where(col(Actor.id).in_(wanted), Actor.domain != "")
    if post.audience == Audience.NEARBY:
        people = people.where(Actor.standing == Standing.ALLY)
    return list(session.exec(people))
