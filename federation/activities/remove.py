"""`Remove`: those who look after a group put somebody of another town out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from federation.activities.join import refuse
from federation.activities.memberships import find_named_here, get_group_that_speaks, say
from federation.activities.pairs import Party
from federation.facts import Plight
from federation.models import MembershipActivity
from federation.reading import Json, uri_of, words_of
from fedparents.db import UnitOfWork
from fedparents.groups.elsewhere import refuse_elsewhere

if TYPE_CHECKING:
    from federation.signing import Signed

REASON_LENGTH = 1000


def receive_remove(uow: UnitOfWork, base_url: str, signed: Signed) -> None:
    """A group says it of one of its own members, and of nothing else."""
    document = signed.document
    group = get_group_that_speaks(uow.session, signed)
    if group is None or uri_of(document.get("origin")) != group.uri:
        return
    asked = find_named_here(uow.session, base_url, group, document.get("object"))
    if asked is not None:
        uow.session.delete(asked)
        reason = words_of(document.get("summary"), at_most=REASON_LENGTH)
        refuse_elsewhere(uow, asked.group_id, asked.actor_id, reason)


def send_remove(
    uow: UnitOfWork,
    base_url: str,
    asked: MembershipActivity,
    *,
    member: Party,
    group: Party,
    reason: str,
) -> None:
    """Who came by following is followed by the group's word about that no longer."""
    uow.session.delete(asked)
    if asked.verb == "Follow":
        ended = Plight.ENDED
        refuse(uow, base_url, asked, asker=member, group=group, reason=reason, plight=ended)
        return
    more: dict[str, Json] = {"origin": group.uri, "summary": reason}
    say(uow, base_url, "Remove", member.uri, by=group, to=member, more=more)
