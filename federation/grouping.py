"""From who comes into which group here, and goes, to what the other town is told of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col, delete

from federation.activities.ban import send_ban, send_end_of_ban
from federation.activities.envelope import activity
from federation.activities.invite import send_decline, send_invite, send_uninvite
from federation.activities.join import have_wait, let_in, refuse, send_ask
from federation.activities.leave import send_leave
from federation.activities.memberships import INVITE
from federation.activities.pairs import Party, find_party
from federation.activities.remove import send_remove
from federation.activities.words import needs_words
from federation.audience import Addressed, talks
from federation.delivery.queue import queue_letter
from federation.facts import Plight, WordsWanted
from federation.following import forget_follows, list_tied
from federation.models import MembershipActivity
from federation.uris import activity_uri, actor_uri
from federation.vocab import PUBLIC
from fedparents.actors.models import Actor, ActorKind
from fedparents.db import Database, Fact, HotStatement, UnitOfWork, table_of
from fedparents.groups.facts import (
    GroupErased,
    InvitationDeclined,
    InvitationWithdrawn,
    Invited,
    JoinRequested,
    MemberLeft,
    MemberPutOut,
    MemberUnbanned,
    RequestDecided,
    RequestExpired,
    RequestReopened,
    RequestWithdrawn,
)
from fedparents.groups.inviting import find_invitation
from fedparents.groups.models import JoinRequest, Membership, MembershipState, RequestState
from fedparents.jobs import Job, JobKind

OfRequest: TypeAlias = JoinRequested | RequestDecided | RequestExpired | RequestReopened
OfMember: TypeAlias = (
    MemberLeft
    | MemberPutOut
    | MemberUnbanned
    | RequestWithdrawn
    | Invited
    | InvitationDeclined
    | InvitationWithdrawn
)

F = TypeVar("F", bound=Fact)

_actor = table_of(Actor)
_request = table_of(JoinRequest)
_elsewhere = _actor.c.domain != sa.literal_column("''")

_IS_REQUEST_ACROSS: Final = HotStatement(
    sa.select(_actor.c.id)
    .join_from(
        _request,
        _actor,
        sa.or_(_actor.c.id == _request.c.group_id, _actor.c.id == _request.c.actor_id),
    )
    .where(_request.c.id == sa.bindparam("request", type_=sa.BigInteger), _elsewhere)
)
_IS_MEMBER_ACROSS: Final = HotStatement(
    sa.select(_actor.c.id).where(
        _actor.c.id.in_(
            [
                sa.bindparam("group", type_=sa.BigInteger),
                sa.bindparam("member", type_=sa.BigInteger),
            ]
        ),
        _elsewhere,
    )
)


def grouping_jobs(db: Database, base_url: str) -> tuple[JobKind[Any], ...]:
    """Nearly all of it is among neighbours, and makes no job."""

    def kind(
        name: str,
        fact: type[F],
        tell: Callable[[UnitOfWork, str, F], None],
        concerns: Callable[[Session, F], bool],
    ) -> JobKind[F]:
        async def work(job: Job[F]) -> None:
            await db.write(tell, base_url, job.fact)

        return JobKind(f"towns.{name}", fact, work, concerns=concerns)

    async def erased(job: Job[GroupErased]) -> None:
        await db.write(tell_erased, base_url, job.fact.group_id)

    return (
        JobKind("towns.group_erased", GroupErased, erased, concerns=is_tied),
        kind("invited", Invited, tell_invited, is_member_across),
        kind("invitation_declined", InvitationDeclined, tell_declined, is_member_across),
        kind("invitation_withdrawn", InvitationWithdrawn, tell_uninvited, is_member_across),
        kind("join_requested", JoinRequested, tell_asked, is_request_across),
        kind("join_decided", RequestDecided, tell_decided, is_request_across),
        kind("join_expired", RequestExpired, tell_expired, is_request_across),
        kind("join_reopened", RequestReopened, tell_reopened, is_request_across),
        kind("join_withdrawn", RequestWithdrawn, tell_withdrawn, is_member_across),
        kind("member_left", MemberLeft, tell_left, is_member_across),
        kind("member_put_out", MemberPutOut, tell_put_out, is_member_across),
        kind("member_unbanned", MemberUnbanned, tell_unbanned, is_member_across),
    )


def is_request_across(session: Session, fact: OfRequest) -> bool:
    """Whether the group or who asks is in another town."""
    return bool(_IS_REQUEST_ACROSS.rows(session.connection(), request=fact.request_id))


def is_member_across(session: Session, fact: OfMember) -> bool:
    connection = session.connection()
    return bool(_IS_MEMBER_ACROSS.rows(connection, group=fact.group_id, member=fact.actor_id))


def forget_memberships(uow: UnitOfWork, actor_id: int) -> None:
    """A person or a group is no more; there is nobody left to be told how it ends."""
    for side in (MembershipActivity.group_id, MembershipActivity.actor_id):
        uow.session.exec(delete(MembershipActivity).where(col(side) == actor_id))


def is_tied(session: Session, fact: GroupErased) -> bool:
    """Whether anybody elsewhere came for a group."""
    return bool(list_tied(session, fact.group_id))


def tell_erased(uow: UnitOfWork, base_url: str, group_id: int) -> None:
    """A group of ours is no more: wherever people came for it, it is forgotten."""
    actor = uow.session.get(Actor, group_id)
    if actor is None or actor.domain or not talks(uow.session):
        return
    uri = actor_uri(base_url, group_id, ActorKind.GROUP)
    told = activity_uri(base_url, uow.new_id())
    document = activity(told, "Delete", uri, uri, Addressed((PUBLIC,)))
    queue_letter(uow, base_url, group_id, document, list_tied(uow.session, group_id), about=uri)
    forget_follows(uow, group_id)
    forget_memberships(uow, group_id)


def tell_invited(uow: UnitOfWork, base_url: str, fact: Invited) -> None:
    """A group of ours invites somebody elsewhere, unless that was taken back since."""
    invitation = find_invitation(uow.session, fact.group_id, fact.actor_id)
    group = uow.session.get(Actor, fact.group_id)
    if invitation is None or invitation.created_at.isoformat() != fact.invited_at:
        return
    if group is not None and not group.domain and talks(uow.session):
        send_invite(uow, base_url, fact.group_id, fact.actor_id)


def tell_uninvited(uow: UnitOfWork, base_url: str, fact: InvitationWithdrawn) -> None:
    """It is taken back, if it was ever told; who is invited again by now hears of that alone."""
    found = _find(uow, base_url, fact.group_id, fact.actor_id)
    if found is None or not found.is_ours or found.asked.verb != INVITE:
        return
    if find_invitation(uow.session, fact.group_id, fact.actor_id) is None:
        send_uninvite(uow, base_url, found.asked, person=found.member, group=found.group)


def tell_declined(uow: UnitOfWork, base_url: str, fact: InvitationDeclined) -> None:
    """Somebody here says no to a group elsewhere."""
    found = _find(uow, base_url, fact.group_id, fact.actor_id)
    if found is None or found.is_ours or found.asked.verb != INVITE:
        return
    if not _is_back(uow.session, fact.group_id, fact.actor_id):
        send_decline(uow, base_url, found.asked, person=found.member, group=found.group)


def tell_asked(uow: UnitOfWork, base_url: str, fact: JoinRequested) -> None:
    """Somebody here asks a group elsewhere, unless they have taken it back since."""
    request = uow.session.get(JoinRequest, fact.request_id)
    if request is None or request.state != RequestState.PENDING:
        return
    group = uow.session.get_one(Actor, request.group_id)
    if group.domain and talks(uow.session):
        send_ask(uow, base_url, request)


def tell_decided(uow: UnitOfWork, base_url: str, fact: RequestDecided) -> None:
    """Those who look after a group here have decided on somebody elsewhere. A later decision speaks
    for itself."""
    request = uow.session.get(JoinRequest, fact.request_id)
    if request is None or request.decided_at is None:
        return
    if request.decided_at.isoformat() != fact.decided_at:
        return
    found = _find(uow, base_url, request.group_id, request.actor_id)
    if found is None or not found.is_ours:
        return
    if request.state == RequestState.APPROVED:
        let_in(uow, base_url, found.asked, asker=found.member, group=found.group)
    elif request.state == RequestState.DECLINED:
        refuse(
            uow,
            base_url,
            found.asked,
            asker=found.member,
            group=found.group,
            reason=request.reason,
        )


def tell_expired(uow: UnitOfWork, base_url: str, fact: RequestExpired) -> None:
    """Nobody has decided: whoever asked elsewhere takes it back, and who asked from elsewhere hears
    no."""
    request = uow.session.get(JoinRequest, fact.request_id)
    if request is None or request.state != RequestState.EXPIRED:
        return
    found = _find(uow, base_url, request.group_id, request.actor_id)
    if found is None:
        return
    if found.is_ours:
        uow.session.delete(found.asked)
        refuse(uow, base_url, found.asked, asker=found.member, group=found.group)
    else:
        send_leave(uow, base_url, found.asked, was_in=False)


def tell_reopened(uow: UnitOfWork, base_url: str, fact: RequestReopened) -> None:
    """A decision was taken back: whoever asked waits again."""
    request = uow.session.get(JoinRequest, fact.request_id)
    if request is None or request.state != RequestState.PENDING:
        return
    found = _find(uow, base_url, request.group_id, request.actor_id)
    if found is not None and found.is_ours:
        have_wait(uow, base_url, found.asked, asker=found.member, group=found.group)


def tell_withdrawn(uow: UnitOfWork, base_url: str, fact: RequestWithdrawn) -> None:
    """Somebody here asks a group elsewhere no longer; who asks again by now has taken back
    nothing."""
    _tell_gone(uow, base_url, fact.group_id, fact.actor_id, was_in=False)


def tell_left(uow: UnitOfWork, base_url: str, fact: MemberLeft) -> None:
    _tell_gone(uow, base_url, fact.group_id, fact.actor_id, was_in=True)


def tell_put_out(uow: UnitOfWork, base_url: str, fact: MemberPutOut) -> None:
    """Somebody elsewhere is in a group here no longer, unless they are in again by now."""
    membership = uow.session.get(Membership, (fact.group_id, fact.actor_id))
    found = _find(uow, base_url, fact.group_id, fact.actor_id)
    if membership is None or found is None or not found.is_ours:
        return
    if membership.state == MembershipState.BANNED:
        send_ban(uow, base_url, membership, member=found.member, group=found.group)
        if needs_words(found.asked):
            uow.record(WordsWanted(fact.actor_id, fact.group_id, Plight.ENDED))
    elif membership.state == MembershipState.REMOVED:
        send_remove(
            uow,
            base_url,
            found.asked,
            member=found.member,
            group=found.group,
            reason=membership.reason,
        )


def tell_unbanned(uow: UnitOfWork, base_url: str, fact: MemberUnbanned) -> None:
    found = _find(uow, base_url, fact.group_id, fact.actor_id)
    if found is not None and found.is_ours:
        uow.session.delete(found.asked)
        send_end_of_ban(uow, base_url, member=found.member, group=found.group)


class _Found:
    """What two towns have said to each other about somebody and a group, and both of these."""

    def __init__(self, asked: MembershipActivity, member: Party, group: Party) -> None:
        self.asked, self.member, self.group = asked, member, group

    @property
    def is_ours(self) -> bool:
        """Whether the group is here, and who is in it elsewhere."""
        return not self.group.inbox and bool(self.member.inbox)


def _find(uow: UnitOfWork, base_url: str, group_id: int, actor_id: int) -> _Found | None:
    asked = uow.session.get(MembershipActivity, (group_id, actor_id))
    member = find_party(uow.session, base_url, actor_id)
    group = find_party(uow.session, base_url, group_id)
    if asked is None or member is None or group is None or not talks(uow.session):
        return None
    return _Found(asked, member, group)


def _tell_gone(
    uow: UnitOfWork, base_url: str, group_id: int, actor_id: int, *, was_in: bool
) -> None:
    """Whoever comes from elsewhere has said so themself."""
    found = _find(uow, base_url, group_id, actor_id)
    if found is None or found.is_ours or _is_back(uow.session, group_id, actor_id):
        return
    send_leave(uow, base_url, found.asked, was_in=was_in)


def _is_back(session: Session, group_id: int, actor_id: int) -> bool:
    """Whether somebody asks again, or is in."""
    membership = session.get(Membership, (group_id, actor_id))
    waiting = sa.select(_request.c.id).where(
        _request.c.group_id == group_id,
        _request.c.actor_id == actor_id,
        _request.c.state == RequestState.PENDING,
    )
    is_in = membership is not None and membership.state == MembershipState.ACTIVE
    return is_in or session.execute(waiting.limit(1)).first() is not None
