"""Making and ending local actors, and the rules for their names (features 4.1)."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from sqlmodel import Session, col, select

from fedparents.actors.models import Actor, ActorKind, RetiredHandle
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, Invalid
from fedparents.text import has_letter_or_digit, required_line

HANDLE_LENGTH = (3, 30)
NAME_LENGTH = 60
_HANDLE = re.compile(r"[a-z0-9_]+")
_NOT_IN_HANDLE = re.compile(r"[^a-z0-9]+")
# Names that would let somebody pass for the place itself, or that are paths of it.
RESERVED_HANDLES = frozenset(
    """about abuse account accounts actor admin administrator administrateur agenda api app
    association auth billing bot compte contact dev everyone fedparents groupe group groups help
    hostmaster inbox info instance invite legal login logout mail mairie mairie_officiel me media
    mod moderation moderator moderateur moi nodeinfo noreply notifications oauth official officiel
    outbox owner parents police postmaster privacy public root rules security settings share
    sign_in sign_out sign_up signin signup static status statuses support system tag tags team
    tos users webfinger webmaster www""".split()  # noqa: SIM905 - one word after the other is easier to read
)


def checked_handle(handle: str) -> str:
    """A handle as it is stored; raises Invalid on `handle`."""
    handle = handle.strip().removeprefix("@").lower()
    shortest, longest = HANDLE_LENGTH
    if len(handle) < shortest:
        raise Invalid({"handle": "handle_too_short"}, at_least=shortest)
    if len(handle) > longest:
        raise Invalid({"handle": "handle_too_long"}, at_most=longest)
    if not _HANDLE.fullmatch(handle):
        raise Invalid({"handle": "handle_characters"})
    if handle in RESERVED_HANDLES:
        raise Invalid({"handle": "handle_reserved"})
    return handle


def checked_name(name: str) -> str:
    """A name to show, any script; raises Invalid on `name`, also when it is only emoji."""
    name = required_line("name", name, at_most=NAME_LENGTH)
    if not has_letter_or_digit(name):
        raise Invalid({"name": "name_needs_letters"})
    return name


def create_local_actor(
    uow: UnitOfWork, *, kind: ActorKind, handle: str, display_name: str, summary: str = ""
) -> Actor:
    """A new actor of this place; raises Conflict when the handle is or was somebody's."""
    handle = checked_handle(handle)
    if not is_handle_free(uow.session, handle):
        raise Conflict("handle_taken")
    actor = Actor(
        id=uow.new_id(),
        kind=kind,
        handle=handle,
        display_name=checked_name(display_name),
        summary=summary,
        created_at=uow.now,
    )
    uow.session.add(actor)
    return actor


def erase_actor(uow: UnitOfWork, actor: Actor) -> None:
    """Forget who it was; the row stays as an anchor for what others wrote to it."""
    if not actor.domain:
        uow.session.merge(RetiredHandle(digest=_digest(actor.handle), retired_at=uow.now))
    actor.handle = f"-{actor.id}"  # no handle has a hyphen, so nobody can ask for it
    actor.display_name = actor.summary = actor.fields = ""
    actor.avatar = actor.cover = ""
    actor.is_discoverable = actor.is_indexable = False
    uow.session.add(actor)


def is_handle_free(session: Session, handle: str) -> bool:
    taken = select(Actor.id).where(Actor.handle == handle, Actor.domain == "")
    if session.exec(taken).first() is not None:
        return False
    return session.get(RetiredHandle, _digest(handle)) is None


def suggest_handle(session: Session, name: str) -> str:
    """A free handle made of the letters of a name: "Chloé B." becomes chloe_b."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = _NOT_IN_HANDLE.sub("_", ascii_name).strip("_")[: HANDLE_LENGTH[1] - 5] or "parent"
    if len(stem) < HANDLE_LENGTH[0] or stem in RESERVED_HANDLES:
        stem = f"{stem}_parent"
    candidates = (stem, *(f"{stem}_{number}" for number in range(2, 10_000)))
    return next(handle for handle in candidates if is_handle_free(session, handle))


def find_local_actor(session: Session, handle: str) -> Actor | None:
    return session.exec(
        select(Actor).where(Actor.handle == handle.lower(), Actor.domain == "")
    ).first()


def find_actor(session: Session, address: str) -> Actor | None:
    """Somebody by the name under which they are found here: `ana`, or `zoe@rumilly.fr`."""
    handle, _, domain = address.partition("@")
    if not domain:
        return find_local_actor(session, handle)
    spellings = {handle, handle.lower()}
    named = select(Actor).where(col(Actor.handle).in_(spellings), Actor.domain == domain.lower())
    return session.exec(named.order_by(col(Actor.id))).first()


def _digest(handle: str) -> str:
    return hashlib.sha256(handle.encode()).hexdigest()
