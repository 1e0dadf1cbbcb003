"""The Join and Member machines, row by row, with their guards (features 4.23)."""

from datetime import timedelta

import pytest
from sqlmodel import select

from fedparents.accounts.invites import InviteDraft
from fedparents.db import Fact
from fedparents.errors import Conflict, Invalid, LimitReached, NotAllowed, NotFound
from fedparents.groups.access import find_request
from fedparents.groups.cards import list_own_groups
from fedparents.groups.facts import (
    GroupHandedOver,
    JoinRequested,
    MemberPutOut,
    RequestDecided,
    RequestExpired,
)
from fedparents.groups.joining import (
    TRIES,
    TURNS,
    Turn,
    approve_request,
    ask_to_join,
    decline_request,
    expire_requests,
    undo_decision,
    withdraw_request,
)
from fedparents.groups.members import (
    MOVES,
    Move,
    ban_member,
    change_member_role,
    forget_person,
    invite_to_group,
    leave_group,
    remove_member,
    unban_member,
)
from fedparents.groups.models import (
    Group,
    GroupRole,
    JoinRequest,
    Membership,
    MembershipState,
    RequestState,
)
from fedparents.groups.policy import Standing
from fedparents.groups.queries import get_group
from fedparents.retention.service import forget_what_is_due
from tests.rig.builders import a_group, a_viewer, give_role, join, open_the_doors

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("clock")]


@pytest.fixture
async def facts(db):
    recorded: list[Fact] = []
    await db.write(open_the_doors)
    db.hooks.before_commit = lambda uow: recorded.extend(fact for fact, _ in uow.facts)
    return recorded


@pytest.fixture
async def marie(db, facts):
    return await a_viewer(db, "marie")


@pytest.fixture
async def ana(db, facts):
    return await a_viewer(db, "ana")


@pytest.fixture
async def group(db, marie):
    return await a_group(db, marie)


class People:
    """Brings a request or a membership into any state, by the services that do it."""

    def __init__(self, db, manager, group):
        self.db, self.manager, self.group = db, manager, group

    async def request_of(self, viewer):
        return await self.db.read(find_request, self.group, viewer.actor_id)

    async def state_of(self, viewer):
        row = await self.db.read(
            lambda session: session.get(Membership, (self.group, viewer.actor_id))
        )
        return row.state if row else None

    async def turn(self, viewer, turn):
        found = await self.request_of(viewer)
        number = found.id if found else 0
        match turn:
            case Turn.ASK:
                await self.db.write(ask_to_join, viewer, self.group, ["Parce que."])
            case Turn.APPROVE:
                await self.db.write(approve_request, self.manager, self.group, number)
            case Turn.DECLINE:
                await self.db.write(decline_request, self.manager, self.group, number, "Non.")
            case Turn.UNDO:
                await self.db.write(undo_decision, self.manager, self.group, number)
            case Turn.WITHDRAW:
                await self.db.write(withdraw_request, viewer, self.group)
            case Turn.EXPIRE:
                await self.db.write(expire_requests, timedelta(0))

    async def move(self, viewer, move):
        person = viewer.actor_id
        match move:
            case Move.LEAVE:
                await self.db.write(leave_group, viewer, self.group)
            case Move.REMOVE:
                await self.db.write(remove_member, self.manager, self.group, person, "Pub.")
            case Move.BAN:
                await self.db.write(
                    ban_member, self.manager, self.group, person, "Pub.", until=None
                )
            case Move.UNBAN:
                await self.db.write(unban_member, self.manager, self.group, person)


WAY_TO = {
    None: (),
    RequestState.PENDING: (Turn.ASK,),
    RequestState.APPROVED: (Turn.ASK, Turn.APPROVE),
    RequestState.DECLINED: (Turn.ASK, Turn.DECLINE),
    RequestState.WITHDRAWN: (Turn.ASK, Turn.WITHDRAW),
    RequestState.EXPIRED: (Turn.ASK, Turn.EXPIRE),
}


@pytest.mark.parametrize("turn", Turn)
@pytest.mark.parametrize("state", [None, *RequestState])
async def test_every_row_of_the_join_machine(db, clock, marie, ana, group, state, turn):
    people = People(db, marie, group)
    for step in WAY_TO[state]:
        await people.turn(ana, step)
        clock.advance(seconds=1)
    there = TURNS.get((state, turn))
    if turn == Turn.ASK and state == RequestState.DECLINED:
        clock.advance(days=8)
    if turn == Turn.ASK and state == RequestState.APPROVED:
        await people.move(ana, Move.LEAVE)
    if turn == Turn.EXPIRE or (turn == Turn.ASK and state == RequestState.PENDING):
        await people.turn(ana, turn)  # a timer and a second tap fail quietly
        there = there or state
    elif there is None:
        with pytest.raises((Conflict, NotFound)):
            await people.turn(ana, turn)
        there = state
    else:
        await people.turn(ana, turn)
    found = await people.request_of(ana)
    assert (found.state if found else None) == there


