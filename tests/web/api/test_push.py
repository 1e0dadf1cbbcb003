"""Apps that take pushes: from subscribing to what a phone shows, with real jobs, HTTP and keys."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from fedparents.accounts.sessions import end_all_sessions
from fedparents.applications.models import AccessToken
from fedparents.applications.tokens import revoke_token
from fedparents.db import UnitOfWork
from fedparents.notifications.apps import MOST_APPS
from fedparents.notifications.channels import Choice, Level
from fedparents.notifications.kinds import Kind, Mail
from fedparents.notifications.models import (
    AppSubscription,
    NotificationReader,
    PushSubscription,
)
from fedparents.notifications.retention import count_idle_devices, forget_idle_devices
from fedparents.notifications.wishes import write_choices
from fedparents.posts.models import Audience
from tests.rig.builders import a_device
from tests.rig.mailbox import mails_to
from tests.rig.push import PushService, Recipient, push_service, read_ticket
from tests.web.api.conftest import token_for
from tests.web.api.town import a_town
from web.push.jobs import FIRST_PAUSE
from web.push.keys import public_push_key

pytestmark = pytest.mark.usefixtures("clock")
PARIS = ZoneInfo("Europe/Paris")
NOON = datetime(2026, 11, 25, 12, tzinfo=PARIS).astimezone(UTC)
PATH = "/v1/push/subscription"
WORDS = (
    *("mention", "quote", "status", "reblog", "follow", "follow_request", "favourite", "poll"),
    *("update", "quoted_update", "admin.sign_up", "admin.report"),
)
ALL = dict.fromkeys(WORDS, True)


@pytest.fixture
async def service() -> AsyncIterator[PushService]:
    async with push_service() as running:
        yield running
    assert running.complaints == []


@pytest.fixture
async def town(place, visitor, clock):
    clock.set(NOON)
    return await a_town(place, visitor)


class Phone:
    """Ana's, and what its app has got."""

    def __init__(self, town, service, *, is_standard=False, name="ana"):
        self.service, self.keys, self.name = service, Recipient(), name
        self.asked = {
            "endpoint": service.endpoint(name),
            "keys": {"p256dh": self.keys.p256dh, "auth": self.keys.auth},
        }
        if is_standard:
            self.asked["standard"] = True
        self.is_standard = is_standard

    def opened(self, push):
        if self.is_standard:
            return json.loads(self.keys.open(push.body))
        return json.loads(self.keys.open_as_before(push.body, push.headers))

    def got(self):
        return [self.opened(push) for push in self.service.taken if push.path == self.name]


@pytest.fixture
async def phone(town, service):
    found = Phone(town, service)
    await town.ana.post(PATH, subscription=found.asked, data={"alerts": ALL})
    return found


def token_of(program):
    return program.headers["Authorization"].split()[1]


async def mention(town, by=None, text="@ana le pédiatre est là"):
    made = await (by or town.bao).post("/v1/statuses", status=text)
    await town.settle()
    return made["id"]


async def wish(town, **said):
    reader = NotificationReader(account_id=town.ana.account.id, **said)
    await town.place.db.write(lambda uow: uow.session.merge(reader))


