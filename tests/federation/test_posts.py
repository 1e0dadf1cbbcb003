"""Posts by the addresses under which towns know them."""

import pytest

from federation.models import RemotePost
from federation.posts import find_post, uri_of_post
from fedparents import clock as clocks
from fedparents.posts.elsewhere import Said, record_said
from fedparents.posts.models import Audience
from fedparents.posts.service import PostDraft, publish_post
from tests.rig.builders import a_viewer, open_the_doors, put_stranger

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("clock")]

HERE = "https://annecy.example"
THERE = "https://rumilly.example"


@pytest.fixture
async def two(db):
    """One post of ours, and one of theirs."""
    await db.write(open_the_doors)
    draft = PostDraft(text="Une poussette ?", audience=Audience.PUBLIC)
    ours = (await db.write(publish_post, await a_viewer(db, "ana"), draft)).post

    def add(uow):
        zoe = put_stranger(uow)
        said = Said(html="<p>Oui</p>", text="Oui", audience=Audience.PUBLIC, at=clocks.now())
        post = record_said(uow, zoe, said)
        uow.session.add(
            RemotePost(
                post_id=post.id, uri=f"{THERE}/notes/7", url=f"{THERE}/@zoe/7", fetched_at=uow.now
            )
        )
        return post

    return ours, await db.write(add)


async def test_each_is_found_by_its_id_and_by_its_page(db, two):
    ours, theirs = two

    async def found(uri):
        post = await db.read(find_post, HERE, uri)
        return post and post.id

    for uri in (f"{HERE}/notes/{ours.id}", f"{HERE}/p/{ours.id}", f"{HERE}/@ana/{ours.id}"):
        assert await found(uri) == ours.id
    for uri in (f"{THERE}/notes/7", f"{THERE}/@zoe/7"):
        assert await found(uri) == theirs.id
    for uri in (f"{HERE}/notes/{theirs.id}", f"{THERE}/notes/{ours.id}", f"{HERE}/@ana/x", ""):
        assert await found(uri) is None


async def test_each_has_one_id(db, two):
    ours, theirs = two
    assert await db.read(uri_of_post, HERE, ours) == f"{HERE}/notes/{ours.id}"
    assert await db.read(uri_of_post, HERE, theirs) == f"{THERE}/notes/7"
