"""Lists and hashtags: what somebody reads by itself, what comes home, what stands on their page."""

import pytest

from fedparents.posts.models import Audience
from tests.web.api.town import a_town, an_app


@pytest.fixture
async def town(place, visitor):
    return await a_town(place, visitor)


async def follow(town, who, other):
    await who.post(f"/v1/accounts/{other.id}/follow")
    await other.post(f"/v1/follow_requests/{who.id}/authorize")
    await town.settle()


async def test_a_list_of_people_is_made_filled_read_and_taken_away(town):
    bao, lea, ana = town.bao, town.lea, town.ana
    made = await bao.post("/v1/lists", title="Famille")
    assert made == {
        "id": made["id"],
        "title": "Famille",
        "replies_policy": "list",
        "exclusive": False,
    }
    path = f"/v1/lists/{made['id']}"
    await bao.post(f"{path}/accounts", 404, account_ids=[lea.id])
    await follow(town, bao, lea)
    await follow(town, bao, ana)
    assert await bao.post(f"{path}/accounts", account_ids=[lea.id, ana.id]) == {}
    assert await bao.post(f"{path}/accounts", account_ids=[lea.id]) == {}, "a second time"
    both = await bao.get(f"{path}/accounts", limit=0)
    assert [each["acct"] for each in both] == ["ana", "lea"]
    assert [each["title"] for each in await bao.get(f"/v1/accounts/{lea.id}/lists")] == ["Famille"]
    said = await town.say(lea, "Au marché", audience=Audience.HERE)
    await town.say(lea, "Dans le groupe", group_id=town.closed)
    other = await town.say(ana, "Un vélo", audience=Audience.PUBLIC)
    await ana.post(f"/v1/statuses/{said}/favourite")
    timeline = f"/v1/timelines/list/{made['id']}"
    assert [each["id"] for each in await bao.get(timeline)] == [other, said]
    assert [each["id"] for each in await bao.get(timeline, min_id=said)] == [other]
    assert [each["id"] for each in await bao.get(timeline, max_id=other, limit=1)] == [said]
    changed = await bao.send("PUT", path, title="Voisins", replies_policy="none", exclusive=True)
    assert (changed["title"], changed["replies_policy"]) == ("Voisins", "none")
    assert (await bao.send("PUT", path, title="Rue"))["exclusive"] is True
    assert await bao.send("DELETE", f"{path}/accounts", account_ids=[ana.id]) == {}
    assert [each["id"] for each in await bao.get(timeline)] == [said]
    for method in ("GET", "PUT", "DELETE"):
        await ana.send(method, path, 404, title="Volée")
    await ana.get(f"{path}/accounts", 404)
    await ana.get(timeline, 404)
    await ana.post(f"{path}/accounts", 404, account_ids=[lea.id])
    assert await bao.send("DELETE", path) == {}
    await bao.get(path, 404)


async def test_answers_and_what_is_passed_on_stand_in_a_list_as_its_owner_wants(town):
    bao, lea, ana = town.bao, town.lea, town.ana
    await follow(town, bao, lea)
    made = await bao.post("/v1/lists", title="Léa", replies_policy="list")
    path, timeline = f"/v1/lists/{made['id']}", f"/v1/timelines/list/{made['id']}"
    await bao.post(f"{path}/accounts", account_ids=[lea.id])
    own = await town.say(lea, "Qui vient ?", audience=Audience.PUBLIC)
    of_ana = await town.say(ana, "Moi !", audience=Audience.PUBLIC)
    to_self = await town.say(lea, "À dix heures.", in_reply_to_id=int(own))
    to_ana = await town.say(lea, "Bien.", in_reply_to_id=int(of_ana))
    assert [each["id"] for each in await bao.get(timeline)] == [to_self, own]
    await bao.send("PUT", path, replies_policy="none")
    assert [each["id"] for each in await bao.get(timeline)] == [own]
    await bao.send("PUT", path, replies_policy="followed")
    assert to_ana not in [each["id"] for each in await bao.get(timeline)]
    await follow(town, bao, ana)
    assert [each["id"] for each in await bao.get(timeline)] == [to_ana, to_self, own]
    await lea.post(f"/v1/statuses/{of_ana}/reblog")
    assert (await bao.get(timeline))[0]["reblog"]["id"] == of_ana
    await bao.post(f"/v1/accounts/{lea.id}/unfollow")
    assert await bao.get(f"{path}/accounts") == [], "for as long as one follows them"
    assert await bao.get(timeline) == []


