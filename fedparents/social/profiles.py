"""What somebody shows of themselves to the others here: nothing about children, and no more than
they choose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from fedparents.accounts.models import Account
from fedparents.accounts.sessions import Viewer
from fedparents.actors.facts import ActorChanged
from fedparents.actors.fields import ProfileField, checked_fields, read_fields, write_fields
from fedparents.actors.models import Actor
from fedparents.actors.service import checked_name
from fedparents.db import UnitOfWork
from fedparents.errors import NotFound
from fedparents.ids import PlaceId
from fedparents.social.follows import accept_all_who_ask
from fedparents.text import optional_text

BIO_LENGTH: Final = 500


@dataclass(frozen=True, slots=True)
class ProfileDraft:
    """A whole profile; what is not said is as careful as it can be."""

    name: str
    bio: str = ""
    place_id: PlaceId | None = None
    shows_place: bool = False
    is_locked: bool = True
    is_discoverable: bool = False
    is_indexable: bool = False
    fields: tuple[ProfileField, ...] = ()


def get_profile(session: Session, viewer: Viewer) -> ProfileDraft:
    """One's own as it is now, to change a part of it."""
    account = session.get_one(Account, viewer.account_id)
    actor = session.get_one(Actor, viewer.actor_id)
    return ProfileDraft(
        name=actor.display_name,
        bio=actor.summary,
        place_id=None if account.place_id is None else PlaceId(account.place_id),
        shows_place=account.shows_place,
        is_locked=actor.is_locked,
        is_discoverable=actor.is_discoverable,
        is_indexable=actor.is_indexable,
        fields=read_fields(actor.fields),
    )


def change_profile(uow: UnitOfWork, viewer: Viewer, draft: ProfileDraft) -> None:
    """One's own. Whoever no longer decides on followers by hand lets in those who wait."""
    account = uow.session.get(Account, viewer.account_id, with_for_update=True)
    actor = uow.session.get(Actor, viewer.actor_id)
    if account is None or actor is None:
        raise NotFound("account_not_found")
    opens = actor.is_locked and not draft.is_locked
    before = _shown(actor)
    actor.display_name = checked_name(draft.name)
    actor.summary = optional_text("bio", draft.bio, at_most=BIO_LENGTH)
    actor.fields = write_fields(checked_fields(draft.fields))
    actor.is_locked = draft.is_locked
    actor.is_discoverable, actor.is_indexable = draft.is_discoverable, draft.is_indexable
    account.place_id, account.shows_place = draft.place_id, draft.shows_place
    uow.session.add_all((actor, account))
    if _shown(actor) != before:
        uow.record(ActorChanged(actor.id))
    if opens:
        accept_all_who_ask(uow, viewer)


def _shown(actor: Actor) -> tuple[object, ...]:
    """What also other towns may know; the commune is not of it."""
    return (
        actor.display_name,
        actor.summary,
        actor.fields,
        actor.is_locked,
        actor.is_discoverable,
        actor.is_indexable,
    )
