"""People and places for tests, made by the services that make them in real life."""

from __future__ import annotations

from sqlmodel import Session, select

from fedparents import clock
from fedparents.accounts.joining import NewAccount, SignUpDraft, create_account
from fedparents.accounts.models import Account, BrowserSession, EmailLink, Role
from fedparents.accounts.sessions import Viewer, find_viewer, open_session
from fedparents.actors.models import Actor, ActorKind
from fedparents.authority import OPERATOR
from fedparents.db import Database, UnitOfWork
from fedparents.groups.access import find_request
from fedparents.groups.joining import approve_request, ask_to_join
from fedparents.groups.members import change_member_role
from fedparents.groups.models import GroupKind, GroupRole
from fedparents.groups.service import AboutDraft, PrivacyDraft, found_group
from fedparents.ids import GroupId, PostId
from fedparents.instance.models import NEEDED_TO_OPEN, Instance, LegalKind, Registrations
from fedparents.instance.service import (
    IdentityDraft,
    change_identity,
    finish_setup,
    found_instance,
    write_legal_page,
)
from fedparents.moderation.deciding import DecisionDraft, decide_on_post
from fedparents.moderation.models import Action, Ground
from fedparents.notifications.devices import DeviceDraft, subscribe_device
from fedparents.notifications.models import PushSubscription
from fedparents.places.models import Place
from fedparents.social.models import Follow, FollowState
from tests.rig.push import Recipient
from tests.rig.time import A_MONDAY


def open_the_doors(
    uow: UnitOfWork,
    *,
    domain: str = "issy.localhost",
    registrations: Registrations = Registrations.APPROVED,
) -> Instance:
    """A place that is set up: named, with its legal pages, taking sign-ups."""
    found_instance(uow, domain, may_move=True)
    uow.session.flush()
    identity = IdentityDraft(
        name="Parents d'Issy",
        tagline="Les parents d'Issy s'entraident.",
        language="fr",
        timezone="Europe/Paris",
        contact_email="marie@issy.example",
    )
    change_identity(uow, identity, by=OPERATOR)
    for kind in (*NEEDED_TO_OPEN, LegalKind.RULES):
        write_legal_page(uow, kind, "fr", f"Tout est dit : {kind}.", by=OPERATOR)
    instance = finish_setup(uow, by=OPERATOR)
    # The first days, in which nobody needs a second factor, go on when a test stops the clock.
    instance.set_up_at = max(uow.now, A_MONDAY)
    instance.registrations = registrations
    return instance


async def an_account(
    db: Database,
    handle: str = "ana",
    *,
    role: Role = Role.MEMBER,
    email: str = "",
    password_hash: str | None = None,
    is_confirmed: bool = True,
    name: str = "",
    language: str = "",
) -> Account:
    """Somebody with an account that works."""
    return await db.write(
        create_account,
        NewAccount(
            handle=handle,
            email=email or f"{handle}@example.org",
            password_hash=password_hash,
            role=role,
            is_confirmed=is_confirmed,
            name=name or handle.title(),
            language=language,
        ),
    )


async def signed_in(db: Database, account: Account, *, browser: str = "a-browser") -> Viewer:
    """The viewer of a session that has just been opened."""

    def sign_in(uow: UnitOfWork) -> str:
        again = uow.session.get_one(Account, account.id)
        return open_session(uow, again, browser=browser, device="Firefox, Linux")

    token = await db.write(sign_in)
    viewer = await db.read(find_viewer, token, clock.now())
    assert viewer is not None
    return viewer


async def a_viewer(db: Database, handle: str = "ana", *, role: Role = Role.MEMBER) -> Viewer:
    """Somebody new who is signed in."""
    return await signed_in(db, await an_account(db, handle, role=role))


def a_sign_up(handle: str = "bao", **changes: object) -> SignUpDraft:
    """What a grown-up who filled in everything sends."""
    answers: dict[str, object] = {
        "email": f"{handle}@example.org",
        "birth_year": 1990,
        "is_old_enough": False,
        "name": handle.title(),
        "handle": handle,
        "place_id": None,
        "reason": "Nous venons d'arriver.",
        "language": "fr",
        "browser": "a-browser",
        "rules_version": None,
        "privacy_version": None,
    }
    return SignUpDraft(**(answers | changes))  # type: ignore[arg-type]  # the tests say what differs


