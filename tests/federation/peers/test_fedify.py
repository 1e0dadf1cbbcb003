"""A server that nobody here wrote understands what we say, and we what it says."""

import pytest

from federation.uris import followers_uri, note_uri
from federation.vocab import PUBLIC
from fedparents.posts.polls import PollDraft
from fedparents.posts.service import delete_post, edit_post
from fedparents.social.follows import (
    accept_follow,
    follow_actor,
    reject_follow,
    remove_follower,
    unfollow_actor,
)
from fedparents.social.models import FollowState
from tests.rig.fediverse import settle

pytestmark = pytest.mark.sqlite_only  # what others understand is the same on either engine

PENDING, ACCEPTED = FollowState.PENDING, FollowState.ACCEPTED


async def test_our_people_are_read(lea, peer):
    found = await peer.does("find", uri=lea.uri)
    assert (found["type"], found["id"]) == ("Person", lea.uri)
    assert found["preferredUsername"] == lea.viewer.handle
    assert found["publicKey"]["owner"] == lea.uri
    assert found["assertionMethod"][0]["type"] == "Multikey"


async def test_our_place_is_read(town, peer):
    found = await peer.does("find", uri=f"{town.url}/actor")
    assert found["type"] == "Application"


async def test_their_people_are_read(lea, peer):
    actor = await lea.town.place.towns.discovery.get(peer.uri("echo"))
    assert (actor.handle, actor.domain) == ("echo", peer.url.removeprefix("http://"))


async def test_they_are_followed(lea, peer):
    echo = await lea.finds(peer, "echo")
    await lea.does(follow_actor, echo)
    assert await lea.follow(lea.viewer.actor_id, echo) == ACCEPTED
    await lea.does(unfollow_actor, echo)
    assert len(await peer.heard("Undo", actor=lea.uri)) == 1
    assert await lea.follow(lea.viewer.actor_id, echo) is None


@pytest.mark.parametrize(("deed", "after"), [("accept", ACCEPTED), ("reject", None)])
async def test_who_is_shy_is_asked(lea, peer, deed, after):
    shy = await lea.finds(peer, "shy")
    await lea.does(follow_actor, shy)
    assert await lea.follow(lea.viewer.actor_id, shy) == PENDING
    (asked,) = await peer.heard("Follow", actor=lea.uri)
    await peer.does(deed, **{"as": "shy", "id": asked["id"], "whom": lea.uri})
    await settle(lea.town)
    assert await lea.follow(lea.viewer.actor_id, shy) == after


async def test_a_follower_is_put_out_later(lea, peer):
    """Long after it was let in."""
    shy = await lea.finds(peer, "shy")
    await lea.does(follow_actor, shy)
    (asked,) = await peer.heard("Follow", actor=lea.uri)
    for deed, after in (("accept", ACCEPTED), ("reject", None)):
        await peer.does(deed, **{"as": "shy", "id": asked["id"], "whom": lea.uri})
        await settle(lea.town)
        assert await lea.follow(lea.viewer.actor_id, shy) == after


async def test_they_follow_us(followed, peer):
    echo = await followed.knows(peer.uri("echo"))
    assert await followed.follow(echo, followed.viewer.actor_id) == ACCEPTED
    assert len(await peer.heard("Accept", actor=followed.uri)) == 1


async def test_they_stop_to_follow_us(lea, peer):
    said = await peer.does("follow", whom=lea.uri)
    await settle(lea.town)
    await peer.does("undo", id=said["id"], whom=lea.uri)
    await settle(lea.town)
    assert await lea.follow(await lea.knows(peer.uri("echo")), lea.viewer.actor_id) is None


async def test_we_decide_on_them_by_hand(careful, peer):
    await peer.does("follow", whom=careful.uri)
    await settle(careful.town)
    echo = await careful.knows(peer.uri("echo"))
    assert await careful.follow(echo, careful.viewer.actor_id) == PENDING
    assert await peer.heard("Accept", actor=careful.uri) == []
    await careful.does(accept_follow, echo)
    assert len(await peer.heard("Accept", actor=careful.uri)) == 1
    await careful.does(remove_follower, echo)
    assert len(await peer.heard("Reject", actor=careful.uri)) == 1


async def test_we_say_no_to_them(careful, peer):
    await peer.does("follow", whom=careful.uri)
    await settle(careful.town)
    await careful.does(reject_follow, await careful.knows(peer.uri("echo")))
    (refused,) = await peer.heard("Reject", actor=careful.uri)
    assert refused["document"]["object"]["actor"] == peer.uri("echo")


async def test_what_we_say_arrives(followed, peer):
    post = await followed.says("Qui a une **poussette** ? #poussette")
    (told,) = await peer.heard("Create", actor=followed.uri)
    note = told["document"]["object"]
    assert note["id"] == note_uri(followed.town.url, post.id)
    assert note["type"] == "Note"
    assert "<strong>poussette</strong>" in note["content"]
    assert note["attributedTo"] == followed.uri
    assert told["document"]["cc"] == followers_uri(followed.uri)
    assert PUBLIC.endswith(told["document"]["to"].removeprefix("as:"))
    assert told["isProven"] is True


async def test_what_we_change_and_take_back_arrives(followed, peer):
    post = await followed.says("Qui a un vélo ?")
    await followed.does(edit_post, post.id, "Qui a un petit vélo ?")
    (told,) = await peer.heard("Update", actor=followed.uri)
    assert "petit" in told["document"]["object"]["content"]
    await followed.does(delete_post, post.id)
    (told,) = await peer.heard("Delete", actor=followed.uri)
    assert told["document"]["object"]["type"] == "Tombstone"
    assert told["document"]["object"]["id"] == note_uri(followed.town.url, post.id)


async def test_our_polls_are_read(followed, peer):
    await followed.says("Quand ?", poll=PollDraft(("Samedi", "Dimanche")))
    (told,) = await peer.heard("Create", actor=followed.uri)
    question = told["document"]["object"]
    assert question["type"] == "Question"
    assert [each["name"] for each in question["oneOf"]] == ["Samedi", "Dimanche"]


async def test_whoever_does_not_follow_any_more_hears_nothing(lea, peer):
    said = await peer.does("follow", whom=lea.uri)
    await settle(lea.town)
    await peer.does("undo", id=said["id"], whom=lea.uri)
    await settle(lea.town)
    await lea.says("Qui a des rollers ?")
    assert await peer.heard("Create", actor=lea.uri) == []
