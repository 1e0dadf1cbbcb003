"""Filters, search, letters, reports and grouped notifications, as apps ask for them."""

import pytest
import sqlalchemy as sa

from fedparents import clock
from fedparents.posts.models import Audience
from fedparents.social.policy import not_muted
from tests.rig.builders import put_follow, put_stranger
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
    changed = await town.bao.send("PUT", f"/v1/filters/{added['id']}", phrase="gale")
    assert changed == added | {"phrase": "gale"}  # what it does not name stays
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
        *("/v1/followed_tags", "/v1/featured_tags", "/v1/endorsements"),
        *("/v1/trends/tags", "/v1/trends/statuses", "/v1/trends/links"),
        *("/v1/notifications/requests", "/v1/accounts/{bao}/lists"),
        "/v1/accounts/{bao}/featured_tags",
    ],
)
async def test_what_is_not_kept_here_is_an_empty_list(town, path):
    assert await town.bao.get(path.format(bao=town.bao.id)) == []


async def test_filters_name_single_posts_too(town):
    made = await town.bao.post("/v2/filters", title="Pas ça", context=["public"])
    number = await town.say(town.lea, "Un message", audience=Audience.HERE)
    path = f"/v2/filters/{made['id']}/statuses"
    named = await town.bao.post(path, status_id=number)
    assert named == {"id": named["id"], "status_id": number}
    assert await town.bao.post(path, status_id=number) == named
    assert (await town.bao.get(f"/v2/filters/{made['id']}"))["statuses"] == [named]
    assert await town.bao.get(path) == [named]
    (status,) = await town.bao.get("/v1/timelines/public")
    (result,) = status["filtered"]
    assert (result["filter"]["title"], result["status_matches"]) == ("Pas ça", [number])
    assert result["keyword_matches"] is None
    hidden = await town.say(town.lea, "Entre nous", group_id=town.closed)
    await town.bao.post(path, 404, status_id=hidden)
    await town.ana.post(path, 404, status_id=number)
    await town.ana.get(f"/v2/filters/statuses/{named['id']}", 404)
    assert await town.bao.get(f"/v2/filters/statuses/{named['id']}") == named
    assert await town.bao.send("DELETE", f"/v2/filters/statuses/{named['id']}") == {}
    (status,) = await town.bao.get("/v1/timelines/public")
    assert status["filtered"] == []


async def test_who_is_held_back_waits_for_a_yes(town):
    lea, bao = town.lea, town.bao
    policy = await lea.send("PATCH", "/v2/notifications/policy", for_not_following="filter")
    assert policy["for_not_following"] == "filter"
    assert (await lea.get("/v1/notifications/policy"))["filter_not_following"] is True
    said = await lea.post("/v1/statuses", status="Bonjour", visibility="public")
    await town.say(bao, "Salut @lea", audience=Audience.PUBLIC)
    await bao.post(f"/v1/statuses/{said['id']}/favourite")
    await town.say(town.ana, "Qui vient, @lea ?", group_id=town.closed)
    await town.settle()
    (inside,) = await lea.get("/v1/notifications")
    assert inside["account"]["acct"] == "ana", "in one's groups nobody is held back"
    (request,) = await lea.get("/v1/notifications/requests")
    assert (request["id"], request["notifications_count"]) == (bao.id, "2")
    assert request["account"]["acct"] == "bao"
    assert request["last_status"]
    assert await lea.get(f"/v1/notifications/requests/{bao.id}") == request
    everything = await lea.get("/v1/notifications", account_id=bao.id, include_filtered="true")
    assert len(everything) == 2
    summary = (await lea.get("/v2/notifications/policy"))["summary"]
    assert summary == {"pending_requests_count": 1, "pending_notifications_count": 2}
    await town.ana.get(f"/v1/notifications/requests/{bao.id}", 404)
    await town.ana.post(f"/v1/notifications/requests/{bao.id}/accept", 404)
    assert await lea.post(f"/v1/notifications/requests/{bao.id}/accept") == {}
    assert await lea.get("/v1/notifications/requests") == []
    assert len(await lea.get("/v1/notifications")) == 3
    await town.say(bao, "Encore, @lea", audience=Audience.PUBLIC)
    assert len(await lea.get("/v1/notifications")) == 4, "they are welcome from now on"


