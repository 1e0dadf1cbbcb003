"""What happens to groups and to those who are in them or ask to be."""

from __future__ import annotations

from dataclasses import dataclass

from fedparents.db import Fact


@dataclass(frozen=True, slots=True)
class GroupProposed(Fact):
    """Tell the moderators of the place that a group waits for their word."""

    group_id: int


@dataclass(frozen=True, slots=True)
class GroupAccepted(Fact):
    """Tell its founder."""

    group_id: int
    account_id: int


@dataclass(frozen=True, slots=True)
class GroupRefused(Fact):
    """Tell its founder why; the group itself is gone already, so its name travels along."""

    account_id: int
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class JoinRequested(Fact):
    """Tell those who decide that somebody waits."""

    request_id: int


@dataclass(frozen=True, slots=True)
class RequestDecided(Fact):
    """Tell the person what was decided; recorded for a little later, so that it can be undone."""

    request_id: int
    decided_at: str
    """ISO 8601: a later decision speaks for itself."""


@dataclass(frozen=True, slots=True)
class RequestExpired(Fact):
    """Tell the person that nobody decided."""

    request_id: int


@dataclass(frozen=True, slots=True)
class RequestWithdrawn(Fact):
    """Somebody who had asked does so no more."""

    group_id: int
    actor_id: int


@dataclass(frozen=True, slots=True)
class RequestReopened(Fact):
    """A decision was taken back: the person waits again."""

    request_id: int


@dataclass(frozen=True, slots=True)
class Invited(Fact):
    """Tell whoever was invited by name, here or in their own town."""

    group_id: int
    actor_id: int
    invited_at: str
    """ISO 8601: a later invitation speaks for itself."""


@dataclass(frozen=True, slots=True)
class InvitationDeclined(Fact):
    """Somebody of this place does not want to come into a group elsewhere."""

    group_id: int
    actor_id: int


@dataclass(frozen=True, slots=True)
class InvitationWithdrawn(Fact):
    """A group of this place invites somebody elsewhere no longer."""

    group_id: int
    actor_id: int


@dataclass(frozen=True, slots=True)
class MemberJoined(Fact):
    """Somebody is in: they find at home what was said lately."""

    group_id: int
    actor_id: int


@dataclass(frozen=True, slots=True)
class MemberLeft(Fact):
    """Somebody has gone by themselves."""

    group_id: int
    actor_id: int


@dataclass(frozen=True, slots=True)
class MemberUnbanned(Fact):
    """Somebody who was banned may ask again."""

    group_id: int
    actor_id: int


@dataclass(frozen=True, slots=True)
class MemberPutOut(Fact):
    """Tell the person why they were removed or banned, and whom to write to."""

    group_id: int
    actor_id: int


@dataclass(frozen=True, slots=True)
class RoleChanged(Fact):
    """Tell the person what they are in the group now."""

    group_id: int
    actor_id: int
    by_actor_id: int
    changed_at: str
    """ISO 8601: a later change speaks for itself."""


@dataclass(frozen=True, slots=True)
class GroupHandedOver(Fact):
    """The last manager's account is gone: tell the successor."""

    group_id: int
    actor_id: int


@dataclass(frozen=True, slots=True)
class GroupEnding(Fact):
    """Tell the members until when they can keep what they need."""

    group_id: int


@dataclass(frozen=True, slots=True)
class GroupErased(Fact):
    """It is no more, and nobody knows any more who was in it."""

    group_id: int
