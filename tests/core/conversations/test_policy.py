"""Who may write to whom and who reads what: functions and conditions agree in random worlds."""

from datetime import timedelta

import pytest
from hypothesis import strategies as st
from sqlalchemy import Select
from sqlalchemy.dialects import sqlite
from sqlmodel import col, delete, select

from fedparents.accounts.models import Account, Role
from fedparents.conversations.access import find_reach
from fedparents.conversations.models import (
    Conversation,
    ConversationMember,
    ConversationPost,
    MemberState,
)
from fedparents.conversations.policy import (
    Reach,
    Tie,
    can_open,
    closes_at,
    opened_by,
    reach_of,
    reads,
)
from fedparents.conversations.queries import (
    find_conversation_of,
    get_conversation,
    has_unread,
    list_conversations,
)
from fedparents.conversations.statements import FIND_UNREAD, LISTS
from fedparents.errors import NotFound
from fedparents.groups.models import (
    Group,
    GroupState,
    Membership,
    MembershipState,
)
from fedparents.posts.models import Audience, Post, PostRecipient, PostState
from fedparents.social.models import Block
from tests.rig.builders import a_viewer, open_the_doors
from tests.rig.worlds import agree_in_every_world, put_group, put_member

pytestmark = pytest.mark.anyio

PEOPLE = 4
people = st.integers(0, PEOPLE - 1)
pairs = st.tuples(people, people).filter(lambda pair: pair[0] != pair[1])
a_group = st.tuples(
    st.sampled_from(GroupState), st.dictionaries(people, st.sampled_from(MembershipState))
)
ages = st.lists(st.sampled_from([None, -1, 0, 1]), min_size=PEOPLE, max_size=PEOPLE)
a_member = st.tuples(st.sampled_from(MemberState), st.booleans())
a_letter = st.tuples(people, st.sets(people), st.sampled_from(PostState))
a_conversation = st.tuples(
    st.dictionaries(people, a_member, min_size=2), st.lists(a_letter, min_size=1, max_size=4)
)
worlds = st.tuples(
    st.lists(a_group, max_size=3),
    ages,
    st.sets(pairs),
    st.lists(a_conversation, max_size=4),
)


@pytest.mark.parametrize(
    ("tie", "reach"),
    [
        (Tie(shares_group=True, needs_group=True, is_invited=False), Reach.KNOWN),
        (Tie(shares_group=True, needs_group=False, is_invited=False), Reach.KNOWN),
        (Tie(shares_group=False, needs_group=True, is_invited=True), Reach.CLOSED),
        (Tie(shares_group=False, needs_group=True, is_invited=False), Reach.CLOSED),
        (Tie(shares_group=False, needs_group=False, is_invited=True), Reach.KNOWN),
        (Tie(shares_group=False, needs_group=False, is_invited=False), Reach.ASKED),
    ],
)
def test_who_is_reached_how(tie, reach):
    assert reach_of(tie) == reach


async def test_the_two_forms_of_every_rule_agree(db):
    await db.write(open_the_doors)
    viewers = [
        await a_viewer(db, "ana"),
        await a_viewer(db, "bao"),
        await a_viewer(db, "chloe", role=Role.MODERATOR),
        await a_viewer(db, "driss", role=Role.ADMIN),
    ]
    await agree_in_every_world(db, worlds, viewers, compare)


def compare(uow, world, viewers):
    groups, days, blocks, conversations = world
    build_people(uow, viewers, groups, days, blocks)
    built = [build_conversation(uow, viewers, each) for each in conversations]
    uow.session.flush()
    found = list(compare_reaches(uow, viewers, groups, days))
    for viewer in viewers:
        found += compare_reading(uow, viewer, viewers, blocks, built)
    clear(uow, viewers)
    return found


def compare_reaches(uow, viewers, groups, days):
    today = uow.now.date()
    for one, by in enumerate(viewers):
        for other, to in enumerate(viewers):
            if one == other:
                continue
            for is_invited in (False, True):
                tie = Tie(
                    shares_group=any(
                        state != GroupState.PROPOSED
                        and members.get(one) == members.get(other) == MembershipState.ACTIVE
                        for state, members in groups
                    ),
                    needs_group=(days[one] or 0) > 0 or (days[other] or 0) > 0,
                    is_invited=is_invited,
                )
                by_query = find_reach(
                    uow.session, by, to.actor_id, today=today, is_invited=is_invited
                )
                if reach_of(tie) != by_query:
                    yield by.handle, to.handle, tie, by_query


def compare_reading(uow, viewer, viewers, blocks, built):
    """Members, and nobody else: not who looks after the place, not who was in it before."""
    session, me = uow.session, viewer.actor_id
    opened = set(session.exec(select(Conversation.id).where(opened_by(me))))
    for number, _members, letters in built:
        own = session.get(ConversationMember, (number, me))
        if can_open(own) != (number in opened):
            yield viewer.handle, "opens", number
        expected = [post_id for post_id, *_ in letters if reads_by_rule(me, letters, post_id)]
        if readable(session, me, letters) != set(expected):
            yield viewer.handle, "reads", number
        shown = read(session, viewer, number)
        wanted = expected if can_open(own) else None
        if shown != wanted:
            yield viewer.handle, "is shown", shown, wanted
        for post_id, *_ in letters:
            where = find_conversation_of(session, viewer, post_id)
            if where != (number if can_open(own) else None):
                yield viewer.handle, "finds", post_id
    yield from compare_folders(session, viewer, viewers, blocks, built)