class TestSubscribing:
    async def test_an_app_is_told_what_it_asked_for(self, town, service, place):
        phone = Phone(town, service)
        nothing = await town.ana.get(PATH, 404)
        assert nothing == {"error": "Record not found"}
        made = await town.ana.post(
            PATH, subscription=phone.asked, data={"alerts": {"mention": True}, "policy": "followed"}
        )
        assert made == {
            "id": made["id"],
            "endpoint": phone.asked["endpoint"],
            "standard": False,
            "server_key": public_push_key(place.secret),
            "policy": "followed",
            "alerts": dict.fromkeys(WORDS, False) | {"mention": True},
        }
        assert isinstance(made["id"], int)
        assert made["id"] < 2**31
        assert await town.ana.get(PATH) == made

    async def test_it_may_be_sent_as_a_form_or_a_query(self, town, visitor, service):
        phone = Phone(town, service)
        sent = {
            "subscription[endpoint]": phone.asked["endpoint"],
            "subscription[keys][p256dh]": phone.keys.p256dh + "==",
            "subscription[keys][auth]": phone.keys.auth.replace("-", "+").replace("_", "/"),
            "subscription[standard]": "true",
            "data[alerts][admin.report]": "1",
            "data[alerts][poll]": "false",
            "data[policy]": "follower",
        }
        for how in ("data", "params"):
            answer = await visitor.post(f"/api{PATH}", headers=town.ana.headers, **{how: sent})
            assert answer.status_code == 200, answer.text
            told = answer.json()
            assert (told["standard"], told["policy"]) == (True, "follower")
            assert [word for word in WORDS if told["alerts"][word]] == ["admin.report"]

    async def test_what_it_wants_can_be_changed_and_ended(self, town, service, phone):
        changed = await town.ana.send("PUT", PATH, data={"alerts": {"poll": True}})
        assert [word for word in WORDS if changed["alerts"][word]] == ["poll"]
        moved = await town.ana.send("PUT", PATH, policy="none")
        assert (moved["policy"], moved["alerts"]["poll"]) == ("none", True)
        assert moved["endpoint"] == phone.asked["endpoint"]
        for _ in range(2):
            assert await town.ana.send("DELETE", PATH) == {}
        await town.ana.get(PATH, 404)
        await town.ana.send("PUT", PATH, 404, policy="all")

    async def test_one_token_has_one_and_another_has_its_own(self, town, place, service, visitor):
        first, second = Phone(town, service), Phone(town, service, name="other")
        await town.ana.post(PATH, subscription=first.asked)
        made = await town.ana.post(PATH, subscription=second.asked)
        assert made["endpoint"] == service.endpoint("other")
        # Another account in the same browser has the same address there.
        await town.bao.post(PATH, subscription=second.asked)
        again = await token_for(place, town.ana.account, "push")
        assert (await visitor.get(f"/api{PATH}", headers=again)).status_code == 404
        rows = await place.db.read(lambda s: s.exec(select(AppSubscription)).all())
        assert len(rows) == 2

    @pytest.mark.parametrize(
        "wrong",
        [
            {"endpoint": ""},
            {"endpoint": "ftp://push.example.org/1"},
            {"endpoint": "https://push.example.org/\n"},
            {"keys": {"p256dh": "AAAA", "auth": "AAAAAAAAAAAAAAAAAAAAAA"}},
            {"keys": {"p256dh": "B" + "A" * 86, "auth": "AAAA"}},
            {"keys": "x"},
            {"keys": None},
        ],
    )
    async def test_what_no_app_says_is_refused(self, town, service, wrong):
        sent = Phone(town, service).asked | wrong
        refused = await town.ana.post(PATH, 422, subscription=sent)
        assert refused["error"].startswith("Validation failed")
        await town.ana.post(PATH, 422, subscription=Phone(town, service).asked, policy="friends")
        await town.ana.get(PATH, 404)

    async def test_only_so_many_apps_are_pushed_to(self, town, place, service, visitor):
        for _ in range(MOST_APPS + 1):
            headers = await token_for(place, town.ana.account, "push")
            sent = {"subscription": Phone(town, service).asked}
            await visitor.post(f"/api{PATH}", headers=headers, json=sent)
        rows = await place.db.read(lambda s: s.exec(select(AppSubscription)).all())
        assert len(rows) == MOST_APPS

    async def test_the_token_is_not_kept_where_it_could_be_read(self, town, place, phone):
        [row] = await place.db.read(lambda s: s.exec(select(AppSubscription)).all())
        assert token_of(town.ana).encode() not in row.sealed_token


