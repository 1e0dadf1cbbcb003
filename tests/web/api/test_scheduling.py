"""What is written in an app to be said later: kept, changed, taken back, and said once."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image
from sqlmodel import select

from fedparents.accounts.models import Account, AccountState
from fedparents.media.models import MediaAttachment
from fedparents.media.retention import release_unused
from fedparents.posts.models import ScheduledPost
from fedparents.posts.scheduled import LATEST, MOST
from tests.web.api.town import a_town

pytestmark = pytest.mark.usefixtures("clock")
PATH = "/v1/scheduled_statuses"
HOUR = timedelta(hours=1)


@pytest.fixture
async def town(place, visitor):
    return await a_town(place, visitor)


def written(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def plan(town, clock, text="Bonjour demain", *, after=HOUR, who=None, **more):
    at = written(clock() + after)
    return await (who or town.ana).post("/v1/statuses", status=text, scheduled_at=at, **more)


async def said(town, who=None):
    who = who or town.ana
    found = await who.get(f"/v1/accounts/{town.ana.id}/statuses")
    return [each["content"] for each in found]


async def test_it_is_said_when_its_time_has_come_and_not_before(town, clock):
    made = await plan(town, clock, spoiler_text="Poux", language="fr")
    assert made["scheduled_at"] == written(clock() + HOUR)
    assert made["params"] == {
        "text": "Bonjour demain",
        "poll": None,
        "media_ids": None,
        "sensitive": False,
        "spoiler_text": "Poux",
        "visibility": "public",
        "in_reply_to_id": None,
        "language": "fr",
        "application_id": 0,
        "scheduled_at": None,
        "idempotency": None,
        "with_rate_limit": False,
        "quoted_status_id": None,
        "quote_approval_policy": None,
    }
    assert made["media_attachments"] == []
    assert await town.ana.get(PATH) == [made]
    assert await town.ana.get(f"{PATH}/{made['id']}") == made
    clock.advance(minutes=59)
    await town.settle()
    assert await said(town) == []
    clock.advance(minutes=1)
    await town.settle()
    [content] = await said(town)
    assert "Bonjour demain" in content
    assert await town.ana.get(PATH) == []
    clock.advance(hours=2)
    await town.settle()
    assert len(await said(town)) == 1


async def test_its_time_can_be_changed_and_it_can_be_taken_back(town, clock):
    made = await plan(town, clock)
    where = f"{PATH}/{made['id']}"
    later = written(clock() + 3 * HOUR)
    moved = await town.ana.send("PUT", where, scheduled_at=later)
    assert moved["scheduled_at"] == later
    clock.advance(hours=2)
    await town.settle()
    assert await said(town) == []
    refused = await town.ana.send("PUT", where, 422, scheduled_at=written(clock() + HOUR / 30))
    assert refused == {"error": "Record invalid"}
    await town.ana.send("PUT", where, 400)
    assert await town.ana.send("DELETE", where) == {}
    await town.ana.get(where, 404)
    clock.advance(hours=2)
    await town.settle()
    assert await said(town) == []


async def test_it_is_nobody_elses(town, clock):
    made = await plan(town, clock)
    where = f"{PATH}/{made['id']}"
    assert await town.bao.get(PATH) == []
    await town.bao.get(where, 404)
    await town.bao.send("PUT", where, 404, scheduled_at=written(clock() + 2 * HOUR))
    await town.bao.send("DELETE", where, 404)
    assert await town.ana.get(where) == made


@pytest.mark.parametrize("after", [timedelta(0), -HOUR, timedelta(minutes=4), LATEST + HOUR])
async def test_not_too_early_and_not_too_late(town, clock, after):
    at = written(clock() + after)
    sent = {"status": "Bonjour", "scheduled_at": at}
    assert await town.ana.post("/v1/statuses", 422, **sent) == {"error": "Record invalid"}
    await town.ana.post("/v1/statuses", 422, status="Bonjour", scheduled_at="tomorrow")
    assert await town.ana.get(PATH) == []
    assert await said(town) == []


async def test_what_could_not_be_said_is_refused_at_once(town, clock):
    sent = {"scheduled_at": written(clock() + HOUR)}
    await town.ana.post("/v1/statuses", 422, status="x" * 5001, **sent)
    await town.ana.post("/v1/statuses", 404, status="Oui", in_reply_to_id="12345", **sent)
    group = {"group_id": str(town.closed)}
    await town.bao.post("/v1/statuses", 404, status="Bonjour", fedparents=group, **sent)
    assert await town.ana.get(PATH) == await town.bao.get(PATH) == []


async def test_who_has_left_a_group_says_nothing_there_any_more(town, clock):
    made = await plan(town, clock, fedparents={"group_id": str(town.closed)})
    await town.ana.post(f"/v1/accounts/{town.closed}/unfollow")
    clock.advance(HOUR)
    await town.settle()
    timeline = await town.lea.get(f"/v1/accounts/{town.closed}/statuses")
    assert "Bonjour demain" not in str(timeline)
    assert [each["id"] for each in await town.ana.get(PATH)] == [made["id"]], "not lost"
    clock.advance(HOUR)
    await town.settle()
    assert await said(town) == []


async def test_whose_account_is_paused_says_nothing(town, clock, place):
    await plan(town, clock)

    def freeze(uow):
        uow.session.get_one(Account, town.ana.account.id).state = AccountState.FROZEN

    await place.db.write(freeze)
    clock.advance(HOUR)
    await town.settle()
    rows = await place.db.read(lambda s: s.exec(select(ScheduledPost)).all())
    assert len(rows) == 1


async def test_its_photo_waits_with_it(town, clock, place, visitor):
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(file, "PNG")
    sent = await visitor.post(
        "/api/v2/media",
        headers=town.ana.headers,
        files={"file": ("a.png", file.getvalue(), "image/png")},
    )
    number = sent.json()["id"]
    made = await plan(town, clock, after=48 * HOUR, media_ids=[number])
    assert made["params"]["media_ids"] == [number]
    assert [each["id"] for each in made["media_attachments"]] == [number]
    clock.advance(hours=47)
    await place.db.write(release_unused, timedelta(days=1))
    assert len(await place.db.read(lambda s: s.exec(select(MediaAttachment)).all())) == 1
    clock.advance(hours=1)
    await town.settle()
    [status] = await town.ana.get(f"/v1/accounts/{town.ana.id}/statuses")
    assert [each["id"] for each in status["media_attachments"]] == [number]


async def test_a_key_makes_one_of_two(town, clock, visitor):
    sent = {"status": "Bonjour", "scheduled_at": written(clock() + HOUR)}
    headers = {**town.ana.headers, "Idempotency-Key": "a key"}
    ids = {
        (await visitor.post("/api/v1/statuses", headers=headers, json=sent)).json()["id"]
        for _ in range(2)
    }
    assert len(ids) == 1


async def test_only_so_many_wait(town, clock, place):
    def fill(uow):
        for _ in range(MOST):
            uow.session.add(
                ScheduledPost(
                    id=uow.new_id(),
                    account_id=town.ana.account.id,
                    draft="{}",
                    text="",
                    scheduled_at=uow.now + HOUR,
                    created_at=uow.now,
                )
            )

    await place.db.write(fill)
    sent = {"status": "Bonjour", "scheduled_at": written(clock() + HOUR)}
    refused = await town.ana.post("/v1/statuses", 422, **sent)
    assert str(MOST) in refused["error"]
