"""Our own API: groups founded, joined, looked after and ended by programs; asks and offers."""

from __future__ import annotations

import pytest

from fedparents.posts.service import PostDraft
from fedparents.swaps.models import Direction
from fedparents.swaps.service import SwapDraft, publish_swap
from tests.rig.builders import add_place
from tests.web.api.town import a_town

OURS = "/fedparents/v1"


@pytest.fixture
async def town(place, visitor):
    return await a_town(place, visitor)


async def a_swap(town, who, text, direction=Direction.ASK, **draft):
    made = SwapDraft(PostDraft(text=text, **draft), direction)
    published = await town.place.db.write(publish_swap, who.viewer, made)
    await town.settle()
    return str(published.post.id)


async def test_a_group_is_founded_as_the_issue_says(town):
    group = await town.bao.post(
        f"{OURS}/groups",
        title="Le jardin d'enfants",
        name="jardin",
        description="Les parents du jardin.",
        join="open",
        closed=False,
        local_only=False,
        questions=["Quel âge ?"],
        rules=["Soyons aimables."],
        kind="school",
    )
    assert (group["acct"], group["title"], group["my_role"]) == (
        "jardin",
        "Le jardin d'enfants",
        "manager",
    )
    assert (group["closed"], group["audience"], group["join"]) == (False, "public", "open")
    assert (group["questions"], group["rules"]) == (["Quel âge ?"], ["Soyons aimables."])
    account = await town.bao.get(f"/v1/accounts/{group['account_id']}")
    assert (account["group"], account["fedparents"]["my_role"]) == (True, "manager")
    mine = await town.bao.get(f"{OURS}/groups", filter="joined")
    assert [each["id"] for each in mine] == [group["id"]]


async def test_without_more_a_group_is_closed_and_known_here_alone(town):
    group = await town.bao.post(f"{OURS}/groups", title="Entre nous", description="Nous.")
    assert (group["closed"], group["join"], group["local_only"]) == (True, "request", True)
    assert group["acct"] == "entre_nous"
    answer = await town.bao.visitor.get(f"/api{OURS}/groups/{group['id']}")
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ({"title": "x" * 61, "description": "d"}, "title"),
        ({"title": "Sans but"}, "description"),
        ({"title": "A", "description": "d", "name": "lea"}, "name"),
        ({"title": "A", "description": "d", "name": "é"}, "name"),
        ({"title": "A", "description": "d", "join": "never"}, "join"),
        ({"title": "A", "description": "d", "place_id": "77"}, "place_id"),
        ({"title": "A", "description": "d", "questions": ["?"] * 4}, "questions"),
        (
            {"title": "A", "description": "d", "closed": False, "local_only": False, "hidden": 1},
            "",
        ),
    ],
    ids=["title", "description", "taken", "letters", "join", "place", "questions", "hidden"],
)
async def test_what_no_group_can_be_is_refused_by_its_own_name(town, sent, name):
    if not name:
        made = await town.bao.post(f"{OURS}/groups", **sent)
        assert (made["hidden"], made["audience"], made["local_only"]) == (True, "here", True)
        return
    refused = await town.bao.post(f"{OURS}/groups", 422, **sent)
    assert list(refused["details"]) == [name]


async def test_a_key_founds_one_group_of_two_calls(town):
    headers = {**town.bao.headers, "Idempotency-Key": "once"}
    body = {"title": "Une fois", "description": "Une seule."}
    answers = [
        await town.bao.visitor.post(f"/api{OURS}/groups", headers=headers, json=body)
        for _ in range(2)
    ]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    assert len(await town.bao.get(f"{OURS}/groups")) == 1


