"""A post, for servers that ask for it: what is public, and that something was."""

import pytest

from fedparents.instance.models import FederationMode
from fedparents.posts.models import Audience
from fedparents.posts.polls import PollDraft, vote
from fedparents.posts.service import PostDraft, delete_post, edit_post, publish_post
from tests.rig.builders import a_group, a_viewer
from tests.web.activitypub.conftest import set_mode

BASE = "http://issy.localhost"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


@pytest.fixture
async def ana(open_place):
    return await a_viewer(open_place.db, "ana")


async def saying(place, viewer, text="Qui a une poussette ?", **draft):
    draft = {"audience": Audience.PUBLIC, **draft}
    published = await place.db.write(publish_post, viewer, PostDraft(text=text, **draft))
    return published.post.id


async def test_a_post(server, open_place, ana, clock):
    bao = await a_viewer(open_place.db, "bao")
    await saying(open_place, bao, "Bonjour")
    text = "Bonjour @bao, un *vélo* ? #Entraide\n\nVoir /aide et https://velo.example/"
    number = await saying(open_place, ana, text, warning="Vélo", is_sensitive=False)
    answer = await server.get(f"/notes/{number}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/activity+json; charset=utf-8"
    note, author = answer.json(), f"{BASE}/users/{ana.actor_id}"
    assert note["id"] == f"{BASE}/notes/{number}"
    assert (note["type"], note["attributedTo"]) == ("Note", author)
    assert note["to"] == [PUBLIC]
    assert note["cc"] == [f"{author}/followers", f"{BASE}/users/{bao.actor_id}"]
    assert note["source"] == {"content": text, "mediaType": "text/markdown"}
    assert note["summary"] == "Vélo"
    assert note["sensitive"] is True
    assert note["published"] == clock().strftime("%Y-%m-%dT%H:%M:%SZ")
    assert "updated" not in note
    assert note["contentMap"] == {"fr": note["content"]}
    mention = f'<span class="h-card"><a href="{BASE}/@bao" class="u-url mention">'
    assert f"{mention}@<span>bao</span></a></span>" in note["content"]
    tag = f'<a href="{BASE}/tags/entraide" class="mention hashtag" rel="tag">'
    assert f"{tag}#<span>Entraide</span></a>" in note["content"]
    assert note["tag"] == [
        {"type": "Mention", "name": "@bao@issy.localhost", "href": f"{BASE}/users/{bao.actor_id}"},
        {"type": "Hashtag", "name": "#entraide", "href": f"{BASE}/tags/entraide"},
    ]
    assert note["url"] == f"{BASE}/p/{number}"


async def test_whoever_may_not_be_known_elsewhere_is_not_named(server, open_place, ana):
    await a_viewer(open_place.db, "bao")
    note = (await server.get(f"/notes/{await saying(open_place, ana, 'Merci @bao')}")).json()
    assert note["tag"] == []
    assert note["cc"] == [f"{BASE}/users/{ana.actor_id}/followers"]


async def test_a_quiet_post(server, open_place, ana):
    note = (await server.get(f"/notes/{await saying(open_place, ana, is_quiet=True)}")).json()
    assert note["to"] == [f"{BASE}/users/{ana.actor_id}/followers"]
    assert note["cc"] == [PUBLIC]


async def test_an_answer_says_what_it_answers(server, open_place, ana):
    asked = await saying(open_place, ana)
    bao = await a_viewer(open_place.db, "bao")
    answer = await saying(open_place, bao, "Moi", in_reply_to_id=asked)
    note = (await server.get(f"/notes/{answer}")).json()
    assert note["inReplyTo"] == f"{BASE}/notes/{asked}"
    assert f"{BASE}/users/{ana.actor_id}" in note["cc"]
    assert note["tag"][0]["name"] == "@ana@issy.localhost"


async def test_a_poll_with_its_numbers(server, open_place, ana, clock):
    poll = PollDraft(("Samedi", "Dimanche"), is_multiple=True)
    number = await saying(open_place, ana, "Quand ?", poll=poll)
    await open_place.db.write(vote, ana, number, [1])
    question = (await server.get(f"/notes/{number}")).json()
    assert question["type"] == "Question"
    assert [(each["name"], each["replies"]["totalItems"]) for each in question["anyOf"]] == [
        ("Samedi", 0),
        ("Dimanche", 1),
    ]
    assert question["votersCount"] == 1
    assert "closed" not in question
    clock.advance(days=8)
    question = (await server.get(f"/notes/{number}")).json()
    assert question["closed"] == question["endTime"]


async def test_an_edit_says_when(server, open_place, ana, clock):
    number = await saying(open_place, ana)
    clock.advance(minutes=3)
    await open_place.db.write(edit_post, ana, number, "Trouvée !")
    note = (await server.get(f"/notes/{number}")).json()
    assert note["content"] == "<p>Trouvée !</p>"
    assert note["updated"] > note["published"]


async def test_what_was_deleted_leaves_a_stone(server, open_place, ana):
    number = await saying(open_place, ana)
    await open_place.db.write(delete_post, ana, number)
    answer = await server.get(f"/notes/{number}")
    assert answer.status_code == 410
    stone = answer.json()
    assert (stone["type"], stone["formerType"]) == ("Tombstone", "Note")
    assert set(stone) == {"@context", "id", "type", "formerType", "deleted"}


async def test_what_is_for_fewer_is_not_there_deleted_or_not(server, open_place, ana):
    unknown = await server.get("/notes/123456")
    group = await a_group(open_place.db, ana)
    secrets = [
        await saying(open_place, ana, "Ici", audience=Audience.HERE),
        await saying(open_place, ana, "Abonnés", audience=Audience.FOLLOWERS),
        await saying(open_place, ana, "Groupe", audience=None, group_id=group),
    ]
    for number in secrets:
        for path in (f"/notes/{number}", f"/p/{number}", f"/@ana/{number}"):
            answer = await server.get(path)
            assert (answer.status_code, answer.content) == (404, unknown.content)
    await open_place.db.write(delete_post, ana, secrets[0])
    assert (await server.get(f"/notes/{secrets[0]}")).status_code == 404


async def test_pages_lead_to_the_id_and_ids_lead_browsers_to_the_page(server, open_place, ana):
    number = await saying(open_place, ana)
    for path in (f"/p/{number}", f"/@ana/{number}"):
        answer = await server.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{BASE}/notes/{number}")
    answer = await server.get(f"/notes/{number}", headers={"Accept": BROWSER})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/p/{number}")


async def test_an_island_has_none(server, open_place, ana):
    number = await saying(open_place, ana)
    await set_mode(open_place, FederationMode.ISLAND)
    assert (await server.get(f"/notes/{number}")).status_code == 404
