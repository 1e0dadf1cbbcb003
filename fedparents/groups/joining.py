"""Coming into a group: asking, deciding, thinking again; the Join machine of features 4.23."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, TypeAlias

from sqlmodel import Session, col, func, select

from fedparents.accounts.invites import get_usable_invite, hold_invite, use_invite
from fedparents.accounts.models import Account, InviteLink
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.actors.models import Standing as TownStanding
from fedparents.audit.service import record_audit
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, Invalid, LimitReached, NotAllowed, NotFound
from fedparents.groups.access import (
    Seat,
    find_request,
    find_seat,
    hold,
    hold_group,
    is_in_another_town,
)
from fedparents.groups.facts import (
    JoinRequested,
    MemberJoined,
    RequestDecided,
    RequestExpired,
    RequestReopened,
    RequestWithdrawn,
)
from fedparents.groups.inviting import end_invitation, find_invitation
from fedparents.groups.models import (
    Answer,
    Audience,
    Group,
    GroupInvitation,
    GroupRole,
    GroupState,
    InvitationState,
    Joining,
    JoinRequest,
    Membership,
    MembershipState,
    RequestState,
    lines_of,
)
from fedparents.groups.policy import MEMBERS, Standing, can_know, can_moderate, is_banned
from fedparents.groups.service import REASON_LENGTH
from fedparents.ids import GroupId
from fedparents.instance.models import FederationMode
from fedparents.instance.queries import get_instance
from fedparents.text import optional_text

WAIT_AFTER_DECLINE: Final = timedelta(days=7)
TRIES: Final = 3
RECONSIDER_WITHIN: Final = timedelta(days=30)
UNDO_WITHIN: Final = timedelta(minutes=10)
TELL_AFTER: Final = timedelta(seconds=30)
"""The mail about a decision waits so long, so that an undo in time leaves no trace."""
ANSWER_LENGTH: Final = 500


Way: TypeAlias = InviteLink | GroupInvitation
"""What opens a group to whoever was invited: a link, or an invitation by name."""


class Turn(StrEnum):
    """Everything that can happen to a request."""

    ASK = "ask"
    APPROVE = "approve"
    DECLINE = "decline"
    UNDO = "undo"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


_S = RequestState
TURNS: Final[Mapping[tuple[RequestState | None, Turn], RequestState]] = {
    (None, Turn.ASK): _S.PENDING,
    (_S.DECLINED, Turn.ASK): _S.PENDING,
    (_S.WITHDRAWN, Turn.ASK): _S.PENDING,
    (_S.EXPIRED, Turn.ASK): _S.PENDING,
    (_S.APPROVED, Turn.ASK): _S.PENDING,  # somebody who left or was removed since
    (_S.PENDING, Turn.APPROVE): _S.APPROVED,
    (_S.DECLINED, Turn.APPROVE): _S.APPROVED,
    (_S.PENDING, Turn.DECLINE): _S.DECLINED,
    (_S.APPROVED, Turn.UNDO): _S.PENDING,
    (_S.DECLINED, Turn.UNDO): _S.PENDING,
    (_S.PENDING, Turn.WITHDRAW): _S.WITHDRAWN,
    (_S.PENDING, Turn.EXPIRE): _S.EXPIRED,
}
"""The machine. What is not in it does not happen; the guards stand in the functions below."""


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why somebody cannot ask to join now."""

    code: str
    again_at: datetime | None = None
    """When one can ask again; None: waiting does not help."""


