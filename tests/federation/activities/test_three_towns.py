"""A closed group with members in three towns: what one of them says reaches the third through the
group's own, which could have said anything, and is believed because its author has proven it."""

import json

import pytest
from sqlmodel import col, select

from federation.activities.announce import prepare_announce
from federation.delivery.models import OutgoingActivity
from federation.errors import FederationError
from federation.posts import find_post
from federation.signing import recall
from federation.uris import note_uri
from fedparents.actors.models import Standing
from fedparents.groups.joining import ask_to_join
from fedparents.groups.models import Audience as Reading
from fedparents.groups.models import Group, Joining
from fedparents.ids import GroupId, PostId
from fedparents.posts.asking import thank
from fedparents.posts.models import Audience
from fedparents.posts.service import PostDraft, delete_post, edit_post, publish_post
from tests.federation.activities.conftest import stand_as
from tests.rig.builders import a_group
from tests.rig.fediverse import running_towns, settle


@pytest.fixture
async def three(databases, tmp_path, template_cache):
    urls = [databases.fresh() for _ in range(3)]
    async with running_towns(tmp_path, urls, template_cache) as towns:
        for one in towns:
            for other in towns:
                if one is not other:
                    await one.place.db.write(stand_as(Standing.ALLY), other.domain)
        yield towns
    for url in urls:
        databases.give_back(url)


@pytest.fixture
async def circle(three):
    """A group of Rumilly with Léa of Annecy and Zoé of Meudon in it."""
    annecy, rumilly, meudon = three
    marie = await rumilly.somebody("marie")
    group = await a_group(
        rumilly.place.db,
        marie,
        joining=Joining.OPEN,
        audience=Reading.MEMBERS,
        is_local_only=False,
        questions="",
    )

    def hold_nothing(uow):
        row = uow.session.get_one(Group, group)
        row.holds_first_posts = False
        uow.session.add(row)

    await rumilly.place.db.write(hold_nothing)
    seats = []
    for town, name in ((annecy, "lea"), (meudon, "zoe")):
        somebody = await town.somebody(name, is_discoverable=False)
        found = await town.place.towns.discovery.get(f"{rumilly.url}/groups/{group}")
        await town.place.db.write(ask_to_join, somebody, GroupId(found.id))
        seats.append((somebody, GroupId(found.id)))
    await settle(*three)
    return three, group, *seats, marie


async def known(town, home, post):
    return await town.place.db.read(find_post, town.url, note_uri(home.url, post.id))


async def test_what_one_says_reaches_the_third_changed_and_taken_back(circle):
    (annecy, rumilly, meudon), _, (lea, there), (zoe, of_zoe), marie = circle
    draft = PostDraft(text="Entre nous.", group_id=there)
    post = (await annecy.place.db.write(publish_post, lea, draft)).post
    await settle(annecy, rumilly, meudon)
    found = await known(meudon, annecy, post)
    assert (found.text, found.audience, found.group_id) == ("Entre nous.", Audience.GROUP, of_zoe)
    await annecy.place.db.write(edit_post, lea, PostId(post.id), "Entre nous trois.")
    await settle(annecy, rumilly, meudon)
    assert (await known(meudon, annecy, post)).text == "Entre nous trois."
    for town, who in ((meudon, zoe), (rumilly, marie)):
        of_theirs = await known(town, annecy, post)
        await town.place.db.write(thank, who, PostId(of_theirs.id))
    await settle(annecy, rumilly, meudon)
    counted = [(await known(town, annecy, post)).thanks_count for town in (annecy, rumilly, meudon)]
    assert counted == [2, 2, 2]
    await annecy.place.db.write(delete_post, lea, PostId(post.id))
    await settle(annecy, rumilly, meudon)
    assert (await known(meudon, annecy, post)).state == "deleted"


async def test_what_the_group_changes_on_the_way_is_not_believed(circle):
    (annecy, rumilly, meudon), group, (lea, there), _, _ = circle
    draft = PostDraft(text="Entre nous.", group_id=there)
    post = (await annecy.place.db.write(publish_post, lea, draft)).post
    await settle(annecy, rumilly, meudon)
    own = select(OutgoingActivity.body).where(OutgoingActivity.actor_id == group)
    bodies = await rumilly.place.db.read(
        lambda s: s.exec(own.order_by(col(OutgoingActivity.id).desc())).all()
    )
    told = next(json.loads(each) for each in bodies if "Entre nous" in each)
    uri = told["object"]["object"]["id"]
    assert uri == note_uri(annecy.url, post.id)
    told["object"]["object"]["content"] = "<p>Autre chose.</p>"
    told["object"]["object"]["id"] = f"{uri}9"
    said = recall(f"{rumilly.url}/groups/{group}", json.dumps(told).encode())
    with pytest.raises(FederationError):
        await prepare_announce(meudon.place.db, meudon.place.towns, said)
    told["object"].pop("proof")
    said = recall(f"{rumilly.url}/groups/{group}", json.dumps(told).encode())
    with pytest.raises(FederationError, match="has not proven"):
        await prepare_announce(meudon.place.db, meudon.place.towns, said)