class TestPushing:
    @pytest.mark.parametrize("is_standard", [True, False])
    async def test_an_app_gets_its_seven_fields(self, town, service, place, is_standard):
        phone = Phone(town, service, is_standard=is_standard)
        await town.ana.post(PATH, subscription=phone.asked, data={"alerts": ALL})
        await mention(town)
        [said] = phone.got()
        assert said == {
            "access_token": token_of(town.ana),
            "preferred_locale": "fr",
            "notification_id": said["notification_id"],
            "notification_type": "mention",
            "icon": said["icon"],
            "title": "Parents d'Issy",
            "body": "Quelqu’un vous mentionne.",
        }
        assert (await town.bao.visitor.get(said["icon"])).headers["content-type"] == "image/png"
        told = await town.ana.get(f"/v1/notifications/{said['notification_id']}")
        assert told["type"] == "mention"
        [push] = service.taken
        key = push.headers.get("crypto-key", "").rpartition("=")[2]
        ticket = read_ticket(push.headers["authorization"], key)
        assert ticket.key == public_push_key(place.secret)
        assert push.headers["content-encoding"] == ("aes128gcm" if is_standard else "aesgcm")
        assert push.headers["content-type"] == "application/octet-stream"
        assert push.headers["ttl"] == str(2 * 86400)
        assert len(push.body) < 3000

    async def test_a_lock_screen_says_nothing_of_a_closed_group(self, town, phone):
        number = await town.say(town.ana, "Une poussette ?", group_id=town.closed)
        await town.say(town.lea, "La mienne est libre", in_reply_to_id=int(number))
        [said] = phone.got()
        assert said["body"] == "Quelqu’un vous a répondu."
        for word in ("poussette", "libre", "Léa", "Lea", "Poussettes"):
            assert word not in f"{said['title']} {said['body']} {said['icon']}"

    async def test_whoever_wants_it_reads_more(self, town, phone):
        await wish(town, shows_words=True)
        await mention(town, text=f"@ana {'très ' * 60}long")
        [said] = phone.got()
        assert "Bao" in said["body"]
        assert len(said["body"]) <= 140

    async def test_an_app_gets_what_was_turned_on_in_it(self, town, phone):
        """Also what browsers are not told of unless one asks."""
        number = await town.say(town.ana, "Bonjour", audience=Audience.HERE)
        await town.bao.post(f"/v1/statuses/{number}/favourite")
        await town.settle()
        assert [said["notification_type"] for said in phone.got()] == ["favourite"]
        await town.ana.send("PUT", PATH, data={"alerts": {"favourite": True}})
        await mention(town)
        assert len(phone.got()) == 1

    async def test_browsers_hear_no_more_than_before(self, town, service, place, phone):
        browser = Recipient()
        await a_device(place.db, town.ana.viewer, service.endpoint("browser"), browser)
        number = await town.say(town.ana, "Bonjour", audience=Audience.HERE)
        await town.bao.post(f"/v1/statuses/{number}/favourite")
        await town.settle()
        assert [push.path for push in service.taken] == ["ana"]
        await mention(town)
        assert sorted(push.path for push in service.taken) == ["ana", "ana", "browser"]

    async def test_what_was_turned_off_on_the_page_stays_off(self, town, phone):
        off = {Kind.MENTION: Choice(push=False, mail=Mail.NEVER)}
        await wish(town, choices=write_choices(off))
        await mention(town)
        await wish(town, level=Level.DIGEST)
        await mention(town)
        assert phone.got() == []

    async def test_quiet_hours_are_quiet_for_apps_too(self, town, phone, clock):
        clock.set(NOON.replace(hour=22))
        await mention(town)
        assert phone.got() == []
        clock.set(NOON.replace(hour=5, minute=30) + timedelta(days=1))
        await town.place.worker.plan_schedules()
        clock.advance(minutes=1)
        await town.settle()
        assert len(phone.got()) == 1

    @pytest.mark.parametrize(
        ("policy", "heard"),
        [("all", ["bao", "lea"]), ("followed", ["lea"]), ("follower", ["bao"]), ("none", [])],
    )
    async def test_an_app_may_want_those_alone_whom_one_knows(self, town, phone, policy, heard):
        await wish(town, shows_words=True)
        await town.ana.send("PUT", PATH, data={"alerts": {"mention": True}, "policy": policy})
        for one, other in ((town.ana, town.lea), (town.bao, town.ana)):
            await one.post(f"/v1/accounts/{other.id}/follow")
            await other.post(f"/v1/follow_requests/{one.id}/authorize")
        await mention(town, by=town.bao)
        await mention(town, by=town.lea)
        bodies = " ".join(said["body"] for said in phone.got())
        assert [name for name in ("bao", "lea") if name.title() in bodies] == heard

    async def test_what_is_said_in_a_group_is_of_somebody_one_follows(self, town, phone):
        await town.ana.send("PUT", PATH, data={"alerts": ALL, "policy": "followed"})
        await town.say(town.lea, "Qui vient samedi ?", group_id=town.closed)
        number = await town.say(town.ana, "Une poussette ?", group_id=town.closed)
        await town.say(town.lea, "La mienne", in_reply_to_id=int(number))
        assert "mention" in {said["notification_type"] for said in phone.got()}


