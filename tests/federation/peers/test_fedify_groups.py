"""Groups of ours and of a server that nobody here wrote: people of one come into those of the
other, and what is said there is heard on both sides."""

import itertools

import pytest

from federation.objects.actor import find_remote
from federation.posts import find_post
from federation.uris import actor_uri, note_uri
from fedparents.actors.models import ActorKind
from fedparents.groups.joining import ask_to_join
from fedparents.groups.members import leave_group
from fedparents.groups.models import Audience as Reading
from fedparents.groups.models import Group, Joining, Membership, MembershipState
from fedparents.ids import GroupId
from fedparents.posts.models import PostState
from fedparents.posts.service import PostDraft, edit_post, publish_post
from tests.rig.builders import a_group
from tests.rig.fediverse import settle

pytestmark = pytest.mark.sqlite_only  # what others understand is the same on either engine

NUMBERS = itertools.count()
ACTIVE = MembershipState.ACTIVE


class Room:
    """A group, and Léa in it."""

    def __init__(self, lea, peer, number, uri):
        self.lea, self.peer, self.number, self.uri = lea, peer, number, uri
        self.base = lea.town.url

    async def does(self, deed, **details):
        said = await self.peer.does(deed, **details)
        await settle(self.lea.town)
        return said

    async def lea_says(self, text):
        draft = PostDraft(text=text, group_id=self.number)
        return (await self.lea.does(publish_post, draft)).post

    async def find(self, uri):
        return await self.lea.db.read(find_post, self.base, uri)

    async def membership(self, actor_id):
        def read(session):
            row = session.get(Membership, (self.number, actor_id))
            return row.state if row else None

        return await self.lea.db.read(read)

    async def echo(self):
        return (await self.lea.db.read(find_remote, self.peer.uri("echo"))).actor_id

    @property
    def named(self):
        return [{"href": self.uri, "name": f"@group@{self.lea.town.domain}"}]


@pytest.fixture
async def ours(lea, peer):
    """An open group that Léa looks after."""
    number = await a_group(
        lea.db,
        lea.viewer,
        name=f"Poussettes {next(NUMBERS)}",
        questions="",
        joining=Joining.OPEN,
        audience=Reading.PUBLIC,
        is_local_only=False,
    )

    def hold_nothing(uow):
        group = uow.session.get_one(Group, number)
        group.holds_first_posts = False
        uow.session.add(group)

    await lea.db.write(hold_nothing)
    return Room(lea, peer, number, actor_uri(lea.town.url, number, ActorKind.GROUP))


@pytest.fixture
async def theirs(lea, peer):
    """Theirs, with Léa in it."""
    found = await lea.town.place.towns.discovery.get(peer.uri("asks"))
    room = Room(lea, peer, GroupId(found.id), peer.uri("asks"))
    await lea.does(ask_to_join, room.number)
    return room


async def test_our_group_is_read(ours):
    found = await ours.peer.does("find", uri=ours.uri)
    assert (found["type"], found["id"]) == ("Group", ours.uri)


@pytest.mark.parametrize("deed", ["follow", "join"])
async def test_they_come_into_ours_and_leave(ours, deed):
    said = await ours.does(deed, whom=ours.uri)
    assert await ours.membership(await ours.echo()) == ACTIVE
    assert len(await ours.peer.heard("Accept", actor=ours.uri)) == 1
    await ours.does("undo", id=said["id"], whom=ours.uri)
    assert await ours.membership(await ours.echo()) == MembershipState.LEFT


async def test_what_they_say_in_ours_is_passed_on(ours):
    await ours.does("follow", whom=ours.uri)
    said = await ours.does(
        "post", text="<p>Une poussette ?</p>", group=ours.uri, mentions=ours.named
    )
    post = await ours.find(said["object"])
    assert (post.group_id, post.state) == (ours.number, PostState.VISIBLE)
    told = await ours.peer.heard("Announce", actor=ours.uri)
    assert said["object"] in str([each["document"] for each in told])


async def test_what_we_say_in_ours_reaches_them(ours):
    await ours.does("follow", whom=ours.uri)
    post = await ours.lea_says("Qui a une poussette ?")
    told = await ours.peer.heard("Announce", actor=ours.uri)
    assert note_uri(ours.base, post.id) in str([each["document"] for each in told])
    await ours.lea.does(edit_post, post.id, "Qui a une petite poussette ?")
    again = await ours.peer.heard("Announce", actor=ours.uri)
    assert "petite" in str([each["document"] for each in again])


async def test_we_come_into_theirs_and_leave(theirs):
    assert await theirs.membership(theirs.lea.viewer.actor_id) == ACTIVE
    await theirs.lea.does(leave_group, theirs.number)
    assert len(await theirs.peer.heard("Undo", actor=theirs.lea.uri)) == 1
    assert await theirs.membership(theirs.lea.viewer.actor_id) == MembershipState.LEFT


async def test_what_we_say_in_theirs_is_passed_on_by_it(theirs):
    post = await theirs.lea_says("Qui a un vélo ?")
    told = await theirs.peer.heard("Create", actor=theirs.lea.uri)
    assert [each["document"]["object"]["id"] for each in told] == [note_uri(theirs.base, post.id)]


async def test_what_they_say_in_theirs_is_here(theirs):
    said = await theirs.does(
        "post",
        text="<p>Un vélo à donner</p>",
        group=theirs.uri,
        mentions=[{"href": theirs.uri, "name": "@asks"}],
    )
    post = await theirs.find(said["object"])
    assert post is not None
    assert post.group_id == theirs.number
