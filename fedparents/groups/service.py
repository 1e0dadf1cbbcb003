"""Founding groups, changing them, and ending them after days of grace."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from sqlmodel import col, delete, select

from fedparents.accounts.models import Account, InviteLink
from fedparents.accounts.sessions import Viewer
from fedparents.actors.facts import ActorChanged
from fedparents.actors.models import Actor, ActorKind
from fedparents.actors.service import (
    checked_handle,
    checked_name,
    create_local_actor,
    erase_actor,
    is_handle_free,
    suggest_handle,
)
from fedparents.audit.service import record_audit
from fedparents.authority import require_moderator
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, Invalid, NotAllowed, NotFound
from fedparents.groups.access import Seat, hold_group
from fedparents.groups.facts import (
    GroupAccepted,
    GroupEnding,
    GroupErased,
    GroupProposed,
    GroupRefused,
)
from fedparents.groups.models import (
    Audience,
    Group,
    GroupKind,
    GroupRole,
    GroupState,
    Joining,
    JoinRequest,
    Membership,
    lines_of,
)
from fedparents.groups.policy import can_found, can_manage
from fedparents.ids import GroupId, PlaceId
from fedparents.instance.models import GroupFounding
from fedparents.instance.queries import get_instance
from fedparents.media.models import MediaUse
from fedparents.media.service import change_picture, forget_pictures
from fedparents.text import clean_line, clean_text, optional_text, required_line

GRACE: Final = timedelta(days=14)
RULES_AT_MOST: Final = 10
QUESTIONS_AT_MOST: Final = 3
LINE_LENGTH: Final = 200
PURPOSE_LENGTH: Final = 300
REASON_LENGTH: Final = 500
_LONGEST_LINES: Final = 5000


@dataclass(frozen=True, slots=True)
class PrivacyDraft:
    """Who comes in, who reads, who knows."""

    joining: Joining = Joining.APPROVAL
    audience: Audience = Audience.MEMBERS
    is_hidden: bool = False
    is_local_only: bool = True


@dataclass(frozen=True, slots=True)
class SwitchesDraft:
    """What is possible inside."""

    allows_anonymous: bool = False
    holds_first_posts: bool = False


@dataclass(frozen=True, slots=True)
class AboutDraft:
    """What a group says of itself."""

    name: str
    purpose: str
    kind: GroupKind
    rules: str = ""
    questions: str = ""
    place_id: PlaceId | None = None


def found_group(
    uow: UnitOfWork,
    viewer: Viewer,
    privacy: PrivacyDraft,
    about: AboutDraft,
    *,
    handle: str = "",
) -> Group:
    """A new group with its founder as manager; proposed only, where the place wants to see first.
    Without a `handle` it gets one made of its name.

    Raises Invalid, and NotAllowed where only moderators found groups.
    """
    founding = get_instance(uow.session).group_founding
    if not can_found(founding, viewer):
        raise NotAllowed("groups_by_moderators")
    about = checked_about(about)
    if handle and not is_handle_free(uow.session, handle := checked_handle(handle)):
        raise Invalid({"handle": "handle_taken"})
    waits = founding == GroupFounding.APPROVAL and not viewer.is_moderator
    actor = create_local_actor(
        uow,
        kind=ActorKind.GROUP,
        handle=handle or suggest_handle(uow.session, about.name),
        display_name=about.name,
        summary=about.purpose,
    )
    uow.session.flush()
    group = Group(
        actor_id=actor.id,
        kind=about.kind,
        state=GroupState.PROPOSED if waits else GroupState.ACTIVE,
        # Where everybody comes in by themselves, somebody looks at what they say first.
        holds_first_posts=privacy.joining == Joining.OPEN,
        created_at=uow.now,
    )
    _set_privacy(group, privacy)
    _set_about(group, about)
    uow.session.add(group)
    uow.session.flush()
    uow.session.add(
        Membership(
            group_id=group.actor_id,
            actor_id=viewer.actor_id,
            role=GroupRole.MANAGER,
            since_at=uow.now,
            changed_at=uow.now,
        )
    )
    record_audit(
        uow, "group.founded", by=viewer.actor_id, subject=group.actor_id, group=group.actor_id
    )
    if waits:
        uow.record(GroupProposed(group.actor_id))
    return group


def change_about(uow: UnitOfWork, viewer: Viewer, group_id: GroupId, draft: AboutDraft) -> None:
    """Name, purpose, rules, questions and commune; for managers."""
    seat = _manage(uow, viewer, group_id)
    draft = checked_about(draft)
    actor = uow.session.get_one(Actor, group_id)
    actor.display_name, actor.summary = draft.name, draft.purpose
    seat.group.kind = draft.kind
    _set_about(seat.group, draft)
    uow.session.add_all((actor, seat.group))
    uow.record(ActorChanged(group_id))
    record_audit(uow, "group.about", by=viewer.actor_id, subject=group_id, group=group_id)


def change_privacy(uow: UnitOfWork, viewer: Viewer, group_id: GroupId, draft: PrivacyDraft) -> None:
    """Who comes in, reads and knows; for managers, and true from this moment on. Raises Invalid."""
    seat = _manage(uow, viewer, group_id)
    _set_privacy(seat.group, draft)
    uow.session.add(seat.group)
    uow.record(ActorChanged(group_id))
    record_audit(uow, "group.privacy", by=viewer.actor_id, subject=group_id, group=group_id)


def change_switches(
    uow: UnitOfWork, viewer: Viewer, group_id: GroupId, draft: SwitchesDraft
) -> None:
    """Asking without a name, and looking at newcomers' first posts; for managers.

    What waits already goes on waiting for a decision.
    """
    group = _manage(uow, viewer, group_id).group
    group.allows_anonymous = draft.allows_anonymous
    group.holds_first_posts = draft.holds_first_posts
    uow.session.add(group)
    record_audit(uow, "group.switches", by=viewer.actor_id, subject=group_id, group=group_id)


def change_cover(uow: UnitOfWork, viewer: Viewer, group_id: GroupId, media_id: int | None) -> None:
    """The picture over the group's page, or none; for managers. Raises Invalid on `picture`."""
    _manage(uow, viewer, group_id)
    actor = uow.session.get_one(Actor, group_id)
    change_picture(uow, viewer, actor, MediaUse.COVER, media_id)
    record_audit(uow, "group.cover", by=viewer.actor_id, subject=group_id, group=group_id)


