"""Who is told that something waits to be decided: never whom it is about."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from fedparents.accounts.models import Account, Role
from fedparents.accounts.policy import SIGNS_IN
from fedparents.groups.models import Membership, MembershipState
from fedparents.groups.policy import DECIDERS
from fedparents.moderation.models import Complaint, Decision, Report
from fedparents.moderation.subjects import list_concerned


@dataclass(frozen=True, slots=True)
class Deciders:
    """Accounts; nobody is in both."""

    in_group: list[int]
    of_place: list[int]

    @property
    def all(self) -> list[int]:
        return sorted((*self.in_group, *self.of_place))


def list_deciders(
    session: Session, report: Report, *, but: frozenset[int] = frozenset()
) -> Deciders:
    """Those who look after the group, and after the place where it has the office or may have it:
    in a matter of a group its administrators. `but`: actors who are not told either."""
    group_id = report.group_id
    in_group = select(Membership.actor_id).where(
        Membership.group_id == (group_id or 0),
        Membership.state == MembershipState.ACTIVE,
        col(Membership.role).in_(DECIDERS),
    )
    is_told = (
        col(Account.state).in_(SIGNS_IN),
        col(Account.actor_id).not_in({*but, *list_concerned(session, report)}),
    )
    roles = [Role.ADMIN] if group_id else [Role.ADMIN, Role.MODERATOR]
    people = select(Account.id).where(*is_told).order_by(col(Account.id))
    ours = session.exec(people.where(col(Account.actor_id).in_(in_group)))
    theirs = people.where(col(Account.role).in_(roles), col(Account.actor_id).not_in(in_group))
    return Deciders(list(ours), list(session.exec(theirs)))


def list_settlers(session: Session, decision: Decision, *, by: int | None) -> Deciders:
    """Who may look again at a decision to which `by`, an actor, objects: neither they, nor whoever
    took it or complained. `policy.can_settle` asks the same of one."""
    report = session.get_one(Report, decision.report_id)
    complained = select(Complaint.by_actor_id).where(Complaint.report_id == report.id)
    tied = (by, decision.decided_by_actor_id, *session.exec(complained))
    return list_deciders(session, report, but=frozenset(one for one in tied if one is not None))
