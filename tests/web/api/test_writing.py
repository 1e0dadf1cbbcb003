"""What apps write: posts to all and to groups, letters, photos, thanks, follows."""

import io

import pytest
from PIL import Image

from tests.web.api.town import a_town


@pytest.fixture
async def town(place, visitor):
    return await a_town(place, visitor)


@pytest.mark.parametrize(
    ("sent", "visibility", "audience"),
    [
        ({"visibility": "public"}, "public", "public"),
        ({"visibility": "unlisted"}, "unlisted", "public"),
        ({"visibility": "private"}, "private", "followers"),
        ({"visibility": "public", "local_only": True}, "private", "here"),
        ({"visibility": "public", "fedparents": {"audience": "nearby"}}, "private", "nearby"),
        ({}, "private", "here"),
    ],
    ids=["public", "unlisted", "private", "local", "ours", "nothing"],
)
async def test_who_reads_it_is_said_in_mastodons_words(town, sent, visibility, audience):
    status = await town.bao.post("/v1/statuses", status="Bonjour à tous", **sent)
    assert (status["visibility"], status["fedparents"]["audience"]) == (visibility, audience)
    assert status["account"]["id"] == town.bao.id


async def test_naming_a_closed_group_narrows_to_its_members(town):
    group = await town.ana.get(f"/v1/accounts/{town.closed}")
    status = await town.ana.post(
        "/v1/statuses", status=f"@{group['acct']} cherche poussette double", visibility="public"
    )
    assert (status["visibility"], status["fedparents"]["audience"]) == ("private", "group")
    assert status["fedparents"]["group"]["account_id"] == str(town.closed)
    assert status["fedparents"]["swap"]["direction"] == "ask"
    source = await town.ana.get(f"/v1/statuses/{status['id']}/source")
    assert source["text"] == "cherche poussette double"
    assert (await town.lea.get(f"/v1/statuses/{status['id']}"))["id"] == status["id"]
    await town.bao.get(f"/v1/statuses/{status['id']}", 404)
    refused = await town.bao.post("/v1/statuses", 422, status=f"@{group['acct']} bonjour")
    assert refused == {"error": f"Validation failed: Only members can post in @{group['acct']}"}


async def test_whoever_is_named_in_a_closed_group_has_to_be_in_it(town):
    where = {"group_id": str(town.closed)}
    refused = await town.ana.post("/v1/statuses", 422, status="@bao regarde", fedparents=where)
    assert refused == {"error": "Validation failed: not in this group: @bao"}
    assert await town.lea.get("/v1/timelines/home") == []
    named = await town.ana.post("/v1/statuses", status="@lea regarde", fedparents=where)
    assert {each["acct"] for each in named["mentions"]} >= {"lea"}


async def test_an_ask_without_a_name_is_the_groups(town):
    where = {"group_id": str(town.closed), "anonymous": True, "kind": "ask"}
    asked = await town.ana.post("/v1/statuses", status="Un pédiatre ?", fedparents=where)
    assert (asked["account"]["id"], asked["account"]["group"]) == (str(town.closed), True)
    seen = await town.lea.get(f"/v1/statuses/{asked['id']}")
    assert town.ana.id not in str(seen)
    assert (await town.ana.send("DELETE", f"/v1/statuses/{asked['id']}"))["text"] == "Un pédiatre ?"


async def test_an_answer_stays_where_its_question_is(town):
    asked = await town.lea.post(
        "/v1/statuses",
        status="Qui garde samedi ?",
        fedparents={"group_id": str(town.closed), "kind": "question"},
    )
    assert asked["fedparents"]["kind"] == "question"
    answer = await town.ana.post(
        "/v1/statuses", status="Moi !", in_reply_to_id=asked["id"], visibility="public"
    )
    assert (answer["visibility"], answer["in_reply_to_id"]) == ("private", asked["id"])
    assert answer["content"] == "<p>Moi !</p>"
    await town.bao.post("/v1/statuses", 404, status="Et moi", in_reply_to_id=asked["id"])


async def test_a_key_makes_one_post_of_two_calls(town):
    headers = {**town.ana.headers, "Idempotency-Key": "abc"}
    body = {"status": "Une fois", "visibility": "public"}
    answers = [
        await town.ana.visitor.post("/api/v1/statuses", headers=headers, json=body)
        for _ in range(2)
    ]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    again = await town.ana.post("/v1/statuses", **body)
    assert again["id"] == answers[0].json()["id"], "the same words a moment later are the same post"


async def test_letters_reach_those_who_are_named_and_nobody_else(town):
    letter = await town.ana.post(
        "/v1/statuses", status="@lea un mot entre nous", visibility="direct"
    )
    assert letter["visibility"] == "direct"
    await town.settle()
    (told,) = await town.lea.get("/v1/notifications", **{"types[]": "mention"})
    assert told["status"]["id"] == letter["id"]
    answer = await town.lea.post("/v1/statuses", status="Oui ?", in_reply_to_id=letter["id"])
    assert (answer["visibility"], answer["in_reply_to_id"]) == ("direct", letter["id"])
    await town.bao.get(f"/v1/statuses/{letter['id']}", 404)
    await town.ana.post("/v1/statuses", 422, status="À personne", visibility="direct")