def ask_to_join(
    uow: UnitOfWork,
    viewer: Viewer,
    group_id: GroupId,
    answers: Sequence[str] = (),
    *,
    token: str = "",
) -> Standing:
    """Become a member, or ask to: as the group and the invitation say. Gives what one is then.

    `answers` are in the order of the group's questions. Whoever is in or waits already stays so.
    Raises NotFound, NotAllowed, Invalid("answer_1": …), LimitReached while one has to wait.
    """
    group = hold(uow, group_id)
    seat = find_seat(uow.session, viewer, group, today=uow.now.date())
    is_elsewhere = is_in_another_town(uow.session, group_id)
    invite, is_counted = _invite_into(uow, viewer, group, token)
    if invite is None:
        seat.require(can_know)
    if seat.standing in MEMBERS or (seat.standing == Standing.PENDING and not _admits(invite)):
        return seat.standing
    invitation = find_invitation(uow.session, group_id, viewer.actor_id)
    check_may_ask(uow.session, seat, invite or invitation, now=uow.now)
    if is_elsewhere:
        require_grown_up(uow, viewer)
    if invite is not None and not is_counted:
        hold_invite(uow, invite)
        use_invite(uow, invite)
    # Whoever was removed has to be let in by somebody, also with a link that admits.
    was_removed = seat.membership is not None and seat.membership.state == MembershipState.REMOVED
    admits = group.joining == Joining.OPEN or (_admits(invite) and not was_removed)
    if admits and not is_elsewhere:
        if seat.request is not None and seat.request.state == RequestState.PENDING:
            turn_request(uow, seat.request, Turn.APPROVE, by=None)
        admit(uow, group_id, viewer.actor_id, by=viewer.actor_id)
        return Standing.MEMBER
    # Whom a group has invited by name is asked nothing more.
    is_invited = end_invitation(uow, group_id, viewer.actor_id, InvitationState.ACCEPTED)
    pairs = [] if is_invited else checked_answers(group, answers)
    begin_request(uow, seat, viewer.actor_id, pairs, invite_id=invite.id if invite else None)
    return Standing.PENDING


def begin_request(
    uow: UnitOfWork,
    seat: Seat,
    actor_id: int,
    answers: Sequence[Answer],
    *,
    invite_id: int | None = None,
) -> JoinRequest:
    """Somebody waits for the word of those who decide; the caller has looked whether they may."""
    before = seat.request.state if seat.request else None
    request = JoinRequest(
        id=uow.new_id(),
        group_id=seat.group.actor_id,
        actor_id=actor_id,
        state=TURNS[before, Turn.ASK],
        answers=written(answers),
        invite_id=invite_id,
        created_at=uow.now,
    )
    uow.session.add(request)
    uow.record(JoinRequested(request.id))
    record_audit(uow, "group.asked", by=actor_id, subject=actor_id, group=seat.group.actor_id)
    return request


def check_may_ask(session: Session, seat: Seat, invite: Way | None, *, now: datetime) -> None:
    """Raises NotAllowed, or LimitReached with the moment from which one may."""
    found = find_hindrance(session, seat, invite, now=now)
    if found is None:
        return
    if found.again_at is not None:
        raise LimitReached(found.code, retry_after=found.again_at - now)
    raise NotAllowed(found.code)


def find_hindrance(
    session: Session, seat: Seat, invite: Way | None, *, now: datetime
) -> Hindrance | None:
    """What keeps somebody from asking; an invitation opens an invite-only group, and past tries
    do not count where it admits at once."""
    group = seat.group
    if group.state != GroupState.ACTIVE:
        return Hindrance("group_not_open")
    if (away := _what_is_between(session, group)) is not None:
        return Hindrance(away)
    if seat.standing == Standing.BANNED:
        return Hindrance("group_banned")
    if invite is None and group.joining == Joining.INVITE:
        return Hindrance("group_by_invitation")
    if seat.request is None or group.joining == Joining.OPEN or _admits(invite):
        return None
    return _find_past(session, seat.request, now)


def _find_past(session: Session, request: JoinRequest, now: datetime) -> Hindrance | None:
    """What earlier tries have to do with a new one."""
    if request.state == RequestState.DECLINED and request.decided_at is not None:
        again_at = request.decided_at + WAIT_AFTER_DECLINE
        if now < again_at:
            return Hindrance("group_ask_later", again_at)
    if _count_declined(session, request) >= TRIES:
        return Hindrance("group_asked_enough")
    return None


