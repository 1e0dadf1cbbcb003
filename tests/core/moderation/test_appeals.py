"""Objecting: somebody else looks again, never who decided; what was wrong is put right."""

from datetime import timedelta

import pytest

from fedparents.accounts.models import Account, Role
from fedparents.errors import Conflict, Invalid, NotAllowed, NotFound
from fedparents.groups.members import leave_group
from fedparents.groups.models import (
    Group,
    GroupRole,
    GroupState,
    Membership,
    MembershipState,
)
from fedparents.groups.service import SwitchesDraft, change_switches
from fedparents.moderation.appeals import appeal_decision, appeal_outcome, settle_appeal
from fedparents.moderation.deciding import decide_on_post
from fedparents.moderation.facts import AppealDecided, AppealMade
from fedparents.moderation.models import (
    Action,
    Appeal,
    AppealState,
    Decision,
    DecisionState,
    ReportState,
)
from fedparents.moderation.policy import APPEAL_WITHIN
from fedparents.moderation.queries import (
    get_decision_on,
    get_report,
    list_complaints,
    list_decisions_on,
    list_group_queue,
    list_place_queue,
)
from fedparents.moderation.queues import count_for_place, count_waiting
from fedparents.moderation.subjects import list_concerned
from fedparents.posts.facts import PostPublished
from fedparents.posts.models import PostState
from tests.core.moderation.conftest import a_decision
from tests.rig.builders import give_role

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("clock")]


@pytest.fixture
async def case(town):
    """Bao has hidden what Ana wrote, of which Chloé had complained."""
    town.post = await town.say(town.ana)
    town.complaint = await town.complain(town.chloe, town.post)
    town.decision = await town.decide(town.bao, town.complaint.report_id)
    return town


async def objects(town, who, decision_id, text):
    return await town.db.write(appeal_decision, decision_id, text, by=who.actor_id)


async def settle(town, who, appeal, *, is_upheld=True, answer="Nous avons relu."):
    return await town.db.write(settle_appeal, who, appeal.id, is_upheld=is_upheld, answer=answer)


async def state_of(town):
    return (await town.report_of(town.complaint)).state


async def test_somebody_else_puts_it_right(case):
    appeal = await objects(case, case.ana, case.decision.id, "C'est un malentendu.")
    assert AppealMade(appeal.id) in case.facts
    assert await state_of(case) == ReportState.APPEALED
    (waiting,) = await case.db.read(list_group_queue, case.marie, case.group)
    assert [each.appeal.id for each in waiting.appeals] == [appeal.id]
    assert (await case.db.read(count_waiting, case.marie, case.group)).reports == 1
    case.facts.clear()
    await settle(case, case.marie, appeal, is_upheld=False, answer="L'adresse était publique.")
    assert (await case.row(case.post)).state == PostState.VISIBLE
    assert case.facts.count(PostPublished(case.post.id)) == 1
    assert AppealDecided(appeal.id) in case.facts
    assert await state_of(case) == ReportState.CLOSED
    mine = await case.db.read(get_decision_on, case.ana, case.decision.id)
    assert mine.decision.state == DecisionState.OVERTURNED
    assert mine.appeal.answer == "L'adresse était publique."


async def test_never_who_decided_nor_who_complained_nor_whom_it_is_about(case):
    appeal = await objects(case, case.ana, case.decision.id, "Non.")
    with pytest.raises(NotAllowed, match="appeal_not_yours"):
        await settle(case, case.bao, appeal)
    assert (await case.db.read(count_waiting, case.bao, case.group)).reports == 0
    assert await case.db.read(list_group_queue, case.bao, case.group) == []
    for who in (case.ana, case.chloe, case.emma):
        with pytest.raises(NotFound):
            await settle(case, who, appeal)


async def test_a_moderator_who_complained_settles_nothing(town):
    post = await town.say(town.ana)
    complaint = await town.complain(town.marie, post)
    decision = await town.decide(town.bao, complaint.report_id)
    appeal = await objects(town, town.ana, decision.id, "Non.")
    with pytest.raises(NotAllowed):
        await settle(town, town.marie, appeal)
    (waiting,) = await town.db.read(list_place_queue, town.hugo, of_notices=False)
    assert waiting.appeals[0].appeal.id == appeal.id
    assert (await town.db.read(count_for_place, town.hugo)).reports == 1


