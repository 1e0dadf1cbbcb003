"""Invite links: made by members who may, printed as QR codes, ended at any time."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select, update

from fedparents.accounts.models import InviteLink
from fedparents.accounts.policy import is_invite_usable
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.audit.service import record_audit
from fedparents.db import UnitOfWork
from fedparents.errors import Invalid, NotAllowed, NotFound
from fedparents.text import clean_line

# No vowels and no look-alikes: it can be read out over the phone and never spells a word.
_ALPHABET = "bcdfghjkmnpqrstvwxz23456789"
_TOKEN_LENGTH = 12  # 57 bits: cannot be guessed at any rate that the limits allow
_LABEL_LENGTH = 60
_MOST_USES = 10_000
_LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class InviteDraft:
    label: str
    uses: int | None
    """None: any number."""
    days: int | None
    """None: until it is ended."""
    skips_approval: bool
    group_id: int | None = None
    admits_to_group: bool = False


def create_invite(uow: UnitOfWork, viewer: Viewer, draft: InviteDraft) -> InviteLink:
    """A new link; only moderators may let people in without a second look.

    Whether somebody may invite into a group is for the groups to say, before this.
    """
    problems = {}
    if draft.uses is not None and not 1 <= draft.uses <= _MOST_USES:
        problems["uses"] = "number_out_of_range"
    if draft.days is not None and not 1 <= draft.days <= _LONGEST_DAYS:
        problems["days"] = "number_out_of_range"
    label = clean_line(draft.label)
    if len(label) > _LABEL_LENGTH:
        problems["label"] = "too_long"
    if problems:
        highest = _LONGEST_DAYS if "days" in problems else _MOST_USES
        raise Invalid(problems, lowest=1, highest=highest, at_most=_LABEL_LENGTH)
    if draft.skips_approval and not viewer.is_moderator:
        raise NotAllowed("not_a_moderator")
    invite = InviteLink(
        id=uow.new_id(),
        token="".join(secrets.choice(_ALPHABET) for _ in range(_TOKEN_LENGTH)),
        by_actor_id=viewer.actor_id,
        label=label,
        skips_approval=draft.skips_approval,
        group_id=draft.group_id,
        admits_to_group=draft.admits_to_group,
        uses_left=draft.uses,
        expires_at=uow.now + timedelta(days=draft.days) if draft.days else None,
        created_at=uow.now,
    )
    uow.session.add(invite)
    record_audit(uow, "invite.created", by=viewer.actor_id, subject=invite.id)
    return invite


def revoke_invite(uow: UnitOfWork, viewer: Viewer, invite_id: int) -> None:
    """End a link of one's own, or as a moderator anybody's; raises NotFound otherwise."""
    invite = get_invite(uow.session, viewer, invite_id)
    if invite.revoked_at is None:
        invite.revoked_at = uow.now
        uow.session.add(invite)
        record_audit(uow, "invite.revoked", by=viewer.actor_id, subject=invite.id)


def end_invites(
    uow: UnitOfWork, actor_id: int, *, skipping_approval: bool = False, forgets: bool = False
) -> None:
    """End what somebody made who is kept out or gone: it may not bring anybody in any more.

    `skipping_approval` ends only those that let people in without a second look, of somebody who is
    no moderator any more; `forgets` also what its maker called them.
    """
    made = update(InviteLink).where(col(InviteLink.by_actor_id) == actor_id)
    if skipping_approval:
        made = made.where(col(InviteLink.skips_approval))
    not_ended = made.where(col(InviteLink.revoked_at).is_(None))
    uow.session.exec(not_ended.values(revoked_at=uow.now))
    if forgets:
        uow.session.exec(made.values(label=""))


def get_invite(session: Session, viewer: Viewer, invite_id: int) -> InviteLink:
    """A link that the viewer may see; raises NotFound."""
    invite = session.get(InviteLink, invite_id)
    if invite is None or not _is_for(invite, viewer):
        raise NotFound("invite_not_found")
    return invite


def list_invites(session: Session, viewer: Viewer) -> list[InviteLink]:
    """The viewer's links, or everybody's for a moderator, newest first; ended ones too.

    Those into groups are their makers' alone: a moderator of the place is not one of the group.
    """
    mine = col(InviteLink.by_actor_id) == viewer.actor_id
    whose = mine | col(InviteLink.group_id).is_(None) if viewer.is_moderator else mine
    links = select(InviteLink).where(whose).order_by(col(InviteLink.id).desc()).limit(200)
    return list(session.exec(links))


def list_makers(session: Session, invites: Iterable[InviteLink]) -> dict[int, str]:
    """The names to show of those who made these links, by the number of the actor."""
    return list_names(session, {invite.by_actor_id for invite in invites})


def list_names(session: Session, actor_ids: Iterable[int]) -> dict[int, str]:
    """The names to show of these actors, by their numbers."""
    named = select(Actor.id, Actor.display_name).where(col(Actor.id).in_(set(actor_ids)))
    return {actor_id: name for actor_id, name in session.exec(named)}


def hold_invite(uow: UnitOfWork, invite: InviteLink) -> None:
    """Two people with the last use at once: the second one waits here, and is then too late."""
    uow.session.refresh(invite, with_for_update=True)
    if not is_invite_usable(invite, now=uow.now):
        raise NotAllowed("invite_over")


def use_invite(uow: UnitOfWork, invite: InviteLink) -> None:
    """Count one more who came by it; it has to be held."""
    invite.use_count += 1
    if invite.uses_left is not None:
        invite.uses_left -= 1
    uow.session.add(invite)


def get_usable_invite(session: Session, token: str, *, now: datetime) -> InviteLink:
    """The link that somebody followed.

    Raises NotFound when it never was, NotAllowed("invite_over") when it is used up, ended or too
    old.
    """
    token = token.lower()
    is_ours = set(token) <= set(_ALPHABET)  # whatever stands in an address bar may come here
    found = select(InviteLink).where(InviteLink.token == token)
    invite = session.exec(found).first() if is_ours else None
    if invite is None:
        raise NotFound("invite_not_found")
    if not is_invite_usable(invite, now=now):
        raise NotAllowed("invite_over")
    return invite


def _is_for(invite: InviteLink, viewer: Viewer) -> bool:
    if invite.by_actor_id == viewer.actor_id:
        return True
    return viewer.is_moderator and invite.group_id is None
