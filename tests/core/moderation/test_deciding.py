"""Deciding: with facts and a rule, at once, by those whose office it is, and taken back in time."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import select

from fedparents.accounts.models import Account, AccountState
from fedparents.errors import Conflict, Invalid, NotAllowed, NotFound
from fedparents.groups.models import Group, GroupRole, GroupState, Membership, MembershipState
from fedparents.moderation.deciding import (
    ask_the_place,
    decide_on_account,
    decide_on_member,
    decide_on_post,
    lift_decision,
    open_sealed_copy,
    put_report_back,
    take_report,
    undo_decision,
)
from fedparents.moderation.facts import DecisionMade, DecisionTakenBack, ReportRaised
from fedparents.moderation.models import (
    Action,
    Category,
    Decision,
    DecisionState,
    Ground,
    Report,
    ReportState,
)
from fedparents.moderation.policy import UNDO_WITHIN
from fedparents.moderation.queries import (
    get_decision_on,
    get_report,
    list_complaints,
    list_decisions_on,
    list_group_queue,
    list_place_queue,
)
from fedparents.moderation.queues import (
    count_for_place,
    count_waiting,
    list_first_posts,
    list_waiting,
)
from fedparents.posts.models import PostState
from fedparents.posts.service import delete_post, edit_post
from tests.core.moderation.conftest import FACTS, a_decision

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("clock")]


async def membership(town, who):
    return await town.db.read(
        lambda session: session.get_one(Membership, (town.group, who.actor_id))
    )


async def reported(town, who=None, category=Category.HARASSMENT):
    post = await town.say(who or town.ana)
    complaint = await town.complain(town.chloe, post, category)
    return post, complaint.report_id


async def test_a_decision_is_carried_out_and_told(town):
    post, report_id = await reported(town)
    decision = await town.decide(town.bao, report_id)
    row = await town.row(post)
    assert (row.state, row.reason) == (PostState.HIDDEN, FACTS)
    assert DecisionMade(decision.id) in town.facts
    (mine,) = await town.db.read(list_decisions_on, town.ana)
    assert mine.decision.ground_text == "Nous protégeons les adresses."
    assert mine.can_appeal
    (complaint,) = await town.db.read(list_complaints, town.chloe)
    assert complaint.decision is not None
    assert complaint.decision.action == Action.HIDE
    with pytest.raises(NotFound):
        await town.db.read(get_decision_on, town.driss, decision.id)


@pytest.mark.parametrize(
    ("draft", "fields"),
    [
        ({"facts": " "}, {"facts"}),
        ({"ground": None}, {"ground"}),
        ({"ground_text": ""}, {"ground_text"}),
        ({"facts": "", "ground": None, "ground_text": ""}, {"facts", "ground", "ground_text"}),
    ],
)
async def test_nothing_is_restricted_without_facts_and_a_rule(town, draft, fields):
    post, report_id = await reported(town)
    with pytest.raises(Invalid) as refused:
        await town.decide(town.marie, report_id, **draft)
    assert set(refused.value.fields) == fields
    assert (await town.row(post)).state == PostState.VISIBLE


async def test_nothing_can_be_found_wrong_without_a_word(town):
    post, report_id = await reported(town)
    await town.decide(town.marie, report_id, Action.NONE, facts="", ground=None, ground_text="")
    assert (await town.row(post)).state == PostState.VISIBLE
    assert await town.db.read(list_decisions_on, town.ana) == []


async def test_who_comes_second_hears_who_was_first(town):
    _, report_id = await reported(town)
    done = await asyncio.gather(
        *(town.decide(who, report_id) for who in (town.marie, town.bao)), return_exceptions=True
    )
    assert {type(each) for each in done} == {Decision, Conflict}
    (late,) = [each for each in done if isinstance(each, Conflict)]
    assert late.code == "report_decided_by"
    assert late.params["name"] in {"Marie", "Bao"}
    rows = await town.db.read(lambda session: session.exec(select(Decision)).all())
    assert len(rows) == 1


async def test_nobody_decides_about_themselves_nor_learns_of_it(town):
    _, report_id = await reported(town, town.bao)
    with pytest.raises(NotFound):
        await town.db.read(get_report, town.bao, report_id)
    with pytest.raises(NotFound):
        await town.decide(town.bao, report_id, Action.NONE)
    assert await town.db.read(list_group_queue, town.bao, town.group) == []
    assert (await town.db.read(count_waiting, town.bao, town.group)).reports == 0
    assert (await town.db.read(count_waiting, town.marie, town.group)).reports == 1


async def test_a_moderator_who_asked_without_a_name_does_not_learn_of_it_either(town):
    post = await town.say(town.bao, "Un avis ?", is_anonymous=True)
    report_id = (await town.complain(town.chloe, post)).report_id
    with pytest.raises(NotFound):
        await town.db.read(get_report, town.bao, report_id)
    assert await town.db.read(list_waiting, town.bao) == []
    assert (await town.db.read(get_report, town.marie, report_id)).target is None


async def test_a_group_has_a_day_before_the_place_is_asked(town, clock):
    _, report_id = await reported(town)
    assert await town.db.read(list_place_queue, town.hugo, of_notices=False) == []
    with pytest.raises(NotFound):
        await town.decide(town.hugo, report_id)
    clock.advance(hours=24)
    (waiting,) = await town.db.read(list_place_queue, town.hugo, of_notices=False)
    assert waiting.report.id == report_id
    assert (await town.db.read(count_for_place, town.hugo)).reports == 1
    for who in (town.gita, town.marie):
        assert (await town.db.read(count_for_place, who)).reports == 0
    for who in (town.gita, town.emma, town.ana):  # who moderates the place looks at no group
        with pytest.raises(NotFound):
            await town.db.read(get_report, who, report_id)
    decision = await town.decide(town.hugo, report_id)
    await town.db.write(undo_decision, town.hugo, decision.id)  # it is theirs from now on


async def test_a_group_can_ask_the_place_before(town):
    _, report_id = await reported(town)
    with pytest.raises(NotFound):
        await town.db.write(ask_the_place, town.ana, report_id)
    town.facts.clear()
    await town.db.write(ask_the_place, town.bao, report_id)
    await town.db.write(ask_the_place, town.bao, report_id)
    assert town.facts == [ReportRaised(report_id)]
    assert (await town.db.read(get_report, town.hugo, report_id)).report.is_for_place


async def test_what_is_grave_is_asked_of_both_at_once(town):
    for category in (Category.CHILD_DANGER, Category.ILLEGAL):
        post = await town.say(town.ana, f"Grave : {category}")
        report_id = (await town.complain(town.chloe, post, category)).report_id
        for who in (town.marie, town.bao, town.hugo):
            assert (await town.db.read(get_report, who, report_id)).is_open


async def test_what_was_said_to_the_town_is_for_its_moderators(town):
    post = await town.say(town.ana, "À tous", group_id=None)
    report_id = (await town.complain(town.emma, post)).report_id
    for who in (town.marie, town.bao):
        with pytest.raises(NotFound):
            await town.decide(who, report_id)
    await town.decide(town.gita, report_id)
    assert (await town.row(post)).state == PostState.HIDDEN


async def test_looking_into_something_is_said_to_the_others(town):
    _, report_id = await reported(town)
    await town.db.write(take_report, town.bao, report_id)
    assert (await town.db.read(get_report, town.marie, report_id)).assignee == "Bao"
    with pytest.raises(Conflict):
        await town.db.write(put_report_back, town.marie, report_id)
    await town.db.write(put_report_back, town.bao, report_id)
    view = await town.db.read(get_report, town.marie, report_id)
    assert (view.report.state, view.assignee) == (ReportState.RECEIVED, "")


async def test_put_back_it_is_out_of_sight_still(town):
    _, report_id = await reported(town, category=Category.CHILD_DANGER)
    await town.db.write(take_report, town.bao, report_id)
    report = await town.db.write(put_report_back, town.bao, report_id)
    assert report.state == ReportState.HIDDEN


async def test_an_undo_in_time_leaves_everything_as_it_was(town, clock):
    post, report_id = await reported(town)
    decision = await town.decide(town.bao, report_id)
    with pytest.raises(Conflict):
        await town.db.write(undo_decision, town.marie, decision.id)  # only one's own
    await town.db.write(undo_decision, town.bao, decision.id)
    row = await town.row(post)
    assert (row.state, row.reason) == (PostState.VISIBLE, "")
    view = await town.db.read(get_report, town.bao, report_id)
    assert (view.report.state, view.is_open) == (ReportState.ASSIGNED, True)
    assert await town.db.read(list_decisions_on, town.ana) == []
    assert not any(isinstance(fact, DecisionTakenBack) for fact in town.facts)
    again = await town.decide(town.bao, report_id)
    clock.advance(seconds=UNDO_WITHIN.total_seconds() + 1)
    with pytest.raises(Conflict, match="undo_over"):
        await town.db.write(undo_decision, town.bao, again.id)


async def test_undone_it_is_as_far_out_of_sight_as_before(town):
    post, report_id = await reported(town, category=Category.CHILD_DANGER)
    decision = await town.decide(town.marie, report_id, Action.NONE)
    assert (await town.row(post)).state == PostState.VISIBLE
    await town.db.write(undo_decision, town.marie, decision.id)
    assert (await town.row(post)).state == PostState.HIDDEN


async def test_who_acts_unasked_and_thinks_again_leaves_nothing_in_the_queue(town):
    post = await town.say(town.ana)
    decision = await town.db.write(decide_on_post, town.marie, post.id, a_decision())
    await town.db.write(undo_decision, town.marie, decision.id)
    assert await town.db.read(list_group_queue, town.marie, town.group) == []
    assert (await town.row(post)).state == PostState.VISIBLE


async def test_its_author_changes_it_and_somebody_looks_again(town):
    post, report_id = await reported(town)
    await town.decide(town.marie, report_id, Action.EDIT)
    row = await town.row(post)
    assert (row.state, row.reason) == (PostState.HELD, FACTS)
    assert await town.db.read(list_first_posts, town.marie, town.group) == []  # it is Ana's turn
    assert (await town.db.read(count_waiting, town.marie, town.group)).first_posts == 0
    await town.db.write(edit_post, town.ana, post.id, "Une poussette, sans adresse ?")
    (again,) = await town.db.read(list_first_posts, town.marie, town.group)
    assert again.post.text == "Une poussette, sans adresse ?"
    assert (await town.db.read(count_waiting, town.marie, town.group)).first_posts == 1


async def test_what_is_deleted_is_gone_and_can_be_brought_back_for_a_month(town):
    post, report_id = await reported(town)
    decision = await town.decide(town.marie, report_id, Action.DELETE)
    assert (await town.row(post)).state == PostState.DELETED
    await town.db.write(lift_decision, town.marie, decision.id)
    assert (await town.row(post)).state == PostState.VISIBLE
    assert DecisionTakenBack(decision.id) in town.facts


async def test_what_its_author_deleted_meanwhile_is_decided_on_by_its_snapshot(town):
    post, report_id = await reported(town)
    await town.db.write(delete_post, town.ana, post.id)
    view = await town.db.read(get_report, town.marie, report_id)
    assert (view.post, view.report.seen["text"]) == (None, "Une poussette ?")
    decision = await town.decide(town.marie, report_id)
    await town.db.write(lift_decision, town.marie, decision.id)
    assert (await town.row(post)).state == PostState.DELETED  # and is not brought back


async def test_who_is_put_out_comes_back_with_their_role(town):
    await town.db.write(decide_on_member, town.marie, town.group, town.bao.actor_id,
                        a_decision(Action.BAN))  # fmt: skip
    gone = await membership(town, town.bao)
    assert (gone.state, gone.role) == (MembershipState.BANNED, GroupRole.MEMBER)
    (mine,) = await town.db.read(list_decisions_on, town.bao)
    await town.db.write(lift_decision, town.marie, mine.decision.id)
    back = await membership(town, town.bao)
    assert (back.state, back.role) == (MembershipState.ACTIVE, GroupRole.MODERATOR)


async def test_a_ban_because_of_a_post_hides_the_post(town, clock):
    post, report_id = await reported(town)
    until = clock().date() + timedelta(days=30)
    decision = await town.decide(town.marie, report_id, Action.BAN, banned_until=until)
    assert (await town.row(post)).state == PostState.HIDDEN
    assert (await membership(town, town.ana)).banned_until == until
    await town.db.write(undo_decision, town.marie, decision.id)
    assert (await town.row(post)).state == PostState.VISIBLE
    assert (await membership(town, town.ana)).state == MembershipState.ACTIVE


async def test_a_moderator_cannot_put_out_a_manager(town):
    post = await town.say(town.marie)
    report_id = (await town.complain(town.chloe, post)).report_id
    with pytest.raises(NotAllowed, match="not_a_group_manager"):
        await town.decide(town.bao, report_id, Action.REMOVE)
    with pytest.raises(Conflict, match="last_manager"):
        await town.decide(town.hugo, report_id, Action.REMOVE)
    assert (await town.row(post)).state == PostState.VISIBLE  # nothing was done by halves
    await town.decide(town.bao, report_id, Action.HIDE)


async def test_accounts_are_paused_by_administrators(town):
    post, report_id = await reported(town, category=Category.ILLEGAL)
    with pytest.raises(NotAllowed, match="action_not_yours"):
        await town.decide(town.marie, report_id, Action.FREEZE)
    decision = await town.decide(town.hugo, report_id, Action.FREEZE, ground=Ground.LAW)

    async def state():
        account = await town.db.read(lambda s: s.get_one(Account, town.ana.account_id))
        return account.state

    assert await state() == AccountState.FROZEN
    assert (await town.row(post)).state == PostState.HIDDEN
    await town.db.write(undo_decision, town.hugo, decision.id)
    assert await state() == AccountState.ACTIVE
    await town.db.write(
        decide_on_account, town.hugo, town.ana.account_id, a_decision(Action.FREEZE)
    )
    assert await state() == AccountState.FROZEN
    with pytest.raises(NotFound):
        await town.db.write(
            decide_on_account, town.gita, town.ana.account_id, a_decision(Action.FREEZE)
        )
    with pytest.raises(Conflict):
        await town.db.write(
            decide_on_account, town.hugo, town.hugo.account_id, a_decision(Action.FREEZE)
        )


async def test_a_group_is_ended_with_its_days_of_grace(town):
    report_id = (await town.complain(town.chloe, town.group, Category.ILLEGAL)).report_id
    with pytest.raises(NotFound):  # what a group is, its own managers do not decide
        await town.decide(town.marie, report_id, Action.NONE)
    decision = await town.decide(town.gita, report_id, Action.DELETE)

    async def state():
        return (await town.db.read(lambda session: session.get_one(Group, town.group))).state

    assert await state() == GroupState.ENDING
    await town.db.write(undo_decision, town.gita, decision.id)
    assert await state() == GroupState.ACTIVE


async def test_what_nobody_may_decide_here_cannot_be_decided(town):
    person = (await town.complain(town.chloe, town.ana)).report_id
    for action in (Action.HIDE, Action.EDIT, Action.DELETE, Action.REMOVE, Action.BAN):
        with pytest.raises(NotAllowed):
            await town.decide(town.hugo, person, action)
    post = await town.say(town.ana, "Sans nom", is_anonymous=True)
    report_id = (await town.complain(town.chloe, post)).report_id
    for action in (Action.REMOVE, Action.BAN):  # that would say who it was
        with pytest.raises(NotAllowed):
            await town.decide(town.marie, report_id, action)


async def test_what_is_between_people_is_not_decided_about_unasked(town):
    with pytest.raises(NotFound):
        await town.db.write(decide_on_post, town.hugo, 123, a_decision())
    post = await town.say(town.ana)
    for who in (town.chloe, town.emma, town.hugo, town.gita):
        with pytest.raises(NotFound):
            await town.db.write(decide_on_post, who, post.id, a_decision())


async def test_the_sealed_copy_is_for_administrators_with_a_reason(town):
    _, report_id = await reported(town, category=Category.CHILD_DANGER)
    for who in (town.marie, town.bao):
        with pytest.raises(NotFound):
            await town.db.write(open_sealed_copy, who, report_id, "Pour voir")
    with pytest.raises(Invalid):
        await town.db.write(open_sealed_copy, town.hugo, report_id, " ")
    copy = await town.db.write(open_sealed_copy, town.hugo, report_id, "Demande du procureur")
    assert copy.startswith(b"sealed:")


async def test_what_was_decided_before_stands_beside_the_next(town):
    _, first = await reported(town)
    await town.decide(town.marie, first)
    post = await town.say(town.ana, "Encore")
    report_id = (await town.complain(town.driss, post)).report_id
    assert (await town.db.read(get_report, town.marie, report_id)).earlier == 1


async def test_a_new_complaint_after_the_end_is_a_new_report(town):
    post, first = await reported(town)
    await town.decide(town.marie, first, Action.NONE)
    second = (await town.complain(town.driss, post)).report_id
    assert second != first
    reports = await town.db.read(lambda session: session.exec(select(Report)).all())
    assert {report.state for report in reports} == {ReportState.DECIDED, ReportState.RECEIVED}


async def test_what_is_undone_was_never_decided(town):
    _, report_id = await reported(town)
    decision = await town.decide(town.bao, report_id)
    await town.db.write(undo_decision, town.bao, decision.id)
    stored = await town.db.read(lambda session: session.get_one(Decision, decision.id))
    assert stored.state == DecisionState.UNDONE
    with pytest.raises(NotFound):
        await town.db.read(get_decision_on, town.ana, decision.id)