MEMBER_WAY = {
    MembershipState.ACTIVE: (),
    MembershipState.LEFT: (Move.LEAVE,),
    MembershipState.REMOVED: (Move.REMOVE,),
    MembershipState.BANNED: (Move.BAN,),
}


@pytest.mark.parametrize("move", Move)
@pytest.mark.parametrize("state", MembershipState)
async def test_every_row_of_the_member_machine(db, marie, ana, group, state, move):
    people = People(db, marie, group)
    await join(db, ana, group, marie)
    for step in MEMBER_WAY[state]:
        await people.move(ana, step)
    there = MOVES.get((state, move))
    if there is None:
        with pytest.raises((Conflict, NotFound)):
            await people.move(ana, move)
        there = state
    else:
        await people.move(ana, move)
    assert await people.state_of(ana) == there


async def test_a_request_is_told_and_its_answers_are_kept_for_those_who_decide(
    db, facts, marie, ana, group
):
    assert await db.write(ask_to_join, ana, group, ["  Rue\u200b Diderot "]) == Standing.PENDING
    found = await People(db, marie, group).request_of(ana)
    assert [(each.question, each.text) for each in found.answered] == [
        ("Pourquoi ?", "Rue Diderot")
    ]
    assert JoinRequested(found.id) in facts


async def test_every_question_wants_an_answer(db, ana, group):
    with pytest.raises(Invalid) as raised:
        await db.write(ask_to_join, ana, group, [" "])
    assert raised.value.fields == {"answer_1": "missing"}


async def test_after_a_no_one_waits_a_week_and_asks_three_times_at_most(
    db, clock, marie, ana, group
):
    people = People(db, marie, group)
    for _ in range(TRIES):
        await people.turn(ana, Turn.ASK)
        await people.turn(ana, Turn.DECLINE)
        with pytest.raises(LimitReached) as raised:
            await people.turn(ana, Turn.ASK)
        assert raised.value.retry_after == timedelta(days=7)
        clock.advance(days=7)
    with pytest.raises(NotAllowed) as refused:
        await people.turn(ana, Turn.ASK)
    assert refused.value.code == "group_asked_enough"


async def test_who_decides_second_hears_who_was_first(db, marie, ana, group):
    bao = await a_viewer(db, "bao")
    await give_role(db, marie, group, bao, GroupRole.MODERATOR)
    await db.write(ask_to_join, ana, group, ["Oui."])
    request = await People(db, marie, group).request_of(ana)
    await db.write(approve_request, bao, group, request.id)
    with pytest.raises(Conflict) as raised:
        await db.write(decline_request, marie, group, request.id, "")
    assert raised.value.code == "request_approved_by"
    assert raised.value.params == {"name": "Bao", "person": "Ana"}


async def test_an_approval_can_be_undone_for_ten_minutes(db, clock, marie, ana, group):
    people = People(db, marie, group)
    await join(db, ana, group, marie)
    clock.advance(minutes=11)
    with pytest.raises(Conflict) as raised:
        await people.turn(ana, Turn.UNDO)
    assert raised.value.code == "undo_too_late"


async def test_a_declined_request_is_let_in_within_a_month_only(db, clock, marie, ana, group):
    people = People(db, marie, group)
    await people.turn(ana, Turn.ASK)
    await people.turn(ana, Turn.DECLINE)
    clock.advance(days=31)
    with pytest.raises(NotFound):
        await people.turn(ana, Turn.APPROVE)


async def test_a_decision_and_an_expiry_are_told(db, clock, facts, marie, ana, group):
    people = People(db, marie, group)
    await people.turn(ana, Turn.ASK)
    await people.turn(ana, Turn.DECLINE)
    assert any(isinstance(fact, RequestDecided) for fact in facts)
    await people.turn(ana, Turn.UNDO)
    clock.advance(seconds=1)
    await people.turn(ana, Turn.EXPIRE)
    assert any(isinstance(fact, RequestExpired) for fact in facts)


GOING = {
    "leave": lambda viewer, group: (leave_group, viewer, group),
    "demote": lambda viewer, group: (
        *(change_member_role, viewer, group, viewer.actor_id, GroupRole.MEMBER),
    ),
    "remove": lambda viewer, group: (remove_member, viewer, group, viewer.actor_id, "Moi."),
}


@pytest.mark.parametrize("how", GOING)
async def test_the_last_manager_stays(db, marie, ana, group, how):
    with pytest.raises(Conflict) as raised:
        await db.write(*GOING[how](marie, group))
    assert raised.value.code in {"last_manager", "not_on_yourself_in_group"}
    await give_role(db, marie, group, ana, GroupRole.MANAGER)
    await db.write(leave_group, marie, group)
    assert (await db.read(get_group, ana, group)).managers[0].name == "Ana"


