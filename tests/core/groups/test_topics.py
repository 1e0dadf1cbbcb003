"""The topics of a group: at most twelve, in an order, changed by managers alone."""

import pytest
from sqlmodel import select

from fedparents.errors import Invalid, LimitReached, NotFound
from fedparents.groups.models import Group, GroupRole, Joining
from fedparents.groups.service import SwitchesDraft, change_switches
from fedparents.groups.topics import (
    TOPICS_AT_MOST,
    add_topic,
    list_topics,
    move_topic,
    remove_topic,
    rename_topic,
)
from fedparents.posts.models import Post
from fedparents.posts.service import PostDraft, publish_post
from tests.rig.builders import a_group, a_viewer, give_role, join, open_the_doors

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("clock")]


@pytest.fixture
async def people(db):
    await db.write(open_the_doors)
    return [await a_viewer(db, handle) for handle in ("marie", "ana", "bao", "chloe")]


async def names(db, viewer, group):
    return [topic.name for topic in await db.read(list_topics, viewer, group)]


async def test_topics_stand_in_the_order_that_managers_give_them(db, people):
    marie, *_ = people
    group = await a_group(db, marie)
    first, second, third = [
        await db.write(add_topic, marie, group, name) for name in ("Cantine", "Garde", "Vélos")
    ]
    await db.write(move_topic, marie, group, third.id, "up")
    assert await names(db, marie, group) == ["Cantine", "Vélos", "Garde"]
    await db.write(move_topic, marie, group, first.id, "up")  # is on top already
    await db.write(move_topic, marie, group, first.id, "down")
    await db.write(rename_topic, marie, group, second.id, "  Baby-sitting ")
    assert await names(db, marie, group) == ["Vélos", "Cantine", "Baby-sitting"]
    await db.write(remove_topic, marie, group, first.id)
    assert await names(db, marie, group) == ["Vélos", "Baby-sitting"]
    await db.write(add_topic, marie, group, "Cantine")
    assert await names(db, marie, group) == ["Vélos", "Baby-sitting", "Cantine"]


async def test_two_topics_cannot_have_one_name_nor_none(db, people):
    marie, *_ = people
    group = await a_group(db, marie)
    topic = await db.write(add_topic, marie, group, "Cantine")
    for name, code in (("cantine", "topic_exists"), (" ", "missing"), ("🚲", "name_needs_letters")):
        with pytest.raises(Invalid) as refused:
            await db.write(add_topic, marie, group, name)
        assert refused.value.fields == {"name": code}
    await db.write(rename_topic, marie, group, topic.id, "CANTINE")  # its own name, louder


async def test_more_than_twelve_help_nobody(db, people):
    marie, *_ = people
    group = await a_group(db, marie)
    for number in range(TOPICS_AT_MOST):
        await db.write(add_topic, marie, group, f"Sujet {number}")
    with pytest.raises(LimitReached, match="too_many_topics"):
        await db.write(add_topic, marie, group, "Encore un")


async def test_only_managers_change_them_and_only_readers_see_them(db, people):
    marie, ana, bao, chloe = people
    group, other = await a_group(db, marie), await a_group(db, chloe, name="Chorale")
    topic = await db.write(add_topic, marie, group, "Cantine")
    await join(db, ana, group, marie)
    await give_role(db, marie, group, bao, GroupRole.MODERATOR)
    assert await names(db, ana, group) == ["Cantine"]
    with pytest.raises(NotFound):
        await names(db, chloe, group)
    for viewer in (ana, bao, chloe):
        with pytest.raises(NotFound):
            await db.write(add_topic, viewer, group, "À moi")
        with pytest.raises(NotFound):
            await db.write(remove_topic, viewer, group, topic.id)
    with pytest.raises(NotFound):  # a topic of another group than the one that one manages
        await db.write(rename_topic, chloe, other, topic.id, "À moi")


async def test_what_was_written_stays_without_its_topic(db, people):
    marie, *_ = people
    group = await a_group(db, marie)
    topic = await db.write(add_topic, marie, group, "Cantine")
    draft = PostDraft(text="Le menu ?", group_id=group, topic_id=topic.id)
    await db.write(publish_post, marie, draft)
    await db.write(remove_topic, marie, group, topic.id)
    (post,) = await db.read(lambda session: session.exec(select(Post)).all())
    assert (post.text, post.topic_id) == ("Le menu ?", None)


async def test_switches_are_for_managers_and_open_groups_look_first(db, people):
    marie, ana, *_ = people
    closed = await a_group(db, marie)
    open_one = await a_group(db, marie, name="Ouvert", questions="", joining=Joining.OPEN)

    async def switches(group_id):
        group = await db.read(lambda session: session.get_one(Group, group_id))
        return group.allows_anonymous, group.holds_first_posts

    assert await switches(closed) == (False, False)
    assert await switches(open_one) == (False, True)
    await join(db, ana, closed, marie)
    both = SwitchesDraft(allows_anonymous=True, holds_first_posts=True)
    with pytest.raises(NotFound):
        await db.write(change_switches, ana, closed, both)
    await db.write(change_switches, marie, closed, both)
    assert await switches(closed) == (True, True)