def plan_group_end(uow: UnitOfWork, viewer: Viewer, group_id: GroupId) -> Group:
    """Begin the days of grace: members still read, nobody comes in, everybody is told."""
    group = _manage(uow, viewer, group_id).group
    if group.state == GroupState.PROPOSED:
        raise Conflict("group_proposed")
    end_group(uow, group, by=viewer.actor_id)
    return group


def cancel_group_end(uow: UnitOfWork, viewer: Viewer, group_id: GroupId) -> None:
    """Keep the group after all."""
    keep_group(uow, _manage(uow, viewer, group_id).group, by=viewer.actor_id)


def end_group(uow: UnitOfWork, group: Group, *, by: int) -> bool:
    """The same for a group that the caller holds and may end; whether it was not ending before."""
    if group.state != GroupState.ACTIVE:
        return False
    group.state, group.ends_at = GroupState.ENDING, uow.now + GRACE
    uow.session.add(group)
    uow.record(GroupEnding(group.actor_id))
    record_audit(uow, "group.ending", by=by, subject=group.actor_id, group=group.actor_id)
    return True


def keep_group(uow: UnitOfWork, group: Group, *, by: int) -> None:
    if group.state == GroupState.ENDING:
        group.state, group.ends_at = GroupState.ACTIVE, None
        uow.session.add(group)
        record_audit(uow, "group.kept", by=by, subject=group.actor_id, group=group.actor_id)


def accept_group(uow: UnitOfWork, viewer: Viewer, group_id: GroupId) -> None:
    """Let a proposed group begin; for moderators of the place."""
    group = _get_proposed(uow, viewer, group_id)
    group.state = GroupState.ACTIVE
    uow.session.add(group)
    uow.record(GroupAccepted(group_id, _founder_of(uow, group_id).id))
    record_audit(uow, "group.accepted", by=viewer.actor_id, subject=group_id, group=group_id)


