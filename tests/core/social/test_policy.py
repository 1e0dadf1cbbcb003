"""Who may know of whom: the function and the conditions agree in every world."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import strategies as st
from sqlalchemy import bindparam
from sqlmodel import col, delete, select

from fedparents.accounts.models import Account, AccountState
from fedparents.actors.models import Actor, Standing
from fedparents.db import HotStatement, UTCDateTime
from fedparents.social.access import find_person
from fedparents.social.models import Block, Follow, FollowState, Mute
from fedparents.social.policy import (
    is_blocked_between,
    is_following,
    is_heard,
    is_kept_out,
    is_let_in,
    not_blocked,
    not_blocked_by,
    not_muted,
    not_silenced,
    seen_by,
)
from tests.rig.builders import a_viewer, open_the_doors, put_follow
from tests.rig.worlds import agree_in_every_world

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("clock")]
PEOPLE = 4
pairs = st.tuples(st.integers(0, PEOPLE - 1), st.integers(0, PEOPLE - 1))
worlds = st.fixed_dictionaries(
    {
        "states": st.lists(st.sampled_from(AccountState), min_size=PEOPLE, max_size=PEOPLE),
        "blocks": st.sets(pairs),
        "follows": st.dictionaries(pairs, st.sampled_from(FollowState)),
        "standings": st.lists(st.sampled_from(Standing), min_size=PEOPLE, max_size=PEOPLE),
        "mutes": st.dictionaries(
            pairs, st.tuples(st.sampled_from([None, -1, 0, 1]), st.booleans())
        ),
    }
)


async def test_the_two_forms_of_every_rule_agree(db):
    await db.write(open_the_doors)
    viewers = [await a_viewer(db, f"p{number}x") for number in range(PEOPLE)]
    await agree_in_every_world(db, worlds, viewers, compare)


def compare(uow, world, viewers):
    build(uow, world, viewers)
    found = []
    for one, viewer in enumerate(viewers):
        for name, condition, expected in expectations(uow, world, one, viewer):
            by_query = set(uow.session.exec(select(Actor.id).where(condition)))
            by_rule = {
                other.actor_id for number, other in enumerate(viewers) if expected(number, other)
            }
            if by_query & {each.actor_id for each in viewers} != by_rule:
                found.append((name, one, by_query, by_rule))
    for table in (Block, Follow, Mute):
        uow.session.exec(delete(table))
    return found


def expectations(uow, world, one, viewer):
    me, other, session = viewer.actor_id, col(Actor.id), uow.session
    mutes, blocks = world["mutes"], world["blocks"]

    def is_muted(number):
        days, _ = mutes.get((one, number), (-1, False))
        return (one, number) in mutes and (days is None or days > 0)

    def is_heard_of(number):
        is_limited = world["standings"][number] == Standing.LIMITED
        return not is_limited or world["follows"].get((one, number)) == FollowState.ACCEPTED

    return [
        ("see", seen_by(viewer), lambda _, other: find_person(session, viewer, other.actor_id)),
        (
            "not blocked",
            not_blocked(me, other),
            lambda _, other: not is_blocked_between(session, me, other.actor_id),
        ),
        (
            "not blocked by",
            not_blocked_by(me, other),
            lambda n, _: (n, one) not in blocks and world["standings"][n] != Standing.BLOCKED,
        ),
        ("heard", is_heard(me, other), lambda n, _: is_heard_of(n)),
        ("let in", is_let_in(other), lambda _, they: not is_kept_out(session, they.actor_id)),
        (
            "following",
            is_following(me, other),
            lambda n, _: world["follows"].get((one, n)) == FollowState.ACCEPTED,
        ),
        ("not muted", not_muted(me, other, uow.now), lambda n, _: not is_muted(n)),
        (
            "not silenced",
            not_silenced(me, other, uow.now),
            lambda n, _: not (is_muted(n) and mutes[one, n][1]) and is_heard_of(n),
        ),
    ]


def build(uow, world, viewers):
    for viewer, state, standing in zip(viewers, world["states"], world["standings"], strict=True):
        account = uow.session.get_one(Account, viewer.account_id)
        account.state = state
        actor = uow.session.get_one(Actor, viewer.actor_id)
        actor.standing = standing
        uow.session.add_all([account, actor])
    actor = [viewer.actor_id for viewer in viewers]
    for one, other in world["blocks"]:
        uow.session.add(Block(by_actor_id=actor[one], actor_id=actor[other], id=uow.new_id()))
    for (one, other), state in world["follows"].items():
        put_follow(uow, actor[one], actor[other], state)
    for (one, other), (days, is_silent) in world["mutes"].items():
        uow.session.add(
            Mute(
                by_actor_id=actor[one],
                actor_id=actor[other],
                id=uow.new_id(),
                hides_notifications=is_silent,
                until_at=None if days is None else uow.now + timedelta(days=days),
            )
        )
    uow.session.flush()


async def test_visitors_see_nobody(db):
    await db.write(open_the_doors)
    ana = await a_viewer(db, "ana")
    assert await db.read(find_person, None, ana.actor_id) is None
    assert await db.read(lambda s: list(s.exec(select(Actor.id).where(seen_by(None))))) == []


async def test_conditions_stand_in_hot_statements_over_the_same_tables(db, clock):
    """Blocks of those whom one has not blocked, by parameters: nothing is correlated by mistake."""
    await db.write(open_the_doors)
    ana, bao, carla = [await a_viewer(db, name) for name in ("ana", "bao", "carla")]

    def build_blocks(uow):
        for one, other in ((bao, carla), (carla, bao), (ana, carla)):
            uow.session.add(
                Block(by_actor_id=one.actor_id, actor_id=other.actor_id, id=uow.new_id())
            )

    await db.write(build_blocks)
    me = bindparam("me", type_=sa.BigInteger)
    hot = HotStatement(
        sa.select(col(Block.by_actor_id)).where(
            not_blocked(me, col(Block.by_actor_id)),
            not_muted(me, col(Block.by_actor_id), bindparam("now", type_=UTCDateTime)),
        )
    )
    rows = await db.read(
        lambda session: hot.rows(session.connection(), me=ana.actor_id, now=clock())
    )
    assert set(rows) == {(bao.actor_id,), (ana.actor_id,)}