def reads_by_rule(me, letters, post_id):
    return any(
        me == author or me in readers for number, author, readers in letters if number == post_id
    )


def readable(session, me, letters):
    named = [post_id for post_id, *_ in letters]
    return set(session.exec(select(Post.id).where(reads(me), col(Post.id).in_(named))))


def read(session, viewer, number):
    try:
        return [each.id for each in get_conversation(session, viewer, number).letters]
    except NotFound:
        return None


def compare_folders(session, viewer, viewers, blocks, built):
    index = viewers.index(viewer)
    own_blocks = {viewers[other].actor_id for by, other in blocks if by == index}
    for state in LISTS:
        wanted = {
            number
            for number, members, _ in built
            if members.get(viewer.actor_id) == (state, False)
            and set(members) - {viewer.actor_id} - own_blocks
        }
        lines = list_conversations(session, viewer, state).lines
        if {line.id for line in lines} != wanted:
            yield viewer.handle, state, wanted
        if state == MemberState.ACCEPTED and has_unread(session, viewer) != any(
            line.is_unread for line in lines
        ):
            yield viewer.handle, "is told"


def build_people(uow, viewers, groups, days, blocks):
    for viewer, offset in zip(viewers, days, strict=True):
        account = uow.session.get_one(Account, viewer.account_id)
        today = uow.now.date()
        account.restricted_until = None if offset is None else today + timedelta(days=offset)
    for by, other in blocks:
        by_id, other_id = viewers[by].actor_id, viewers[other].actor_id
        uow.session.add(Block(by_actor_id=by_id, actor_id=other_id, id=uow.new_id()))
    for state, members in groups:
        build_group(uow, viewers, state, members)


def build_group(uow, viewers, state, members):
    number = put_group(uow, state=state)
    for index, membership in members.items():
        put_member(uow, number, viewers[index], membership)


def build_conversation(uow, viewers, drawn):
    members, letters = drawn
    number = uow.new_id()
    uow.session.add(
        Conversation(
            id=number,
            key=str(number),
            started_by_actor_id=viewers[0].actor_id,
            last_at=uow.now,
            created_at=uow.now,
        )
    )
    uow.session.flush()
    built = []
    for author, recipients, state in letters:
        post_id = uow.new_id()
        by, readers = viewers[author].actor_id, {viewers[each].actor_id for each in recipients}
        uow.session.add(a_letter_row(uow, post_id, by, state))
        uow.session.flush()
        uow.session.add_all(
            PostRecipient(post_id=post_id, actor_id=each) for each in readers - {by}
        )
        uow.session.add(ConversationPost(post_id=post_id, conversation_id=number))
        built.append((post_id, by, readers))
    for index, (state, has_left) in members.items():
        uow.session.add(
            ConversationMember(
                conversation_id=number,
                actor_id=viewers[index].actor_id,
                state=state,
                last_post_id=built[-1][0],
                read_post_id=built[-1][0] if index % 2 else 0,
                left_at=uow.now if has_left else None,
            )
        )
    return number, {viewers[each].actor_id: drawn for each, drawn in members.items()}, built


def a_letter_row(uow, post_id, by, state):
    return Post(
        id=post_id,
        author_actor_id=by,
        audience=Audience.DIRECT,
        state=state,
        text="Bonjour",
        html="<p>Bonjour</p>",
        root_id=post_id,
        created_at=uow.now,
    )


def clear(uow, viewers):
    tables = (ConversationPost, ConversationMember, Conversation, PostRecipient, Post, Block)
    for table in (*tables, Membership, Group):
        uow.session.exec(delete(table))
    assert len(uow.session.exec(select(Account)).all()) == len(viewers)


def test_when_a_conversation_closes(clock):
    now = clock()
    month = timedelta(days=30)

    def post(**ends):
        return Post(
            id=1,
            author_actor_id=1,
            audience=Audience.HERE,
            text="",
            html="",
            root_id=1,
            created_at=now,
            **ends,
        )

    def conversation(is_about_post):
        return Conversation(
            id=1,
            key="1",
            is_about_post=is_about_post,
            started_by_actor_id=1,
            last_at=now,
            created_at=now,
        )

    later = now + timedelta(days=3)
    assert closes_at(conversation(False), None, None) is None
    assert closes_at(conversation(True), None, None) == now
    assert closes_at(conversation(True), post(), post()) is None
    assert closes_at(conversation(True), post(closed_at=later), post()) == later + month
    assert closes_at(conversation(True), post(deleted_at=now), post(closed_at=later)) == now + month
    assert closes_at(conversation(True), post(), post(deleted_at=later)) == later + month


@pytest.mark.sqlite_only
async def test_what_is_asked_with_every_page_looks_at_unread_ones_only(db):
    def explain(session):
        statement = FIND_UNREAD.statement
        assert isinstance(statement, Select)
        asked = statement.compile(dialect=sqlite.dialect())
        sql, values = f"EXPLAIN QUERY PLAN {asked}", tuple(1 for _ in asked.positiontup or ())
        plan = session.connection().exec_driver_sql(sql, values)
        return " ".join(str(row) for row in plan)

    assert "USING INDEX ix_conversation_member_unread" in await db.read(explain)
