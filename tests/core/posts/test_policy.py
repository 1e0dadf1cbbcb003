"""Who may see a post: the function and the condition agree in thousands of random worlds."""

import pytest
from hypothesis import strategies as st
from sqlmodel import delete, select

from fedparents import clock
from fedparents.accounts.models import Account, Role
from fedparents.groups import models as groups
from fedparents.groups.models import Group, GroupRole, GroupState, Membership
from fedparents.posts.access import find_relation
from fedparents.posts.models import (
    AnonymousAuthor,
    Audience,
    Post,
    PostRecipient,
    PostState,
)
from fedparents.posts.policy import can_share, can_view, narrower, visible_to
from fedparents.social.models import Block, Follow, FollowState
from fedparents.timelines.cards import PostCard
from fedparents.timelines.queries import FIND_CARD
from tests.rig.builders import a_viewer, open_the_doors, put_follow
from tests.rig.worlds import agree_in_every_world, put_group, put_people

pytestmark = pytest.mark.anyio

memberships = st.none() | st.tuples(
    st.sampled_from(GroupRole),
    st.sampled_from(groups.MembershipState),
    st.sampled_from([None, -1, 0, 9]),
)
a_group = st.tuples(
    st.sampled_from(GroupState),
    st.sampled_from(groups.Audience),
    st.booleans(),
    st.lists(memberships, min_size=3, max_size=3),
    st.lists(st.none() | st.sampled_from(groups.RequestState), min_size=3, max_size=3),
)
people = st.integers(0, 2)
a_post = st.tuples(
    people,
    st.sampled_from(Audience),
    st.sampled_from(PostState),
    st.none() | people,
    st.booleans(),
    st.sets(people),
)
pairs = st.sets(st.tuples(people, people).filter(lambda pair: pair[0] != pair[1]))
worlds = st.tuples(
    st.lists(a_group, min_size=3, max_size=3),
    st.lists(a_post, min_size=1, max_size=12),
    pairs,
    st.dictionaries(
        st.tuples(people, people).filter(lambda pair: pair[0] != pair[1]),
        st.sampled_from(FollowState),
    ),
)


async def test_the_two_forms_of_the_ladder_agree(db):
    await db.write(open_the_doors)
    viewers = [
        await a_viewer(db, "ana"),
        await a_viewer(db, "bao"),
        await a_viewer(db, "driss", role=Role.MODERATOR),
    ]
    await agree_in_every_world(db, worlds, viewers, compare)


def compare(uow, world, viewers):
    build(uow, world, viewers)
    found: list[tuple[object, ...]] = []
    now = clock.now()
    posts = list(uow.session.exec(select(Post)))
    for viewer in (None, *viewers):
        by_rule = {post.id for post in posts if sees(uow.session, viewer, post, now.date())}
        condition = visible_to(viewer, today=now.date())
        by_query = set(uow.session.exec(select(Post.id).where(condition)))
        by_card = by_query
        if viewer is not None:
            shown = cards(uow, viewer, posts, now)
            by_card = {card.id for card in shown}
            found += [(card.id,) for card in shown if card.may_be_shared != shares(uow, card)]
        if not by_rule == by_query == by_card:
            found.append((viewer and viewer.handle, by_rule ^ by_query, by_query ^ by_card))
    clear(uow, viewers)
    return found


def sees(session, viewer, post, today):
    group = session.get(Group, post.group_id) if post.group_id else None
    relation = find_relation(session, viewer, post, group, today=today)
    return can_view(viewer, post, group, relation)


def cards(uow, viewer, posts, now):
    """What the hot statement that pages use finds of them."""
    given = {
        "actor": viewer.actor_id,
        "now": now,
        "today": now.date(),
        "is_moderator": viewer.is_moderator,
    }
    connection = uow.session.connection()
    rows = (FIND_CARD.rows(connection, place=post.id, **given) for post in posts)
    return [PostCard._make(row) for found in rows for row in found]


def shares(uow, card):
    post = uow.session.get(Post, card.id)
    return can_share(post, uow.session.get(Group, post.group_id) if post.group_id else None)


def build(uow, world, viewers):
    groups_drawn, posts, blocks, follows = world
    ids = [build_group(uow, drawn, viewers) for drawn in groups_drawn]
    for by, other in blocks:
        by_id, other_id = viewers[by].actor_id, viewers[other].actor_id
        uow.session.add(Block(by_actor_id=by_id, actor_id=other_id, id=uow.new_id()))
    for (by, other), state in follows.items():
        put_follow(uow, viewers[by].actor_id, viewers[other].actor_id, state)
    for drawn in posts:
        build_post(uow, drawn, viewers, ids)
    uow.session.flush()


def build_group(uow, drawn, viewers):
    state, audience, is_hidden, members, requests = drawn
    number = put_group(uow, state=state, audience=audience, is_hidden=is_hidden)
    put_people(uow, number, viewers, members, requests)
    return number


def build_post(uow, drawn, viewers, ids):
    author, audience, state, group, is_anonymous, recipients = drawn
    number = uow.new_id()
    group_id = ids[group] if group is not None else None
    author_id = viewers[author].actor_id
    hides = is_anonymous and group_id is not None
    shown_id = group_id if is_anonymous and group_id is not None else author_id
    uow.session.add(
        Post(
            id=number,
            author_actor_id=shown_id,
            is_anonymous=hides,
            group_id=group_id,
            audience=audience,
            state=state,
            text="Bonjour",
            html="<p>Bonjour</p>",
            root_id=number,
            created_at=uow.now,
        )
    )
    uow.session.flush()
    if hides:
        uow.session.add(AnonymousAuthor(post_id=number, actor_id=author_id))
    for each in recipients:
        uow.session.add(PostRecipient(post_id=number, actor_id=viewers[each].actor_id))


def clear(uow, viewers):
    tables = (AnonymousAuthor, PostRecipient, Post, Block, Follow)
    for table in (*tables, groups.JoinRequest, Membership, Group):
        uow.session.exec(delete(table))
    assert uow.session.exec(select(Account)).all()  # the people stay for the next world


def test_of_two_audiences_the_narrower_one_counts():
    assert narrower(Audience.PUBLIC, Audience.GROUP) == Audience.GROUP
    assert narrower(Audience.DIRECT, Audience.HERE) == Audience.DIRECT
