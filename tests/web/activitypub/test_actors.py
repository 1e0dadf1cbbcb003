"""The documents of people, groups and the place: who gets which, and who does not exist."""

from datetime import timedelta

import pytest

from fedparents import clock
from fedparents.accounts.leaving import erase_account
from fedparents.accounts.models import Account, AccountState
from fedparents.actors.models import Actor
from fedparents.groups.models import Audience as GroupAudience
from fedparents.groups.models import Group, GroupState, Joining
from fedparents.groups.service import erase_group
from fedparents.ids import ActorId
from fedparents.posts.desk import pin_post
from fedparents.posts.models import Audience
from fedparents.posts.service import PostDraft, publish_post
from fedparents.social.follows import follow_actor
from fedparents.social.models import FollowState
from tests.federation.objects.test_actors import read
from tests.rig.builders import a_group, a_viewer, put_follow, put_stranger, signed_in
from tests.rig.schemas import complaints
from tests.web.activitypub.conftest import somebody
from web.activitypub.collections import A_PAGE

BASE = "http://issy.localhost"
LD = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
COLLECTIONS = ("outbox", "outbox/p", "followers", "following")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def changing(model, number, **values):
    def change(uow):
        row = uow.session.get_one(model, number)
        for name, value in values.items():
            setattr(row, name, value)
        uow.session.add(row)

    return change


def told(answer):
    """All that an answer says."""
    return answer.status_code, answer.content, sorted(answer.headers.items())


async def test_a_person(server, open_place):
    ana = await somebody(open_place, summary="Vélo & potager.\n\nEt <b>couture</b>.")
    answer = await server.get(f"/users/{ana.actor_id}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/activity+json; charset=utf-8"
    assert "Accept" in answer.headers["vary"]
    found = answer.json()
    assert list(complaints(found, read("person.schema.json"))) == []
    uri = f"{BASE}/users/{ana.actor_id}"
    assert found["id"] == uri
    assert (found["preferredUsername"], found["name"]) == ("ana", "Ana")
    assert found["summary"] == ("<p>Vélo &amp; potager.</p><p>Et &lt;b&gt;couture&lt;/b&gt;.</p>")
    assert found["publicKey"]["owner"] == uri
    assert found["publicKey"]["id"].startswith(f"{uri}#")
    assert found["manuallyApprovesFollowers"] is True
    again = (await server.get(f"/users/{ana.actor_id}", headers={"Accept": LD})).json()
    assert again == found


async def test_nothing_in_it_of_the_account(server, open_place):
    ana = await somebody(open_place)
    told = (await server.get(f"/users/{ana.actor_id}")).text
    assert ana.email not in told
    assert str(ana.id) not in told


async def test_a_browser_is_led_to_the_page(server, open_place):
    ana = await somebody(open_place)
    answer = await server.get(f"/users/{ana.actor_id}", headers={"Accept": BROWSER})
    assert (answer.status_code, answer.headers["location"]) == (303, "/@ana")


async def test_a_server_is_led_from_the_page_to_the_document(server, open_place):
    ana = await somebody(open_place)
    answer = await server.get("/@ana")
    assert answer.headers["location"] == f"{BASE}/users/{ana.actor_id}"
    assert (await server.get("/@nobody")).status_code == 404
    page = await server.get("/@ana", headers={"Accept": BROWSER})
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    "changes",
    [
        {"state": AccountState.EMAIL_PENDING},
        {"state": AccountState.APPROVAL_PENDING},
        {"state": AccountState.DECLINED},
        {"restricted_until": clock.now().date() + timedelta(days=1)},
    ],
    ids=lambda changes: str(*changes.values()),
)
async def test_who_is_not_known_outside_does_not_exist(server, open_place, changes):
    ana = await somebody(open_place)
    assert (await server.get(f"/users/{ana.actor_id}")).status_code == 200
    await open_place.db.write(changing(Account, ana.id, **changes))
    finger = "/.well-known/webfinger?resource=acct:%s@issy.localhost"
    for path in ("/users/%s", "/users/%s/outbox", "/users/%s/followers", "/users/%s/following"):
        nobody = await server.get(path % 12345)
        assert told(await server.get(path % ana.actor_id)) == told(nobody)
        assert nobody.status_code == 404
    assert told(await server.get(finger % "ana")) == told(await server.get(finger % "nobody"))


