"""Towns nearby that hear from this one, one of which has been silent for days."""

from __future__ import annotations

from datetime import timedelta

from federation.delivery.models import (
    Delivery,
    DeliveryHost,
    DeliveryState,
    Inbox,
    OutgoingActivity,
    Trouble,
)
from fedparents.accounts.sessions import Viewer
from fedparents.db import UnitOfWork
from fedparents.posts.models import Audience
from fedparents.posts.service import PostDraft, publish_post

_SILENT = ("parents-de-saint-germain-en-laye-et-environs.example", Trouble.NO_ANSWER, 0)
_REFUSING = ("vanves.example", Trouble.REFUSED, 403)
_WELL = ("meudon.example", None, 0)


def spread(uow: UnitOfWork, member: Viewer) -> dict[str, str]:
    """Something that the member said to everybody, on its way."""
    draft = PostDraft(text="Bourse aux vélos dimanche, place du marché.", audience=Audience.PUBLIC)
    post = publish_post(uow, member, draft).post
    activity = uow.new_id()
    uow.session.add(
        OutgoingActivity(
            id=activity,
            actor_id=member.actor_id,
            verb="Create",
            post_id=post.id,
            body="{}",
            expires_at=uow.now + timedelta(days=7),
        )
    )
    for name, trouble, status in (_SILENT, _REFUSING, _WELL):
        host = DeliveryHost(id=uow.new_id(), name=name, answered_at=uow.now - timedelta(days=3))
        inbox = Inbox(id=uow.new_id(), url=f"https://{name}/inbox", host_id=host.id)
        row = Delivery(
            activity_id=activity,
            inbox_id=inbox.id,
            host_id=host.id,
            lane=1,
            state=DeliveryState.SENT,
            due_at=uow.now,
        )
        if trouble:
            host.trouble, host.trouble_status = trouble, status
            host.troubled_at = uow.now - timedelta(hours=5)
            row.state = DeliveryState.GIVEN_UP
        if trouble == Trouble.NO_ANSWER:
            host.failures, host.failing_since_at = 9, uow.now - timedelta(days=3)
            host.due_at = host.rests_until_at = uow.now + timedelta(hours=7)
            row.state, row.due_at = DeliveryState.WAITING, host.due_at
        uow.session.add(host)
        uow.session.flush()
        uow.session.add(inbox)
        uow.session.flush()
        uow.session.add(row)
    return {"spread": str(post.id)}