def put_stranger(
    uow: UnitOfWork, handle: str = "zoe", *, domain: str = "rumilly.example", name: str = "Zoé"
) -> Actor:
    """Somebody of another town, of whom nothing but who they are is known here."""
    actor = Actor(
        id=uow.new_id(),
        kind=ActorKind.PERSON,
        handle=handle,
        domain=domain,
        display_name=name,
        created_at=uow.now,
    )
    uow.session.add(actor)
    uow.session.flush()
    return actor


def put_follow(
    uow: UnitOfWork,
    follower_id: int,
    followed_id: int,
    state: FollowState = FollowState.ACCEPTED,
) -> None:
    """Somebody follows somebody, wherever the two are, or has asked to."""
    uow.session.add(
        Follow(
            follower_actor_id=follower_id,
            followed_actor_id=followed_id,
            id=uow.new_id(),
            state=state,
            created_at=uow.now,
        )
    )


def list_links(session: Session) -> list[EmailLink]:
    return list(session.exec(select(EmailLink)))


def list_all_sessions(session: Session) -> list[BrowserSession]:
    return list(session.exec(select(BrowserSession)))


def find_account(session: Session, account_id: int) -> Account | None:
    return session.get(Account, account_id)


async def a_group(
    db: Database,
    manager: Viewer,
    *,
    name: str = "Parents du Corentin",
    questions: str = "Pourquoi ?",
    **privacy: object,
) -> GroupId:
    """A group as its founder leaves it: closed, with one question and one rule."""
    about = AboutDraft(
        name=name,
        purpose="Les parents du quartier.",
        kind=GroupKind.NEIGHBOURHOOD,
        rules="Soyons aimables.",
        questions=questions,
    )
    draft = PrivacyDraft(**privacy)  # type: ignore[arg-type]  # the tests say what differs
    group = await db.write(found_group, manager, draft, about)
    return GroupId(group.actor_id)


async def join(db: Database, viewer: Viewer, group_id: GroupId, manager: Viewer) -> None:
    """Ask and be let in."""
    await db.write(ask_to_join, viewer, group_id, ["Parce que."])

    def let_in(uow: UnitOfWork) -> None:
        request = find_request(uow.session, group_id, viewer.actor_id)
        assert request is not None
        approve_request(uow, manager, group_id, request.id)

    await db.write(let_in)


async def give_role(
    db: Database, manager: Viewer, group_id: GroupId, viewer: Viewer, role: GroupRole
) -> None:
    await join(db, viewer, group_id, manager)
    await db.write(change_member_role, manager, group_id, viewer.actor_id, role)


async def a_device(
    db: Database, viewer: Viewer, endpoint: str = "", recipient: Recipient | None = None
) -> PushSubscription:
    """A browser that takes pushes; without an endpoint of its own nobody listens there."""
    browser = recipient or Recipient()
    address = endpoint or f"https://push.example.org/{viewer.session_id}"
    draft = DeviceDraft(address, browser.p256dh, browser.auth)
    return await db.write(subscribe_device, viewer, draft)


def add_place(
    uow: UnitOfWork, number: int, name: str, *, lat: float | None = None, lon: float | None = None
) -> int:
    """A commune somewhere; its number, for accounts that live there."""
    place = Place(
        id=number,
        country="FR",
        code=name,
        name=name,
        district="",
        postcodes="",
        aliases="",
        words="",
        lat=lat,
        lon=lon,
        source="test",
    )
    uow.session.add(place)
    uow.session.flush()
    return place.id


async def hide(db: Database, viewer: Viewer, post_id: int, facts: str = "Une publicité.") -> None:
    """What those who look after a post do with what does not fit."""
    draft = DecisionDraft(
        action=Action.HIDE, ground=Ground.RULE, ground_text="Pas de publicité.", facts=facts
    )
    await db.write(decide_on_post, viewer, PostId(post_id), draft)
