"""A closed group with somebody to tell, and what is handed on to pushes and mails."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from fedparents.accounts.sessions import Viewer
from fedparents.db import Database, Fact
from fedparents.groups.access import find_request
from fedparents.groups.joining import ask_to_join
from fedparents.groups.models import JoinRequest
from fedparents.ids import GroupId
from fedparents.notifications.facts import NoticeMailDue, PushesDue
from tests.rig.builders import a_group, a_viewer, open_the_doors
from tests.rig.time import StoppedClock

PARIS = ZoneInfo("Europe/Paris")
DAY = datetime(2026, 11, 25, tzinfo=PARIS)


def at(hour: int, minute: int = 0) -> datetime:
    """On that day, by the clocks of the place, or (from 24 on) on the next."""
    return (DAY + timedelta(hours=hour, minutes=minute)).astimezone(UTC)


NOON = at(12)


@pytest.fixture
def noon(clock: StoppedClock) -> None:
    """By night nothing rings."""
    clock.set(NOON)


@dataclass
class World:
    """Marie looks after a group; others come to ask."""

    db: Database
    facts: list[Fact]
    marie: Viewer
    group: GroupId

    async def asks(self, handle: str) -> JoinRequest:
        viewer = await a_viewer(self.db, handle)
        await self.db.write(ask_to_join, viewer, self.group, ["Parce que."])
        request = await self.db.read(find_request, self.group, viewer.actor_id)
        assert request is not None
        return request

    def pushed(self) -> list[list[int]]:
        """The bundles that were handed on since one looked last."""
        found = [fact for fact in self.facts if isinstance(fact, PushesDue)]
        self.facts[:] = [fact for fact in self.facts if not isinstance(fact, PushesDue)]
        return [bundle for fact in found for bundle in fact.bundles]

    def mailed(self) -> list[list[int]]:
        found = [fact for fact in self.facts if isinstance(fact, NoticeMailDue)]
        self.facts[:] = [fact for fact in self.facts if not isinstance(fact, NoticeMailDue)]
        return [fact.notification_ids for fact in found]


@pytest.fixture
async def world(bare_db: Database) -> World:
    await bare_db.write(open_the_doors)
    facts: list[Fact] = []
    bare_db.hooks.before_commit = lambda uow: facts.extend(fact for fact, _ in uow.facts)
    marie = await a_viewer(bare_db, "marie")
    return World(bare_db, facts, marie, await a_group(bare_db, marie))