async def test_where_only_one_moderates_the_place_looks_again(case):
    await case.db.write(leave_group, case.bao, case.group)  # now Marie is alone
    post = await case.say(case.ana, "Encore ?")
    decision = await case.decide(case.marie, (await case.complain(case.driss, post)).report_id)
    assert await case.db.read(list_place_queue, case.hugo, of_notices=False) == []
    appeal = await objects(case, case.ana, decision.id, "Non.")
    with pytest.raises(NotAllowed):
        await settle(case, case.marie, appeal)
    await settle(case, case.hugo, appeal, is_upheld=False)
    assert (await case.row(post)).state == PostState.VISIBLE


async def test_upheld_it_is_over(case):
    appeal = await objects(case, case.ana, case.decision.id, "Non.")
    with pytest.raises(Invalid):
        await settle(case, case.marie, appeal, answer="  ")
    await settle(case, case.marie, appeal)
    assert (await case.row(case.post)).state == PostState.HIDDEN
    assert await state_of(case) == ReportState.CLOSED
    with pytest.raises(Conflict, match="appeal_over"):
        await objects(case, case.ana, case.decision.id, "Toujours pas.")
    with pytest.raises(Conflict, match="appeal_settled"):
        await settle(case, case.marie, appeal)


async def test_six_months_and_not_a_day_longer(case, clock):
    clock.advance(seconds=(APPEAL_WITHIN + timedelta(seconds=1)).total_seconds())
    assert not (await case.db.read(get_decision_on, case.ana, case.decision.id)).can_appeal
    with pytest.raises(Conflict, match="appeal_over"):
        await objects(case, case.ana, case.decision.id, "Trop tard ?")


async def test_who_complained_may_object_and_it_is_decided_anew(town):
    post = await town.say(town.ana)
    complaint = await town.complain(town.chloe, post)
    first = await town.decide(town.bao, complaint.report_id, Action.NONE)
    (mine,) = await town.db.read(list_complaints, town.chloe)
    assert mine.can_appeal
    appeal = await town.db.write(appeal_outcome, complaint.id, "Relisez, s'il vous plaît.")
    await settle(town, town.marie, appeal, is_upheld=False, answer="Vous avez raison.")
    view = await town.db.read(get_report, town.marie, complaint.report_id)
    assert (view.report.state, view.assignee) == (ReportState.ASSIGNED, "Marie")
    second = await town.decide(town.marie, complaint.report_id)
    assert (await town.row(post)).state == PostState.HIDDEN
    assert second.id != first.id
    await objects(town, town.ana, second.id, "Et moi ?")  # now it is Ana's turn to object


async def test_nothing_to_object_to(town):
    post = await town.say(town.ana)
    complaint = await town.complain(town.chloe, post)
    with pytest.raises(Conflict, match="appeal_over"):
        await town.db.write(appeal_outcome, complaint.id, "Alors ?")
    decision = await town.decide(town.bao, complaint.report_id, Action.ADVISE)
    with pytest.raises(NotFound):
        await objects(town, town.ana, decision.id, "Je ne veux pas de conseil.")


async def test_both_sides_object_and_each_has_an_answer(case):
    theirs = await objects(case, case.ana, case.decision.id, "Trop dur.")
    ours = await case.db.write(appeal_outcome, case.complaint.id, "Trop doux.")
    with pytest.raises(Conflict, match="appeal_other_first"):
        await settle(case, case.marie, theirs, is_upheld=False)
    await settle(case, case.marie, ours)
    assert await state_of(case) == ReportState.APPEALED
    await settle(case, case.marie, theirs, is_upheld=False)
    assert await state_of(case) == ReportState.CLOSED
    assert (await case.row(case.post)).state == PostState.VISIBLE


async def test_the_other_side_may_still_object_when_the_first_has_its_answer(case):
    ours = await case.db.write(appeal_outcome, case.complaint.id, "Trop doux.")
    await settle(case, case.marie, ours)
    assert await state_of(case) == ReportState.CLOSED
    theirs = await objects(case, case.ana, case.decision.id, "Trop dur.")
    assert await state_of(case) == ReportState.APPEALED
    await settle(case, case.marie, theirs)