async def test_a_post_is_changed_thanked_kept_and_taken_back(town):
    status = await town.lea.post("/v1/statuses", status="Avant", visibility="public")
    path = f"/v1/statuses/{status['id']}"
    changed = await town.lea.send("PUT", path, status="Après", spoiler_text="Attention")
    assert (changed["content"], changed["spoiler_text"]) == ("<p>Après</p>", "Attention")
    await town.ana.send("PUT", path, 404, status="Non")
    for _ in range(2):
        thanked = await town.ana.post(f"{path}/favourite")
        assert (thanked["favourited"], thanked["favourites_count"]) == (True, 1)
        kept = await town.ana.post(f"{path}/bookmark")
        assert kept["bookmarked"] is True
    assert [each["id"] for each in await town.ana.get("/v1/bookmarks")] == [status["id"]]
    assert [each["id"] for each in await town.ana.get("/v1/favourites")] == [status["id"]]
    assert [each["acct"] for each in await town.lea.get(f"{path}/favourited_by")] == ["ana"]
    assert await town.ana.get(f"{path}/favourited_by") == []
    assert (await town.ana.post(f"{path}/unbookmark"))["bookmarked"] is False
    assert (await town.ana.post(f"{path}/unfavourite"))["favourites_count"] == 0
    assert await town.ana.get("/v1/bookmarks") == []
    await town.ana.send("DELETE", path, 404)
    gone = await town.lea.send("DELETE", path)
    assert (gone["text"], gone["id"]) == ("Après", status["id"])
    await town.lea.get(path, 404)


async def test_following_a_group_is_joining_it(town):
    joined = await town.bao.post(f"/v1/accounts/{town.open}/follow")
    assert (joined["following"], joined["requested"]) == (True, False)
    assert [each["title"] for each in await town.bao.get("/v1/lists")] == ["Vide-greniers"]
    muted = await town.bao.post(f"/v1/accounts/{town.open}/mute")
    assert muted["muting"] is True
    left = await town.bao.post(f"/v1/accounts/{town.open}/unfollow")
    assert left["following"] is False
    questions = await town.bao.post(f"/v1/accounts/{town.closed}/follow", 422)
    assert questions["error"].startswith("Validation failed: This group asks something first.")
    assert questions["error"].endswith(f"/groups/{town.closed}")


async def test_a_letter_to_a_group_reaches_those_who_look_after_it(town):
    group = await town.ana.get(f"/v1/accounts/{town.closed}")
    sent = {"status": f"@{group['acct']} il y a un souci", "visibility": "direct"}
    letter = await town.ana.post("/v1/statuses", **sent)
    assert letter["visibility"] == "direct"
    assert (await town.lea.get(f"/v1/statuses/{letter['id']}"))["id"] == letter["id"]
    await town.bao.get(f"/v1/statuses/{letter['id']}", 404)
    await town.bao.post("/v1/statuses", 422, **sent)


async def test_a_hidden_group_is_not_there_for_whoever_names_it(town):
    await town.lea.send("PATCH", f"/fedparents/v1/groups/{town.closed}", hidden=True)
    group = await town.lea.get(f"/v1/accounts/{town.closed}")
    said = await town.bao.post("/v1/statuses", status=f"@{group['acct']} et @personne, bonjour")
    assert (said["fedparents"]["group"], said["mentions"]) == (None, [])
    await town.bao.post(f"/v1/accounts/{town.closed}/follow", 404)


async def test_people_are_followed_muted_and_blocked(town):
    asked = await town.bao.post(f"/v1/accounts/{town.lea.id}/follow", notify=True)
    assert (asked["following"], asked["requested"]) == (False, True)
    allowed = await town.lea.post(f"/v1/follow_requests/{town.bao.id}/authorize")
    assert allowed["followed_by"] is True
    muted = await town.bao.post(f"/v1/accounts/{town.lea.id}/mute", duration="3600")
    assert (muted["muting"], muted["muting_expires_at"] is not None) == (True, True)
    assert [each["acct"] for each in await town.bao.get("/v1/mutes")] == ["lea"]
    assert (await town.bao.post(f"/v1/accounts/{town.lea.id}/unmute"))["muting"] is False
    noted = await town.bao.post(f"/v1/accounts/{town.lea.id}/note", comment="de la chorale")
    assert noted["note"] == "de la chorale"
    blocked = await town.bao.post(f"/v1/accounts/{town.lea.id}/block")
    assert (blocked["blocking"], blocked["following"]) == (True, False)
    assert [each["acct"] for each in await town.bao.get("/v1/blocks")] == ["lea"]
    await town.lea.get(f"/v1/accounts/{town.bao.id}", 404)
    assert await town.lea.get("/v1/accounts/relationships", id=town.bao.id) == []
    assert (await town.bao.post(f"/v1/accounts/{town.lea.id}/unblock"))["blocking"] is False