async def test_managers_change_a_group_and_others_do_not(town):
    path = f"{OURS}/groups/{town.closed}"
    changed = await town.lea.send(
        "PATCH", path, description="Des roues.", join="invite", rules=["Une.", "Deux."]
    )
    assert (changed["description"], changed["join"]) == ("Des roues.", "invite")
    assert (changed["title"], changed["closed"]) == ("Poussettes", True), "what was not sent stays"
    assert changed["rules"] == ["Une.", "Deux."]
    await town.ana.send("PATCH", path, 404, title="Non")
    refused = await town.lea.send("PATCH", path, 422, title="")
    assert list(refused["details"]) == ["title"]
    ending = await town.lea.send("DELETE", path)
    assert (ending["state"], ending["ends_at"] is not None) == ("ending", True)
    await town.bao.get(path, 404)
    assert (await town.lea.post(f"{path}/keep"))["state"] == "active"


async def test_joining_with_answers_being_let_in_and_leaving(town):
    path = f"{OURS}/groups/{town.closed}"
    questions = await town.bao.get(f"{path}/questions")
    assert questions == [{"number": 1, "text": "Pourquoi ?"}]
    refused = await town.bao.post(f"{path}/join", 422)
    assert list(refused["details"]) == ["answer_1"]
    asked = await town.bao.post(f"{path}/join", answers=["Pour aider."])
    assert (asked["requested"], asked["my_role"]) == (True, None)
    between = (await town.bao.get("/v1/accounts/relationships", id=str(town.closed)))[0]
    assert (between["requested"], between["following"]) == (True, False)
    await town.ana.get(f"{path}/join_requests", 404)
    (request,) = await town.lea.get(f"{path}/join_requests")
    assert request["account"]["acct"] == "bao"
    assert request["answers"] == [{"question": "Pourquoi ?", "answer": "Pour aider."}]
    await town.ana.post(f"{path}/join_requests/{request['id']}/accept", 404)
    await town.lea.post(f"{path}/join_requests/{request['id']}/accept")
    again = await town.lea.post(f"{path}/join_requests/{request['id']}/reject", 409)
    assert again["error"]
    assert (await town.bao.get(path))["my_role"] == "member"
    assert await town.bao.post(f"{path}/leave") == {}
    assert (await town.bao.get(path))["my_role"] is None
    assert await town.bao.post(f"{path}/leave") == {}


async def test_following_is_asking_where_somebody_decides_and_coming_in_where_nobody_does(town):
    sent = {"title": "Sans question", "description": "Sur demande.", "join": "request"}
    group = (await town.lea.post(f"{OURS}/groups", **sent))["id"]
    account = await town.bao.get(f"/v1/accounts/{group}")
    assert (account["group"], account["locked"]) == (True, True)
    asked = await town.bao.post(f"/v1/accounts/{group}/follow")
    assert (asked["requested"], asked["following"]) == (True, False)
    assert (await town.bao.get(f"{OURS}/groups/{group}"))["requested"] is True
    assert group not in [each["id"] for each in await town.bao.get("/v1/lists")]
    await town.bao.get(f"/v1/timelines/list/{group}", 404)
    taken_back = await town.bao.post(f"/v1/accounts/{group}/unfollow")
    assert (taken_back["requested"], taken_back["following"]) == (False, False)
    await town.bao.post(f"/v1/accounts/{group}/follow")
    (request,) = await town.lea.get(f"{OURS}/groups/{group}/join_requests")
    await town.lea.post(f"{OURS}/groups/{group}/join_requests/{request['id']}/accept")
    between = (await town.bao.get("/v1/accounts/relationships", id=group))[0]
    assert (between["requested"], between["following"]) == (False, True)
    assert group in [each["id"] for each in await town.bao.get("/v1/lists")]
    await town.lea.send("PATCH", f"{OURS}/groups/{group}", join="invite")
    await town.ana.post(f"/v1/accounts/{group}/follow", 403)


