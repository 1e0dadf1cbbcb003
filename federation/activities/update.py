"""`Update`: somebody elsewhere has changed: who they are, or what they said."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from federation.activities.pairs import get_sender
from federation.group_receiving import pass_on_change
from federation.objects.actor import accept_actor
from federation.objects.actors import actor_from_ap
from federation.objects.note import from_ap
from federation.reading import object_of, uris_of
from federation.receiving import accept_note
from fedparents.db import UnitOfWork

if TYPE_CHECKING:
    from federation.signing import Signed


def receive_update(uow: UnitOfWork, base_url: str, signed: Signed) -> None:
    """Somebody says anew who they are, or what they said; a name of a domain that was proven stays
    theirs. What they say of others is nothing that they could know."""
    document = object_of(signed.document.get("object"))
    sender = get_sender(uow.session, signed)
    if document.get("id") == signed.sender:
        accept_actor(uow, replace(actor_from_ap(document), domain=sender.actor.domain))
    elif signed.sender in uris_of(document.get("attributedTo")):
        post = accept_note(uow, base_url, sender.actor, from_ap(document), is_change=True)
        if post is not None:
            pass_on_change(uow, base_url, post, signed.document)