async def test_who_stands_in_a_list_that_is_read_by_itself_is_not_at_home_too(town):
    bao, lea = town.bao, town.lea
    await follow(town, bao, lea)
    made = await bao.post("/v1/lists", title="Léa", exclusive=True)
    await bao.post(f"/v1/lists/{made['id']}/accounts", account_ids=[lea.id])
    said = await town.say(lea, "Au marché", audience=Audience.HERE)
    assert await bao.get("/v1/timelines/home") == []
    assert [each["id"] for each in await bao.get(f"/v1/timelines/list/{made['id']}")] == [said]
    await bao.send("PUT", f"/v1/lists/{made['id']}", exclusive=False)
    again = await town.say(lea, "Rentrée", audience=Audience.HERE)
    assert [each["id"] for each in await bao.get("/v1/timelines/home")] == [again]


async def test_a_group_is_a_list_that_only_the_group_changes(town):
    path = f"/v1/lists/{town.closed}"
    assert (await town.ana.get(path))["title"] == "Poussettes"
    await town.ana.send("PUT", path, 403, title="À moi")
    await town.ana.send("DELETE", path, 403)
    await town.ana.post(f"{path}/accounts", 403, account_ids=[town.bao.id])
    await town.bao.send("DELETE", path, 404)
    everybody = await town.ana.get(f"{path}/accounts", limit=0)
    assert {each["acct"] for each in everybody} == {"ana", "lea"}


async def test_hashtags_are_followed_and_their_posts_come_home(town):
    bao, lea = town.bao, town.lea
    tag = await bao.post("/v1/tags/Puériculture/follow")
    assert (tag["name"], tag["following"], len(tag["history"])) == ("puériculture", True, 7)
    assert [each["name"] for each in await bao.get("/v1/followed_tags")] == ["puériculture"]
    said = await town.say(lea, "Un lit #Puériculture #bébé", audience=Audience.PUBLIC)
    await town.say(lea, "Un secret #puériculture", group_id=town.closed)
    await town.say(lea, "Entre nous #puériculture", audience=Audience.FOLLOWERS)
    assert [each["id"] for each in await bao.get("/v1/timelines/home")] == [said]
    today = (await bao.get("/v1/tags/puériculture"))["history"][0]
    assert (today["uses"], today["accounts"]) == ("1", "1"), "of what everybody here may read"
    assert (await lea.get("/v1/tags/puériculture"))["following"] is False
    tag = await bao.post("/v1/tags/puériculture/unfollow")
    assert tag["following"] is False
    assert await bao.get("/v1/followed_tags") == []
    await town.say(lea, "Une table #puériculture", audience=Audience.PUBLIC)
    assert len(await bao.get("/v1/timelines/home")) == 1
    refused = await bao.post("/v1/tags/123/follow", 422)
    assert "name" in refused["details"]


async def test_hashtags_stand_on_a_page_with_how_often_they_were_used(town):
    lea, bao = town.lea, town.bao
    await town.say(lea, "Une luge #hiver", audience=Audience.PUBLIC)
    await town.say(lea, "Un bonnet #hiver", group_id=town.closed)
    assert [each["name"] for each in await lea.get("/v1/featured_tags/suggestions")] == ["hiver"]
    shown = await lea.post("/v1/featured_tags", name="#Hiver")
    assert (shown["name"], shown["statuses_count"]) == ("hiver", "1")
    assert shown["last_status_at"]
    assert await lea.post("/v1/featured_tags", name="hiver") == shown
    assert await bao.get(f"/v1/accounts/{lea.id}/featured_tags") == [shown]
    assert await lea.get("/v1/featured_tags/suggestions") == []
    assert (await lea.get("/v1/tags/hiver"))["featuring"] is True
    await bao.send("DELETE", f"/v1/featured_tags/{shown['id']}", 404)
    assert await lea.send("DELETE", f"/v1/featured_tags/{shown['id']}") == {}
    assert await bao.get(f"/v1/accounts/{lea.id}/featured_tags") == []
    await lea.post("/v1/tags/hiver/feature")
    assert len(await lea.get("/v1/featured_tags")) == 1
    await lea.post("/v1/tags/hiver/unfeature")
    assert await lea.get("/v1/featured_tags") == []