def withdraw_request(uow: UnitOfWork, viewer: Viewer, group_id: GroupId) -> None:
    """Take one's request back; the answers are forgotten at once."""
    seat = hold_group(uow, viewer, group_id)
    if seat.request is None or seat.request.state != RequestState.PENDING:
        raise Conflict("already_decided")
    take_request_back(uow, seat.request)


def take_request_back(uow: UnitOfWork, request: JoinRequest) -> None:
    """The same for one that waits, whoever asked."""
    turn_request(uow, request, Turn.WITHDRAW, by=request.actor_id)
    request.answers = ""
    uow.record(RequestWithdrawn(request.group_id, request.actor_id))


def approve_request(
    uow: UnitOfWork, viewer: Viewer, group_id: GroupId, request_id: int
) -> JoinRequest:
    """Let somebody in, also somebody who was declined in the last 30 days.

    Raises Conflict with the name of the colleague who was faster.
    """
    request = _get_request(uow, viewer, group_id, request_id)
    if request.state == RequestState.DECLINED and not _is_within(uow, request, RECONSIDER_WITHIN):
        raise NotFound("request_not_found")
    membership = uow.session.get(Membership, (group_id, request.actor_id))
    if membership is not None and is_banned(membership, today=uow.now.date()):
        raise Conflict("person_banned")
    _require_within_reach(uow.session, group_id, request.actor_id)
    turn_request(uow, request, Turn.APPROVE, by=viewer.actor_id)
    request.reason = ""
    admit(uow, group_id, request.actor_id, by=viewer.actor_id)
    uow.record(RequestDecided(request.id, uow.now.isoformat()), at=uow.now + TELL_AFTER)
    return request


def _require_within_reach(session: Session, group_id: GroupId, actor_id: int) -> None:
    """Raises NotAllowed for somebody of a town that is a twin no more, where only members read."""
    person, group = session.get_one(Actor, actor_id), session.get_one(Group, group_id)
    is_near = not person.domain or person.standing == TownStanding.ALLY
    if group.audience == Audience.MEMBERS and not is_near:
        raise NotAllowed("person_of_no_twin", town=person.domain)


def decline_request(
    uow: UnitOfWork, viewer: Viewer, group_id: GroupId, request_id: int, reason: str
) -> JoinRequest:
    """Say no, with words for the person; they may ask again after a week."""
    request = _get_request(uow, viewer, group_id, request_id)
    request.reason = optional_text("reason", reason, at_most=REASON_LENGTH)
    turn_request(uow, request, Turn.DECLINE, by=viewer.actor_id)
    uow.record(RequestDecided(request.id, uow.now.isoformat()), at=uow.now + TELL_AFTER)
    return request


def undo_decision(
    uow: UnitOfWork, viewer: Viewer, group_id: GroupId, request_id: int
) -> JoinRequest:
    """Put somebody back among those who wait: within minutes of an approval, a month of a no."""
    request = _get_request(uow, viewer, group_id, request_id)
    newest = find_request(uow.session, group_id, request.actor_id)
    if newest is not None and newest.id != request.id:
        raise Conflict("request_asked_again")
    within = UNDO_WITHIN if request.state == RequestState.APPROVED else RECONSIDER_WITHIN
    if request.decided_at is not None and not _is_within(uow, request, within):
        raise Conflict("undo_too_late")
    if request.state == RequestState.APPROVED:
        _take_back(uow, request)
    turn_request(uow, request, Turn.UNDO, by=viewer.actor_id)
    request.decided_at, request.decided_by_actor_id, request.reason = None, None, ""
    uow.record(RequestReopened(request.id))
    return request