async def test_who_is_turned_away_is_heard_of_no_more(town):
    lea, bao = town.lea, town.bao
    await lea.send("PUT", "/v1/notifications/policy", filter_new_accounts=True)
    await town.say(bao, "Salut @lea", audience=Audience.PUBLIC)
    assert await lea.post("/v1/notifications/requests/dismiss", id=[bao.id]) == {}
    assert await lea.get("/v1/notifications/requests") == []
    await lea.send("PATCH", "/v2/notifications/policy", for_new_accounts="drop")
    await town.say(bao, "Et là, @lea ?", audience=Audience.PUBLIC)
    assert await lea.get("/v1/notifications") == []
    assert await lea.get("/v1/notifications/requests") == []
    await lea.send("PATCH", "/v2/notifications/policy", 422, for_new_accounts="perhaps")


async def test_a_town_of_which_one_wants_to_hear_nothing_is_silent(place, town):
    lea = town.lea

    def arrive(uow):
        actor = put_stranger(uow, "zoe", domain="rumilly.example")
        put_follow(uow, actor.id, lea.viewer.actor_id)
        put_follow(uow, lea.viewer.actor_id, actor.id)
        return str(actor.id)

    zoe = await place.db.write(arrive)
    ties = await lea.get("/v1/domain_blocks/preview", domain="rumilly.example")
    assert ties == {"following_count": 1, "followers_count": 1}
    assert await lea.post("/v1/domain_blocks", domain="Rumilly.example") == {}
    assert await lea.post("/v1/domain_blocks", domain="rumilly.example") == {}
    assert await lea.get("/v1/domain_blocks") == ["rumilly.example"]
    (between,) = await lea.get("/v1/accounts/relationships", id=zoe)
    assert (between["domain_blocking"], between["following"]) == (True, False)
    assert between["followed_by"] is False
    wants = await place.db.read(
        lambda session: session.execute(
            sa.select(not_muted(lea.viewer.actor_id, int(zoe), clock.now()))
        ).scalar()
    )
    assert not wants
    await lea.post("/v1/domain_blocks", 422, domain="rien")
    await lea.post("/v1/domain_blocks", 422, domain=place.settings.domain)
    assert await lea.send("DELETE", "/v1/domain_blocks", domain="rumilly.example") == {}
    assert await lea.get("/v1/domain_blocks") == []


async def test_people_are_found_and_shown_only_where_they_want_to_be(town):
    lea, bao, ana = town.lea, town.bao, town.ana
    assert await bao.get("/v1/directory") == []
    await lea.send("PATCH", "/v1/accounts/update_credentials", discoverable=True)
    assert [each["acct"] for each in await bao.get("/v1/directory", order="new")] == ["lea"]
    anybody = await bao.visitor.get("/api/v1/directory")
    assert anybody.json() == []
    await bao.post(f"/v1/accounts/{lea.id}/endorse", 409)
    await bao.post(f"/v1/accounts/{lea.id}/follow")
    await lea.post(f"/v1/follow_requests/{bao.id}/authorize")
    assert (await bao.post(f"/v1/accounts/{lea.id}/pin"))["endorsed"] is True
    assert [each["acct"] for each in await bao.get("/v1/endorsements")] == ["lea"]
    shown = f"/v1/accounts/{bao.id}/endorsements"
    assert [each["acct"] for each in await ana.get(shown)] == ["lea"]
    await lea.post(f"/v1/accounts/{ana.id}/block")
    assert await ana.get(shown) == [], "whoever blocked one is not there"
    assert (await bao.post(f"/v1/accounts/{lea.id}/unendorse"))["endorsed"] is False
    assert await bao.get("/v1/directory") != []
    assert await ana.get("/v1/directory") == []


async def test_groups_are_suggested_until_one_says_no(town):
    found = await town.bao.get("/v2/suggestions")
    names = [each["account"]["display_name"] for each in found]
    assert "Vide-greniers" in names
    assert await town.bao.send("DELETE", f"/v1/suggestions/{town.open}") == {}
    left = [each["display_name"] for each in await town.bao.get("/v1/suggestions")]
    assert "Vide-greniers" not in left