async def test_moderators_touch_neither_each_other_nor_managers(db, marie, ana, group):
    bao = await a_viewer(db, "bao")
    await give_role(db, marie, group, ana, GroupRole.MODERATOR)
    await give_role(db, marie, group, bao, GroupRole.MODERATOR)
    for other in (bao, marie):
        with pytest.raises(NotAllowed):
            await db.write(remove_member, ana, group, other.actor_id, "Non.")


async def test_a_removal_needs_a_reason_and_ends_the_persons_links(db, facts, marie, ana, group):
    await join(db, ana, group, marie)
    link = await db.write(invite_to_group, ana, group, InviteDraft("", None, None, False))
    with pytest.raises(Invalid):
        await db.write(remove_member, marie, group, ana.actor_id, " ")
    await db.write(remove_member, marie, group, ana.actor_id, "Publicité.")
    assert MemberPutOut(group, ana.actor_id) in facts
    bao = await a_viewer(db, "bao")
    with pytest.raises(NotAllowed) as raised:
        await db.write(ask_to_join, bao, group, ["Oui."], token=link.token)
    assert raised.value.code == "invite_over"


async def test_a_banned_person_is_out_until_the_day(db, clock, marie, ana, group):
    await join(db, ana, group, marie)
    until = clock().date() + timedelta(days=30)
    await db.write(ban_member, marie, group, ana.actor_id, "Pub.", until=until)
    with pytest.raises(NotAllowed) as raised:
        await db.write(ask_to_join, ana, group, ["Pardon."])
    assert raised.value.code == "group_banned"
    clock.advance(days=31)
    assert await db.write(ask_to_join, ana, group, ["Pardon."]) == Standing.PENDING


async def test_a_link_that_admits_admits_once_for_each_use(db, marie, ana, group):
    draft = InviteDraft("", 1, None, False, admits_to_group=True)
    link = await db.write(invite_to_group, marie, group, draft)
    assert await db.write(ask_to_join, ana, group, token=link.token) == Standing.MEMBER
    bao = await a_viewer(db, "bao")
    with pytest.raises(NotAllowed):
        await db.write(ask_to_join, bao, group, token=link.token)


async def test_a_link_into_another_group_is_none_into_this(db, marie, ana, group):
    other = await a_group(db, marie, name="Chorale")
    link = await db.write(
        invite_to_group, marie, other, InviteDraft("", None, None, False, admits_to_group=True)
    )
    with pytest.raises(NotFound):
        await db.write(ask_to_join, ana, group, token=link.token)


async def test_only_those_who_decide_make_links_that_admit(db, marie, ana, group):
    await join(db, ana, group, marie)
    with pytest.raises(NotAllowed):
        await db.write(
            invite_to_group, ana, group, InviteDraft("", None, None, False, admits_to_group=True)
        )


async def test_an_erased_manager_leaves_a_successor(db, facts, clock, marie, ana, group):
    bao = await a_viewer(db, "bao")
    await join(db, ana, group, marie)
    clock.advance(days=1)
    await give_role(db, marie, group, bao, GroupRole.MODERATOR)
    await db.write(forget_person, marie.actor_id)
    assert GroupHandedOver(group, bao.actor_id) in facts
    assert (await db.read(get_group, ana, group)).managers[0].name == "Bao"


async def test_a_group_that_nobody_is_in_any_more_is_erased(db, marie, group):
    await db.write(forget_person, marie.actor_id)
    assert await db.read(lambda session: session.get(Group, group)) is None


async def test_answers_are_forgotten_a_month_after_the_decision(db, clock, marie, ana, group):
    await join(db, ana, group, marie)
    clock.advance(days=29)
    await forget_what_is_due(db)
    people = People(db, marie, group)
    assert (await people.request_of(ana)).answers
    clock.advance(days=2)
    forgotten = await forget_what_is_due(db)
    assert forgotten["join_answers"] == 1
    assert (await people.request_of(ana)).answers == ""


async def test_a_request_that_nobody_decides_expires_after_a_month(db, clock, marie, ana, group):
    await db.write(ask_to_join, ana, group, ["Oui."])
    clock.advance(days=31)
    assert (await forget_what_is_due(db))["join_requests"] == 1
    found = await People(db, marie, group).request_of(ana)
    assert (found.state, found.answers) == (RequestState.EXPIRED, "")


async def test_one_person_waits_once(db, marie, ana, group):
    for _ in range(2):
        assert await db.write(ask_to_join, ana, group, ["Oui."]) == Standing.PENDING
    rows = await db.read(lambda session: list(session.exec(select(JoinRequest))))
    assert len(rows) == 1
    assert await db.read(list_own_groups, ana) == []