def admit_newcomer(uow: UnitOfWork, account_id: int) -> InviteLink | None:
    """Bring somebody whose account has just become active to where their invitation leads.

    They become members where it says so, or where the group is open; elsewhere they ask on its
    page. Gives the invitation; None without a group that takes people in. Doing it twice changes
    nothing.
    """
    account = uow.session.get(Account, account_id)
    if account is None or account.invite_id is None:
        return None
    invite = uow.session.get(InviteLink, account.invite_id)
    if invite is None or invite.group_id is None or invite.revoked_at is not None:
        return None
    group = hold(uow, invite.group_id)
    if group.state != GroupState.ACTIVE:
        return None
    membership = uow.session.get(Membership, (group.actor_id, account.actor_id))
    if membership is None and (_admits(invite) or group.joining == Joining.OPEN):
        admit(uow, group.actor_id, account.actor_id, by=account.actor_id)
    return invite


def expire_requests(uow: UnitOfWork, lasts: timedelta) -> int:
    """End at most a hundred requests that nobody decided, and forget their answers."""
    old = (
        select(JoinRequest)
        .where(JoinRequest.state == RequestState.PENDING)
        .where(col(JoinRequest.created_at) < uow.now - lasts)
        .limit(100)
    )
    found = list(uow.session.exec(old))
    for request in found:
        turn_request(uow, request, Turn.EXPIRE, by=None)
        request.answers = ""
        uow.record(RequestExpired(request.id))
    return len(found)


def find_invite_into(
    session: Session, viewer: Viewer | None, token: str, *, now: datetime
) -> tuple[InviteLink, bool]:
    """The invitation that was followed, and whether the viewer was counted already: who signed up
    by it may use it once more to come into the group, though it was for one person.

    Raises NotFound, and NotAllowed("invite_over").
    """
    invite = session.exec(select(InviteLink).where(InviteLink.token == token.lower())).first()
    if invite is not None and viewer is not None and _came_by(session, viewer, invite):
        return invite, True
    return get_usable_invite(session, token, now=now), False


def _came_by(session: Session, viewer: Viewer, invite: InviteLink) -> bool:
    account = session.get(Account, viewer.account_id)
    if account is None or account.invite_id != invite.id or invite.group_id is None:
        return False
    membership = session.get(Membership, (invite.group_id, viewer.actor_id))
    if membership is not None:
        return membership.state == MembershipState.ACTIVE
    has_tried = find_request(session, invite.group_id, viewer.actor_id) is not None
    return invite.revoked_at is None and not has_tried


def _invite_into(
    uow: UnitOfWork, viewer: Viewer, group: Group, token: str
) -> tuple[InviteLink | None, bool]:
    """The same for one group; raises NotFound for an invitation to another."""
    if not token:
        return None, False
    invite, is_counted = find_invite_into(uow.session, viewer, token, now=uow.now)
    if invite.group_id != group.actor_id:
        raise NotFound("invite_not_found")
    return invite, is_counted


def _what_is_between(session: Session, group: Group) -> str | None:
    """Why nobody of this place can ask a group of another town; that one would say the same."""
    actor = session.get_one(Actor, group.actor_id)
    if not actor.domain:
        return None
    if not FederationMode(get_instance(session).federation_mode).speaks_to_anybody:
        return "group_out_of_reach"
    is_closed = group.audience == Audience.MEMBERS
    return "group_for_twins" if is_closed and actor.standing != TownStanding.ALLY else None


def require_grown_up(uow: UnitOfWork, viewer: Viewer) -> None:
    """Nobody elsewhere may know of somebody under eighteen, and those who decide there would."""
    account = uow.session.get(Account, viewer.account_id)
    until = account.restricted_until if account is not None else None
    if until is not None and until > uow.now.date():
        raise NotAllowed("groups_here_only")


def _admits(invite: Way | None) -> bool:
    return invite is not None and invite.admits_to_group


