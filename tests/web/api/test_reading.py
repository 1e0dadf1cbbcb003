"""What apps read: timelines, posts, people and groups, in Mastodon's shapes."""

import re

import pytest

from fedparents.posts.asking import thank
from fedparents.posts.models import Audience, PostKind
from fedparents.posts.polls import PollDraft
from fedparents.posts.service import PostDraft, edit_post
from fedparents.social.follows import accept_follow, follow_actor
from fedparents.swaps.models import Direction
from fedparents.swaps.service import SwapDraft, publish_swap
from tests.web.api.town import a_town

STATUS = {
    *("id", "uri", "url", "created_at", "edited_at", "account", "content", "visibility"),
    *("sensitive", "spoiler_text", "language", "in_reply_to_id", "in_reply_to_account_id"),
    *("media_attachments", "mentions", "tags", "emojis", "reblogs_count", "favourites_count"),
    *("replies_count", "reblog", "poll", "card", "quote", "favourited", "reblogged", "muted"),
    *("bookmarked", "filtered", "fedparents", "local_only"),
}
ACCOUNT = {
    *("id", "username", "acct", "display_name", "locked", "bot", "group", "discoverable"),
    *("indexable", "noindex", "created_at", "note", "url", "uri", "avatar", "avatar_static"),
    *("header", "header_static", "followers_count", "following_count", "statuses_count"),
    *("last_status_at", "hide_collections", "emojis", "fields", "roles", "fedparents"),
    *("avatar_description", "header_description", "show_media", "show_media_replies"),
    *("show_featured",),
}
RELATIONSHIP = {
    *("id", "following", "showing_reblogs", "notifying", "languages", "followed_by", "blocking"),
    *("blocked_by", "muting", "muting_notifications", "muting_expires_at", "requested"),
    *("requested_by", "domain_blocking", "endorsed", "note"),
}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@pytest.fixture
async def town(place, visitor):
    return await a_town(place, visitor)


async def test_home_has_what_was_said_in_groups_with_a_line_that_says_where(town):
    number = await town.say(town.lea, "Une poussette **double** ? #poussette", group_id=town.closed)
    (status,) = await town.ana.get("/v1/timelines/home")
    assert set(status) == STATUS
    assert set(status["account"]) == ACCOUNT
    assert status["id"] == number
    assert (status["visibility"], status["local_only"]) == ("private", False)
    assert status["account"]["acct"] == "lea"
    assert MOMENT.fullmatch(status["created_at"])
    assert status["url"] == f"http://issy.localhost/@lea/{number}"
    assert status["uri"] == f"http://issy.localhost/notes/{number}"
    group = status["fedparents"]["group"]
    link = f'href="http://issy.localhost/@{group["acct"]}"'
    assert status["content"].startswith('<p><span class="h-card"><a ' + link)
    assert "<strong>double</strong>" in status["content"]
    assert [each["acct"] for each in status["mentions"]] == [group["acct"]]
    assert status["tags"] == [{"name": "poussette", "url": "http://issy.localhost/tags/poussette"}]
    assert status["fedparents"]["audience"] == "group"
    assert (group["title"], group["closed"]) == ("Poussettes", True)
    assert await town.bao.get("/v1/timelines/home") == []


async def test_an_ask_says_first_what_and_where_in_the_language_of_its_author(town, place):
    draft = PostDraft(text="Siège auto pour samedi", group_id=town.closed, language="fr")
    published = await place.db.write(publish_swap, town.lea.viewer, SwapDraft(draft, Direction.ASK))
    status = await town.ana.get(f"/v1/statuses/{published.post.id}")
    assert status["content"].startswith("<p><strong>Recherché</strong> · <span") or status[
        "content"
    ].startswith("<p><strong>")
    assert "Wanted" not in status["content"]
    assert status["spoiler_text"] == ""
    assert status["fedparents"]["swap"]["direction"] == "ask"


@pytest.mark.parametrize(
    ("audience", "is_quiet", "visibility", "is_local"),
    [
        (Audience.PUBLIC, False, "public", False),
        (Audience.PUBLIC, True, "unlisted", False),
        (Audience.NEARBY, False, "private", True),
        (Audience.HERE, False, "private", True),
        (Audience.FOLLOWERS, False, "private", False),
    ],
)
async def test_no_visibility_says_more_than_is_true(town, audience, is_quiet, visibility, is_local):
    number = await town.say(town.lea, "Bonjour", audience=audience, is_quiet=is_quiet)
    status = await town.lea.get(f"/v1/statuses/{number}")
    assert (status["visibility"], status["local_only"]) == (visibility, is_local)
    assert status["fedparents"]["audience"] == audience