async def test_a_request_is_taken_back_or_refused_with_words(town):
    path = f"{OURS}/groups/{town.closed}"
    await town.bao.post(f"{path}/join", answers=["Pour voir."])
    await town.bao.post(f"{path}/leave")
    assert (await town.bao.get(path))["requested"] is False
    await town.bao.post(f"{path}/join", answers=["Encore."])
    (request,) = await town.lea.get(f"{path}/join_requests")
    number = request["id"]
    long = await town.lea.post(f"{path}/join_requests/{number}/reject", 422, message="x" * 501)
    assert list(long["details"]) == ["message"]
    await town.lea.post(f"{path}/join_requests/{number}/reject", message="Plus tard ?")
    await town.bao.post(f"{path}/join", 429, answers=["Encore ?"])


async def test_members_have_roles_and_are_put_out_with_a_reason(town):
    path = f"{OURS}/groups/{town.closed}/members"
    members = {each["account"]["acct"]: each["role"] for each in await town.ana.get(path)}
    assert members == {"lea": "manager", "ana": "member"}
    assert await town.bao.get(path) == []
    named = await town.lea.get(path, role="manager")
    assert [each["account"]["acct"] for each in named] == ["lea"]
    await town.ana.send("PATCH", f"{path}/{town.lea.id}", 404, role="member")
    changed = await town.lea.send("PATCH", f"{path}/{town.ana.id}", role="host")
    assert (changed["role"], changed["account"]["acct"]) == ("host", "ana")
    last = await town.lea.send("PATCH", f"{path}/{town.lea.id}", 409, role="member")
    assert last["error"]
    await town.lea.send("DELETE", f"{path}/{town.ana.id}", 400)
    put_out = {"reason": "Des insultes.", "ban": True, "days": 7}
    assert await town.lea.send("DELETE", f"{path}/{town.ana.id}", **put_out) == {}
    await town.settle()
    between = (await town.ana.get("/v1/accounts/relationships", id=str(town.closed)))[0]
    assert (between["following"], between["blocked_by"]) == (False, True)
    await town.ana.post(f"{OURS}/groups/{town.closed}/join", 403, answers=["Pardon."])
    assert await town.lea.post(f"{path}/{town.ana.id}/unban") == {}


async def test_those_who_look_after_a_group_hide_a_post_in_it(town):
    number = await town.say(town.ana, "À cacher", group_id=town.closed)
    elsewhere = await town.say(town.ana, "Ailleurs", group_id=town.open)
    path = f"{OURS}/groups/{town.closed}"
    assert [each["id"] for each in await town.lea.get(f"{path}/timeline")] == [number]
    await town.ana.send("DELETE", f"{path}/statuses/{number}", 404, reason="Non.")
    await town.lea.send("DELETE", f"{path}/statuses/{elsewhere}", 404, reason="Non.")
    assert await town.lea.send("DELETE", f"{path}/statuses/{number}", reason="Hors sujet.") == {}
    await town.settle()
    assert await town.lea.get(f"{path}/timeline") == []
    assert await town.bao.get(f"{path}/timeline") == []


async def test_groups_are_found_by_name_and_by_where_they_are(town):
    found = await town.bao.get(f"{OURS}/groups", filter="local")
    assert [each["title"] for each in found] == ["Vide-greniers", "Poussettes"]
    assert found[0]["my_role"] is None
    (first,) = await town.bao.get(f"{OURS}/groups", filter="discover", limit=1)
    (second,) = await town.bao.get(f"{OURS}/groups", filter="discover", max_id=first["id"])
    assert (first["title"], second["title"]) == ("Vide-greniers", "Poussettes")
    named = await town.bao.get(f"{OURS}/groups", q="pous")
    assert [each["title"] for each in named] == ["Poussettes"]
    await town.lea.send("PATCH", f"{OURS}/groups/{town.closed}", hidden=True)
    assert len(await town.bao.get(f"{OURS}/groups", filter="local")) == 1
    await town.bao.get(f"{OURS}/groups/{town.closed}", 404)
    await town.bao.post(f"{OURS}/groups/{town.closed}/join", 404, answers=["Ouvrez !"])
    assert await town.bao.get(f"{OURS}/groups", q="pous") == []


