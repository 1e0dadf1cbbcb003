"""What stands around a post: answers, the thread, and numbers; only of what everybody may read."""

import pytest

from fedparents.actors.models import Actor, Standing
from fedparents.posts.asking import thank
from fedparents.posts.models import Audience
from fedparents.posts.service import PostDraft, delete_post, publish_post
from fedparents.posts.sharing import share_post
from tests.rig.builders import a_viewer
from tests.web.activitypub.test_actors import changing
from web.activitypub.around import A_PAGE

BASE = "http://issy.localhost"
ROOMS = ("replies", "replies/p", "likes", "shares")


@pytest.fixture
async def talk(open_place):
    return Talk(
        open_place, await a_viewer(open_place.db, "ana"), await a_viewer(open_place.db, "bao")
    )


class Talk:
    """Ana says something to everybody, and Bao answers."""

    def __init__(self, place, ana, bao):
        self.place, self.ana, self.bao = place, ana, bao

    async def says(self, who, text, answers=None, **draft):
        draft = {"audience": Audience.PUBLIC, **draft}
        whole = PostDraft(text=text, in_reply_to_id=answers, **draft)
        return (await self.place.db.write(publish_post, who, whole)).post


async def test_answers_stand_in_pages_the_oldest_first(server, talk):
    root = await talk.says(talk.ana, "Qui ?")
    answers = [await talk.says(talk.bao, f"Moi {number}", root.id) for number in range(A_PAGE + 1)]
    below = await talk.says(talk.ana, "Et vous ?", answers[0].id)
    hidden = await talk.says(talk.bao, "Pas pour tous", root.id, audience=Audience.HERE)
    note = (await server.get(f"/notes/{root.id}")).json()
    whole = (await server.get(note["replies"]["id"])).json()
    assert (whole["type"], whole["first"]) == ("Collection", note["replies"]["first"])
    first = (await server.get(whole["first"])).json()
    assert (first["type"], first["partOf"]) == ("CollectionPage", whole["id"])
    assert first["items"] == [f"{BASE}/notes/{each.id}" for each in answers[:A_PAGE]]
    last = (await server.get(first["next"])).json()
    assert last["items"] == [f"{BASE}/notes/{answers[-1].id}"]
    assert "next" not in last
    assert str(hidden.id) not in str(first) + str(last)
    other = (await server.get(f"/notes/{answers[0].id}/replies/p")).json()
    assert other["items"] == [f"{BASE}/notes/{below.id}"]


async def test_a_thread_is_one_list_and_says_whether_anything_was_added(server, talk):
    root = await talk.says(talk.ana, "Qui ?")
    answer = await talk.says(talk.bao, "Moi", root.id)
    below = await talk.says(talk.ana, "Merci", answer.id)
    await talk.says(talk.bao, "Pas pour tous", root.id, audience=Audience.HERE)
    for each in (root, answer, below):
        note = (await server.get(f"/notes/{each.id}")).json()
        assert note["context"] == f"{BASE}/contexts/{root.id}"
    found = await server.get(note["context"])
    thread = found.json()
    assert thread["attributedTo"] == f"{BASE}/users/{talk.ana.actor_id}"
    assert thread["orderedItems"] == [f"{BASE}/notes/{each.id}" for each in (root, answer, below)]
    assert thread["totalItems"] == 3
    seen = {"If-None-Match": found.headers["etag"]}
    assert (await server.get(note["context"], headers=seen)).status_code == 304
    await talk.says(talk.bao, "Encore", root.id)
    assert (await server.get(note["context"], headers=seen)).status_code == 200
    assert (await server.get(f"/contexts/{answer.id}")).status_code == 404


async def test_of_towns_that_are_kept_out_nothing_stands_there(server, talk):
    root = await talk.says(talk.ana, "Qui ?")
    answer = await talk.says(talk.bao, "Moi", root.id)
    kept_out = {"domain": "far.example", "standing": Standing.BLOCKED}
    await talk.place.db.write(changing(Actor, talk.bao.actor_id, **kept_out))
    for path in (f"/notes/{root.id}/replies/p", f"/contexts/{root.id}"):
        assert str(answer.id) not in (await server.get(path)).text
    met = {"standing": Standing.KNOWN}
    await talk.place.db.write(changing(Actor, talk.bao.actor_id, **met))
    for path in (f"/notes/{root.id}/replies/p", f"/contexts/{root.id}"):
        assert str(answer.id) in (await server.get(path)).text


async def test_thanks_and_shares_are_numbers(server, talk):
    root = await talk.says(talk.ana, "Fête samedi")
    await talk.place.db.write(thank, talk.bao, root.id)
    await talk.place.db.write(share_post, talk.bao, root.id)
    note = (await server.get(f"/notes/{root.id}")).json()
    for name in ("likes", "shares"):
        assert note[name]["totalItems"] == 1
        shown = (await server.get(note[name]["id"])).json()
        assert shown["totalItems"] == 1
        assert "bao" not in str(shown)
        assert str(talk.bao.actor_id) not in str(shown)


async def test_around_what_is_for_some_there_is_nothing(server, talk):
    here = await talk.says(talk.ana, "Ici", audience=Audience.HERE)
    gone = await talk.says(talk.ana, "Repris")
    await talk.place.db.write(delete_post, talk.ana, gone.id)
    for number in (here.id, gone.id, 7):
        for room in ROOMS:
            assert (await server.get(f"/notes/{number}/{room}")).status_code == 404
        assert (await server.get(f"/contexts/{number}")).status_code == 404


async def test_an_outbox_has_what_somebody_passes_on_among_what_they_say(server, talk):
    await talk.place.db.write(changing(Actor, talk.bao.actor_id, is_discoverable=True))
    root = await talk.says(talk.ana, "Fête samedi")
    first = await talk.says(talk.bao, "Bonjour")
    share = await talk.place.db.write(share_post, talk.bao, root.id)
    last = await talk.says(talk.bao, "Bonsoir")
    outbox = (await server.get(f"/users/{talk.bao.actor_id}/outbox")).json()
    assert outbox["totalItems"] == 3
    told = (await server.get(outbox["first"])).json()["orderedItems"]
    assert [each["type"] for each in told] == ["Create", "Announce", "Create"]
    assert [told[0]["object"]["id"], told[2]["object"]["id"]] == [
        f"{BASE}/notes/{each.id}" for each in (last, first)
    ]
    assert told[1]["id"] == f"{BASE}/activities/{share.id}"
    assert told[1]["object"] == f"{BASE}/notes/{root.id}"
    on = (await server.get(f"/users/{talk.bao.actor_id}/outbox/p/{share.id}")).json()
    assert [each["object"]["id"] for each in on["orderedItems"]] == [f"{BASE}/notes/{first.id}"]
    await talk.place.db.write(delete_post, talk.ana, root.id)
    outbox = (await server.get(f"/users/{talk.bao.actor_id}/outbox")).json()
    assert outbox["totalItems"] == 2
