"""What programs send that nobody expects: too deep, too large, too long, in other letters."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from sqlmodel import select

from fedparents.posts.models import Audience
from fedparents.social.models import Follow
from tests.web.api.town import a_town

HUGE = 999_999_999_999_999
TAG = "เด็ก"


@pytest.fixture
async def town(place, visitor):
    return await a_town(place, visitor)


async def test_the_next_page_of_a_thai_hashtag_is_named_as_addresses_are_written(town):
    number = await town.say(town.lea, f"Bonjour #{TAG}", audience=Audience.HERE)
    path = f"/api/v1/timelines/tag/{quote(TAG)}"
    answer = await town.bao.visitor.get(path, headers=town.bao.headers)
    assert answer.status_code == 200, answer.text
    assert [each["id"] for each in answer.json()] == [number]
    assert f"<http://issy.localhost{path}?limit=20&max_id={number}>" in answer.headers["link"]


@pytest.mark.parametrize("inner", [b"[%s]", b'{"a":%s}'])
@pytest.mark.parametrize("leaf", [b'"x"', b'"\\u0000"'])
async def test_what_nests_deep_is_refused_before_anybody_reads_it(visitor, inner, leaf):
    def nested(depth):
        body = leaf
        for _ in range(depth):
            body = inner % body
        return b'{"client_name":' + body + b"}"

    kind = {"Content-Type": "application/json", "Accept-Language": "en"}
    for depth in (16, 500, 1000):
        answer = await visitor.post("/api/v1/apps", content=nested(depth), headers=kind)
        assert answer.status_code == 400, depth
        assert "cannot be read" in answer.json()["error"]
    shallow = await visitor.post("/api/v1/apps", content=nested(15), headers=kind)
    assert "cannot be read" not in shallow.json()["error"]


async def test_somebody_is_muted_for_ten_years_at_most(town):
    muted = await town.bao.post(f"/v1/accounts/{town.lea.id}/mute", duration=HUGE)
    assert muted["muting"] is True
    assert muted["muting_expires_at"] < "2037"
    refused = await town.bao.post(f"/v1/accounts/{town.ana.id}/mute", 422, duration=-HUGE)
    assert "until" in refused["error"]


@pytest.mark.parametrize("lasts", [HUGE, -HUGE, 0, 10 * 365 * 24 * 3600])
async def test_a_poll_that_lasts_too_long_is_refused(town, lasts):
    poll = {"options": ["un", "deux"], "expires_in": lasts}
    refused = await town.ana.post("/v1/statuses", 422, status="Choisir", poll=poll)
    assert "poll" in refused["error"]


async def test_only_what_can_be_a_language_is_kept_with_a_follow(town):
    sent = ["x" * 100_000, "fr", "pt-BR", "fr", "no language"]
    await town.bao.post(f"/v1/accounts/{town.lea.id}/follow", languages=sent)
    kept = await town.place.db.read(
        lambda session: session.exec(
            select(Follow.languages).where(Follow.follower_actor_id == town.bao.viewer.actor_id)
        ).all()
    )
    assert "fr pt-BR" in kept
    assert all(len(each) < 100 for each in kept)