async def test_the_public_timeline_has_what_was_said_to_all_and_pages_by_link(town):
    numbers = [await town.say(town.lea, f"Bonjour {n}", audience=Audience.HERE) for n in range(3)]
    await town.say(town.lea, "Sans bruit", audience=Audience.PUBLIC, is_quiet=True)
    await town.say(town.lea, "Entre nous", group_id=town.closed)
    found = await town.bao.get("/v1/timelines/public", limit=2)
    assert [each["id"] for each in found] == [numbers[2], numbers[1]]
    answer = await town.bao.visitor.get(
        "/api/v1/timelines/public",
        headers=town.bao.headers,
        params={"limit": 2, "max_id": numbers[1], "local": "true"},
    )
    assert [each["id"] for each in answer.json()] == [numbers[0]]
    assert f"max_id={numbers[0]}" in answer.headers["link"]
    assert "local=true" in answer.headers["link"]
    upwards = await town.bao.get("/v1/timelines/public", limit=1, min_id=numbers[0])
    assert [each["id"] for each in upwards] == [numbers[1]]
    assert await town.bao.get("/v1/timelines/public", remote="1") == []


async def test_hashtags_are_found_in_any_spelling(town):
    one = await town.say(town.lea, "#Vélo et #casque", audience=Audience.HERE)
    two = await town.say(town.lea, "#vélo seul", audience=Audience.HERE)
    path = "/v1/timelines/tag/V%C3%A9lo"
    assert [each["id"] for each in await town.bao.get(path)] == [two, one]
    assert [each["id"] for each in await town.bao.get(path, **{"all[]": "casque"})] == [one]
    assert [each["id"] for each in await town.bao.get(path, **{"none[]": "Casque"})] == [two]
    found = await town.bao.get("/v1/timelines/tag/rien", **{"any[]": ["casque", "autre"]})
    assert [each["id"] for each in found] == [one]


async def test_a_thread_has_parents_before_children(town):
    root = await town.say(town.lea, "Qui vient ?", audience=Audience.HERE)
    a = await town.say(town.ana, "Moi", in_reply_to_id=int(root))
    b = await town.say(town.bao, "Moi aussi", in_reply_to_id=int(root))
    c = await town.say(town.lea, "Super", in_reply_to_id=int(a))
    around = await town.bao.get(f"/v1/statuses/{root}/context")
    assert around["ancestors"] == []
    assert [each["id"] for each in around["descendants"]] == [a, c, b]
    deep = await town.bao.get(f"/v1/statuses/{c}/context")
    assert [each["id"] for each in deep["ancestors"]] == [root, a]
    assert deep["ancestors"][1]["in_reply_to_id"] == root
    assert deep["ancestors"][1]["in_reply_to_account_id"] == town.lea.id


async def test_polls_keep_their_results_until_one_has_voted(town):
    number = await town.say(
        town.lea,
        "Quel jour ?",
        audience=Audience.HERE,
        poll=PollDraft(("lundi", "mardi")),
    )
    poll = (await town.ana.get(f"/v1/statuses/{number}"))["poll"]
    assert poll["options"] == [
        {"title": "lundi", "votes_count": None},
        {"title": "mardi", "votes_count": None},
    ]
    assert (poll["voted"], poll["own_votes"], poll["multiple"]) == (False, [], False)
    voted = await town.ana.post(f"/v1/polls/{number}/votes", choices=["1"])
    assert (voted["own_votes"], voted["votes_count"], voted["voters_count"]) == ([1], 1, 1)
    again = await town.ana.post(f"/v1/polls/{number}/votes", 422, choices=[0])
    assert again == {"error": "Validation failed: You have already voted on this poll"}
    wrong = await town.bao.post(f"/v1/polls/{number}/votes", 422, choices=[7])
    assert wrong == {"error": "Validation failed: The chosen vote option does not exist"}
    assert (await town.bao.get(f"/v1/polls/{number}"))["voted"] is False


async def test_a_group_is_an_account_and_a_list(town):
    number = await town.say(town.lea, "Bonjour", group_id=town.closed)
    group = await town.ana.get(f"/v1/accounts/{town.closed}")
    assert set(group) == ACCOUNT
    assert (group["group"], group["bot"], group["locked"]) == (True, False, True)
    assert (group["display_name"], group["followers_count"]) == ("Poussettes", 2)
    assert group["fedparents"] == {
        "kind": "group",
        "join": "request",
        "closed": True,
        "members_count": 2,
        "my_role": "member",
    }
    said = await town.ana.get(f"/v1/accounts/{town.closed}/statuses")
    assert [each["id"] for each in said] == [number]
    lists = await town.ana.get("/v1/lists")
    assert [each["title"] for each in lists] == ["Poussettes", "Vide-greniers"]
    assert all(set(each) == {"id", "title", "replies_policy", "exclusive"} for each in lists)
    tab = await town.ana.get(f"/v1/timelines/list/{lists[0]['id']}")
    assert [each["id"] for each in tab] == [number]
    inside = await town.ana.get(f"/v1/lists/{lists[0]['id']}/accounts")
    assert {each["acct"] for each in inside} == {"lea", "ana"}
    assert await town.bao.get("/v1/lists") == []
    await town.bao.get(f"/v1/timelines/list/{town.closed}", 404)


