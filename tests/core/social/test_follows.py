"""Following, from both sides, and what ends it."""

from datetime import timedelta

import pytest
from sqlmodel import select

from fedparents import clock
from fedparents.accounts.leaving import erase_account
from fedparents.accounts.models import Account, AccountState
from fedparents.actors.models import Actor
from fedparents.audit.models import AuditEntry
from fedparents.db import Fact
from fedparents.errors import Conflict, Invalid, LimitReached, NotFound
from fedparents.retention.service import forget_what_is_due
from fedparents.social import follows
from fedparents.social.facts import Blocked, Followed, FollowEnded, FollowRequested
from fedparents.social.filters import FilterDraft, create_filter
from fedparents.social.follows import (
    FollowDraft,
    accept_all_who_ask,
    accept_follow,
    follow_actor,
    reject_follow,
    remove_follower,
    unfollow_actor,
)
from fedparents.social.matching import Word
from fedparents.social.models import (
    ActorNote,
    Block,
    Filter,
    FilterContext,
    FilterWord,
    Follow,
    FollowState,
    Mute,
)
from fedparents.social.policy import is_blocked_between
from fedparents.social.queries import (
    count_follow_requests,
    list_asked,
    list_blocked,
    list_follow_requests,
    list_followers,
    list_following,
    list_muted,
    list_relationships,
)
from fedparents.social.service import (
    block_actor,
    mute_actor,
    note_actor,
    unblock_actor,
    unmute_actor,
)
from tests.rig.builders import a_group, a_viewer, open_the_doors

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("clock")]
NOBODY = 12345


@pytest.fixture
async def facts(db):
    recorded: list[Fact] = []
    await db.write(open_the_doors)
    db.hooks.before_commit = lambda uow: recorded.extend(fact for fact, _ in uow.facts)
    return recorded


@pytest.fixture
async def ana(db, facts):
    return await a_viewer(db, "ana")


@pytest.fixture
async def bao(db, facts):
    return await a_viewer(db, "bao")


async def between(db, viewer, other):
    found = await db.read(list_relationships, viewer, [other.actor_id], now=clock.now())
    return found[0]


async def names(db, query, viewer, **more):
    return [line.actor.handle for line in await db.read(query, viewer, **more)]


async def set_state(db, viewer, state):
    def change(uow):
        account = uow.session.get_one(Account, viewer.account_id)
        account.state = state
        uow.session.add(account)

    await db.write(change)


def unlock(uow, viewer):
    actor = uow.session.get_one(Actor, viewer.actor_id)
    actor.is_locked = False
    uow.session.add(actor)


async def test_who_is_locked_is_asked_first(db, facts, ana, bao):
    await db.write(follow_actor, ana, bao.actor_id)
    assert facts[-1] == FollowRequested(ana.actor_id, bao.actor_id)
    asked = await between(db, ana, bao)
    assert (asked.has_requested, asked.is_following) == (True, False)
    assert (await between(db, bao, ana)).is_requested_by
    assert await names(db, list_follow_requests, bao) == ["ana"]
    assert await names(db, list_asked, ana) == ["bao"]
    assert await db.read(count_follow_requests, bao) == 1
    assert await names(db, list_followers, bao) == []


async def test_an_accepted_request_is_a_follow(db, facts, ana, bao):
    await db.write(follow_actor, ana, bao.actor_id)
    await db.write(accept_follow, bao, ana.actor_id)
    assert facts[-1] == Followed(ana.actor_id, bao.actor_id, was_asked=True)
    assert (await between(db, ana, bao)).is_following
    assert (await between(db, bao, ana)).is_followed_by
    assert await names(db, list_following, ana) == ["bao"]
    assert await names(db, list_followers, bao) == ["ana"]
    with pytest.raises(NotFound):
        await db.write(accept_follow, bao, ana.actor_id)


async def test_who_is_open_is_followed_at_once(db, facts, ana, bao):
    await db.write(unlock, bao)
    await db.write(follow_actor, ana, bao.actor_id)
    assert facts[-1] == Followed(ana.actor_id, bao.actor_id, was_asked=False)
    assert (await between(db, ana, bao)).is_following


async def test_opening_up_lets_in_who_waits(db, facts, ana, bao):
    await db.write(follow_actor, ana, bao.actor_id)
    await db.write(accept_all_who_ask, bao)
    assert facts[-1] == Followed(ana.actor_id, bao.actor_id, was_asked=True)


async def test_a_second_follow_changes_how(db, facts, ana, bao):
    await db.write(follow_actor, ana, bao.actor_id)
    before = len(facts)
    draft = FollowDraft(shows_shares=False, notifies=True, languages=("fr", "th"))
    await db.write(follow_actor, ana, bao.actor_id, draft)
    follow = (await between(db, ana, bao)).follow
    assert (follow.shows_shares, follow.notifies, follow.languages) == (False, True, "fr th")
    await db.write(follow_actor, ana, bao.actor_id)
    assert (await between(db, ana, bao)).follow.notifies
    assert len(facts) == before