def admit(uow: UnitOfWork, group_id: int, actor_id: int, *, by: int | None) -> None:
    """Make somebody a member, also somebody who was one: then as an ordinary one."""
    membership = uow.session.get(Membership, (group_id, actor_id))
    if membership is None:
        membership = Membership(
            group_id=group_id, actor_id=actor_id, since_at=uow.now, changed_at=uow.now
        )
    elif membership.state != MembershipState.ACTIVE:
        membership.role, membership.state = GroupRole.MEMBER, MembershipState.ACTIVE
        membership.reason, membership.banned_until = "", None
        membership.since_at = membership.changed_at = uow.now
    uow.session.add(membership)
    uow.record(MemberJoined(group_id, actor_id))
    record_audit(uow, "group.joined", by=by, subject=actor_id, group=group_id)


def _take_back(uow: UnitOfWork, request: JoinRequest) -> None:
    """The membership that an approval made; raises Conflict when it has changed since."""
    membership = uow.session.get(Membership, (request.group_id, request.actor_id))
    if membership is None or membership.state != MembershipState.ACTIVE:
        raise Conflict("already_decided")
    if membership.role != GroupRole.MEMBER:
        raise Conflict("undo_too_late")
    uow.session.delete(membership)


def _get_request(
    uow: UnitOfWork, viewer: Viewer, group_id: GroupId, request_id: int
) -> JoinRequest:
    hold_group(uow, viewer, group_id).require(can_moderate)
    request = uow.session.get(JoinRequest, request_id, populate_existing=True)
    if request is None or request.group_id != group_id:
        raise NotFound("request_not_found")
    return request


def turn_request(uow: UnitOfWork, request: JoinRequest, turn: Turn, *, by: int | None) -> None:
    """Move a request along the machine; raises Conflict, by name, when somebody was faster."""
    there = TURNS.get((request.state, turn))
    if there is None:
        raise _too_late(uow.session, request)
    request.state = there
    request.decided_at, request.decided_by_actor_id = uow.now, by
    uow.session.add(request)
    record_audit(
        uow, f"group.request_{turn}", by=by, subject=request.actor_id, group=request.group_id
    )


def _too_late(session: Session, request: JoinRequest) -> Conflict:
    decider = session.get(Actor, request.decided_by_actor_id or 0)
    person = session.get_one(Actor, request.actor_id)
    names = {"name": decider.display_name if decider else "", "person": person.display_name}
    if names["name"] and request.state == RequestState.APPROVED:
        return Conflict("request_approved_by", **names)
    if names["name"] and request.state == RequestState.DECLINED:
        return Conflict("request_declined_by", **names)
    if request.state == RequestState.WITHDRAWN:
        return Conflict("request_withdrawn")
    return Conflict("already_decided")


def _is_within(uow: UnitOfWork, request: JoinRequest, within: timedelta) -> bool:
    return request.decided_at is not None and uow.now - request.decided_at <= within


def _count_declined(session: Session, request: JoinRequest) -> int:
    declined = select(func.count()).where(
        JoinRequest.group_id == request.group_id,
        JoinRequest.actor_id == request.actor_id,
        JoinRequest.state == RequestState.DECLINED,
    )
    return session.exec(declined).one()


def checked_answers(group: Group, answers: Sequence[str]) -> list[Answer]:
    """Every question with its answer; raises Invalid by the number of the question."""
    pairs = []
    problems: dict[str, str] = {}
    for number, question in enumerate(lines_of(group.questions), 1):
        given = answers[number - 1] if number <= len(answers) else ""
        field = f"answer_{number}"
        try:
            text = optional_text(field, given, at_most=ANSWER_LENGTH)
        except Invalid as error:
            problems[field] = next(iter(error.fields.values()))
            continue
        if not text:
            problems[field] = "missing"
        pairs.append(Answer(question, text))
    if problems:
        raise Invalid(problems, at_most=ANSWER_LENGTH)
    return pairs


def written(answers: Sequence[Answer]) -> str:
    """As JSON."""
    pairs = [(each.question, each.text) for each in answers]
    return json.dumps(pairs, ensure_ascii=False) if pairs else ""
