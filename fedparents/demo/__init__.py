"""The named world: two towns with people in them, made by the services that make real ones.

`fedparents demo` shows it live, and tests stand on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session, col, select

from fedparents.accounts.invites import InviteDraft, create_invite
from fedparents.accounts.joining import (
    NewAccount,
    SignUpDraft,
    confirm_account,
    create_account,
    sign_up,
)
from fedparents.accounts.models import InviteLink, Role
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.authority import OPERATOR
from fedparents.db import UnitOfWork
from fedparents.demo import neighbours, talk
from fedparents.demo.neighbours import DemoNeighbours, viewer_of
from fedparents.demo.talk import DemoTalk, let_talk
from fedparents.ids import PlaceId
from fedparents.instance.models import FederationMode, LegalKind, Registrations
from fedparents.instance.queries import get_instance
from fedparents.instance.service import (
    IdentityDraft,
    JoiningDraft,
    change_federation,
    change_identity,
    change_joining,
    finish_setup,
    write_legal_page,
)
from fedparents.places.queries import find_place
from fedparents.social.profiles import ProfileDraft, change_profile

PASSWORD: Final = "cerf-volant-42"  # noqa: S105 - everybody's in the demo, and printed at its start
_ADULT_BORN: Final = 1990


@dataclass(frozen=True, slots=True)
class DemoPerson:
    handle: str
    name: str
    role: Role = Role.MEMBER
    language: str = "fr"

    @property
    def email(self) -> str:
        return f"{self.handle}@example.org"


@dataclass(frozen=True, slots=True)
class DemoGuest:
    """Somebody who has asked to join and waits for an answer."""

    person: DemoPerson
    reason: str


@dataclass(frozen=True, slots=True)
class DemoTown:
    """A town before it is made. The first of its people looks after it."""

    key: str
    name: str
    tagline: str
    commune: str
    """Its number in the list of French communes."""
    people: tuple[DemoPerson, ...]
    guests: tuple[DemoGuest, ...]
    invites: tuple[InviteDraft, ...]
    talk: DemoTalk
    neighbours: DemoNeighbours


ISSY: Final = DemoTown(
    key="issy",
    name="Parents d'Issy",
    tagline="Les parents d'Issy s'entraident : prêter, garder, accompagner, sortir ensemble.",
    commune="92040",
    people=(
        DemoPerson("marie", "Marie Dubois", Role.ADMIN),
        DemoPerson("chloe", "Chloé Martin", Role.MODERATOR),
        DemoPerson("ana", "Ana Ferreira"),
        DemoPerson("bao", "Bao Nguyen", language="en"),
        DemoPerson("ploy", "พลอย ศรีสุข", language="th"),
    ),
    guests=(
        DemoGuest(
            DemoPerson("driss", "Driss Amrani"),
            "Nous venons d'emménager rue du Fort avec nos deux enfants.",
        ),
        DemoGuest(
            DemoPerson("elif", "Elif Kaya", language="en"),
            "Ana told me about you at the school gate.",
        ),
    ),
    invites=(
        InviteDraft("Affiche à la bibliothèque", uses=None, days=90, skips_approval=False),
        InviteDraft("Fête de quartier", uses=30, days=14, skips_approval=True),
    ),
    talk=talk.ISSY,
    neighbours=neighbours.ISSY,
)
MEUDON: Final = DemoTown(
    key="meudon",
    name="Familles de Meudon",
    tagline="Coups de main et sorties en forêt entre familles de Meudon.",
    commune="92048",
    people=(
        DemoPerson("nadia", "Nadia Benali", Role.ADMIN),
        DemoPerson("hugo", "Hugo Petit", Role.MODERATOR),
        DemoPerson("ines", "Inès Lopez"),
        DemoPerson("jonas", "Jonas Weber", language="en"),
    ),
    guests=(
        DemoGuest(
            DemoPerson("kim", "Kim Tran"), "Je cherche d'autres parents pour le trajet de l'école."
        ),
    ),
    invites=(InviteDraft("Carte dans les cahiers", uses=100, days=60, skips_approval=False),),
    talk=talk.MEUDON,
    neighbours=neighbours.MEUDON,
)
TOWNS: Final = (ISSY, MEUDON)


def is_filled(session: Session) -> bool:
    """Whether somebody lives here already."""
    return get_instance(session).set_up_at is not None


def list_demo_invites(session: Session) -> list[InviteLink]:
    """The invitations of a town, in the order in which they were made."""
    return list(session.exec(select(InviteLink).order_by(col(InviteLink.id))))


def fill_town(uow: UnitOfWork, town: DemoTown, password_hash: str) -> None:
    """Make everything and everybody of a town whose database is new."""
    _set_up(uow, town)
    people = {person.handle: _settle(uow, town, person, password_hash) for person in town.people}
    for guest in town.guests:
        _knock(uow, guest)
    manager = people[town.people[0].handle]
    for draft in town.invites:
        create_invite(uow, manager, draft)
    let_talk(uow, town.talk, people)


def _set_up(uow: UnitOfWork, town: DemoTown) -> None:
    contact = town.people[0].email
    identity = IdentityDraft(town.name, town.tagline, "fr", "Europe/Paris", contact)
    change_identity(uow, identity, by=OPERATOR)
    joining = JoiningDraft(
        registrations=Registrations.APPROVED,
        asks_reason=True,
        minimum_age=18,
        approvals_a_day=20,
        waiting_at_most=20,
        blocked_mail_domains="",
    )
    change_joining(uow, joining, by=OPERATOR)
    for kind, body in _pages_of(town).items():
        write_legal_page(uow, kind, "fr", body, by=OPERATOR)
    finish_setup(uow, by=OPERATOR)
    change_federation(uow, FederationMode.OPEN, by=OPERATOR)


def _settle(uow: UnitOfWork, town: DemoTown, person: DemoPerson, password_hash: str) -> Viewer:
    draft = NewAccount(
        handle=person.handle,
        email=person.email,
        password_hash=password_hash,
        role=person.role,
        is_confirmed=True,
        name=person.name,
        language=person.language,
    )
    account = create_account(uow, draft)
    viewer = viewer_of(account, uow.session.get_one(Actor, account.actor_id))
    place = find_place(uow.session, "FR", town.commune)
    profile = ProfileDraft(
        name=person.name,
        place_id=PlaceId(place.id) if place is not None else None,
        shows_place=place is not None,
        is_locked=False,
        is_discoverable=True,
    )
    change_profile(uow, viewer, profile)
    return viewer


def _knock(uow: UnitOfWork, guest: DemoGuest) -> None:
    person = guest.person
    draft = SignUpDraft(
        email=person.email,
        birth_year=_ADULT_BORN,
        is_old_enough=True,
        name=person.name,
        handle=person.handle,
        place_id=None,
        reason=guest.reason,
        language=person.language,
        browser="",
        rules_version=None,
        privacy_version=None,
    )
    account = sign_up(uow, draft, None)
    if account is not None:
        confirm_account(uow, account)


def _pages_of(town: DemoTown) -> Mapping[LegalKind, str]:
    manager = town.people[0]
    return {
        LegalKind.LEGAL_NOTICE: f"{town.name} est une association imaginaire, pour essayer.\n\n"
        f"Responsable : {manager.name}, {manager.email}.",
        LegalKind.PRIVACY: "Rien de ce qui est écrit ici ne quitte cette machine. Tout disparaît"
        " quand on efface la démonstration.",
        LegalKind.CONTACT: f"Écrivez à {manager.name} : {manager.email}.",
        LegalKind.RULES: "1. On se parle avec bienveillance.\n2. On protège les enfants, les siens"
        " et ceux des autres.\n3. Ce qui se dit dans un groupe y reste.",
        LegalKind.ACCESSIBILITY: f"Quelque chose gêne ? Dites-le à {manager.email}.",
    }