class TestEnding:
    async def test_a_token_that_ends_ends_its_pushes(self, town, place, phone):
        def revoke(uow):
            found = uow.session.exec(
                select(AccessToken).where(AccessToken.account_id == town.ana.account.id)
            ).one()
            revoke_token(uow, found.id, by=town.ana.viewer)

        await place.db.write(revoke)
        await mention(town)
        assert phone.got() == []
        assert await self.idle(place) == 1
        await place.db.write(forget_idle_devices, timedelta(days=60))
        assert await self.idle(place) == 0

    async def test_signing_out_everywhere_ends_them_too(self, town, place, phone, clock):
        clock.advance(seconds=1)

        await place.db.write(end_all_sessions, town.ana.account.id)
        await mention(town)
        assert phone.got() == []
        assert await self.idle(place) == 1

    async def idle(self, place):
        now = datetime.now(UTC) + timedelta(days=365)
        return await place.db.read(count_idle_devices, now, timedelta(days=600))

    @pytest.mark.parametrize("status", [404, 410])
    async def test_one_that_is_gone_is_forgotten_and_mail_takes_over(
        self, town, place, phone, service, status
    ):
        service.status = status
        await mention(town)
        await town.ana.get(PATH, 404)
        assert len(await mails_to(place, "ana@example.org")) == 1

    async def test_a_busy_service_gets_it_later_and_only_there(
        self, town, place, phone, service, clock
    ):
        """Of a browser and an app with one number, the app alone is asked again."""
        clock.advance(minutes=1)  # Ana has been told that she is in the group
        await town.settle()
        browser = await a_device(
            place.db, town.ana.viewer, service.endpoint("browser"), Recipient()
        )

        def share_a_number(uow: UnitOfWork) -> None:
            app = uow.session.exec(select(AppSubscription.id)).one()
            assert app is not None
            uow.session.get_one(PushSubscription, browser.id).id = app

        await place.db.write(share_a_number)
        service.busy = {"ana"}
        await mention(town)
        assert [push.path for push in service.taken] == ["browser"]
        service.busy = set()
        clock.advance(FIRST_PAUSE)
        await town.settle()
        assert [push.path for push in service.taken] == ["browser", "ana"]
        assert len(phone.got()) == 1

    async def test_a_private_address_is_not_called(self, town, service):
        phone = Phone(town, service)
        asked = phone.asked | {"endpoint": "http://10.1.2.3/push"}
        await town.ana.post(PATH, subscription=asked, data={"alerts": ALL})
        await mention(town)
        assert service.asked == 0
