"""`Update`: somebody elsewhere has changed; so far, who they are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from federation.activities.pairs import get_sender
from federation.objects.actor import accept_actor
from federation.objects.actors import actor_from_ap
from federation.reading import object_of
from fedparents.db import UnitOfWork

if TYPE_CHECKING:
    from federation.signing import Signed


def receive_update(uow: UnitOfWork, base_url: str, signed: Signed) -> None:
    """Somebody says anew who they are; the name of a domain that was proven stays theirs. What they
    say of others is nothing that they could know."""
    document = object_of(signed.document.get("object"))
    if document.get("id") != signed.sender:
        return
    draft = actor_from_ap(document)
    known = get_sender(uow.session, signed).actor
    accept_actor(uow, replace(draft, domain=known.domain))
