"""`Invite`: a group asks somebody of another town in.

The group itself says so, whoever decided. Whoever is asked answers with `Accept` or `Reject`, and
is in when the group has heard it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import col, select

from federation.activities.join import come, refuse
from federation.activities.leave import end_asking
from federation.activities.memberships import (
    INVITE,
    asking_of,
    find_asked_there,
    find_own_group,
    get_group_that_speaks,
    remember,
    say,
)
from federation.activities.pairs import Party, find_party, queue
from federation.models import MembershipActivity
from federation.outside import find_person
from federation.reading import Json, id_of, object_of, uri_of
from federation.uris import activity_uri, actor_uri, find_local_actor
from fedparents.actors.models import ActorKind
from fedparents.db import UnitOfWork
from fedparents.groups.elsewhere import refuse_elsewhere
from fedparents.groups.guests import is_guest
from fedparents.groups.inviting import end_invitation, find_invitation, invite_from_elsewhere
from fedparents.groups.models import InvitationState

if TYPE_CHECKING:
    from federation.signing import Signed


def receive_invite(uow: UnitOfWork, base_url: str, signed: Signed) -> None:
    """Whoever may not be known outside, or is not to be bothered, hears of nothing, and nobody is
    told."""
    document = signed.document
    group = get_group_that_speaks(uow.session, signed)
    local = find_local_actor(base_url, uri_of(document.get("target")))
    if group is None or uri_of(document.get("object")) != group.uri:
        return
    if local is None or local[0] != ActorKind.PERSON:
        return
    if find_person(uow.session, local[1], today=uow.now.date()) is None:
        return
    if invite_from_elsewhere(uow, group.actor.id, local[1]):
        remember(uow, group.actor.id, local[1], INVITE, id_of(document))


def send_invite(uow: UnitOfWork, base_url: str, group_id: int, actor_id: int) -> None:
    group = find_own_group(uow.session, base_url, actor_uri(base_url, group_id, ActorKind.GROUP))
    person = find_party(uow.session, base_url, actor_id)
    if group is None or person is None:
        return
    asked = remember(uow, group_id, actor_id, INVITE, activity_uri(base_url, uow.new_id()))
    document = asking_of(asked, person, group.party) | {"to": [person.uri], "cc": []}
    queue(uow, base_url, document, by=group.party, to=person)


def send_uninvite(
    uow: UnitOfWork, base_url: str, asked: MembershipActivity, *, person: Party, group: Party
) -> None:
    uow.session.delete(asked)
    say(uow, base_url, "Undo", asking_of(asked, person, group), by=group, to=person)


def send_decline(
    uow: UnitOfWork, base_url: str, asked: MembershipActivity, *, person: Party, group: Party
) -> None:
    uow.session.delete(asked)
    say(uow, base_url, "Reject", asking_of(asked, person, group), by=person, to=group)


def take_yes(uow: UnitOfWork, base_url: str, person: Party, named: Json) -> bool:
    """Whether somebody elsewhere answers an invitation of ours; one that was taken back in the
    meantime lets nobody in."""
    asked = _find_invited(uow, base_url, person, named)
    if asked is None:
        return False
    uri = actor_uri(base_url, asked.group_id, ActorKind.GROUP)
    group = find_own_group(uow.session, base_url, uri)
    if group is None:
        return True
    is_open = find_invitation(uow.session, asked.group_id, asked.actor_id) is not None
    if is_open or is_guest(uow.session, asked.actor_id, asked.group_id):
        come(uow, base_url, group, person, INVITE, asked.uri, {})
    else:
        refuse(uow, base_url, asked, asker=person, group=group.party)
    return True


def take_no(uow: UnitOfWork, base_url: str, person: Party, named: Json) -> bool:
    """The same for a no, also of somebody who had said yes."""
    asked = _find_invited(uow, base_url, person, named)
    if asked is not None:
        end_asking(uow, asked)
    return asked is not None


def undo_invite(uow: UnitOfWork, base_url: str, group: Party, named: Json) -> bool:
    """Whether a group elsewhere invites somebody of this place no longer; if they have just said
    yes, that is a no."""
    if group.actor.kind != ActorKind.GROUP:
        return False
    asked = find_asked_there(uow.session, base_url, group, named)
    if asked is None or asked.verb != INVITE:
        return False
    uow.session.delete(asked)
    withdrawn = InvitationState.WITHDRAWN
    if not end_invitation(uow, asked.group_id, asked.actor_id, withdrawn):
        refuse_elsewhere(uow, asked.group_id, asked.actor_id, "")
    return True


def _find_by_id(uow: UnitOfWork, person: Party, uri: str) -> MembershipActivity | None:
    named = select(MembershipActivity).where(
        MembershipActivity.actor_id == person.actor.id,
        MembershipActivity.uri == uri,
        MembershipActivity.verb == INVITE,
    )
    return uow.session.exec(named.order_by(col(MembershipActivity.group_id))).first()


def _find_invited(
    uow: UnitOfWork, base_url: str, person: Party, named: Json
) -> MembershipActivity | None:
    """The invitation of ours that somebody elsewhere names: by its id, or repeated whole."""
    whole = object_of(named)
    local = find_local_actor(base_url, uri_of(whole.get("object")))
    if local is None or local[0] != ActorKind.GROUP:
        return _find_by_id(uow, person, uri_of(named))
    found = uow.session.get(MembershipActivity, (local[1], person.actor.id))
    return found if found is not None and found.verb == INVITE else None
