"""`Block` with a group as its target: those who look after it keep somebody of another town out.

The group itself says so: which of them decided is nobody's business elsewhere.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from federation.activities.memberships import find_named_here, get_group_that_speaks, say
from federation.activities.pairs import Party
from federation.activities.remove import REASON_LENGTH
from federation.reading import Json, JsonObject, moment_of, uri_of, words_of
from fedparents.db import UnitOfWork
from fedparents.groups.elsewhere import ban_elsewhere, unban_elsewhere
from fedparents.groups.models import Membership

if TYPE_CHECKING:
    from federation.signing import Signed


def receive_ban(uow: UnitOfWork, base_url: str, signed: Signed) -> None:
    """Only of somebody who is in or has asked: others have nothing that could be taken away."""
    document = signed.document
    group = get_group_that_speaks(uow.session, signed)
    if group is None or uri_of(document.get("target")) != group.uri:
        return
    asked = find_named_here(uow.session, base_url, group, document.get("object"))
    if asked is None:
        return
    reason = words_of(document.get("summary"), at_most=REASON_LENGTH)
    until = moment_of(document.get("endTime"))
    last = until.date() if until is not None else None
    ban_elsewhere(uow, asked.group_id, asked.actor_id, reason, until=last)


def receive_end_of_ban(uow: UnitOfWork, base_url: str, signed: Signed, block: JsonObject) -> None:
    """What is undone is repeated whole: ids of bans are not kept."""
    group = get_group_that_speaks(uow.session, signed)
    if group is None or uri_of(block.get("target")) != group.uri:
        return
    asked = find_named_here(uow.session, base_url, group, block.get("object"))
    if asked is not None:
        uow.session.delete(asked)
        unban_elsewhere(uow, asked.group_id, asked.actor_id)


def send_ban(
    uow: UnitOfWork, base_url: str, ban: Membership, *, member: Party, group: Party
) -> None:
    more: dict[str, Json] = {"target": group.uri, "summary": ban.reason}
    if ban.banned_until is not None:
        more["endTime"] = _end_of(ban.banned_until)
    say(uow, base_url, "Block", member.uri, by=group, to=member, more=more)


def send_end_of_ban(uow: UnitOfWork, base_url: str, *, member: Party, group: Party) -> None:
    block: JsonObject = {
        "type": "Block",
        "actor": group.uri,
        "object": member.uri,
        "target": group.uri,
    }
    say(uow, base_url, "Undo", block, by=group, to=member)


def _end_of(day: date) -> str:
    """Of the last day."""
    last = datetime.combine(day, time(23, 59, 59), UTC)
    return last.strftime("%Y-%m-%dT%H:%M:%SZ")