async def test_asks_and_offers_are_listed_closed_and_answered(town):
    ask = await a_swap(town, town.ana, "Une poussette ?", group_id=town.closed)
    offer = await a_swap(town, town.lea, "Un lit", Direction.OFFER)
    swaps = f"{OURS}/swaps"
    assert [each["id"] for each in await town.lea.get(swaps)] == [offer, ask]
    assert [each["id"] for each in await town.bao.get(swaps)] == [offer], "not the closed group's"
    assert [each["id"] for each in await town.lea.get(swaps, kind="ask")] == [ask]
    assert await town.bao.get(swaps, group_id=str(town.closed)) == []
    assert [each["id"] for each in await town.lea.get(swaps, group_id=str(town.closed))] == [ask]
    answer = await town.lea.post("/v1/statuses", status="J'en ai une", in_reply_to_id=ask)
    helped = f"{OURS}/statuses/{answer['id']}/accept"
    await town.lea.post(helped, 403)
    helped_by = await town.ana.post(helped)
    assert (helped_by["id"], helped_by["fedparents"]["answer_id"]) == (ask, answer["id"])
    seen = await town.lea.get(f"/v1/statuses/{ask}")
    assert (seen["fedparents"]["answer_id"], seen["fedparents"]["closed"]) == (answer["id"], False)
    thought_again = await town.ana.post(f"{OURS}/statuses/{ask}/unaccept")
    assert (thought_again["id"], thought_again["fedparents"]["answer_id"]) == (ask, None)
    await town.bao.post(f"{OURS}/statuses/{ask}/close", 404)
    closed = await town.ana.post(f"{OURS}/statuses/{ask}/close")
    assert closed["fedparents"]["swap"]["state"] == "closed"
    assert [each["id"] for each in await town.lea.get(swaps, state="open")] == [offer]
    assert [each["id"] for each in await town.lea.get(swaps, state="closed")] == [ask]
    opened = await town.ana.post(f"{OURS}/statuses/{ask}/reopen")
    assert opened["fedparents"]["swap"]["state"] == "open"


async def test_an_app_says_by_a_word_that_it_is_found_and_sees_it(town):
    where = {"group_id": str(town.closed), "kind": "ask"}
    ask = await town.ana.post(
        "/v1/statuses", status="Une poussette ?", language="fr", fedparents=where
    )
    assert ask["content"].startswith("<p><strong>Demande</strong> · <span")
    path = f"/v1/statuses/{ask['id']}"
    await town.lea.post("/v1/statuses", status="Trouvé ?", in_reply_to_id=ask["id"])
    assert (await town.lea.get(path))["fedparents"]["swap"]["state"] == "open"
    await town.ana.post("/v1/statuses", status="@lea Trouvé, merci !", in_reply_to_id=ask["id"])
    seen = await town.lea.get(path)
    assert seen["fedparents"]["swap"]["state"] == "closed"
    assert seen["content"].startswith("<p><em>")
    assert "</em> · <strong>Demande</strong> · " in seen["content"]
    await town.lea.post("/v1/statuses", 409, status="J'en ai une", in_reply_to_id=ask["id"])


async def test_a_group_is_at_home_in_a_commune(town):
    where = str(await town.place.db.write(add_place, 4711, "Trifouilly"))
    place = await town.bao.get(f"{OURS}/places/{where}")
    assert (place["id"], place["name"], place["label"]) == (where, "Trifouilly", "Trifouilly")
    changed = await town.lea.send("PATCH", f"{OURS}/groups/{town.closed}", place_id=where)
    assert (changed["place"], changed["place_id"]) == ("Trifouilly", where)
    assert await town.bao.get(f"{OURS}/places", q="zzz") == []
    await town.bao.get(f"{OURS}/places", 400)
    await town.bao.get(f"{OURS}/places/1", 404)


async def test_the_place_says_what_of_ours_there_is(town):
    told = await town.bao.get("/v2/instance")
    assert told["api_versions"]["fedparents"] == 1
    assert told["configuration"]["fedparents"]["groups"] is True
    assert told["configuration"]["fedparents"]["closed_group_public"] == "narrow"
