"""From what happened to what a phone shows: real jobs, real HTTP to a push service, real keys."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from fedparents.accounts.models import Account
from fedparents.groups.joining import ask_to_join
from fedparents.instance.models import Instance
from fedparents.jobs.models import JobState
from fedparents.jobs.queries import count_jobs
from fedparents.notifications.channels import Level
from fedparents.notifications.devices import Subscription
from fedparents.notifications.facts import PushesDue
from fedparents.notifications.models import (
    Notification,
    NotificationReader,
    PushSubscription,
)
from fedparents.notifications.rings import ring_held
from fedparents.posts.service import PostDraft, publish_post
from fedparents.swaps.models import Direction
from fedparents.swaps.service import SwapDraft, publish_swap
from tests.rig.builders import a_device, a_group, a_viewer, an_account, join, signed_in
from tests.rig.pages import forms_of
from tests.rig.push import PushService, Recipient, push_service, read_ticket
from tests.web.conftest import sign_in
from web.mail.folder import FolderSender
from web.push.jobs import FIRST_PAUSE
from web.push.keys import public_push_key
from web.push.sending import Outcome, Push

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("clock")]
PARIS = ZoneInfo("Europe/Paris")
NOON = datetime(2026, 11, 25, 12, tzinfo=PARIS).astimezone(UTC)


@pytest.fixture
async def service() -> AsyncIterator[PushService]:
    async with push_service() as running:
        yield running
    assert running.complaints == []


class Phone:
    """Marie's, and what it has shown."""

    def __init__(self, service: PushService) -> None:
        self.service = service
        self.browser = Recipient()

    def shown(self) -> list[dict[str, Any]]:
        return [json.loads(self.browser.open(push.body)) for push in self.service.taken]


class World:
    def __init__(self, place, marie, group):
        self.place, self.marie, self.group = place, marie, group

    async def asks(self, handle):
        viewer = await a_viewer(self.place.db, handle)
        await self.place.db.write(ask_to_join, viewer, self.group, ["Parce que."])
        await self.place.worker.work_until_idle()

    async def device(self):
        return await self.place.db.read(lambda s: s.exec(select(PushSubscription)).one_or_none())

    def mails(self):
        folder = self.place.mailer
        assert isinstance(folder, FolderSender)
        return [folder.find(name) for name in folder.list_names()]


@pytest.fixture
async def world(place, clock):
    clock.set(NOON)
    account = await an_account(place.db, "marie", language="fr")
    marie = await signed_in(place.db, account)
    return World(place, marie, await a_group(place.db, marie))


@pytest.fixture
async def phone(world, service):
    found = Phone(service)
    await a_device(world.place.db, world.marie, service.endpoint("marie"), found.browser)
    return found


async def test_a_push_says_that_there_is_something_and_not_what(world, phone, service):
    await world.asks("ana")
    [said] = phone.shown()
    assert said["title"] == "Parents d'Issy"
    assert said["body"] == "Quelqu’un souhaite rejoindre votre groupe."
    assert "Ana" not in str(said)
    assert "Corentin" not in str(said)
    assert said["url"] == f"/groups/{world.group}/desk"
    assert said["lang"] == "fr"
    [push] = service.taken
    assert push.headers["ttl"] == str(2 * 86400)
    assert push.headers["urgency"] == "normal"
    assert push.headers["topic"] == said["tag"]
    assert len(push.body) < 1000
    assert (await world.place.db.read(count_jobs))[JobState.DEAD] == 0
    assert world.mails() == []


async def test_whoever_wants_it_reads_more(world, phone):
    await change(world, shows_words=True)
    await world.asks("ana")
    [said] = phone.shown()
    assert said["body"] == "Ana souhaite rejoindre Parents du Corentin"