async def test_what_is_pinned_stands_on_top_of_its_author_s_page(town):
    lea, bao = town.lea, town.bao
    own = await lea.post("/v1/statuses", status="Qui je suis", visibility="public")
    assert own["pinned"] is False
    pinned = await lea.post(f"/v1/statuses/{own['id']}/pin")
    assert pinned["pinned"] is True
    await lea.post(f"/v1/statuses/{own['id']}/pin")
    (seen,) = await bao.get(f"/v1/accounts/{lea.id}/statuses", pinned="true")
    assert seen["id"] == own["id"]
    assert "pinned" not in seen, "only who may change it is told"
    await bao.post(f"/v1/statuses/{own['id']}/pin", 409)
    inside = await town.say(lea, "Dans le groupe", group_id=town.closed)
    await lea.post(f"/v1/statuses/{inside}/pin", 409)
    await bao.post(f"/v1/statuses/{inside}/pin", 404)
    for number in range(4):
        more = await town.say(lea, f"Numéro {number}", audience=Audience.HERE)
        await lea.post(f"/v1/statuses/{more}/pin")
    last = await town.say(lea, "Un de trop", audience=Audience.HERE)
    await lea.post(f"/v1/statuses/{last}/pin", 429)
    assert (await lea.post(f"/v1/statuses/{own['id']}/unpin"))["pinned"] is False
    assert len(await bao.get(f"/v1/accounts/{lea.id}/statuses", pinned="true")) == 4


async def test_a_muted_thread_rings_no_more_and_is_read_on(town):
    lea, bao = town.lea, town.bao
    own = await town.say(lea, "Qui garde un chat ?", audience=Audience.HERE)
    assert (await lea.post(f"/v1/statuses/{own}/mute"))["muted"] is True
    answer = await town.say(bao, "Moi", in_reply_to_id=int(own))
    await bao.post(f"/v1/statuses/{own}/favourite")
    await town.settle()
    assert (await lea.get(f"/v1/statuses/{answer}"))["muted"] is True, "the whole thread"
    assert await lea.get("/v1/notifications") == []
    assert (await lea.post(f"/v1/statuses/{answer}/unmute"))["muted"] is False
    await town.say(bao, "Encore moi", in_reply_to_id=int(own))
    assert "mention" in [each["type"] for each in await lea.get("/v1/notifications")]
    letter = await bao.post("/v1/statuses", status="@lea bonjour", visibility="direct")
    await bao.post(f"/v1/statuses/{letter['id']}/mute", 409)
    hidden = await town.say(lea, "Dans le groupe", group_id=town.closed)
    await bao.post(f"/v1/statuses/{hidden}/mute", 404)


async def test_letters_are_paged_from_both_ends_and_any_of_them_is_marked_read(
    clock, place, visitor, town
):
    for n in range(32):
        await an_app(place, visitor, f"ami{n}")
        if n == 16:
            clock.advance(days=1)  # nobody begins more than twenty a day
        await town.lea.post("/v1/statuses", status=f"@ami{n} bonjour", visibility="direct")
    await town.settle()
    first = await town.lea.get("/v1/conversations", limit=40)
    assert len(first) == 32
    oldest = first[-1]
    assert (await town.lea.post(f"/v1/conversations/{oldest['id']}/read"))["id"] == oldest["id"]
    ids = [each["last_status"]["id"] for each in first]
    above = await town.lea.get("/v1/conversations", min_id=ids[-1], limit=2)
    assert [each["last_status"]["id"] for each in above] == [ids[-3], ids[-2]], "right after it"
    below = await town.lea.get("/v1/conversations", max_id=ids[-2], limit=2)
    assert [each["last_status"]["id"] for each in below] == [ids[-1]]
