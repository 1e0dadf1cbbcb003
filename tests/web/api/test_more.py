"""Filters, search, letters, reports and grouped notifications, as apps ask for them."""

import pytest

from fedparents.posts.models import Audience
from tests.web.api.town import a_town


@pytest.fixture
async def town(place, visitor):
    return await a_town(place, visitor)


async def test_filters_of_both_kinds_are_made_changed_and_found_in_posts(town):
    made = await town.bao.post(
        "/v2/filters",
        title="Poux",
        context=["home", "public"],
        filter_action="warn",
        expires_in=3600,
        keywords_attributes=[{"keyword": "poux", "whole_word": True}, {"keyword": "lentes"}],
    )
    assert set(made) == {
        *("id", "title", "context", "expires_at", "filter_action", "keywords", "statuses"),
    }
    assert [each["keyword"] for each in made["keywords"]] == ["poux", "lentes"]
    assert made["expires_at"].endswith("Z")
    number = await town.say(town.lea, "Encore des poux", audience=Audience.HERE)
    (status,) = await town.bao.get("/v1/timelines/public")
    assert status["id"] == number
    (result,) = status["filtered"]
    assert result["keyword_matches"] == ["poux"]
    assert "keywords" not in result["filter"]
    path = f"/v2/filters/{made['id']}"
    first, second = made["keywords"]
    changed = await town.bao.send(
        "PUT",
        path,
        title="Bêtes",
        keywords_attributes=[
            {"id": first["id"], "_destroy": True},
            {"id": second["id"], "keyword": "tiques"},
        ],
    )
    assert changed["title"] == "Bêtes"
    assert [(each["id"], each["keyword"]) for each in changed["keywords"]][-1][1] == "tiques"
    assert changed["expires_at"] == made["expires_at"]
    (word,) = await town.bao.get(f"{path}/keywords")
    renamed = await town.bao.send("PUT", f"/v2/filters/keywords/{word['id']}", keyword="puces")
    assert renamed["keyword"] == "puces"
    (old,) = await town.bao.get("/v1/filters")
    assert (old["phrase"], old["irreversible"]) == ("puces", False)
    added = await town.bao.post("/v1/filters", phrase="poux", context=["home"], irreversible=True)
    assert (added["phrase"], added["irreversible"]) == ("poux", True)
    assert await town.bao.send("DELETE", f"/v1/filters/{added['id']}") == {}
    await town.ana.get(path, 404)
    assert await town.bao.send("DELETE", path) == {}
    assert await town.bao.get("/v2/filters") == []
    await town.bao.post("/v2/filters", 422, title="Rien", context=["moon"])


async def test_search_finds_people_groups_posts_and_hashtags_that_one_may_know(town):
    number = await town.say(town.lea, "Une trottinette #glisse", audience=Audience.HERE)
    await town.say(town.lea, "La trottinette du groupe #cachette", group_id=town.closed)
    found = await town.bao.get("/v2/search", q="trottinette")
    assert set(found) == {"accounts", "statuses", "hashtags"}
    assert [each["id"] for each in found["statuses"]] == [number]
    assert (await town.bao.get("/v2/search", q="#gli"))["hashtags"][0]["name"] == "glisse"
    assert (await town.bao.get("/v2/search", q="cachette"))["hashtags"] == []
    inside = await town.ana.get("/v2/search", q="cachette", type="hashtags")
    assert [each["name"] for each in inside["hashtags"]] == ["cachette"]
    assert inside["statuses"] == []
    people = await town.bao.get("/v2/search", q="@lea@issy.localhost", type="accounts")
    assert [each["acct"] for each in people["accounts"]] == ["lea"]
    groups = await town.bao.get("/v2/search", q="vide-greniers", resolve="true")
    assert [each["group"] for each in groups["accounts"]] == [True]
    by_address = await town.bao.get("/v2/search", q=f"http://issy.localhost/@lea/{number}")
    assert [each["id"] for each in by_address["statuses"]] == [number]
    assert (await town.bao.get("/v1/search", q="#gli"))["hashtags"] == ["glisse"]
    tag = await town.bao.get("/v1/tags/Glisse")
    assert (tag["name"], len(tag["history"])) == ("glisse", 7)


