"""Coming in through an app: the same door, rules and mails as in a browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import col, select

from fedparents.accounts.deciding import approve_account
from fedparents.accounts.invites import InviteDraft, create_invite
from fedparents.accounts.models import Account, AccountState, Consent, Role
from fedparents.accounts.queries import find_account_by_handle
from fedparents.instance.models import Instance, LegalPage, Registrations
from tests.rig.builders import a_viewer, an_account
from tests.rig.mailbox import link_in, mails_to, newest_to
from tests.rig.pages import submit
from tests.web.api.conftest import token_for

PATH = "/api/v1/accounts"
WHO = "/api/v1/accounts/verify_credentials"
APP = {"client_name": "Tusky", "redirect_uris": "x://y", "scopes": "read write push"}
BAO = {
    "username": "bao_n",
    "email": "bao@example.org",
    "password": "une poussette bleue",
    "agreement": True,
    "locale": "fr",
    "reason": "Nous venons d'arriver.",
    "date_of_birth": "1990-06-15",
}


@pytest.fixture
async def app(visitor):
    """The headers of an app that acts for nobody yet."""
    made = (await visitor.post("/api/v1/apps", json=APP)).json()
    asked = {
        "grant_type": "client_credentials",
        "scope": "read write push",
        "client_id": made["client_id"],
        "client_secret": made["client_secret"],
    }
    token = (await visitor.post("/oauth/token", json=asked)).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


async def change_place(place, **changes):
    def change(uow):
        instance = uow.session.get_one(Instance, 1)
        for name, value in changes.items():
            setattr(instance, name, value)
        uow.session.add(instance)

    await place.db.write(change)


async def bao_of(place):
    return await place.db.read(find_account_by_handle, "bao_n")


async def refused(visitor, app, **changed):
    answer = await visitor.post(PATH, headers=app, json=BAO | changed)
    assert answer.status_code == 422, answer.text
    told = answer.json()
    assert told["error"].startswith("Validation failed")
    return {name: [each["error"] for each in said] for name, said in told["details"].items()}


async def test_from_an_app_to_the_queue_and_in(place, visitor, app):
    made = await visitor.post(PATH, headers=app, json=BAO)
    assert made.status_code == 200, made.text
    token = made.json()
    assert (token["token_type"], token["scope"]) == ("Bearer", "read write push")
    assert isinstance(token["created_at"], int)
    bao = await bao_of(place)
    assert (bao.account.state, bao.account.language) == (AccountState.EMAIL_PENDING, "fr")
    assert bao.actor.display_name == "bao_n"
    mine = {"Authorization": f"Bearer {token['access_token']}"}

    async def who():
        answer = await visitor.get(WHO, headers=mine)
        return answer.status_code, answer.json().get("error") or answer.json()["username"]

    assert await who() == (403, "Your login is missing a confirmed e-mail address")
    link = link_in(await newest_to(place, "bao@example.org"), "/confirm")
    await submit(visitor, link)
    assert await who() == (403, "Your login is currently pending approval")
    marie = await a_viewer(place.db, "marie", role=Role.ADMIN)
    await place.db.write(approve_account, bao.account.id, by=marie)
    assert await who() == (200, "bao_n")
    stored = (await bao_of(place)).account.password_hash
    assert await place.passwords.find_match([stored], BAO["password"], tries=1) is not None


async def test_what_was_agreed_to_is_kept_with_its_version(place, visitor, app):
    await visitor.post(PATH, headers=app, data={**BAO, "agreement": "true"})
    consents = await place.db.read(
        lambda session: session.exec(
            select(Consent.kind, LegalPage.kind).join(
                LegalPage, col(Consent.version) == LegalPage.id
            )
        ).all()
    )
    assert sorted(consents) == [("privacy", "privacy"), ("rules", "rules")]


async def test_all_that_is_wrong_is_said_at_once(place, visitor, app):
    nothing = await visitor.post(PATH, headers=app, json={})
    assert nothing.status_code == 422
    assert {name: said[0]["error"] for name, said in nothing.json()["details"].items()} == {
        "username": "ERR_BLANK",
        "email": "ERR_BLANK",
        "password": "ERR_BLANK",
        "agreement": "ERR_ACCEPTED",
        "date_of_birth": "ERR_BLANK",
        "reason": "ERR_BLANK",
    }
    both = await visitor.post(PATH, headers=app, json=BAO | {"username": "b", "password": "short"})
    details = both.json()["details"]
    assert "3" in details["username"][0]["description"]
    assert "10" in details["password"][0]["description"]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("username", "ana", "ERR_TAKEN"),
        ("username", "admin", "ERR_RESERVED"),
        ("username", "x" * 31, "ERR_TOO_LONG"),
        ("username", "é è", "ERR_INVALID"),
        ("email", "bao", "ERR_INVALID"),
        ("email", "bao@blocked.example", "ERR_BLOCKED"),
        ("password", "bao@example.org", "ERR_INVALID"),
        ("agreement", "false", "ERR_ACCEPTED"),
        ("date_of_birth", "yesterday", "ERR_INVALID"),
        ("date_of_birth", "1790-01-01", "ERR_INVALID"),
        ("date_of_birth", "2020-01-01", "ERR_BELOW_LIMIT"),
        ("reason", " ", "ERR_BLANK"),
        ("invite_code", "nope", "ERR_INVALID"),
    ],
)
async def test_what_cannot_be_taken_has_a_name(place, visitor, app, name, value, code):
    await an_account(place.db, "ana")
    await change_place(place, blocked_mail_domains="blocked.example")
    told = await refused(visitor, app, **{name: value})
    assert told == {name: [code]}
    assert await bao_of(place) is None


async def test_a_birthday_counts_to_the_day(place, visitor, app, clock):
    await change_place(place, minimum_age=15)
    today = clock().date()
    turned = today.replace(year=today.year - 15)
    tomorrow = turned + timedelta(days=1)
    told = await refused(visitor, app, date_of_birth=tomorrow.isoformat())
    assert told == {"date_of_birth": ["ERR_BELOW_LIMIT"]}
    made = await visitor.post(PATH, headers=app, json=BAO | {"date_of_birth": turned.isoformat()})
    assert made.status_code == 200, made.text
    assert (await bao_of(place)).account.restricted_until is not None


@pytest.mark.parametrize("registrations", [Registrations.CLOSED, Registrations.INVITED])
async def test_a_door_that_is_closed_is_closed_to_apps(place, visitor, app, registrations):
    await change_place(place, registrations=registrations)
    answer = await visitor.post(PATH, headers=app, json=BAO)
    assert (answer.status_code, answer.json()) == (403, {"error": "This action is not allowed"})
    assert await bao_of(place) is None


async def test_an_invitation_opens_it(place, visitor, app):
    await change_place(place, registrations=Registrations.INVITED)
    marie = await a_viewer(place.db, "marie", role=Role.ADMIN)
    draft = InviteDraft(label="", uses=1, days=None, skips_approval=True)
    invite = await place.db.write(create_invite, marie, draft)
    sent = BAO | {"invite_code": invite.token, "reason": ""}
    made = await visitor.post(PATH, headers=app, json=sent)
    assert made.status_code == 200, made.text
    await submit(visitor, link_in(await newest_to(place, "bao@example.org"), "/confirm"))
    assert (await bao_of(place)).account.state == AccountState.ACTIVE
    told = await refused(visitor, app, invite_code=invite.token, username="bao_2")
    assert told == {"invite_code": ["ERR_INVALID"]}


async def test_who_has_an_account_here_is_not_told_to_others(place, visitor, app):
    """A mailbox that is used up gets the same answer, and a mail."""
    for handle in ("ana", "ben"):
        await an_account(place.db, handle, email="bao@example.org")
    before = len(await mails_to(place, "bao@example.org"))
    answer = await visitor.post(PATH, headers=app, json=BAO)
    assert answer.status_code == 200, answer.text
    assert set(answer.json()) == {"access_token", "token_type", "scope", "created_at"}
    mine = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    assert (await visitor.get(WHO, headers=mine)).status_code == 403
    mails = await mails_to(place, "bao@example.org")
    assert len(mails) == before + 1
    assert "/confirm" not in str(mails[0].get_body(("plain",)))


async def test_the_mail_can_be_asked_for_again(place, visitor, app):
    token = (await visitor.post(PATH, headers=app, json=BAO)).json()["access_token"]
    mine = {"Authorization": f"Bearer {token}"}
    first = len(await mails_to(place, "bao@example.org"))
    again = await visitor.post("/api/v1/emails/confirmations", headers=mine)
    assert (again.status_code, again.json()) == (200, {})
    assert len(await mails_to(place, "bao@example.org")) == first + 1
    await submit(visitor, link_in(await newest_to(place, "bao@example.org"), "/confirm"))
    bao = await bao_of(place)

    def let_in(uow):
        uow.session.get_one(Account, bao.account.id).state = AccountState.ACTIVE

    await place.db.write(let_in)
    late = await visitor.post("/api/v1/emails/confirmations", headers=mine)
    assert late.status_code == 403
    assert "awaiting confirmation" in late.json()["error"]


async def test_only_a_program_of_its_own_signs_somebody_up(place, visitor):
    ana = await token_for(place, await an_account(place.db, "ana"), "read write")
    assert (await visitor.post(PATH, headers=ana, json=BAO)).status_code == 403
    assert (await visitor.post(PATH, json=BAO)).status_code == 401
    assert await bao_of(place) is None