def refuse_group(uow: UnitOfWork, viewer: Viewer, group_id: GroupId, reason: str) -> None:
    """Say no to a proposed group, with words for its founder; nothing of it is kept."""
    group = _get_proposed(uow, viewer, group_id)
    reason = optional_text("reason", reason, at_most=REASON_LENGTH)
    name = uow.session.get_one(Actor, group_id).display_name
    uow.record(GroupRefused(_founder_of(uow, group_id).id, name, reason))
    record_audit(uow, "group.refused", by=viewer.actor_id, subject=group_id, group=group_id)
    erase_group(uow, group)


def erase_group(uow: UnitOfWork, group: Group) -> None:
    """Forget a group: who was in it, who asked, its invitations and its name."""
    record_audit(uow, "group.erased", by=None, subject=group.actor_id, reason=group.state)
    actor = uow.session.get_one(Actor, group.actor_id)
    for table in (JoinRequest, Membership, InviteLink):
        uow.session.exec(delete(table).where(col(table.group_id) == group.actor_id))
    uow.session.delete(group)
    uow.session.flush()
    erase_actor(uow, actor)
    forget_pictures(uow, actor.id)
    uow.record(GroupErased(actor.id))


def checked_about(draft: AboutDraft) -> AboutDraft:
    """What a group says of itself, as it is stored; raises Invalid by field."""
    return replace(
        draft,
        name=checked_name(draft.name),
        purpose=required_line("purpose", draft.purpose, at_most=PURPOSE_LENGTH),
        rules=_checked_lines("rules", draft.rules, RULES_AT_MOST),
        questions=_checked_lines("questions", draft.questions, QUESTIONS_AT_MOST),
    )


def _checked_lines(field: str, text: str, at_most: int) -> str:
    """One thing a line, without empty ones."""
    if len(text) > _LONGEST_LINES:
        raise Invalid({field: "too_long"}, at_most=LINE_LENGTH)
    lines = [line for line in map(clean_line, lines_of(clean_text(text))) if line]
    if len(lines) > at_most:
        raise Invalid({field: "too_many_lines"}, at_most=at_most)
    if any(len(line) > LINE_LENGTH for line in lines):
        raise Invalid({field: "line_too_long"}, at_most=LINE_LENGTH)
    return "\n".join(lines)


def checked_privacy(draft: PrivacyDraft) -> PrivacyDraft:
    """Raises Invalid for a group that everybody reads and of which nobody may know."""
    if draft.audience == Audience.PUBLIC and (draft.is_local_only or draft.is_hidden):
        raise Invalid({"finding": "public_group_is_found"})
    return draft


def _set_privacy(group: Group, draft: PrivacyDraft) -> None:
    draft = checked_privacy(draft)
    group.joining, group.audience = draft.joining, draft.audience
    group.is_hidden = draft.is_hidden
    group.is_local_only = draft.is_local_only or draft.is_hidden


def _set_about(group: Group, draft: AboutDraft) -> None:
    group.rules, group.questions = draft.rules, draft.questions
    group.place_id = draft.place_id


def _manage(uow: UnitOfWork, viewer: Viewer, group_id: GroupId) -> Seat:
    seat = hold_group(uow, viewer, group_id)
    seat.require(can_manage)
    return seat


def _get_proposed(uow: UnitOfWork, viewer: Viewer, group_id: GroupId) -> Group:
    require_moderator(viewer)
    group = uow.session.get(Group, group_id, with_for_update=True)
    if group is None:
        raise NotFound("group_not_found")
    if group.state != GroupState.PROPOSED:
        raise Conflict("group_decided")
    return group


def _founder_of(uow: UnitOfWork, group_id: GroupId) -> Account:
    founder = (
        select(Account)
        .join(Membership, col(Membership.actor_id) == col(Account.actor_id))
        .where(Membership.group_id == group_id)
        .order_by(col(Membership.since_at))
    )
    return uow.session.exec(founder).one()