async def test_an_answer_wakes_the_phone_and_keeps_its_words_to_itself(world, phone, service):
    db, bao = world.place.db, await a_viewer(world.place.db, "bao")
    await join(db, bao, world.group, world.marie)
    ask = SwapDraft(PostDraft(text="Une poussette ?", group_id=world.group), Direction.ASK)
    post = (await db.write(publish_swap, world.marie, ask)).post
    answer = PostDraft(text="J'en ai une au sous-sol.", in_reply_to_id=post.id)
    said = (await db.write(publish_post, bao, answer)).post
    await world.place.worker.work_until_idle()
    [shown] = phone.shown()
    assert (shown["body"], shown["url"]) == ("Quelqu’un vous a répondu.", f"/p/{said.id}")
    assert "Bao" not in str(shown)
    assert "sous-sol" not in str(shown)
    assert service.taken[0].headers["urgency"] == "high"


async def change(world, **said):
    reader = NotificationReader(account_id=world.marie.account_id, **said)
    await world.place.db.write(lambda uow: uow.session.merge(reader))


async def test_what_rings_together_is_one_push(world, phone, clock):
    for handle in ("ana", "bao", "chloe"):
        await world.asks(handle)
    clock.advance(minutes=15)
    await world.place.db.write(ring_held)
    await world.place.worker.work_until_idle()
    first, together = phone.shown()
    assert together["body"] == "Quelqu’un souhaite rejoindre votre groupe. Et 1 autre."
    # On the phone the second takes the place of the first.
    assert together["tag"] == first["tag"]
    assert together["id"] > first["id"]


async def test_a_push_that_is_sent_again_is_the_same_to_the_phone(world, phone, place):
    """As after a crash between sending and finishing: another body, the same tag and topic."""
    await world.asks("ana")
    ids = await place.db.read(lambda s: list(s.exec(select(Notification.id))))
    await place.db.write(lambda uow: uow.record(PushesDue([ids])))
    await place.worker.work_until_idle()
    one, other = phone.shown()
    assert one == other
    assert phone.service.taken[0].headers["topic"] == phone.service.taken[1].headers["topic"]
    assert phone.service.taken[0].body != phone.service.taken[1].body


@pytest.mark.parametrize("status", [404, 410])
async def test_a_subscription_that_is_gone_is_forgotten_and_mail_takes_over(
    world, phone, service, status
):
    service.status = status
    await world.asks("ana")
    assert await world.device() is None
    [mail] = world.mails()
    assert mail["To"] == "marie@example.org"
    assert "/fewer/" in mail.get_body(("plain",)).get_content()
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "Ana" not in mail.as_string()


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_service_that_is_busy_gets_it_later(world, phone, service, clock, status):
    service.status = status
    await world.asks("ana")
    assert (service.asked, service.taken) == (1, [])
    assert (await world.device()).failing_since_at is not None
    clock.advance(FIRST_PAUSE)
    await world.place.worker.work_until_idle()
    assert service.asked == 2
    service.status = 201
    clock.advance(hours=1)
    await world.place.worker.work_until_idle()
    assert len(phone.shown()) == 1
    assert (await world.device()).failing_since_at is None
    assert (await world.place.db.read(count_jobs))[JobState.DEAD] == 0


async def test_a_service_says_when_to_come_back(world, phone, service, clock):
    service.status, service.retry_after = 429, "600"
    await world.asks("ana")
    clock.advance(minutes=9)
    await world.place.worker.work_until_idle()
    assert service.asked == 1
    service.status = 201
    clock.advance(minutes=2)
    await world.place.worker.work_until_idle()
    assert len(phone.shown()) == 1


async def test_after_two_days_nobody_needs_to_hear_of_it(world, phone, service, clock):
    service.status = 503
    await world.asks("ana")
    for _ in range(20):
        clock.advance(hours=6)
        await world.place.worker.work_until_idle()
    asked = service.asked
    clock.advance(days=1)
    await world.place.worker.work_until_idle()
    assert service.asked == asked
    waiting = await world.place.db.read(count_jobs)
    assert waiting == {JobState.WAITING: 0, JobState.DEAD: 0}