async def test_a_rejected_request_is_gone_without_a_word(db, facts, ana, bao):
    await db.write(follow_actor, ana, bao.actor_id)
    await db.write(reject_follow, bao, ana.actor_id)
    assert facts[-1] == FollowEnded(ana.actor_id, bao.actor_id)
    assert not (await between(db, ana, bao)).has_requested
    with pytest.raises(NotFound):
        await db.write(reject_follow, bao, ana.actor_id)


@pytest.mark.parametrize("by", ["follower", "followed"])
async def test_either_side_ends_a_follow(db, facts, ana, bao, by):
    await db.write(unlock, bao)
    await db.write(follow_actor, ana, bao.actor_id)
    if by == "follower":
        await db.write(unfollow_actor, ana, bao.actor_id)
    else:
        await db.write(remove_follower, bao, ana.actor_id)
    assert facts[-1] == FollowEnded(ana.actor_id, bao.actor_id)
    assert not (await between(db, ana, bao)).is_following
    before = len(facts)
    await db.write(unfollow_actor, ana, bao.actor_id)
    assert len(facts) == before


async def test_decisions_about_somebody_else_are_in_the_log_and_blocks_are_not(db, ana, bao):
    await db.write(follow_actor, ana, bao.actor_id)
    await db.write(accept_follow, bao, ana.actor_id)
    await db.write(remove_follower, bao, ana.actor_id)
    await db.write(mute_actor, bao, ana.actor_id)
    await db.write(block_actor, bao, ana.actor_id)
    log = await db.read(
        lambda session: list(
            session.exec(select(AuditEntry.action).where(AuditEntry.by_actor_id == bao.actor_id))
        )
    )
    assert log == ["follow.accepted", "follow.removed"]


async def test_a_block_ends_follows_both_ways_and_hides_each_from_the_other(db, facts, ana, bao):
    await db.write(unlock, bao)
    await db.write(follow_actor, ana, bao.actor_id)
    await db.write(follow_actor, bao, ana.actor_id)  # asked only: Ana is locked
    await db.write(block_actor, ana, bao.actor_id)
    assert facts[-1] == Blocked(ana.actor_id, bao.actor_id)
    seen = await between(db, ana, bao)
    assert (seen.follow, seen.followed_back, seen.is_blocking) == (None, None, True)
    assert (await between(db, bao, ana)).is_blocked_by
    assert await names(db, list_blocked, ana) == ["bao"]
    for one, other in ((ana, bao), (bao, ana)):
        assert await db.read(is_blocked_between, one.actor_id, other.actor_id)


async def test_the_blocked_hear_what_those_hear_who_ask_for_nobody(db, ana, bao):
    await db.write(block_actor, ana, bao.actor_id)
    for service in (follow_actor, mute_actor):
        raised = []
        for whom in (ana.actor_id, NOBODY):
            with pytest.raises(NotFound) as caught:
                await db.write(service, bao, whom)
            raised.append((caught.value.code, caught.value.params))
        assert raised[0] == raised[1]


async def test_who_has_blocked_somebody_unblocks_before_following(db, ana, bao):
    await db.write(block_actor, ana, bao.actor_id)
    with pytest.raises(Conflict) as raised:
        await db.write(follow_actor, ana, bao.actor_id)
    assert raised.value.code == "unblock_first"
    await db.write(unblock_actor, ana, bao.actor_id)
    await db.write(follow_actor, ana, bao.actor_id)
    assert (await between(db, ana, bao)).has_requested


async def test_the_blocked_may_block_in_turn_and_once_is_enough(db, facts, ana, bao):
    await db.write(block_actor, ana, bao.actor_id)
    await db.write(block_actor, bao, ana.actor_id)
    await db.write(block_actor, bao, ana.actor_id)
    assert facts.count(Blocked(bao.actor_id, ana.actor_id)) == 1
    await db.write(unblock_actor, ana, bao.actor_id)
    assert await db.read(is_blocked_between, ana.actor_id, bao.actor_id)


@pytest.mark.parametrize("service", [follow_actor, block_actor, mute_actor])
async def test_nobody_does_it_to_themselves_or_to_a_group(db, ana, service):
    group = await a_group(db, ana)
    with pytest.raises(Conflict):
        await db.write(service, ana, ana.actor_id)
    with pytest.raises(NotFound):
        await db.write(service, ana, group)
    with pytest.raises(NotFound):
        await db.write(service, ana, NOBODY)


