"""Issy some weeks after its first day: people in every state, and something of everything."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import timedelta

from playwright.async_api import BrowserContext
from sqlmodel import Session, select

from fedparents import clock
from fedparents.accounts.deciding import approve_account, decline_account, freeze_account
from fedparents.accounts.facts import SignInRequested
from fedparents.accounts.invites import InviteDraft, create_invite, revoke_invite
from fedparents.accounts.joining import NewAccount, confirm_account, create_account, sign_up
from fedparents.accounts.leaving import plan_erasure
from fedparents.accounts.links import issue_confirmation, issue_email_change, issue_sign_in
from fedparents.accounts.models import Account, EmailLink, InviteLink, Role
from fedparents.accounts.sessions import Viewer, find_viewer, open_session
from fedparents.accounts.tokens import link_token
from fedparents.applications.registration import ApplicationDraft, register_application
from fedparents.applications.scopes import Scope
from fedparents.applications.tokens import create_token
from fedparents.authority import OPERATOR
from fedparents.db import Database, UnitOfWork
from fedparents.groups.service import change_cover
from fedparents.ids import AccountId, GroupId, JobId
from fedparents.instance.models import LegalKind
from fedparents.instance.queries import find_legal_page
from fedparents.instance.service import write_legal_page
from fedparents.jobs.models import JobRow, JobState
from fedparents.media.models import MediaUse
from fedparents.media.service import change_avatar
from fedparents.notifications.kinds import Kind, Mail
from fedparents.places.queries import search_places
from tests.journeys.days import settings_of
from tests.journeys.delivery_things import spread
from tests.journeys.group_things import found_groups
from tests.journeys.letter_things import write_letters
from tests.journeys.pages import Sight
from tests.journeys.people_things import meet_people
from tests.journeys.post_things import talk
from tests.journeys.report_things import report
from tests.journeys.rooms import database_of
from tests.rig.authenticator import protect
from tests.rig.builders import a_sign_up, open_the_doors
from tests.rig.live import LivePlace
from tests.rig.photos import a_file, scene
from tests.web.mail.letters import a_mail
from web.auth.cookies import CookieNames
from web.mail.folder import FolderSender
from web.notifications.tokens import Fewer, fewer_token
from web.pictures.keeping import Pictures
from web.runtime import open_pictures

# Who waits to be let in: name, commune, what they wrote, and since how many hours.
WAITING = (
    ("Bao T.", "92130", "Nous arrivons à Issy avec deux enfants et ne connaissons personne.", 20),
    (
        "Inès & Malo",
        "Vanves",
        "Notre voisine Ana nous a parlé de vous : nous avons une poussette double à prêter, et"
        " nous cherchons du monde pour les sorties du mercredi.",
        5,
    ),
    ("Wilhelmine-Charlotte von Hohenstein-Rochefoucauld", "", "Bonjour !", 1),
)
DECLINED = ("Élodie", "Meudon", "Je vends des poussettes neuves.", 30)
PAUSED = ("Frédéric", "Clamart", "Papa de trois.", 50)


@dataclass(frozen=True, slots=True)
class Town:
    """Who can be signed in, by the value of their session cookie, and what pages are about."""

    sessions: dict[str, str]
    things: dict[str, str]
    cookies: CookieNames
    url: str

    async def sign_in(self, context: BrowserContext, who: str) -> None:
        if token := self.sessions.get(who):
            cookie = {"name": self.cookies.session, "value": token, "url": self.url}
            await context.add_cookies([cookie])  # type: ignore[list-item]  # it wants a TypedDict

    def params_of(self, sight: Sight) -> dict[str, str]:
        """What stands in the address of a page: the things of this town."""
        return {name: value.format(**self.things) for name, value in sight.params.items()}


async def builds_town(place: LivePlace) -> Town:
    settings = settings_of(place)
    secret = (settings.data_dir / "secret.key").read_bytes()
    folder = FolderSender(settings.data_dir / "mail")
    await folder.send(a_mail())
    async with database_of(place) as db:
        await db.write(open_the_doors, domain=settings.domain)
        people = await _people(db)
        await protect(db, secret, people["moderator"][1])
        things = await _things(db, people, secret)
        pictures = open_pictures(settings, db)
        await _hang_up_pictures(pictures, db, people, things)
        three = {who: people[who][1] for who in ("member", "moderator", "admin")}
        things |= await talk(db, pictures, **three)
        letters = write_letters(
            pictures,
            db,
            group=int(things["group"]),
            member=three["member"],
            moderator=three["moderator"],
        )
        things |= await letters
        things |= await report(
            db,
            secret,
            place.url,
            member=three["member"],
            moderator=three["moderator"],
            hidden=int(things["hidden"]),
        )
        things |= await db.write(spread, three["member"])
    things["letter"] = folder.list_names()[0]
    sessions = {who: token for who, (token, _) in people.items()}
    return Town(sessions, things, CookieNames.of(settings), place.url)


async def _people(db: Database) -> dict[str, tuple[str, Viewer]]:
    """Those who sign in, each with their cookie."""
    roles = {"admin": "Marie", "moderator": "Driss", "member": "Ana", "leaver": "Chloé"}
    found = {}
    for role, name in roles.items():
        token = await db.write(_arrive, name, Role(role) if role != "leaver" else Role.MEMBER)
        viewer = await db.read(find_viewer, token, clock.now())
        assert viewer is not None
        found[role] = token, viewer
    return found


def _arrive(uow: UnitOfWork, name: str, role: Role) -> str:
    handle = name.lower().replace("é", "e")
    account = create_account(
        uow,
        NewAccount(
            handle=handle,
            name=name,
            email=f"{handle}@example.org",
            password_hash="set",
            role=role,
            is_confirmed=True,
            language="",
        ),
    )
    uow.session.flush()
    account.place_id = _commune(uow.session, "92130")
    open_session(uow, account, browser="another", device="Safari, iPhone")
    return open_session(uow, account, browser="this", device="Firefox, Linux")


async def _things(
    db: Database, people: dict[str, tuple[str, Viewer]], secret: bytes
) -> dict[str, str]:
    admin, moderator, member = (people[who][1] for who in ("admin", "moderator", "member"))
    invite, over = [await db.write(create_invite, member, _INVITE) for _ in range(2)]
    await db.write(revoke_invite, member, over.id)
    straight = await db.write(create_invite, moderator, _STRAIGHT_IN)
    waiting = [await db.write(_ask, who, invite.id) for who in WAITING]
    declined = await db.write(_ask, DECLINED, None)
    await db.write(decline_account, declined, "Ce lieu est pour les parents.", by=moderator)
    paused = await db.write(_ask, PAUSED, None)
    await db.write(approve_account, paused, by=moderator)
    await db.write(freeze_account, paused, "Messages insistants à plusieurs voisins.", by=admin)
    await db.write(plan_erasure, people["leaver"][1])
    await db.write(_give_up_a_mail)
    return {
        "application": await db.write(_let_a_program_in, member),
        "invite": str(invite.id),
        "ended_invite": str(over.id),
        "straight_invite": str(straight.id),
        "invitation": invite.token,
        "ended_invitation": over.token,
        "waiting": str(waiting[0]),
        "paused": str(paused),
        "neighbour": str(member.account_id),
        "protected": str(moderator.account_id),
        **await db.write(_mail_links, member, secret),
        "version": str(await db.write(_rewrite_rules, admin)),
        **await meet_people(db, member=member, moderator=moderator, admin=admin),
        **(groups := await found_groups(db, member=member, moderator=moderator, admin=admin)),
        **_quieter(secret, member, int(groups["group"])),
    }


def _quieter(secret: bytes, member: Viewer, group_id: int) -> dict[str, str]:
    """Links of mails and pushes to the member, that make it quieter."""
    links = {
        "fewer": Fewer(member.account_id, Kind.JOIN_REQUEST, group_id),
        "fewer_at_most": Fewer(member.account_id, Kind.NEW_DEVICE),
        "fewer_digests": Fewer(member.account_id, Mail.DAILY),
    }
    return {name: fewer_token(secret, fewer) for name, fewer in links.items()}


async def _hang_up_pictures(
    pictures: Pictures, db: Database, people: dict[str, tuple[str, Viewer]], things: dict[str, str]
) -> None:
    """Ana has a picture, and so has her group; the others have initials."""
    _, member = people["member"]
    face = await pictures.take_in(member, a_file(scene(600, 800)), MediaUse.AVATAR)
    await db.write(change_avatar, member, face.id)
    street = await pictures.take_in(member, a_file(scene(1600, 1000)), MediaUse.COVER)
    await db.write(change_cover, member, GroupId(int(things["group"])), street.id)


def _let_a_program_in(uow: UnitOfWork, member: Viewer) -> str:
    """One is in, another one asks; by what name it is known."""
    account = uow.session.get_one(Account, member.account_id)
    create_token(uow, account, [Scope.READ, Scope.WRITE], label="Tusky", by=OPERATOR)
    asks = ApplicationDraft(
        "Phanpy", ["https://phanpy.example/"], "read write follow push", "https://phanpy.example"
    )
    return register_application(uow, asks).application.client_id


_INVITE = InviteDraft(label="Affiche de la crèche", uses=50, days=30, skips_approval=False)
_STRAIGHT_IN = InviteDraft(label="", uses=None, days=None, skips_approval=True)


def _ask(uow: UnitOfWork, who: tuple[str, str, str, int], invite_id: int | None) -> AccountId:
    """Somebody signs up and confirms their address."""
    name, commune, reason, hours = who
    bare = unicodedata.normalize("NFKD", name.lower())
    handle = "".join(letter for letter in bare if letter.isascii() and letter.isalpha())
    changes = {"name": name, "reason": reason, "place_id": _commune(uow.session, commune)}
    invite = uow.session.get_one(InviteLink, invite_id) if invite_id else None
    account = sign_up(uow, a_sign_up(handle[:20], **changes), invite)
    assert account is not None
    uow.session.flush()
    confirm_account(uow, account)
    account.confirmed_at = uow.now - timedelta(hours=hours)
    return AccountId(account.id)


def _commune(session: Session, text: str) -> int | None:
    found = search_places(session, text) if text else []
    return found[0].id if found else None


def _mail_links(uow: UnitOfWork, member: Viewer, secret: bytes) -> dict[str, str]:
    """The tokens of one mail of each kind, none of them opened yet."""
    account = uow.session.get_one(Account, member.account_id)
    pending = sign_up(uow, a_sign_up("gaspard", name="Gaspard"), None)
    assert pending is not None
    uow.session.flush()
    issue_sign_in(uow, SignInRequested(account.email, "elsewhere", "fr"), JobId(uow.new_id()))
    links = {
        "to_confirm": issue_confirmation(uow, pending, browser="elsewhere").id,
        "to_change": issue_email_change(uow, account, "ana.p@example.org").id,
    }
    uow.session.flush()
    entries = select(EmailLink).where(
        EmailLink.account_id == account.id, EmailLink.purpose == "sign_in"
    )
    links["to_enter"] = uow.session.exec(entries).one().id
    return {name: link_token(secret, link_id) for name, link_id in links.items()}


def _rewrite_rules(uow: UnitOfWork, admin: Viewer) -> int:
    """The rules have an older version, which stays readable."""
    before = find_legal_page(uow.session, LegalKind.RULES, "fr")
    assert before is not None
    text = "# Nos règles\n\n- On se dit *bonjour*.\n- On rend ce qu'on emprunte.\n" * 3
    write_legal_page(uow, LegalKind.RULES, "fr", text, by=admin)
    return before.id


def _give_up_a_mail(uow: UnitOfWork) -> None:
    uow.session.add(
        JobRow(
            id=uow.new_id(),
            name="mail.confirm_email",
            payload="{}",
            state=JobState.DEAD,
            run_at=uow.now,
            attempts=8,
            last_error="MailNotSent: the relay refuses the recipient",
            created_at=uow.now - timedelta(days=1),
        )
    )
