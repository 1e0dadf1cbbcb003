"""`Update`: somebody elsewhere has changed: who they are, or what they said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import Session

from federation.activities.pairs import get_sender
from federation.group_receiving import pass_on_change
from federation.objects.actor import accept_actor, with_proven_domain
from federation.objects.actors import actor_from_ap
from federation.objects.note import from_ap
from federation.reading import object_of, uris_of
from federation.receiving import accept_note, may_change_in_group
from fedparents.actors.models import Actor
from fedparents.db import UnitOfWork
from fedparents.posts.models import Post

if TYPE_CHECKING:
    from federation.signing import Signed


def receive_update(uow: UnitOfWork, base_url: str, signed: Signed) -> None:
    """Somebody says anew who they are, or what they said; a name of a domain that was proven stays
    theirs. What they say of others is nothing that they could know."""
    document = object_of(signed.document.get("object"))
    sender = get_sender(uow.session, signed)
    if document.get("id") == signed.sender:
        accept_actor(uow, with_proven_domain(actor_from_ap(document), sender.actor))
    elif signed.sender in uris_of(document.get("attributedTo")):
        post = accept_note(uow, base_url, sender.actor, from_ap(document), is_change=True)
        if post is not None and _is_heard(uow.session, sender.actor, post):
            pass_on_change(uow, base_url, post, signed.document)


def _is_heard(session: Session, author: Actor, post: Post) -> bool:
    """Others on the same server may name themselves beside its author."""
    return post.author_actor_id == author.id and may_change_in_group(session, author, post)
