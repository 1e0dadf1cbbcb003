"""Who may know of a group, read in it, moderate and manage it: each rule once as a function of one
group and once as a condition on all of them. A property test holds the two together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final, Protocol

import sqlalchemy as sa
from sqlmodel import col, select

from fedparents.accounts.sessions import Viewer
from fedparents.db import constant, is_one_of
from fedparents.groups.models import (
    Audience,
    Group,
    GroupRole,
    GroupState,
    JoinRequest,
    Membership,
    MembershipState,
    RequestState,
)
from fedparents.instance.models import GroupFounding


class Standing(StrEnum):
    """What somebody is to a group."""

    VISITOR = "visitor"
    """Not signed in."""
    STRANGER = "stranger"
    PENDING = "pending"
    BANNED = "banned"
    MEMBER = "member"
    HOST = "host"
    MODERATOR = "moderator"
    MANAGER = "manager"


MEMBERS: Final = frozenset((Standing.MEMBER, Standing.HOST, Standing.MODERATOR, Standing.MANAGER))
_SIGNED_IN: Final = MEMBERS | {Standing.STRANGER, Standing.PENDING}
_DECIDING: Final = frozenset((Standing.MODERATOR, Standing.MANAGER))
_MANAGING: Final = frozenset((Standing.MANAGER,))
DECIDERS: Final = (GroupRole.MODERATOR, GroupRole.MANAGER)


@dataclass(frozen=True, slots=True)
class GroupRules:
    """Who may do what, by what they are to the group."""

    read: frozenset[Standing]
    post: frozenset[Standing]
    moderate: frozenset[Standing]
    manage: frozenset[Standing]


RULES: Final[Mapping[Audience, GroupRules]] = {
    Audience.MEMBERS: GroupRules(MEMBERS, MEMBERS, _DECIDING, _MANAGING),
    Audience.HERE: GroupRules(_SIGNED_IN, MEMBERS, _DECIDING, _MANAGING),
    Audience.PUBLIC: GroupRules(_SIGNED_IN | {Standing.VISITOR}, MEMBERS, _DECIDING, _MANAGING),
}
OPEN_TO_READ: Final = (Audience.HERE, Audience.PUBLIC)
"""What is read by people here who are no members."""


class Reader(Protocol):
    """Somebody whom a condition is about: a viewer, whoever a hot statement will be run for, or
    each account of the query around it."""

    @property
    def actor_id(self) -> int | sa.ColumnElement[Any]: ...


@dataclass(frozen=True, slots=True)
class AnyViewer:
    """The viewer of a hot statement, who is known when it runs: its parameter `viewer`."""

    actor_id: sa.BindParameter[Any] = field(
        default_factory=lambda: sa.bindparam("viewer", type_=sa.BigInteger)
    )


Today = date | sa.BindParameter[Any]


def standing_of(membership: Membership | None, *, is_pending: bool, today: date) -> Standing:
    """What somebody is who is no visitor, given their own row and whether they have asked to
    join."""
    if membership is not None and membership.state == MembershipState.ACTIVE:
        return Standing(membership.role)
    if membership is not None and is_banned(membership, today=today):
        return Standing.BANNED
    return Standing.PENDING if is_pending else Standing.STRANGER


def is_banned(membership: Membership, *, today: date) -> bool:
    if membership.state != MembershipState.BANNED:
        return False
    return membership.banned_until is None or today <= membership.banned_until


def can_know(group: Group, standing: Standing) -> bool:
    """Whether the group exists for somebody: its name, purpose, rules and questions."""
    if standing in MEMBERS:
        return True
    if group.state != GroupState.ACTIVE:
        return False
    if standing == Standing.PENDING:
        return True
    return not (group.is_hidden or (group.is_local_only and standing == Standing.VISITOR))


def can_read(group: Group, standing: Standing) -> bool:
    """Whether somebody may read what is in the group."""
    return can_know(group, standing) and standing in RULES[group.audience].read


def can_post(group: Group, standing: Standing) -> bool:
    return group.state == GroupState.ACTIVE and standing in RULES[group.audience].post


def can_moderate(group: Group, standing: Standing) -> bool:
    """Whether somebody decides on requests, removes and bans."""
    return standing in RULES[group.audience].moderate


def can_manage(group: Group, standing: Standing) -> bool:
    """Whether somebody changes the group and the roles in it."""
    return standing in RULES[group.audience].manage


def can_change(by: Standing, other: GroupRole) -> bool:
    """Whether somebody may remove or ban a member of this role: never one's equals or betters,
    except that managers may do it to everybody."""
    if by == Standing.MANAGER:
        return True
    return by == Standing.MODERATOR and other in {GroupRole.MEMBER, GroupRole.HOST}


def can_found(founding: GroupFounding, viewer: Viewer) -> bool:
    """Whether somebody may found a group here, at once or after a moderator's word."""
    return founding != GroupFounding.MODERATORS or viewer.is_moderator


def visible_to(viewer: Reader | None, *, today: Today) -> sa.ColumnElement[bool]:
    """`can_know` as a condition on `Group`."""
    active = col(Group.state) == constant(GroupState.ACTIVE)
    shown = sa.not_(col(Group.is_hidden))
    if viewer is None:
        return sa.and_(active, shown, sa.not_(col(Group.is_local_only)))
    pending = sa.and_(_has_asked(viewer), sa.not_(_is_kept_out(viewer, today)))
    return sa.or_(is_member(viewer), sa.and_(active, sa.or_(shown, pending)))


def readable_by(viewer: Reader | None, *, today: Today) -> sa.ColumnElement[bool]:
    """`can_read` as a condition on `Group`."""
    if viewer is None:
        public = col(Group.audience) == constant(Audience.PUBLIC)
        return sa.and_(public, visible_to(None, today=today))
    here = sa.and_(
        is_one_of(col(Group.audience), OPEN_TO_READ),
        visible_to(viewer, today=today),
        sa.not_(_is_kept_out(viewer, today)),
    )
    return sa.or_(is_member(viewer), here)


def decided_by(viewer: Reader) -> sa.ColumnElement[bool]:
    """`can_moderate` as a condition on `Group`."""
    return _has_membership(
        viewer,
        col(Membership.state) == constant(MembershipState.ACTIVE),
        is_one_of(col(Membership.role), DECIDERS),
    )


def is_member(viewer: Reader) -> sa.ColumnElement[bool]:
    """Whether the viewer is a member of `Group` now."""
    return _has_membership(viewer, col(Membership.state) == constant(MembershipState.ACTIVE))


def _is_kept_out(viewer: Reader, today: Today) -> sa.ColumnElement[bool]:
    return _has_membership(
        viewer,
        col(Membership.state) == constant(MembershipState.BANNED),
        sa.or_(col(Membership.banned_until).is_(None), col(Membership.banned_until) >= today),
    )


def _has_membership(viewer: Reader, *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    own = select(Membership.actor_id).where(
        col(Membership.group_id) == col(Group.actor_id),
        col(Membership.actor_id) == viewer.actor_id,
        *conditions,
    )
    return sa.exists(own.correlate_except(Membership))


def _has_asked(viewer: Reader) -> sa.ColumnElement[bool]:
    own = select(JoinRequest.id).where(
        col(JoinRequest.group_id) == col(Group.actor_id),
        col(JoinRequest.actor_id) == viewer.actor_id,
        col(JoinRequest.state) == constant(RequestState.PENDING),
    )
    return sa.exists(own.correlate_except(JoinRequest))