@pytest.mark.parametrize("state", [AccountState.FROZEN, AccountState.LEAVING])
async def test_whoever_was_known_and_is_away_is_not_forgotten(server, open_place, state):
    """Nothing of theirs is shown; but what is not found, other servers delete for good."""
    ana = await somebody(open_place, summary="Vélo et potager.")
    viewer = await signed_in(open_place.db, ana)
    draft = PostDraft(text="Bonjour", audience=Audience.PUBLIC)
    post = (await open_place.db.write(publish_post, viewer, draft)).post
    before = (await server.get(f"/users/{ana.actor_id}")).json()
    await open_place.db.write(changing(Account, ana.id, state=state))
    away = (await server.get(f"/users/{ana.actor_id}")).json()
    assert list(complaints(away, read("person.schema.json"))) == []
    assert (away["suspended"], away["name"], away["discoverable"]) == (True, "ana", False)
    assert "summary" not in away
    assert away["publicKey"] == before["publicKey"]
    assert {"suspended": "toot:suspended"}.items() <= away["@context"][-1].items()
    finger = await server.get("/.well-known/webfinger?resource=acct:ana@issy.localhost")
    assert finger.status_code == 200
    for path in (f"/notes/{post.id}", *(f"/users/{ana.actor_id}/{each}" for each in COLLECTIONS)):
        assert told(await server.get(path))[:2] == (403, b"")
    await open_place.db.write(changing(Account, ana.id, state=AccountState.ACTIVE))
    assert (await server.get(f"/users/{ana.actor_id}")).json() == before


async def test_who_never_said_anything_outside_is_not_known_there(server, open_place):
    ana = await somebody(open_place, is_discoverable=False)
    viewer = await signed_in(open_place.db, ana)
    path = f"/users/{ana.actor_id}"
    # With nobody twinned, nearby is here.
    for audience, status in (
        (Audience.HERE, 404),
        (Audience.NEARBY, 404),
        (Audience.PUBLIC, 200),
    ):
        draft = PostDraft(text=f"Bonjour {audience}", audience=audience)
        await open_place.db.write(publish_post, viewer, draft)
        assert (await server.get(path)).status_code == status
    followers = (await server.get(f"{path}/followers")).json()
    assert "totalItems" not in followers


async def test_who_follows_somebody_elsewhere_is_known_there(server, open_place):
    ana = await somebody(open_place, is_discoverable=False)

    def follow_somebody_elsewhere(uow):
        other = put_stranger(uow)
        put_follow(uow, ana.actor_id, other.id, FollowState.PENDING)

    assert (await server.get(f"/users/{ana.actor_id}")).status_code == 404
    await open_place.db.write(follow_somebody_elsewhere)
    assert (await server.get(f"/users/{ana.actor_id}")).status_code == 200


async def test_of_who_was_known_it_is_said_that_they_are_no_more(server, open_place):
    ana, bao = await somebody(open_place), await somebody(open_place, "bao")
    await server.get(f"/users/{ana.actor_id}")

    def erase(uow):
        for account in (ana, bao):
            erase_account(uow, uow.session.get_one(Account, account.id))

    await open_place.db.write(erase)
    answer = await server.get(f"/users/{ana.actor_id}")
    assert answer.status_code == 410
    assert answer.json() == {
        "@context": ["https://www.w3.org/ns/activitystreams"],
        "id": f"{BASE}/users/{ana.actor_id}",
        "type": "Tombstone",
        "formerType": "Person",
    }
    # Nobody outside had ever been told that Bao was here.
    assert (await server.get(f"/users/{bao.actor_id}")).status_code == 404
    for path in ("/users/%s/outbox", "/groups/%s"):
        assert (await server.get(path % ana.actor_id)).status_code == 404