async def test_who_was_banned_wrongly_is_what_they_were(town):
    post = await town.say(town.bao)
    complaint = await town.complain(town.chloe, post)
    decision = await town.decide(town.marie, complaint.report_id, Action.BAN)
    appeal = await objects(town, town.ana, decision.id, "Ce n'était pas moi.")
    await settle(town, town.hugo, appeal, is_upheld=False)
    back = await town.db.read(
        lambda session: session.get_one(Membership, (town.group, town.bao.actor_id))
    )
    assert (back.state, back.role) == (MembershipState.ACTIVE, "moderator")
    assert (await town.row(post)).state == PostState.VISIBLE


async def test_a_first_post_that_was_refused_wrongly_can_be_read(town):
    await town.db.write(
        change_switches, town.marie, town.group, SwitchesDraft(holds_first_posts=True)
    )
    post = await town.say(town.ana)
    assert post.state == PostState.HELD
    decision = await town.db.write(decide_on_post, town.bao, post.id, a_decision())
    appeal = await objects(town, town.ana, decision.id, "Pourquoi ?")
    await settle(town, town.marie, appeal, is_upheld=False)
    assert (await town.row(post)).state == PostState.VISIBLE


async def test_rows_are_what_they_say(case):
    appeal = await objects(case, case.ana, case.decision.id, "Non.")
    await settle(case, case.marie, appeal)
    stored, decision = await case.db.read(
        lambda s: (s.get_one(Appeal, appeal.id), s.get_one(Decision, case.decision.id))
    )
    assert (stored.state, stored.decided_by_actor_id) == (
        AppealState.UPHELD,
        case.marie.actor_id,
    )
    assert decision.state == DecisionState.STANDS


async def test_a_group_is_answered_for_by_its_managers(town):
    """They hear of it, and object, and decide nothing in their own matter, also as moderators."""
    await give_role(town.db, town.marie, town.group, town.gita, GroupRole.MANAGER)
    complaint = await town.complain(town.ana, town.group)
    for who in (town.gita, town.marie):
        with pytest.raises(NotFound):
            await town.decide(who, complaint.report_id, Action.DELETE)
    assert (await town.db.read(count_for_place, town.gita)).all == 0
    decision = await town.decide(town.hugo, complaint.report_id, Action.DELETE)
    report = await town.report_of(complaint)
    concerned = await town.db.read(list_concerned, report)
    assert sorted(concerned) == sorted((town.marie.actor_id, town.gita.actor_id))
    (mine,) = await town.db.read(list_decisions_on, town.marie)
    assert (mine.decision.id, mine.can_appeal, mine.group_name) == (
        decision.id,
        True,
        "Parents du Corentin",
    )
    assert await town.db.read(list_decisions_on, town.bao) == []  # who moderates it, only
    appeal = await objects(town, town.gita, decision.id, "Laissez-nous le groupe.")
    assert appeal.by_actor_id == town.gita.actor_id
    await town.db.write(leave_group, town.gita, town.group)
    with pytest.raises(NotAllowed, match="appeal_not_yours"):
        await settle(town, town.gita, appeal, is_upheld=False)
    assert (await town.db.read(count_for_place, town.gita)).all == 0
    await settle(town, town.ines, appeal, is_upheld=False)
    group = await town.db.read(lambda session: session.get_one(Group, town.group))
    assert group.state == GroupState.ACTIVE


async def test_an_objection_that_nobody_may_answer_says_so(town):
    """Hugo decided, Gita had complained: without another office nobody would hear of it again."""
    await dismiss(town, town.ines)
    post = await town.say(town.ana, group_id=None, audience="here")
    complaint = await town.complain(town.gita, post)
    decision = await town.decide(town.hugo, complaint.report_id)
    await objects(town, town.ana, decision.id, "C'est un malentendu.")
    (view,) = await town.db.read(list_place_queue, town.hugo, of_notices=False)
    assert (view.is_stuck, view.appeals) == (True, [])
    await dismiss(town, town.ines, role=Role.MODERATOR)
    assert await town.db.read(list_place_queue, town.hugo, of_notices=False) == []
    (view,) = await town.db.read(list_place_queue, town.ines, of_notices=False)
    assert not view.is_stuck


async def dismiss(town, *people, role=Role.MEMBER):
    def change(uow):
        for viewer in people:
            uow.session.get_one(Account, viewer.account_id).role = role

    await town.db.write(change)
