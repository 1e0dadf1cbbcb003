"""Groups of other towns: what they are, and what they say to people of this place who ask or are
in. Their own town decides; here it is only written down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fedparents.actors.models import Actor
from fedparents.db import UnitOfWork
from fedparents.groups.access import find_request, hold
from fedparents.groups.facts import MemberPutOut, RequestDecided
from fedparents.groups.joining import Turn, admit, turn_request
from fedparents.groups.members import MOVES, Move, move_member
from fedparents.groups.models import (
    Audience,
    Group,
    GroupKind,
    GroupState,
    Joining,
    Membership,
    MembershipState,
    RequestState,
)
from fedparents.groups.service import LINE_LENGTH, QUESTIONS_AT_MOST, REASON_LENGTH, RULES_AT_MOST
from fedparents.text import clean_line, clean_text


@dataclass(frozen=True, slots=True)
class RemoteGroupDraft:
    """What a group of another town says of itself, beside what every actor does."""

    joining: Joining
    audience: Audience
    """Its members, or everybody."""
    rules: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()


def record_group(uow: UnitOfWork, actor: Actor, draft: RemoteGroupDraft) -> Group:
    """Remember a group of another town as it is now. Visitors of this place do not hear of it: it
    is for its own town to show it."""
    group = uow.session.get(Group, actor.id)
    group = group or Group(
        actor_id=actor.id, kind=GroupKind.THEME, state=GroupState.ACTIVE, created_at=uow.now
    )
    group.joining, group.audience = draft.joining, draft.audience
    group.rules = _lines(draft.rules, RULES_AT_MOST)
    group.questions = _lines(draft.questions, QUESTIONS_AT_MOST)
    uow.session.add(group)
    return group


def let_in_elsewhere(uow: UnitOfWork, group_id: int, actor_id: int) -> None:
    """Somebody of this place who has asked is in now; nobody is in who has not asked, or who has
    taken it back."""
    hold(uow, group_id)
    request = find_request(uow.session, group_id, actor_id)
    if request is None or request.state not in {RequestState.PENDING, RequestState.DECLINED}:
        return
    turn_request(uow, request, Turn.APPROVE, by=None)
    request.reason = ""
    admit(uow, group_id, actor_id, by=None)
    uow.record(RequestDecided(request.id, uow.now.isoformat()))


def wait_elsewhere(uow: UnitOfWork, group_id: int, actor_id: int) -> None:
    """Somebody of this place waits for those who decide there; also when they were in a moment ago,
    and that was taken back."""
    hold(uow, group_id)
    request = find_request(uow.session, group_id, actor_id)
    membership = uow.session.get(Membership, (group_id, actor_id))
    is_in = membership is not None and membership.state == MembershipState.ACTIVE
    if request is None or request.state != RequestState.APPROVED or not is_in:
        return
    uow.session.delete(membership)
    turn_request(uow, request, Turn.UNDO, by=None)
    request.decided_at = None


def refuse_elsewhere(uow: UnitOfWork, group_id: int, actor_id: int, reason: str) -> None:
    """Somebody of this place is not let in, or is in no longer."""
    hold(uow, group_id)
    request = find_request(uow.session, group_id, actor_id)
    if request is not None and request.state == RequestState.PENDING:
        turn_request(uow, request, Turn.DECLINE, by=None)
        request.reason = _words(reason)
        uow.record(RequestDecided(request.id, uow.now.isoformat()))
    _put_out(uow, group_id, actor_id, Move.REMOVE, reason, until=None)


def ban_elsewhere(
    uow: UnitOfWork, group_id: int, actor_id: int, reason: str, *, until: date | None
) -> None:
    """Somebody of this place may not ask to come back, until that day or (None) for good."""
    hold(uow, group_id)
    request = find_request(uow.session, group_id, actor_id)
    if request is not None and request.state == RequestState.PENDING:
        turn_request(uow, request, Turn.DECLINE, by=None)
    _put_out(uow, group_id, actor_id, Move.BAN, reason, until=until)


def unban_elsewhere(uow: UnitOfWork, group_id: int, actor_id: int) -> None:
    hold(uow, group_id)
    membership = uow.session.get(Membership, (group_id, actor_id))
    if membership is not None and membership.state == MembershipState.BANNED:
        membership.reason = ""
        move_member(uow, membership, Move.UNBAN, by=None)


def _put_out(
    uow: UnitOfWork, group_id: int, actor_id: int, move: Move, reason: str, *, until: date | None
) -> None:
    membership = uow.session.get(Membership, (group_id, actor_id))
    if membership is None or (membership.state, move) not in MOVES:
        return
    was_in = membership.state == MembershipState.ACTIVE
    membership.reason, membership.banned_until = _words(reason), until
    move_member(uow, membership, move, by=None)
    if was_in:
        uow.record(MemberPutOut(group_id, actor_id))


def _lines(lines: tuple[str, ...], at_most: int) -> str:
    clean = [line for line in (clean_line(each)[:LINE_LENGTH] for each in lines) if line]
    return "\n".join(clean[:at_most])


def _words(reason: str) -> str:
    return clean_text(reason)[:REASON_LENGTH]