async def test_numbers_of_a_person(server, open_place):
    ana = await somebody(open_place, is_locked=False)
    viewer = await signed_in(open_place.db, ana)
    bao = await a_viewer(open_place.db, "bao")
    await open_place.db.write(follow_actor, bao, ActorId(ana.actor_id))
    await open_place.db.write(
        publish_post, viewer, PostDraft(text="Bonjour à tous", audience=Audience.PUBLIC)
    )
    await open_place.db.write(
        publish_post, viewer, PostDraft(text="Entre nous", audience=Audience.HERE)
    )
    numbers = {}
    for name in ("outbox", "followers", "following"):
        found = (await server.get(f"/users/{ana.actor_id}/{name}")).json()
        assert found["id"] == f"{BASE}/users/{ana.actor_id}/{name}"
        assert found["type"] == "OrderedCollection"
        assert "bao" not in str(found)
        numbers[name] = found["totalItems"]
    assert numbers == {"outbox": 1, "followers": 1, "following": 0}


async def test_the_pages_of_an_outbox(server, open_place):
    ana = await somebody(open_place)
    viewer = await signed_in(open_place.db, ana)

    def say_much(uow):
        for number in range(A_PAGE + 1):
            draft = PostDraft(text=f"Numéro {number}", audience=Audience.PUBLIC)
            publish_post(uow, viewer, draft)
        publish_post(uow, viewer, PostDraft(text="Entre nous", audience=Audience.HERE))

    await open_place.db.write(say_much)
    outbox = (await server.get(f"/users/{ana.actor_id}/outbox")).json()
    assert outbox["totalItems"] == A_PAGE + 1
    first = (await server.get(outbox["first"])).json()
    assert (first["id"], first["partOf"]) == (outbox["first"], outbox["id"])
    last = (await server.get(first["next"])).json()
    assert last["id"] == first["next"]
    assert "next" not in last
    said = [each["object"]["source"]["content"] for each in first["orderedItems"]]
    assert said == [f"Numéro {number}" for number in range(A_PAGE, 0, -1)]
    [item] = last["orderedItems"]
    assert (item["type"], item["actor"]) == ("Create", f"{BASE}/users/{ana.actor_id}")
    assert (await server.get(item["object"]["id"])).json()["content"] == item["object"]["content"]
    # What can be read by itself is not listed for whoever does not want to be found.
    await open_place.db.write(changing(Actor, ana.actor_id, is_discoverable=False))
    outbox = (await server.get(f"/users/{ana.actor_id}/outbox")).json()
    assert not {"first", "totalItems"} & outbox.keys()
    assert (await server.get(first["id"])).status_code == 404


async def say(place, viewer, group, text, **more):
    draft = PostDraft(text=text, group_id=group, **more)
    return (await place.db.write(publish_post, viewer, draft)).post


async def test_an_open_group(server, open_place):
    marie = await signed_in(open_place.db, await somebody(open_place, "marie"))
    group = await a_group(
        open_place.db,
        marie,
        is_local_only=False,
        joining=Joining.OPEN,
        audience=GroupAudience.PUBLIC,
    )
    found = (await server.get(f"/groups/{group}")).json()
    assert list(complaints(found, read("group.schema.json"))) == []
    assert found["name"] == "Parents du Corentin"
    assert found["summary"] == "<p>Les parents du quartier.</p><ol><li>Soyons aimables.</li></ol>"
    assert (found["openness"], found["manuallyApprovesFollowers"]) == ("open", False)
    assert found["memberCount"] == 1
    moderators = (await server.get(f"/groups/{group}/moderators")).json()
    assert moderators["orderedItems"] == [f"{BASE}/users/{marie.actor_id}"]
    assert found["attributedTo"] == moderators["id"]
    for name in ("followers", "members"):
        counted = (await server.get(f"/groups/{group}/{name}")).json()
        assert counted["totalItems"] == 1
        assert "orderedItems" not in counted
    said = await say(open_place, marie, group, "Le goûter est samedi.")
    await say(open_place, marie, group, "Entre nous.", audience=Audience.GROUP)
    await open_place.db.write(pin_post, marie, said.id)
    featured = (await server.get(found["featured"].removeprefix(BASE))).json()
    assert featured["orderedItems"] == [f"{BASE}/notes/{said.id}"]
    hidden = changing(Actor, marie.actor_id, is_discoverable=False)
    await open_place.db.write(hidden)
    moderators = (await server.get(f"/groups/{group}/moderators")).json()
    assert moderators["orderedItems"] == []