async def test_a_mute_ends_by_itself(db, clock, ana, bao):
    until = clock() + timedelta(days=1)
    await db.write(mute_actor, ana, bao.actor_id, until=until, hides_notifications=False)
    mute = (await between(db, ana, bao)).mute
    assert (mute.until_at, mute.hides_notifications) == (until, False)
    assert [line.until_at for line in await db.read(list_muted, ana, now=clock())] == [until]
    clock.advance(days=1)
    assert (await between(db, ana, bao)).mute is None
    assert await names(db, list_muted, ana, now=clock()) == []


async def test_a_mute_that_is_over_is_forgotten(db, clock, ana, bao):
    carla = await a_viewer(db, "carla")
    await db.write(mute_actor, ana, bao.actor_id, until=clock() + timedelta(days=1))
    await db.write(mute_actor, ana, carla.actor_id)
    clock.advance(days=7)
    assert (await forget_what_is_due(db))["ended_mutes"] == 0
    clock.advance(days=2)
    assert (await forget_what_is_due(db))["ended_mutes"] == 1
    assert (await between(db, ana, carla)).mute is not None


async def test_a_mute_is_changed_and_lifted(db, clock, ana, bao):
    await db.write(mute_actor, ana, bao.actor_id, until=clock() + timedelta(days=1))
    await db.write(mute_actor, ana, bao.actor_id)
    assert (await between(db, ana, bao)).mute.until_at is None
    await db.write(unmute_actor, ana, bao.actor_id)
    assert (await between(db, ana, bao)).mute is None
    with pytest.raises(Invalid):
        await db.write(mute_actor, ana, bao.actor_id, until=clock())


async def test_a_note_is_kept_and_forgotten(db, ana, bao):
    await db.write(note_actor, ana, bao.actor_id, "  La maman de la chorale ")
    assert (await between(db, ana, bao)).note == "La maman de la chorale"
    await db.write(note_actor, ana, bao.actor_id, " ")
    assert (await between(db, ana, bao)).note == ""
    with pytest.raises(Invalid):
        await db.write(note_actor, ana, bao.actor_id, "x" * 1001)


@pytest.mark.parametrize(
    "state", [AccountState.FROZEN, AccountState.APPROVAL_PENDING, AccountState.EMAIL_PENDING]
)
async def test_who_cannot_sign_in_is_in_no_list_but_ones_own_blocks(db, ana, bao, state):
    await db.write(unlock, bao)
    await db.write(follow_actor, ana, bao.actor_id)
    await db.write(mute_actor, ana, bao.actor_id)
    await set_state(db, bao, state)
    assert await names(db, list_following, ana) == []
    assert await names(db, list_muted, ana, now=clock.now()) == []
    with pytest.raises(NotFound):
        await db.write(follow_actor, ana, bao.actor_id)
    await db.write(block_actor, ana, bao.actor_id)
    assert await names(db, list_blocked, ana) == ["bao"]


async def test_lists_go_on_where_a_page_ended(db, ana):
    people = [await a_viewer(db, f"p{number}x") for number in range(5)]
    for person in people:
        await db.write(block_actor, ana, person.actor_id)
    first = await db.read(list_blocked, ana, limit=3)
    rest = await db.read(list_blocked, ana, before=first[-1].cursor, limit=3)
    assert [line.actor.handle for line in (*first, *rest)] == ["p4x", "p3x", "p2x", "p1x", "p0x"]


async def test_nobody_follows_without_end(db, ana, bao, monkeypatch):
    monkeypatch.setattr(follows, "FOLLOWS_AT_MOST", 1)
    carla = await a_viewer(db, "carla")
    await db.write(follow_actor, ana, bao.actor_id)
    with pytest.raises(LimitReached):
        await db.write(follow_actor, ana, carla.actor_id)


async def test_nothing_is_left_of_an_erased_person(runtime):
    db = runtime.db
    await db.write(open_the_doors)
    ana, bao = await a_viewer(db, "ana"), await a_viewer(db, "bao")
    carla = await a_viewer(db, "carla")
    for one, other in ((ana, bao), (bao, ana), (ana, carla)):
        await db.write(follow_actor, one, other.actor_id)
        await db.write(mute_actor, one, other.actor_id)
        await db.write(note_actor, one, other.actor_id, "Voisine")
    await db.write(block_actor, carla, bao.actor_id)
    await db.write(block_actor, bao, carla.actor_id)
    draft = FilterDraft("Pub", [FilterContext.HOME], words=[Word("promo")])
    await db.write(create_filter, bao, draft)

    await db.write(lambda uow: erase_account(uow, uow.session.get_one(Account, bao.account_id)))
    await runtime.worker.work_until_idle()

    def rows(session):
        return {
            model.__name__: len(list(session.exec(select(model))))
            for model in (Follow, Block, Mute, ActorNote, Filter, FilterWord)
        }

    assert await db.read(rows) == {
        "Follow": 1,
        "Block": 0,
        "Mute": 1,
        "ActorNote": 1,
        "Filter": 0,
        "FilterWord": 0,
    }
    assert (await between(db, ana, carla)).follow.state == FollowState.PENDING