async def test_photos_are_seen_by_the_apps_of_readers_alone(town):
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(file, "PNG")
    answer = await town.ana.visitor.post(
        "/api/v2/media",
        headers=town.ana.headers,
        files={"file": ("a.png", file.getvalue(), "image/png")},
        data={"description": "Un vélo", "focus": "0.5,-0.25"},
    )
    media = answer.json()
    assert (media["type"], media["description"]) == ("image", "Un vélo")
    assert media["meta"]["focus"] == {"x": 0.5, "y": -0.25}
    assert media["meta"]["original"]["size"] == "64x48"
    status = await town.ana.post(
        "/v1/statuses",
        status="Voici",
        media_ids=[media["id"]],
        fedparents={"group_id": str(town.closed)},
    )
    await town.ana.get(f"/v1/media/{media['id']}", 404)
    seen = (await town.lea.get(f"/v1/statuses/{status['id']}"))["media_attachments"][0]
    assert seen["url"] != status["media_attachments"][0]["url"], "each app has its own address"
    picture = await town.lea.visitor.get(seen["url"])
    assert picture.status_code == 200
    assert picture.headers["access-control-allow-origin"] == "*"
    assert (await town.lea.visitor.get(seen["preview_url"])).status_code == 200
    bare, _, key = seen["url"].partition("?for=")
    for other in ("", key[:-1] + "0" * (key[-1] != "0") + "1" * (key[-1] == "0"), "1.", "x"):
        assert (await town.lea.visitor.get(f"{bare}?for={other}")).status_code == 404
    await town.lea.post(f"/v1/accounts/{town.lea.id}/unfollow")
    await town.ana.send("DELETE", f"/v1/statuses/{status['id']}")
    assert (await town.lea.visitor.get(seen["url"])).status_code == 404


@pytest.mark.parametrize(
    "sent",
    [
        {"status": "Bonjour", "visibility": "everybody"},
        {"status": ""},
        {"status": "x" * 5001},
        {"status": "Choisir", "poll": {"options": ["un"], "expires_in": 3600}},
        {"status": "Choisir", "poll": {"options": ["un", "deux"], "expires_in": "demain"}},
        {"status": "Voilà", "media_ids": ["1", "2", "3", "4", "5"]},
        {"status": "Voilà", "media_ids": ["abc"]},
        {"status": "Plus tard", "scheduled_at": "2030-01-01T00:00:00.000Z"},
        {"status": "Où ?", "fedparents": {"audience": "moon"}},
        {"status": "Hein ?", "language": "klingon!"},
    ],
    ids=range(10),
)
async def test_what_cannot_be_said_is_refused_in_json(town, sent):
    refused = await town.ana.post("/v1/statuses", 422, **sent)
    assert refused["error"]


async def test_passing_on_makes_a_status_around_the_status(town):
    status = await town.lea.post("/v1/statuses", status="Fête samedi", visibility="public")
    await town.lea.post("/v1/statuses", status="Entre nous", fedparents={"group_id": town.closed})
    path = f"/v1/statuses/{status['id']}"
    shared = await town.ana.post(f"{path}/reblog")
    assert shared["id"] != status["id"]
    assert shared["account"]["acct"] == "ana"
    assert (shared["reblog"]["id"], shared["reblog"]["account"]["acct"]) == (status["id"], "lea")
    assert (shared["reblog"]["reblogged"], shared["reblog"]["reblogs_count"]) == (True, 1)
    assert shared["content"] == shared["reblog"]["content"]
    assert [each["acct"] for each in await town.bao.get(f"{path}/reblogged_by")] == ["ana"]
    said = await town.bao.get(f"/v1/accounts/{town.ana.id}/statuses")
    assert [each["id"] for each in said] == [shared["id"]]
    assert await town.bao.get(f"/v1/accounts/{town.ana.id}/statuses", exclude_reblogs="1") == []
    thanked = await town.bao.post(f"/v1/statuses/{shared['id']}/favourite")
    assert (thanked["id"], thanked["favourited"]) == (status["id"], True)
    await town.settle()
    (told,) = await town.lea.get("/v1/notifications", **{"types[]": "reblog"})
    assert (told["account"]["acct"], told["status"]["id"]) == ("ana", status["id"])
    undone = await town.ana.post(f"{path}/unreblog")
    assert (undone["id"], undone["reblogged"]) == (status["id"], False)
    closed = (await town.lea.get("/v1/timelines/home"))[0]
    refused = await town.ana.post(f"/v1/statuses/{closed['id']}/reblog", 403)
    assert set(refused) == {"error"}


async def test_what_an_app_leaves_open_is_as_its_owner_said_once(town):
    wish = {"privacy": "private", "sensitive": True, "language": "th"}
    await town.bao.send("PATCH", "/v1/accounts/update_credentials", source=wish)
    status = await town.bao.post("/v1/statuses", status="Bonjour")
    assert (status["visibility"], status["fedparents"]["audience"]) == ("private", "followers")
    assert (status["sensitive"], status["language"]) == (True, "th")
    other = await town.bao.post(
        "/v1/statuses", status="Salut", visibility="public", sensitive=False, language="fr"
    )
    assert (other["visibility"], other["sensitive"], other["language"]) == ("public", False, "fr")
