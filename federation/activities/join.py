"""`Join`, and `Follow` where members are not known: somebody wants to come into a group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from federation.activities.envelope import activity
from federation.activities.memberships import (
    INVITE,
    OwnGroup,
    asking_of,
    find_own_group,
    remember,
    say,
)
from federation.activities.pairs import Party, find_party, get_sender, queue
from federation.activities.words import needs_words
from federation.audience import Addressed
from federation.facts import Plight, WordsWanted
from federation.models import MembershipActivity, RemoteGroup
from federation.outside import find_person
from federation.reading import Json, JsonObject, id_of, line_of, objects_of, uri_of, words_of
from federation.trust import is_ally
from federation.uris import activity_uri, host_of
from fedparents.db import UnitOfWork
from fedparents.groups.guests import Reply, ask_from_elsewhere
from fedparents.groups.inviting import answers_invitation
from fedparents.groups.models import JoinRequest

if TYPE_CHECKING:
    from federation.signing import Signed

_QUESTION = 300
_ANSWER = 1000
_MESSAGE = 2000


def receive_join(uow: UnitOfWork, base_url: str, signed: Signed) -> None:
    """A group that may not be known outside is silent: as if there were none."""
    document = signed.document
    group = find_own_group(uow.session, base_url, uri_of(document.get("object")))
    if group is not None:
        asker = get_sender(uow.session, signed)
        come(uow, base_url, group, asker, "Join", id_of(document), answers_in(document))


def come(
    uow: UnitOfWork,
    base_url: str,
    group: OwnGroup,
    asker: Party,
    verb: str,
    uri: str,
    answers: Mapping[str, str],
) -> None:
    """Let somebody in, have them wait, or say no. What only members read goes to allied towns and
    to no others, so nobody of another one can be a member."""
    group_id, actor_id = group.party.actor.id, asker.actor.id
    if group.outside.is_closed and not _is_trusted(uow, group, asker):
        asked = MembershipActivity(group_id=group_id, actor_id=actor_id, verb=verb, uri=uri)
        plight = Plight.OF_NO_TWIN if group.outside.is_members_only else Plight.REFUSED
        refuse(uow, base_url, asked, asker=asker, group=group.party, plight=plight)
        return
    reply = ask_from_elsewhere(uow, actor_id, group_id, answers)
    asked = remember(uow, group_id, actor_id, verb, uri)
    if reply == Reply.IN:
        let_in(uow, base_url, asked, asker=asker, group=group.party)
    elif reply == Reply.WAITS:
        have_wait(uow, base_url, asked, asker=asker, group=group.party)
    else:
        refuse(uow, base_url, asked, asker=asker, group=group.party)


def send_ask(uow: UnitOfWork, base_url: str, request: JoinRequest) -> None:
    """Somebody here asks to come into a group elsewhere, or says yes to its invitation."""
    asker = find_party(uow.session, base_url, request.actor_id)
    group = find_party(uow.session, base_url, request.group_id)
    there = uow.session.get(RemoteGroup, request.group_id)
    if asker is None or group is None or there is None:
        return
    if find_person(uow.session, request.actor_id, today=uow.now.date()) is None:
        return  # their account was paused meanwhile
    asked = uow.session.get(MembershipActivity, (request.group_id, request.actor_id))
    if asked is not None and asked.verb == INVITE and answers_invitation(uow.session, request):
        say(uow, base_url, "Accept", asking_of(asked, asker, group), by=asker, to=group)
        return
    verb = "Join" if there.takes_join else "Follow"
    uri = activity_uri(base_url, uow.new_id())
    remember(uow, request.group_id, request.actor_id, verb, uri)
    document = activity(uri, verb, asker.uri, group.uri, Addressed((group.uri,)))
    if there.takes_join and request.answered:
        document |= _answers_of(request)
    queue(uow, base_url, document, by=asker, to=group)


def let_in(
    uow: UnitOfWork, base_url: str, asked: MembershipActivity, *, asker: Party, group: Party
) -> None:
    say(uow, base_url, "Accept", asking_of(asked, asker, group), by=group, to=asker)


def have_wait(
    uow: UnitOfWork, base_url: str, asked: MembershipActivity, *, asker: Party, group: Party
) -> None:
    say(uow, base_url, "TentativeAccept", asking_of(asked, asker, group), by=group, to=asker)
    _tell(uow, asked, Plight.WAITS)


def refuse(
    uow: UnitOfWork,
    base_url: str,
    asked: MembershipActivity,
    *,
    asker: Party,
    group: Party,
    reason: str = "",
    plight: Plight = Plight.REFUSED,
) -> None:
    """Also to whoever was in."""
    more: dict[str, Json] = {"summary": reason} if reason else {}
    say(uow, base_url, "Reject", asking_of(asked, asker, group), by=group, to=asker, more=more)
    _tell(uow, asked, plight)


def _tell(uow: UnitOfWork, asked: MembershipActivity, plight: Plight) -> None:
    if needs_words(asked):
        uow.record(WordsWanted(asked.actor_id, asked.group_id, plight))


def answers_in(document: JsonObject) -> dict[str, str]:
    """By question."""
    return {
        line_of(each.get("name"), at_most=_QUESTION): words_of(each.get("value"), at_most=_ANSWER)
        for each in objects_of(document.get("answers"))
    }


def _answers_of(request: JoinRequest) -> JsonObject:
    """Each with its question, and all of them as words for whoever knows no questions."""
    said = "\n\n".join(f"{each.question}\n{each.text}" for each in request.answered)
    answers: list[Json] = [
        {"type": "PropertyValue", "name": each.question, "value": each.text}
        for each in request.answered
    ]
    return {"participationMessage": said[:_MESSAGE], "answers": answers}


def _is_trusted(uow: UnitOfWork, group: OwnGroup, asker: Party) -> bool:
    is_near = is_ally(uow.session, host_of(asker.uri))
    return group.outside.is_members_only and is_near
