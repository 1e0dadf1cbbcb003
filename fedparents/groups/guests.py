"""People of other towns in groups of this place: asking, waiting, being in, and going."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from sqlmodel import Session

from fedparents.db import UnitOfWork
from fedparents.groups.access import Seat, find_request, find_seat_of, hold
from fedparents.groups.inviting import end_invitation, find_invitation
from fedparents.groups.joining import (
    ANSWER_LENGTH,
    admit,
    begin_request,
    find_hindrance,
    take_request_back,
    written,
)
from fedparents.groups.members import go
from fedparents.groups.models import (
    Answer,
    Group,
    InvitationState,
    Joining,
    Membership,
    MembershipState,
    RequestState,
    lines_of,
)
from fedparents.groups.policy import MEMBERS, Standing
from fedparents.text import clean_text

ANSWERS_LENGTH: Final = 3 * ANSWER_LENGTH
"""Of a letter that answers everything at once."""


class Reply(StrEnum):
    """What somebody hears who has asked from another town."""

    IN = "in"
    WAITS = "waits"
    NO = "no"


def ask_from_elsewhere(
    uow: UnitOfWork, actor_id: int, group_id: int, answers: Mapping[str, str]
) -> Reply:
    """Somebody of another town becomes a member or asks to, as the group says. Whoever is in or
    waits already stays so; whether their town may ask at all is not known here.

    Answers are by question. One that was not put to them is not read; none is missing: their town
    may know no questions.
    """
    group = hold(uow, group_id)
    seat = find_seat_of(uow.session, actor_id, group, today=uow.now.date())
    if seat.standing in MEMBERS:
        return Reply.IN
    if seat.standing == Standing.PENDING:
        return Reply.WAITS
    invitation = find_invitation(uow.session, group_id, actor_id)
    if find_hindrance(uow.session, seat, invitation, now=uow.now) is not None:
        return Reply.NO
    is_invited = end_invitation(uow, group_id, actor_id, InvitationState.ACCEPTED)
    if is_invited or (group.joining == Joining.OPEN and not _was_removed(seat)):
        admit(uow, group_id, actor_id, by=actor_id)
        return Reply.IN
    begin_request(uow, seat, actor_id, _answers_to(group, answers))
    return Reply.WAITS


def answer_from_elsewhere(uow: UnitOfWork, actor_id: int, group_id: int, words: str) -> bool:
    """Whether somebody of another town waits who has been asked something and has said nothing:
    then these words are their answer, to all of it."""
    if uow.session.get(Group, group_id) is None:
        return False
    hold(uow, group_id)
    request = find_request(uow.session, group_id, actor_id)
    if request is None or request.state != RequestState.PENDING or not request.answered:
        return False
    if any(each.text for each in request.answered):
        return False
    asked = "\n".join(each.question for each in request.answered)
    request.answers = written([Answer(asked, clean_text(words)[:ANSWERS_LENGTH])])
    uow.session.add(request)
    return True


def leave_from_elsewhere(uow: UnitOfWork, actor_id: int, group_id: int) -> None:
    """Somebody of another town goes, or takes back that they asked; nothing happens to whoever was
    neither in nor waiting."""
    group = hold(uow, group_id)
    seat = find_seat_of(uow.session, actor_id, group, today=uow.now.date())
    end_invitation(uow, group_id, actor_id, InvitationState.DECLINED)
    if seat.membership is not None and seat.standing in MEMBERS:
        go(uow, seat.membership)
    if seat.request is not None and seat.request.state == RequestState.PENDING:
        take_request_back(uow, seat.request)


def is_guest(session: Session, actor_id: int, group_id: int) -> bool:
    """Whether somebody is in a group now."""
    membership = session.get(Membership, (group_id, actor_id))
    return membership is not None and membership.state == MembershipState.ACTIVE


def _was_removed(seat: Seat) -> bool:
    membership = seat.membership
    return membership is not None and membership.state == MembershipState.REMOVED


def _answers_to(group: Group, answers: Mapping[str, str]) -> Sequence[Answer]:
    return [
        Answer(question, clean_text(answers.get(question, ""))[:ANSWER_LENGTH])
        for question in lines_of(group.questions)
    ]
