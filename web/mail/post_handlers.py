"""What is written to somebody when something has happened to what they wrote."""

from __future__ import annotations

from functools import partial
from typing import Any, Final, TypeVar

from sqlmodel import Session, select

from fedparents.accounts.models import Account
from fedparents.actors.models import Actor
from fedparents.db import Fact
from fedparents.errors import NotFound
from fedparents.jobs import Job, JobKind
from fedparents.posts.anonymous import find_author
from fedparents.posts.facts import PostDecided
from fedparents.posts.models import Post, PostState
from web.mail import post_mails
from web.mail.addressees import Addressee, get_addressee
from web.mail.handlers import Handler, run_handler
from web.mail.mailroom import Mailroom

F = TypeVar("F", bound=Fact)

GROUP: Final = "group"


def post_mail_jobs(room: Mailroom) -> tuple[JobKind[Any], ...]:
    def kind(name: str, fact: type[F], handler: Handler[F]) -> JobKind[F]:
        return JobKind(name, fact, partial(run_handler, handler, room))

    return (kind("mail.first_post_through", PostDecided, on_post_decided),)


async def on_post_decided(room: Mailroom, job: Job[PostDecided]) -> None:
    post, group, to = await room.db.read(_get_post, job.fact.post_id)
    if post.state != PostState.VISIBLE or post.decided_at is None:
        return
    if post.decided_at.isoformat() != job.fact.decided_at:
        return  # undone, or decided anew since
    await room.sender.send(
        post_mails.first_post_through(
            room.words(job, to.place, to.language),
            to=to.email,
            name=to.name,
            group=group,
            link=room.urls.absolute(GROUP, id=post.group_id),
        )
    )


def _get_post(session: Session, post_id: int) -> tuple[Post, str, Addressee]:
    """With the name of its group; raises NotFound when it, or its author, is gone."""
    post = session.get(Post, post_id)
    group = session.get(Actor, post.group_id) if post and post.group_id else None
    if post is None or group is None:
        raise NotFound("post_not_found")
    author = select(Account.id).where(Account.actor_id == (find_author(session, post) or 0))
    account_id = session.exec(author).first()
    if account_id is None:
        raise NotFound("account_not_found")
    return post, group.display_name, get_addressee(session, account_id)
