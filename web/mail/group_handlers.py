"""What is written to whom when something has happened in a group; and who is brought in or
forgotten there when something has happened to an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final, TypeVar

from sqlmodel import Session, select

from fedparents.accounts.facts import AccountActivated, AccountErased
from fedparents.accounts.models import Account
from fedparents.accounts.queries import list_moderator_ids
from fedparents.actors.models import Actor
from fedparents.db import Fact, UnitOfWork
from fedparents.errors import NotFound
from fedparents.groups.cards import count_proposed
from fedparents.groups.facts import (
    GroupAccepted,
    GroupEnding,
    GroupHandedOver,
    GroupProposed,
    GroupRefused,
    RequestDecided,
    RequestExpired,
)
from fedparents.groups.joining import WAIT_AFTER_DECLINE, admit_newcomer
from fedparents.groups.members import forget_person
from fedparents.groups.models import (
    Group,
    JoinRequest,
    Membership,
    RequestState,
    lines_of,
)
from fedparents.groups.queries import list_member_accounts
from fedparents.jobs import Job, JobKind
from web.mail import group_mails
from web.mail.addressees import Addressee, get_addressee
from web.mail.handlers import Handler, run_handler
from web.mail.mailroom import Mailroom

F = TypeVar("F", bound=Fact)

TOGETHER: Final = timedelta(minutes=15)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
GROUP: Final = "group"
REQUESTS: Final = "group_desk"
PROPOSED: Final = "admin_groups"


@dataclass(frozen=True, slots=True)
class MemberToTell(Fact):
    """Tell this account that the group ends."""

    account_id: int
    group_id: int
    cause: int


@dataclass(frozen=True, slots=True)
class PlaceModeratorToTell(Fact):
    """Tell this account that a group would like to begin."""

    account_id: int
    cause: int


def group_jobs(room: Mailroom) -> tuple[JobKind[Any], ...]:
    def kind(name: str, fact: type[F], handler: Handler[F]) -> JobKind[F]:
        return JobKind(name, fact, partial(run_handler, handler, room))

    return (
        kind("groups.admit_newcomer", AccountActivated, on_account_activated),
        kind("groups.forget_person", AccountErased, on_account_erased),
        kind("groups.tell_members", GroupEnding, on_group_ending),
        kind("groups.tell_moderators", GroupProposed, on_group_proposed),
        kind("mail.group_ending", MemberToTell, on_member_to_tell),
        kind("mail.group_proposed", PlaceModeratorToTell, on_place_moderator_to_tell),
        kind("mail.group_decided", RequestDecided, on_request_decided),
        kind("mail.group_expired", RequestExpired, on_request_expired),
        kind("mail.group_handed_over", GroupHandedOver, on_group_handed_over),
        kind("mail.group_accepted", GroupAccepted, on_group_accepted),
        kind("mail.group_refused", GroupRefused, on_group_refused),
    )


async def on_account_activated(room: Mailroom, job: Job[AccountActivated]) -> None:
    def admit(uow: UnitOfWork) -> None:
        admit_newcomer(uow, job.fact.account_id)

    await room.db.write(admit)


async def on_account_erased(room: Mailroom, job: Job[AccountErased]) -> None:
    await room.db.write(forget_person, job.fact.actor_id)


async def on_group_ending(room: Mailroom, job: Job[GroupEnding]) -> None:
    def tell(uow: UnitOfWork) -> None:
        for account_id in list_member_accounts(uow.session, job.fact.group_id):
            uow.record(MemberToTell(account_id, job.fact.group_id, job.id))

    await room.db.write(tell)


async def on_group_proposed(room: Mailroom, job: Job[GroupProposed]) -> None:
    def tell(uow: UnitOfWork) -> None:
        for account_id in list_moderator_ids(uow.session):
            uow.record(PlaceModeratorToTell(account_id, job.id))

    await room.db.write(tell)


async def on_member_to_tell(room: Mailroom, job: Job[MemberToTell]) -> None:
    to = await room.db.read(get_addressee, job.fact.account_id)
    group, name = await room.db.read(_get_group, job.fact.group_id)
    if group.ends_at is None:
        return
    words = room.words(job, to.place, to.language, cause=_cause(job.fact))
    link = room.urls.absolute(GROUP, id=job.fact.group_id)
    await room.sender.send(
        group_mails.group_ending(
            words, to=to.email, name=to.name, group=name, ends_at=group.ends_at, link=link
        )
    )


async def on_place_moderator_to_tell(room: Mailroom, job: Job[PlaceModeratorToTell]) -> None:
    to = await room.db.read(get_addressee, job.fact.account_id)
    count = await room.db.read(count_proposed)
    if not count:
        return
    words = room.words(job, to.place, to.language, cause=f"{job.fact.cause}.{to.account.id}")
    link = room.urls.absolute(PROPOSED)
    await room.sender.send(group_mails.group_proposed(words, to=to.email, count=count, link=link))


async def on_request_decided(room: Mailroom, job: Job[RequestDecided]) -> None:
    request, to, group, name = await room.db.read(_get_request, job.fact.request_id)
    if request.decided_at is None or request.decided_at.isoformat() != job.fact.decided_at:
        return  # undone, or decided anew since
    words = room.words(job, to.place, to.language)
    if request.state == RequestState.APPROVED:
        mail = group_mails.group_welcome(
            words,
            to=to.email,
            name=to.name,
            group=name,
            rules=lines_of(group.rules),
            link=room.urls.absolute(GROUP, id=request.group_id),
        )
    else:
        mail = group_mails.group_declined(
            words,
            to=to.email,
            name=to.name,
            group=name,
            reason=request.reason,
            again_at=request.decided_at + WAIT_AFTER_DECLINE,
        )
    await room.sender.send(mail)


async def on_request_expired(room: Mailroom, job: Job[RequestExpired]) -> None:
    request, to, _group, name = await room.db.read(_get_request, job.fact.request_id)
    words = room.words(job, to.place, to.language)
    link = room.urls.absolute(GROUP, id=request.group_id)
    await room.sender.send(
        group_mails.group_expired(words, to=to.email, name=to.name, group=name, link=link)
    )


async def on_group_handed_over(room: Mailroom, job: Job[GroupHandedOver]) -> None:
    _member, to, name = await room.db.read(_get_member, job.fact.group_id, job.fact.actor_id)
    words = room.words(job, to.place, to.language)
    link = room.urls.absolute(GROUP, id=job.fact.group_id)
    await room.sender.send(
        group_mails.group_handed_over(words, to=to.email, name=to.name, group=name, link=link)
    )


async def on_group_accepted(room: Mailroom, job: Job[GroupAccepted]) -> None:
    to = await room.db.read(get_addressee, job.fact.account_id)
    _group, name = await room.db.read(_get_group, job.fact.group_id)
    words = room.words(job, to.place, to.language)
    link = room.urls.absolute(GROUP, id=job.fact.group_id)
    await room.sender.send(
        group_mails.group_accepted(words, to=to.email, name=to.name, group=name, link=link)
    )


async def on_group_refused(room: Mailroom, job: Job[GroupRefused]) -> None:
    to = await room.db.read(get_addressee, job.fact.account_id)
    words = room.words(job, to.place, to.language)
    name, reason = job.fact.name, job.fact.reason
    await room.sender.send(
        group_mails.group_refused(words, to=to.email, name=to.name, group=name, reason=reason)
    )


def _cause(fact: MemberToTell) -> str:
    return f"{fact.cause}.{fact.account_id}"


def _get_group(session: Session, group_id: int) -> tuple[Group, str]:
    group, actor = session.get(Group, group_id), session.get(Actor, group_id)
    if group is None or actor is None:
        raise NotFound("group_not_found")
    return group, actor.display_name


def _get_request(session: Session, request_id: int) -> tuple[JoinRequest, Addressee, Group, str]:
    request = session.get(JoinRequest, request_id)
    if request is None:
        raise NotFound("request_not_found")
    group, name = _get_group(session, request.group_id)
    return request, _addressee_of(session, request.actor_id), group, name


def _get_member(
    session: Session, group_id: int, actor_id: int
) -> tuple[Membership, Addressee, str]:
    membership = session.get(Membership, (group_id, actor_id))
    if membership is None:
        raise NotFound("member_not_found")
    _group, name = _get_group(session, group_id)
    return membership, _addressee_of(session, actor_id), name


def _addressee_of(session: Session, actor_id: int) -> Addressee:
    account_id = session.exec(select(Account.id).where(Account.actor_id == actor_id)).first()
    if account_id is None:
        raise NotFound("account_not_found")
    return get_addressee(session, account_id)
