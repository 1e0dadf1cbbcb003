"""Mails that tell what should not wait: to those whom no push reaches, and hours later to those who
did not look. Whatever has been seen meanwhile, or turned off, is left out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlmodel import Session, func, select

from fedparents import clock
from fedparents.groups.models import JoinRequest, RequestState
from fedparents.jobs import Job, JobKind
from fedparents.notifications.digests import find_digest, finish_digest
from fedparents.notifications.facts import DigestDue, NoticeMailDue
from fedparents.notifications.kinds import Kind
from fedparents.notifications.kinds import Mail as When
from fedparents.notifications.queries import NotificationLine, NotificationView, lines_of
from fedparents.notifications.rings import find_mail
from web.i18n import reading_in
from web.mail import group_mails, notice_mails
from web.mail.addressees import Addressee, get_addressee
from web.mail.handlers import run_handler
from web.mail.mailroom import Mailroom
from web.mail.message import Mail
from web.mail.words import Words
from web.notifications.sayings import path_of, say
from web.notifications.tokens import Fewer, fewer_token


@dataclass(frozen=True, slots=True)
class Due:
    """What one mail is about."""

    to: Addressee
    views: list[NotificationView]
    waiting: int
    """Requests to join the group of the newest, if it is about that."""


def notice_jobs(room: Mailroom) -> tuple[JobKind[Any], ...]:
    return (
        JobKind("mail.notice", NoticeMailDue, partial(run_handler, on_notice_mail_due, room)),
        JobKind("mail.digest", DigestDue, partial(run_handler, on_digest_due, room)),
    )


async def on_notice_mail_due(room: Mailroom, job: Job[NoticeMailDue]) -> None:
    due = await room.db.read(_read, job.fact.notification_ids, clock.now())
    if due is None:
        return
    words = room.words(job, due.to.place, due.to.language)
    fewer = fewer_token(room.secret, Fewer.of(due.views[0]))
    mail = _compose(room, words, due, room.urls.absolute("fewer", token=fewer))
    unsubscribe = room.urls.absolute("unsubscribe", token=fewer)
    await room.sender.send(replace(mail, list_unsubscribe=unsubscribe))


async def on_digest_due(room: Mailroom, job: Job[DigestDue]) -> None:
    """What is sent is noted afterwards: a mail that did not leave comes with the next try, under
    the same Message-ID."""
    account_id, which = job.fact.account_id, When(job.fact.which)
    on = date.fromisoformat(job.fact.on)
    found = await room.db.read(_read_digest, account_id, which, on)
    if found is None:
        return
    to, views = found
    words = room.words(job, to.place, to.language)
    token = fewer_token(room.secret, Fewer(account_id, which))
    with reading_in(words.language, to.place.zone):
        lines = [_line(room, line) for line in lines_of(views)]
    mail = notice_mails.digest(
        words,
        to=to.email,
        name=to.name,
        lines=lines,
        is_weekly=which == When.WEEKLY,
        fewer=room.urls.absolute("fewer", token=token),
    )
    unsubscribe = room.urls.absolute("unsubscribe", token=token)
    await room.sender.send(replace(mail, list_unsubscribe=unsubscribe))
    await room.db.write(finish_digest, account_id, which, on)


def _read_digest(
    session: Session, account_id: int, which: When, on: date
) -> tuple[Addressee, list[NotificationView]] | None:
    views = find_digest(session, account_id, which, on, now=clock.now())
    return (get_addressee(session, account_id), views) if views else None


def _compose(room: Mailroom, words: Words, due: Due, fewer: str) -> Mail:
    newest = due.views[0]
    groups = {view.group_id for view in due.views}
    if newest.kind == Kind.JOIN_REQUEST and len(groups) == 1:
        return group_mails.group_request(
            words,
            to=due.to.email,
            group=newest.group_name,
            count=due.waiting,
            link=room.urls.absolute("group_desk", id=newest.group_id),
            fewer=fewer,
        )
    with reading_in(words.language, due.to.place.zone):
        lines = [_line(room, line) for line in lines_of(due.views)]
    return notice_mails.news(words, to=due.to.email, name=due.to.name, lines=lines, fewer=fewer)


def _line(room: Mailroom, line: NotificationLine) -> notice_mails.Line:
    return notice_mails.Line(say(line), f"{room.urls.base}{path_of(line.newest, room.urls)}")


def _read(session: Session, ids: list[int], now: datetime) -> Due | None:
    views = find_mail(session, ids, now=now)
    if not views:
        return None
    newest = views[0]
    waiting = select(func.count()).where(
        JoinRequest.group_id == newest.group_id, JoinRequest.state == RequestState.PENDING
    )
    is_request = newest.kind == Kind.JOIN_REQUEST
    to = get_addressee(session, newest.account_id)
    return Due(to, views, session.exec(waiting).one() if is_request else 0)
