"""What was said in a group before somebody of another town came into it."""

import itertools
import json
from typing import Any

import httpx2
import pytest
from sqlmodel import col, select

from federation.delivery.models import OutgoingActivity
from federation.errors import FederationError
from federation.group_posts import tell_said, tell_said_better
from federation.models import RemotePost
from federation.posts import find_post
from federation.uris import note_uri
from fedparents.accounts.leaving import erase_account
from fedparents.accounts.models import Account
from fedparents.errors import NotFound
from fedparents.groups.joining import ask_to_join
from fedparents.groups.members import leave_group
from fedparents.groups.models import Audience as Reading
from fedparents.groups.models import Group, Joining
from fedparents.ids import GroupId
from fedparents.media.models import MediaUse
from fedparents.media.service import PhotoDraft
from fedparents.notifications.kinds import Kind
from fedparents.notifications.queries import list_unseen
from fedparents.posts.asking import close_post, thank
from fedparents.posts.desk import let_post_through
from fedparents.posts.models import Audience, Post, PostState
from fedparents.posts.photos import list_photos
from fedparents.posts.service import (
    PostDraft,
    delete_post,
    edit_post,
    narrow_post,
    publish_post,
)
from fedparents.timelines.models import HomeEntry
from tests.rig.builders import a_group
from tests.rig.fediverse import settle
from tests.rig.photos import a_file, scene
from web.site.media.sights import get_visible_media

NUMBERS = itertools.count()
OPEN: dict[str, Any] = {"joining": Joining.OPEN, "questions": "", "is_local_only": False}
PUBLIC = OPEN | {"audience": Reading.PUBLIC}
DOCUMENT = {"accept": "application/activity+json"}


class Past:
    """Marie has said things in her group of Rumilly before Léa of Annecy comes."""

    def __init__(self, annecy, rumilly):
        self.annecy, self.rumilly = annecy, rumilly

    async def begin(self, **privacy):
        number = next(NUMBERS)
        self.lea = await self.annecy.somebody(f"lea_gh{number}")
        self.marie = await self.rumilly.somebody(f"marie_gh{number}")
        self.group = await a_group(self.rumilly.place.db, self.marie, **privacy)
        await self.rumilly.place.db.write(_allow_anonymous, self.group)
        return self

    async def says(self, text, **more):
        draft = PostDraft(text=text, group_id=self.group, **more)
        return (await self.rumilly.place.db.write(publish_post, self.marie, draft)).post

    async def does(self, deed, post, *more):
        await self.rumilly.place.db.write(deed, self.marie, post.id, *more)
        await settle(self.annecy, self.rumilly)

    async def comes(self):
        await settle(self.annecy, self.rumilly)
        uri = f"{self.rumilly.url}/groups/{self.group}"
        found = await self.annecy.place.towns.discovery.get(uri)
        self.there = GroupId(found.id)
        await self.annecy.place.db.write(ask_to_join, self.lea, self.there)
        await settle(self.annecy, self.rumilly)

    async def in_annecy(self, post):
        uri = note_uri(self.rumilly.url, post.id)
        return await self.annecy.place.db.read(find_post, self.annecy.url, uri)

    @property
    def outbox(self):
        return f"{self.rumilly.url}/groups/{self.group}/outbox"


def _allow_anonymous(uow, group_id):
    uow.session.get_one(Group, group_id).allows_anonymous = True


@pytest.fixture
def past(towns):
    return Past(*towns)


async def test_a_newcomer_finds_what_was_said_lately(past):
    await past.begin(**PUBLIC)
    asked = await past.says("Qui a une poussette ?")
    answered = await past.says("Personne ?", in_reply_to_id=asked.id)
    hidden = await past.says("Une question gênante", is_anonymous=True)
    await past.comes()

    root, answer = await past.in_annecy(asked), await past.in_annecy(answered)
    assert (root.text, root.group_id, root.audience) == (asked.text, past.there, Audience.PUBLIC)
    assert (answer.in_reply_to_id, answer.root_id) == (root.id, root.id)
    assert await past.in_annecy(hidden) is None
    home = (past.lea.account_id, root.id)
    assert await past.annecy.place.db.read(lambda s: s.get(HomeEntry, home)) is not None
    told = await past.annecy.place.db.read(list_unseen, past.lea.account_id)
    assert [each.kind for each in told] == [Kind.JOIN_DECISION]


