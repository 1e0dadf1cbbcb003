"""Those who decide hear of what was reported, and of nothing that waits for others."""

from datetime import timedelta

import pytest

from fedparents.groups.members import leave_group
from fedparents.moderation.appeals import appeal_decision
from fedparents.moderation.complaints import ComplaintDraft, file_complaint
from fedparents.moderation.facts import AppealMade, ChildDangerRaised, ReportLeft, ReportRaised
from fedparents.moderation.models import Category, SubjectKind
from fedparents.notifications import report_occasions as occasions
from fedparents.notifications.kinds import Kind
from fedparents.notifications.queries import list_notifications
from tests.core.moderation.conftest import seal
from tests.core.moderation.conftest import town as town  # noqa: PLC0414 - the same town

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("clock")]
ON = {
    ReportRaised: occasions.on_report_raised,
    ChildDangerRaised: occasions.on_report_raised,
    AppealMade: occasions.on_appeal_made,
    ReportLeft: occasions.on_report_left,
}


async def heard(town):
    """By whom, after the worker has worked, twice as after a crash."""
    facts, town.facts[:] = list(town.facts), []
    for fact in facts:
        for _ in range(2):
            if on := ON.get(type(fact)):
                await town.db.write(on, fact)
    told = {}
    for name, viewer in town.people.items():
        lines = await town.db.read(list_notifications, viewer)
        of_reports = [each for each in lines if each.kind in {Kind.REPORT, Kind.CHILD_DANGER}]
        if of_reports:
            told[name] = [(each.kind, each.detail) for each in of_reports]
    return told


async def test_a_group_hears_of_its_own_until_somebody_has_decided(town):
    post = await town.say(town.ana)
    complaint = await town.complain(town.chloe, post)
    line = [(Kind.REPORT, "")]
    assert await heard(town) == {"marie": line, "bao": line}
    await town.db.write(leave_group, town.bao, town.group)
    assert await heard(town) == {"marie": line}
    await town.decide(town.marie, complaint.report_id)
    assert await heard(town) == {}


async def test_a_child_in_danger_is_heard_of_above_all_that_came_before(town):
    post = await town.say(town.ana)
    await town.complain(town.chloe, post)
    await heard(town)
    await town.complain(town.driss, post, Category.CHILD_DANGER)
    told = await heard(town)
    assert told.keys() == {"marie", "bao", "hugo", "ines"}
    assert told["hugo"] == [(Kind.CHILD_DANGER, "")]
    assert (Kind.CHILD_DANGER, "") in told["marie"]


async def test_the_place_hears_of_what_a_group_leaves_lying_for_a_day(town, clock):
    left = await town.complain(town.chloe, await town.say(town.ana))
    decided = await town.complain(town.chloe, await town.say(town.driss))
    town.facts.clear()
    await town.decide(town.marie, decided.report_id)
    due = [ReportLeft(each.report_id) for each in (left, decided)]
    clock.advance(timedelta(hours=23, minutes=59))
    town.facts.extend(due)
    assert "hugo" not in await heard(town)  # still the group's own
    clock.advance(timedelta(minutes=1))
    town.facts.extend(due)
    told = await heard(town)
    assert told.keys() == {"hugo", "ines"}
    assert told["hugo"] == [(Kind.REPORT, "")]


async def test_what_a_group_leaves_is_looked_at_when_its_day_is_over(town):
    post = await town.say(town.ana)
    draft = ComplaintDraft(Category.HARASSMENT)

    def complain(uow):
        file_complaint(uow, town.chloe, SubjectKind.POST, post.id, draft, seal=seal)
        return {type(fact): at - uow.now for fact, at in uow.facts}

    assert (await town.db.write(complain))[ReportLeft] == timedelta(hours=24)


async def test_people_and_groups_are_for_the_place(town):
    await town.complain(town.ana, town.group)
    line = [(Kind.REPORT, "")]
    assert await heard(town) == {"hugo": line, "ines": line, "gita": line}


async def test_who_looks_again_is_told_and_not_who_decided(town):
    post = await town.say(town.ana)
    complaint = await town.complain(town.chloe, post)
    decision = await town.decide(town.bao, complaint.report_id)
    await heard(town)
    by = town.ana.actor_id
    await town.db.write(appeal_decision, decision.id, "Non.", by=by)
    told = await heard(town)
    assert told["marie"][0] == (Kind.REPORT, occasions.APPEAL)
    assert (Kind.REPORT, occasions.APPEAL) not in told.get("bao", [])
    assert told.keys() <= {"marie", "bao"}
