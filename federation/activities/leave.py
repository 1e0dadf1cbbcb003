"""`Leave`: somebody is in a group in another town no longer, by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from federation.activities.memberships import INVITE, asking_of, find_asked_here, say
from federation.activities.pairs import find_party, get_sender
from federation.models import MembershipActivity
from federation.reading import uri_of
from federation.uris import find_local_actor
from fedparents.actors.models import ActorKind
from fedparents.db import UnitOfWork
from fedparents.groups.guests import leave_from_elsewhere
from fedparents.groups.models import Group

if TYPE_CHECKING:
    from federation.signing import Signed


def receive_leave(uow: UnitOfWork, base_url: str, signed: Signed) -> None:
    """By the group, or by what one came with."""
    member = get_sender(uow.session, signed)
    named = signed.document.get("object")
    local = find_local_actor(base_url, uri_of(named))
    if local is not None and local[0] == ActorKind.GROUP:
        asked = uow.session.get(MembershipActivity, (local[1], member.actor.id))
    else:
        asked = find_asked_here(uow.session, base_url, member, named)
    if asked is not None:
        end_asking(uow, asked)


def end_asking(uow: UnitOfWork, asked: MembershipActivity) -> None:
    """Somebody elsewhere goes, or takes back that they asked."""
    uow.session.delete(asked)
    if uow.session.get(Group, asked.group_id) is not None:
        leave_from_elsewhere(uow, asked.actor_id, asked.group_id)


def send_leave(uow: UnitOfWork, base_url: str, asked: MembershipActivity, *, was_in: bool) -> None:
    """Tell a group elsewhere that somebody here has gone. Who had only asked takes that back, and
    so does who came by following: there they leave in the same way. An invitation is the group's:
    whoever has said yes to it leaves."""
    uow.session.delete(asked)
    member = find_party(uow.session, base_url, asked.actor_id)
    group = find_party(uow.session, base_url, asked.group_id)
    if member is None or group is None:
        return
    if asked.verb == INVITE or (was_in and asked.verb == "Join"):
        say(uow, base_url, "Leave", group.uri, by=member, to=group)
    else:
        say(uow, base_url, "Undo", asking_of(asked, member, group), by=member, to=group)