async def test_of_a_closed_group_a_twin_that_has_a_member_does(past, allied):
    await past.begin(**OPEN)
    asked = await past.says("Qui garde samedi ?")
    fetch = past.annecy.place.towns.fetcher.document
    with pytest.raises(FederationError):
        await fetch(past.outbox)
    await past.comes()
    known = await past.in_annecy(asked)
    assert (known.text, known.audience) == (asked.text, Audience.GROUP)
    assert (await fetch(past.outbox))["totalItems"] == 1
    async with httpx2.AsyncClient() as anybody:
        for path in ("", "/p", "/p/1"):
            assert (await anybody.get(past.outbox + path, headers=DOCUMENT)).status_code == 404


async def test_the_pages_of_a_group(past):
    await past.begin(**PUBLIC)
    said = [await past.says(f"Le {number}") for number in range(21)]
    await past.comes()
    assert await past.in_annecy(said[0]) is None  # the newest page, and no more
    assert await past.in_annecy(said[1]) is not None
    async with httpx2.AsyncClient(headers=DOCUMENT) as anybody:
        outbox = (await anybody.get(past.outbox)).json()
        assert outbox["totalItems"] == 21
        first = (await anybody.get(outbox["first"])).json()
        last = (await anybody.get(first["next"])).json()
    assert (len(first["orderedItems"]), len(last["orderedItems"])) == (20, 1)
    assert "next" not in last
    announced = last["orderedItems"][0]
    assert (announced["type"], announced["object"]["type"]) == ("Announce", "Create")
    assert announced["object"]["object"]["id"] == note_uri(past.rumilly.url, said[0].id)


async def test_once_where_somebody_is_already(past):
    await past.begin(**PUBLIC)
    await past.comes()
    said = await past.says("Bonjour")
    await settle(past.annecy, past.rumilly)
    copy = await past.in_annecy(said)
    await past.annecy.place.db.write(_forget, copy.id)
    zoe = await past.annecy.somebody(f"zoe_gh{next(NUMBERS)}")
    await past.annecy.place.db.write(ask_to_join, zoe, past.there)
    await settle(past.annecy, past.rumilly)
    assert await past.in_annecy(said) is None


def _forget(uow, post_id):
    uow.session.delete(uow.session.get_one(RemotePost, post_id))
    uow.session.flush()
    uow.session.delete(uow.session.get_one(Post, post_id))


@pytest.mark.parametrize("privacy", [OPEN, PUBLIC], ids=["closed", "public"])
async def test_what_was_found_there_is_said_better_and_taken_back(past, allied, privacy):
    await past.begin(**privacy)
    said = await past.says("Qui garde Léo, 4 ans, samedi ?")
    await past.comes()
    await past.does(close_post, said)
    assert (await past.in_annecy(said)).closed_at is not None
    await past.does(edit_post, said, "Qui garde samedi ?")
    assert (await past.in_annecy(said)).text == "Qui garde samedi ?"
    await past.does(delete_post, said)
    assert (await past.in_annecy(said)).state == PostState.DELETED


@pytest.mark.parametrize("privacy", [OPEN, PUBLIC], ids=["closed", "public"])
async def test_what_was_found_there_has_its_photos(past, allied, privacy):
    await past.begin(**privacy)
    home, here = past.rumilly.place, past.annecy.place
    photo = await home.pictures.take_in(past.marie, a_file(scene(300, 200)), MediaUse.PHOTO)
    said = await past.says("Le vélo de Léo", photos=(PhotoDraft(photo.id, "Un vélo"),))
    await past.comes()
    known = await past.in_annecy(said)
    (shown,) = (await here.db.read(list_photos, [known.id]))[known.id]
    assert (shown.description, shown.width, shown.height) == ("Un vélo", 300, 200)
    media = await here.db.read(get_visible_media, past.lea, shown.file)
    assert await here.pictures.read(media.file, small=False)


async def test_photos_of_a_closed_group_are_for_nobody_before_a_twin_reads_it(past, allied):
    await past.begin(**OPEN)
    home = past.rumilly.place
    photo = await home.pictures.take_in(past.marie, a_file(scene(300, 200)), MediaUse.PHOTO)
    said = await past.says("Le vélo de Léo", photos=(PhotoDraft(photo.id, "Un vélo"),))
    (shown,) = (await home.db.read(list_photos, [said.id]))[said.id]
    with pytest.raises(NotFound):
        await home.db.read(get_visible_media, None, shown.file)


@pytest.mark.parametrize("privacy", [OPEN, PUBLIC], ids=["closed", "public"])
async def test_what_was_found_there_is_deleted_also_where_the_last_member_has_left(
    past, allied, privacy
):
    await past.begin(**privacy)
    said = await past.says("Léo, 4 ans, est seul samedi")
    await past.comes()
    await past.annecy.place.db.write(leave_group, past.lea, past.there)
    await settle(past.annecy, past.rumilly)
    await past.does(delete_post, said)
    assert (await past.in_annecy(said)).state == PostState.DELETED


