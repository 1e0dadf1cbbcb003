"""Pushes as jobs: a handful at a time, and one by one where a push service makes it wait."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlmodel import Session

from fedparents import clock
from fedparents.db import Database, UnitOfWork
from fedparents.instance.views import InstanceView, get_instance_view
from fedparents.jobs import GiveUp, Job, JobKind, TryLater
from fedparents.notifications.apps import Part, list_app_subscriptions, share_out
from fedparents.notifications.devices import (
    Subscription,
    SubscriptionTable,
    list_subscriptions,
    note_arrived,
    note_failed,
    note_gone,
)
from fedparents.notifications.facts import PushDueAgain, PushesDue
from fedparents.notifications.kinds import RULES
from fedparents.notifications.models import AppSubscription, PushSubscription
from fedparents.notifications.rings import Ring, hold_again, list_rings, ring_by_mail
from web.push.sending import Answered, Courier, Outcome, Push
from web.push.wording import Wording

FIRST_PAUSE: Final = timedelta(seconds=30)
_LONGEST_PAUSE: Final = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Envelope:
    """One bundle, and what of it goes to which devices of the one who is told."""

    ids: Sequence[int]
    ring: Ring
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class Sent:
    envelope: Envelope
    device: Subscription
    answered: Answered


def push_jobs(db: Database, courier: Courier, wording: Wording) -> tuple[JobKind[Any], ...]:
    async def push(job: Job[PushesDue]) -> None:
        place, envelopes = await db.read(_read, job.fact.bundles, clock.now())
        await _hold_what_waits(db, envelopes)
        sent = await _send(courier, wording, place, envelopes)
        if any(_is_news(each) for each in sent):
            await db.write(settle, sent)

    async def push_again(job: Job[PushDueAgain]) -> None:
        place, envelopes = await db.read(_read, [job.fact.bundle], clock.now())
        await _hold_what_waits(db, envelopes)
        for envelope in envelopes:
            only = _only(envelope, job.fact)
            if clock.now() - job.created_at > RULES[envelope.ring.views[0].kind].lasts:
                raise GiveUp("nobody needs to hear of it any more")
            sent = await _send(courier, wording, place, [only])
            if any(each.answered.outcome == Outcome.LATER for each in sent):
                waited = clock.now() - job.created_at
                pause = min(max(waited, FIRST_PAUSE), _LONGEST_PAUSE)
                raise TryLater(max(pause, *(each.answered.after for each in sent)), "not taken yet")
            await db.write(settle, sent)

    return (
        JobKind("push.send", PushesDue, push, is_urgent=True),
        JobKind("push.send_again", PushDueAgain, push_again),
    )


def settle(uow: UnitOfWork, sent: Iterable[Sent]) -> None:
    """Remember what the services said; what one did not take is tried again, what reached none of
    somebody's devices goes by mail where it should not wait."""
    said = {outcome: [s for s in sent if s.answered.outcome == outcome] for outcome in Outcome}
    late = said[Outcome.LATER]
    for table in (PushSubscription, AppSubscription):
        note_arrived(uow, _ids(said[Outcome.ARRIVED], table), table)
        note_gone(uow, _ids(said[Outcome.GONE], table), table)
        note_failed(uow, _ids([*late, *said[Outcome.REFUSED]], table), table)
    for each in late:
        is_app = each.device.app is not None
        again = PushDueAgain(each.device.id, list(each.envelope.ids), is_app)
        uow.record(again, at=uow.now + max(FIRST_PAUSE, each.answered.after))
    for each in said[Outcome.GONE]:
        ring_by_mail(uow, each.envelope.ids)


def _read(
    session: Session, bundles: Iterable[Sequence[int]], now: datetime
) -> tuple[InstanceView, list[Envelope]]:
    """What is still to be said of these; whoever was erased is told nothing."""
    place = get_instance_view(session)
    rings = list_rings(session, bundles, now=now, zone=place.zone)
    accounts = [ring.account_id for _, ring in rings]
    browsers = list_subscriptions(session, accounts, now=now)
    apps = list_app_subscriptions(session, accounts, now=now)
    envelopes = []
    for ids, ring in rings:
        theirs = browsers.get(ring.account_id, []), apps.get(ring.account_id, [])
        envelopes.append(Envelope(ids, ring, share_out(session, ring, *theirs)))
    return place, envelopes


def _only(envelope: Envelope, fact: PushDueAgain) -> Envelope:
    """For the one device that did not get it."""
    parts = []
    for part in envelope.parts:
        devices = [
            each
            for each in part.devices
            if each.id == fact.subscription_id and (each.app is not None) == fact.is_app
        ]
        if devices:
            parts.append(Part(part.ring, devices))
    return Envelope(envelope.ids, envelope.ring, parts)


def _ids(sent: Iterable[Sent], table: SubscriptionTable) -> list[int]:
    return [each.device.id for each in sent if each.device.table is table]


async def _hold_what_waits(db: Database, envelopes: list[Envelope]) -> None:
    """Take out what quiet hours have overtaken."""
    for envelope in tuple(envelopes):
        if envelope.ring.wait_until is not None:
            envelopes.remove(envelope)
            ids = [view.id for view in envelope.ring.views]
            await db.write(hold_again, ids, envelope.ring.wait_until)


async def _send(
    courier: Courier, wording: Wording, place: InstanceView, envelopes: Iterable[Envelope]
) -> list[Sent]:
    async def one(envelope: Envelope, device: Subscription, push: Push) -> Sent:
        return Sent(envelope, device, await courier.send(device, push))

    going = []
    for envelope in envelopes:
        for part in envelope.parts:
            app = part.devices[0].app
            push = wording.push_of(part.ring, place, app)
            going += [one(envelope, device, push) for device in part.devices]
    return list(await asyncio.gather(*going))


def _is_news(sent: Sent) -> bool:
    """Whether there is something to write down: most pushes arrive as the last one did."""
    return sent.answered.outcome != Outcome.ARRIVED or sent.device.is_worth_noting