async def test_of_a_closed_group_its_name_purpose_and_rules(server, open_place):
    marie = await a_viewer(open_place.db, "marie")
    group = await a_group(open_place.db, marie, is_local_only=False)
    found = (await server.get(f"/groups/{group}")).json()
    assert (found["openness"], found["manuallyApprovesFollowers"]) == ("moderated", True)
    assert "Soyons aimables." in found["summary"]
    assert (found["rules"], found["questions"]) == (["Soyons aimables."], ["Pourquoi ?"])
    assert not {"memberCount", "attributedTo", "moderators"} & found.keys()
    for name in ("outbox", "followers", "members", "moderators", "featured"):
        assert (await server.get(f"/groups/{group}/{name}")).status_code == 404


async def test_a_group_for_this_town_alone_asks_others_nothing(server, open_place):
    marie = await a_viewer(open_place.db, "marie")
    group = await a_group(open_place.db, marie, is_local_only=False, audience=GroupAudience.HERE)
    found = (await server.get(f"/groups/{group}")).json()
    assert (found["openness"], found["manuallyApprovesFollowers"]) == ("invite_only", True)
    assert not {"members", "questions", "memberCount"} & found.keys()


@pytest.mark.parametrize(
    "privacy", [{"is_local_only": True}, {"is_hidden": True, "is_local_only": False}], ids=str
)
async def test_hidden_and_local_groups_do_not_exist(server, open_place, privacy):
    marie = await a_viewer(open_place.db, "marie")
    group = await a_group(open_place.db, marie, **privacy, joining=Joining.OPEN)
    handle = (await open_place.db.read(lambda session: session.get_one(Actor, group))).handle
    for path in ("", "/outbox", "/followers", "/members", "/moderators", "/featured"):
        there = await server.get(f"/groups/{group}{path}")
        nothing = await server.get(f"/groups/12345{path}")
        assert told(there) == told(nothing)
        assert there.status_code == 404
    assert told(await server.get(f"/@{handle}")) == told(await server.get("/@nobody"))


async def test_a_group_that_ends(server, open_place):
    marie = await a_viewer(open_place.db, "marie")
    group = await a_group(open_place.db, marie, is_local_only=False)
    assert (await server.get(f"/groups/{group}")).status_code == 200
    await open_place.db.write(changing(Group, group, state=GroupState.ENDING))
    assert (await server.get(f"/groups/{group}")).status_code == 404
    await open_place.db.write(lambda uow: erase_group(uow, uow.session.get_one(Group, group)))
    answer = await server.get(f"/groups/{group}")
    assert (answer.status_code, answer.json()["formerType"]) == (410, "Group")


async def test_people_see_the_page_of_a_group_where_servers_get_the_document(server, open_place):
    marie = await a_viewer(open_place.db, "marie")
    group = await a_group(open_place.db, marie, is_local_only=False)
    page = await server.get(f"/groups/{group}", headers={"Accept": BROWSER})
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")


async def test_the_place_itself(server, open_place):
    found = (await server.get("/actor")).json()
    assert list(complaints(found, read("application.schema.json"))) == []
    assert found["id"] == f"{BASE}/actor"
    assert found["name"] == "Parents d'Issy"
    again = (await server.get("/actor")).json()
    assert again["publicKey"] == found["publicKey"]


@pytest.mark.parametrize("number", ["x", "1.0", "-1", "1" * 19, "%31", "٣"])
async def test_what_is_no_number(server, open_place, number):
    for room in ("users", "groups"):
        assert (await server.get(f"/{room}/{number}")).status_code == 404
