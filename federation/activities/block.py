"""`Block`: somebody elsewhere does not want to meet somebody here any more, or those who look after
a group keep them out. Those of people here are never sent: they would tell whoever is blocked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from federation.activities.ban import receive_ban, receive_end_of_ban
from federation.activities.pairs import get_sender
from federation.models import FollowActivity
from federation.reading import Json, JsonObject, uri_of
from federation.uris import find_local_actor
from fedparents.actors.models import ActorKind
from fedparents.db import UnitOfWork
from fedparents.social.service import block_from_elsewhere, unblock_from_elsewhere

if TYPE_CHECKING:
    from federation.signing import Signed


def receive_block(uow: UnitOfWork, base_url: str, signed: Signed) -> None:
    """Of a person it is honoured without a word: the two do not see each other, and nothing more is
    sent there."""
    sender = get_sender(uow.session, signed)
    if sender.actor.kind != ActorKind.PERSON:
        receive_ban(uow, base_url, signed)
        return
    blocked = _find_person(base_url, signed.document.get("object"))
    if blocked is None:
        return
    for pair in ((sender.actor.id, blocked), (blocked, sender.actor.id)):
        if (followed := uow.session.get(FollowActivity, pair)) is not None:
            uow.session.delete(followed)  # their town has ended it too: nobody has to be told
    block_from_elsewhere(uow, sender.actor.id, blocked)


def undo_block(uow: UnitOfWork, base_url: str, signed: Signed, block: JsonObject) -> None:
    """What is undone is repeated whole: ids of blocks are not kept."""
    sender = get_sender(uow.session, signed)
    if sender.actor.kind != ActorKind.PERSON:
        receive_end_of_ban(uow, base_url, signed, block)
    elif (blocked := _find_person(base_url, block.get("object"))) is not None:
        unblock_from_elsewhere(uow, sender.actor.id, blocked)


def _find_person(base_url: str, named: Json) -> int | None:
    local = find_local_actor(base_url, uri_of(named))
    return local[1] if local is not None and local[0] == ActorKind.PERSON else None