async def test_people_are_known_by_name_and_relation(town, place):
    assert (await town.ana.get("/v1/accounts/lookup", acct="@Lea@issy.localhost"))["acct"] == "lea"
    nobody = await town.ana.get("/v1/accounts/lookup", 404, acct="nobody")
    assert nobody == {"error": "Record not found"}
    lea = await town.ana.get(f"/v1/accounts/{town.lea.id}")
    assert (lea["followers_count"], lea["hide_collections"]) == (0, True)
    found = await town.ana.get("/v1/accounts/search", q="lea")
    assert [each["acct"] for each in found] == ["lea"]
    await place.db.write(follow_actor, town.bao.viewer, town.lea.viewer.actor_id)
    asked = await town.lea.get("/v1/follow_requests")
    assert [each["acct"] for each in asked] == ["bao"]
    await place.db.write(accept_follow, town.lea.viewer, town.bao.viewer.actor_id)
    (relation,) = await town.bao.get("/v1/accounts/relationships", **{"id[]": town.lea.id})
    assert set(relation) == RELATIONSHIP
    assert (relation["following"], relation["requested"]) == (True, False)
    (seat,) = await town.ana.get("/v1/accounts/relationships", id=str(town.closed))
    assert set(seat) == RELATIONSHIP
    assert seat["following"] is True
    assert [
        each["acct"] for each in await town.bao.get(f"/v1/accounts/{town.bao.id}/following")
    ] == ["lea"]
    assert await town.ana.get(f"/v1/accounts/{town.lea.id}/followers") == []


async def test_what_was_said_before_is_told_oldest_first(town, place):
    number = await town.say(town.lea, "Premier jet", audience=Audience.HERE)
    await place.db.write(edit_post, town.lea.viewer, int(number), "Mieux dit")
    status = await town.ana.get(f"/v1/statuses/{number}")
    assert MOMENT.fullmatch(status["edited_at"])
    edits = await town.ana.get(f"/v1/statuses/{number}/history")
    assert [each["content"] for each in edits] == ["<p>Premier jet</p>", "<p>Mieux dit</p>"]
    assert [edits[0]["created_at"], edits[1]["created_at"]] == [
        status["created_at"],
        status["edited_at"],
    ]
    source = await town.lea.get(f"/v1/statuses/{number}/source")
    assert source == {"id": number, "text": "Mieux dit", "spoiler_text": ""}
    await town.ana.get(f"/v1/statuses/{number}/source", 404)


async def test_notifications_have_what_they_are_about(town, place):
    number = await town.say(
        town.lea, "Qui a une trottinette ?", group_id=town.closed, kind=PostKind.QUESTION
    )
    answer = await town.say(town.ana, "Moi", in_reply_to_id=int(number))
    await place.db.write(thank, town.lea.viewer, int(answer))
    await town.settle()
    thanked, asked = await town.ana.get("/v1/notifications")
    assert (thanked["type"], asked["type"]) == ("favourite", "status")
    assert set(asked) == {"id", "type", "group_key", "created_at", "account", "status"}
    assert (asked["account"]["acct"], asked["status"]["id"]) == ("lea", number)
    (told,) = await town.lea.get("/v1/notifications", **{"types[]": "mention"})
    assert told["status"]["id"] == answer
    assert (await town.lea.get(f"/v1/notifications/{told['id']}"))["id"] == told["id"]
    await town.ana.get(f"/v1/notifications/{told['id']}", 404)
    assert await town.lea.get("/v1/notifications", **{"exclude_types[]": "mention"}) == []
    assert await town.lea.post(f"/v1/notifications/{told['id']}/dismiss") == {}
    assert await town.lea.get("/v1/notifications") == []
    assert await town.ana.post("/v1/notifications/clear") == {}
    assert await town.ana.get("/v1/notifications") == []


async def test_without_a_token_one_reads_what_everybody_may(town, visitor):
    number = await town.say(town.lea, "À tout le monde #fete", audience=Audience.PUBLIC)
    answer = await town.say(town.ana, "Merci", in_reply_to_id=int(number))
    here = await town.say(town.lea, "À ceux d'ici", audience=Audience.HERE)
    open_post = await town.say(town.lea, "Dans le groupe ouvert", group_id=town.open)
    found = (await visitor.get(f"/api/v1/statuses/{number}")).json()
    assert (found["visibility"], found["account"]["acct"]) == ("public", "lea")
    for own in ("favourited", "bookmarked", "filtered"):
        assert own not in found
    around = (await visitor.get(f"/api/v1/statuses/{number}/context")).json()
    assert [each["id"] for each in around["descendants"]] == [answer]
    assert (await visitor.get(f"/api/v1/statuses/{open_post}")).status_code == 200
    assert (await visitor.get(f"/api/v1/accounts/{town.open}")).json()["group"] is True
    for path in (f"statuses/{here}", f"accounts/{town.closed}", f"accounts/{town.lea.id}"):
        assert (await visitor.get(f"/api/v1/{path}")).status_code == 404
    for path in ("timelines/public", "timelines/home", "timelines/tag/fete"):
        assert (await visitor.get(f"/api/v1/{path}")).status_code == 401