async def test_conversations_have_their_newest_letter(town):
    letter = await town.ana.post("/v1/statuses", status="@lea bonjour", visibility="direct")
    await town.settle()
    (told,) = await town.lea.get("/v1/conversations")
    assert (told["unread"], told["last_status"]["id"]) == (True, letter["id"])
    assert [each["acct"] for each in told["accounts"]] == ["ana"]
    read = await town.lea.post(f"/v1/conversations/{told['id']}/read")
    assert (read["id"], read["unread"]) == (told["id"], False)
    await town.bao.post(f"/v1/conversations/{told['id']}/read", 404)
    assert await town.lea.send("DELETE", f"/v1/conversations/{told['id']}") == {}
    assert await town.lea.get("/v1/conversations") == []


async def test_letters_of_strangers_wait_where_one_sees_what_a_yes_means(town):
    await town.bao.post("/v1/statuses", status="@lea http://example.org", visibility="direct")
    await town.settle()
    assert await town.lea.get("/v1/conversations") == []
    assert await town.lea.get("/v1/notifications") == []
    policy = await town.lea.get("/v2/notifications/policy")
    assert policy["for_private_mentions"] == "filter"
    assert policy["summary"]["pending_requests_count"] == 1


async def test_reports_reach_those_who_decide(town):
    number = await town.say(town.lea, "Une arnaque", audience=Audience.HERE)
    report = await town.bao.post(
        "/v1/reports",
        account_id=town.lea.id,
        status_ids=[number],
        comment="Il vend du vent",
        category="spam",
    )
    assert (report["category"], report["status_ids"]) == ("spam", [number])
    assert report["target_account"]["acct"] == "lea"
    assert report["action_taken"] is False
    whole = await town.bao.post("/v1/reports", account_id=str(town.open))
    assert whole["status_ids"] is None
    missing = await town.bao.post("/v1/reports", 400, comment="?")
    assert missing["error"] == "param is missing or the value is empty: account_id"
    hidden = await town.say(town.lea, "Entre nous", group_id=town.closed)
    await town.bao.post("/v1/reports", 404, account_id=town.lea.id, status_ids=[hidden])


async def test_thanks_for_one_post_are_one_group(town):
    status = await town.lea.post("/v1/statuses", status="Du gâteau", visibility="public")
    for who in (town.ana, town.bao):
        await who.post(f"/v1/statuses/{status['id']}/favourite")
    await town.settle()
    found = await town.lea.get("/v2/notifications")
    assert set(found) == {"accounts", "statuses", "notification_groups"}
    (group,) = found["notification_groups"]
    assert (group["type"], group["notifications_count"]) == ("favourite", 2)
    assert isinstance(group["most_recent_notification_id"], int)
    assert group["sample_account_ids"] == [town.bao.id, town.ana.id]
    assert group["status_id"] == status["id"]
    assert {each["id"] for each in found["accounts"]} == {town.bao.id, town.ana.id}
    partial = await town.lea.get("/v2/notifications", expand_accounts="partial_avatars")
    assert [each["acct"] for each in partial["accounts"]] == ["bao"]
    assert [each["acct"] for each in partial["partial_accounts"]] == ["ana"]
    path = f"/v2/notifications/{group['group_key']}"
    assert (await town.lea.get(path))["notification_groups"][0]["notifications_count"] == 2
    assert [each["acct"] for each in await town.lea.get(f"{path}/accounts")] == ["bao", "ana"]
    await town.ana.get(path, 404)
    assert await town.lea.post(f"{path}/dismiss") == {}
    assert (await town.lea.get("/v2/notifications"))["notification_groups"] == []


@pytest.mark.parametrize(
    "path",
    [
        *("/v1/followed_tags", "/v1/featured_tags", "/v1/endorsements", "/v2/suggestions"),
        *("/v1/trends/tags", "/v1/trends/statuses", "/v1/trends/links"),
        *("/v1/notifications/requests", "/v1/accounts/{bao}/lists"),
        "/v1/accounts/{bao}/featured_tags",
    ],
)
async def test_what_is_not_kept_here_is_an_empty_list(town, path):
    assert await town.bao.get(path.format(bao=town.bao.id)) == []
