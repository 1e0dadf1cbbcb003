"""Whether somebody may ask for an account now, by which invitation, and what they agree to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from fedparents.accounts.invites import get_usable_invite
from fedparents.accounts.models import InviteLink
from fedparents.accounts.policy import Gate, needs_approval, sign_up_gate
from fedparents.actors.models import Actor
from fedparents.errors import NotAllowed, NotFound
from fedparents.instance.models import LegalKind
from fedparents.instance.queries import find_legal_page, get_instance

AGREED_TO = (LegalKind.RULES, LegalKind.PRIVACY)


class InviteProblem(StrEnum):
    UNKNOWN = "unknown"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Door:
    """The place as somebody meets it who wants to come in."""

    gate: Gate
    asks_reason: bool
    needs_approval: bool
    minimum_age: int
    versions: Mapping[LegalKind, int]
    """The legal pages to agree to, by the number of their newest version."""
    token: str = ""
    inviter: str = ""
    group_id: int | None = None
    """The group to which the invitation leads."""
    group: str = ""
    purpose: str = ""
    problem: InviteProblem | None = None

    @property
    def is_open(self) -> bool:
        return self.gate == Gate.OPEN and self.problem is None


def find_door(session: Session, token: str, language: str, now: datetime) -> Door:
    """The door behind an invitation, or without one when `token` is empty."""
    if not token:
        return _door(session, None, language, now)
    try:
        invite = get_usable_invite(session, token, now=now)
    except NotFound:
        return replace(_door(session, None, language, now), problem=InviteProblem.UNKNOWN)
    except NotAllowed:
        return replace(_door(session, None, language, now), problem=InviteProblem.OVER)
    inviter = session.get(Actor, invite.by_actor_id)
    name = inviter.display_name if inviter else ""
    door = replace(_door(session, invite, language, now), token=invite.token, inviter=name)
    group = session.get(Actor, invite.group_id) if invite.group_id else None
    if group is None:
        return door
    return replace(door, group_id=group.id, group=group.display_name, purpose=group.summary)


def _door(session: Session, invite: InviteLink | None, language: str, now: datetime) -> Door:
    instance = get_instance(session)
    pages = {kind: find_legal_page(session, kind, language) for kind in AGREED_TO}
    must_wait = needs_approval(instance, invite)
    return Door(
        gate=sign_up_gate(session, instance, invite, now=now),
        asks_reason=instance.asks_reason and must_wait,
        needs_approval=must_wait,
        minimum_age=instance.minimum_age,
        versions={kind: page.id for kind, page in pages.items() if page is not None},
    )