@pytest.mark.parametrize("privacy", [OPEN, PUBLIC], ids=["closed", "public"])
async def test_what_was_found_there_and_only_deleted_goes_too(past, allied, privacy):
    await past.begin(**privacy)
    said = await past.says("Léo, 4 ans, est seul samedi")
    await past.comes()
    await past.does(delete_post, said)
    assert (await past.in_annecy(said)).state == PostState.DELETED


@pytest.mark.parametrize("privacy", [OPEN, PUBLIC], ids=["closed", "public"])
async def test_what_was_found_there_goes_with_who_said_it(past, allied, privacy):
    await past.begin(**privacy)
    marie = past.marie
    past.marie = tante = await past.rumilly.somebody(f"tante_gh{next(NUMBERS)}")
    await past.rumilly.place.db.write(ask_to_join, tante, past.group)
    said = await past.says("Léo, 4 ans, est seul samedi")
    hidden = await past.says("Une question gênante", is_anonymous=True)
    past.marie = marie
    await past.does(let_post_through, said)
    await past.does(let_post_through, hidden)
    await past.comes()
    assert (await past.in_annecy(said)).state == PostState.VISIBLE

    def erase(uow):
        erase_account(uow, uow.session.get_one(Account, tante.account_id))

    await past.rumilly.place.db.write(erase)
    await settle(past.rumilly, past.annecy)
    assert (await past.in_annecy(said)).state == PostState.DELETED
    naming = select(OutgoingActivity.id).where(
        col(OutgoingActivity.body).contains(note_uri(past.rumilly.url, hidden.id))
    )
    assert await past.rumilly.place.db.read(lambda s: s.exec(naming).first()) is None


async def test_what_was_found_there_goes_when_fewer_may_read_it(past):
    await past.begin(**PUBLIC)
    said = await past.says("Qui a une poussette ?")
    answer = await past.says("Personne ?", in_reply_to_id=said.id)
    await past.comes()
    await past.does(narrow_post, said, Audience.GROUP)
    for each in (said, answer):
        assert (await past.in_annecy(each)).state == PostState.DELETED


async def test_what_nobody_found_there_is_not_named_when_it_goes(past):
    await past.begin(**PUBLIC)
    await past.says("Bonjour")
    hidden = await past.says("Une question gênante", is_anonymous=True)
    inside = await past.says("Entre nous", audience=Audience.GROUP)
    await past.comes()
    for each in (hidden, inside):
        await past.does(delete_post, each)
        uri = note_uri(past.rumilly.url, each.id)
        naming = select(OutgoingActivity.id).where(col(OutgoingActivity.body).contains(uri))
        assert await past.rumilly.place.db.read(lambda s, n=naming: s.exec(n).first()) is None


@pytest.mark.parametrize("privacy", [OPEN, PUBLIC], ids=["closed", "public"])
async def test_thanks_for_what_was_found_there_count_at_home(past, allied, privacy):
    await past.begin(**privacy)
    said = await past.says("Qui garde samedi ?")
    await past.comes()
    copy = await past.in_annecy(said)
    await past.annecy.place.db.write(thank, past.lea, copy.id)
    await settle(past.annecy, past.rumilly)
    home = await past.rumilly.place.db.read(lambda s: s.get(Post, said.id))
    assert home.thanks_count == 1


@pytest.mark.parametrize("privacy", [OPEN, PUBLIC], ids=["closed", "public"])
async def test_what_is_changed_before_it_is_told_is_told_all_the_same(past, allied, privacy):
    """The job that tells it first may be the last to run."""
    await past.begin(**privacy)
    await past.comes()
    place, said = past.rumilly.place, await past.says("Qui garde samedi ?")
    await place.db.write(edit_post, past.marie, said.id, "Qui garde dimanche ?")
    for tells in (tell_said_better, tell_said):
        await place.db.write(tells, past.rumilly.url, said.id, place.db.new_id())
    body = select(OutgoingActivity.body).where(OutgoingActivity.post_id == said.id)
    body = body.order_by(col(OutgoingActivity.id))
    told = await place.db.read(lambda s: [json.loads(each)["object"] for each in s.exec(body)])
    assert [each["type"] for each in told if isinstance(each, dict)] == [
        "Create",
        "Update",
    ]
    await settle(past.annecy, past.rumilly)
    assert (await past.in_annecy(said)).text == "Qui garde dimanche ?"