async def test_a_service_that_keeps_failing_is_left_alone_for_a_while(world, phone, service):
    service.status = 500
    device = await world.device()
    to = Subscription(device.id, device.endpoint, device.p256dh, device.auth, False)
    push = Push(b"{}", "topic", timedelta(days=1), False, "mailto:marie@issy.example")
    for _ in range(10):
        answered = await world.place.courier.send(to, push)
        assert answered.outcome == Outcome.LATER
    assert service.asked == 5


async def test_who_turned_it_off_meanwhile_hears_nothing(world, phone, service, clock):
    service.status = 503
    await world.asks("ana")
    await change(world, level=Level.DIGEST)
    service.status = 201
    clock.advance(hours=1)
    await world.place.worker.work_until_idle()
    assert service.taken == []


async def test_who_has_seen_it_meanwhile_hears_nothing(world, phone, service, clock):
    service.status = 503
    await world.asks("ana")
    await change(world, seen_id=10**9)
    service.status = 201
    clock.advance(hours=1)
    await world.place.worker.work_until_idle()
    assert service.taken == []


async def test_quiet_hours_hold_a_push_until_the_morning(world, phone, clock):
    clock.set(NOON.replace(hour=22))
    await world.asks("ana")
    assert phone.shown() == []
    clock.set(NOON.replace(hour=5, minute=30) + timedelta(days=1))
    await world.place.worker.plan_schedules()
    clock.advance(minutes=1)
    await world.place.worker.work_until_idle()
    assert len(phone.shown()) == 1


async def test_a_private_address_is_not_called(world, service):
    """In production nothing private is; here what lies outside the networks that are allowed."""
    await a_device(world.place.db, world.marie, "http://10.1.2.3/push")
    await world.asks("ana")
    assert service.asked == 0
    assert (await world.device()).failing_since_at is not None


async def test_the_place_has_somebody_to_write_to_or_is_named(world, phone, service, place):
    def forget_contact(uow):
        uow.session.exec(select(Instance)).one().contact_email = ""

    await place.db.write(forget_contact)
    await world.asks("ana")
    ticket = read_ticket(service.taken[0].headers["authorization"])
    assert ticket.claims["sub"] == place.settings.base_url
    assert ticket.key == public_push_key(place.secret)


async def test_without_a_device_the_first_request_is_mailed_at_once(world, clock):
    await world.asks("ana")
    assert len(world.mails()) == 1
    await world.asks("bao")
    assert len(world.mails()) == 1
    clock.advance(minutes=15)
    await world.place.db.write(ring_held)
    await world.place.worker.work_until_idle()
    newest = world.mails()[0]
    assert "2 personnes" in str(newest["Subject"])


async def test_with_a_device_the_mail_waits_some_hours_for_whoever_does_not_look(
    world, phone, clock
):
    await world.asks("ana")
    await world.asks("bao")
    assert world.mails() == []
    clock.advance(hours=4)
    await world.place.worker.work_until_idle()
    [mail] = world.mails()
    assert "2 personnes" in str(mail["Subject"])


async def test_whoever_looked_gets_no_mail(world, phone, clock):
    await world.asks("ana")
    await change(world, seen_id=10**9)
    clock.advance(hours=4)
    await world.place.worker.work_until_idle()
    assert world.mails() == []


async def test_one_can_try_whether_it_arrives(world, phone, place, visitor):
    account = await place.db.read(lambda s: s.get(Account, world.marie.account_id))
    await sign_in(place, visitor, account)
    # The browser of the visitor is another one: its owner's phone rings all the same.
    page = await visitor.get("/settings/notifications")
    form = next(f for f in forms_of(page.text) if f.action == "/settings/notifications/test")
    origin = {"Origin": place.settings.base_url}
    await visitor.post(form.action, data=form.answers, headers=origin)
    [said] = phone.shown()
    assert said["body"] == "Ça marche\u00a0: cet appareil vous prévient."
    assert "remis" in (await visitor.get("/settings/notifications")).text
    phone.service.status = 500
    await visitor.post(form.action, data=form.answers, headers=origin)
    assert "pas pu" in (await visitor.get("/settings/notifications")).text
