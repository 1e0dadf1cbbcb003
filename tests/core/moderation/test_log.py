"""The log of what was done: for a group those who decide in it, for the place its admins."""

import pytest

from fedparents.errors import NotFound
from fedparents.groups.members import change_member_role
from fedparents.groups.models import GroupRole
from fedparents.moderation import log
from fedparents.moderation.log import list_group_log, list_place_log
from fedparents.social.follows import accept_follow, follow_actor
from web.moderation.log_words import IN_GROUPS, OF_PLACE

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("clock")]


async def of_group(town, who, **page):
    return await town.db.read(list_group_log, who, town.group, tuple(IN_GROUPS), **page)


async def of_place(town, who):
    return (await town.db.read(list_place_log, who, tuple(OF_PLACE))).lines


async def test_those_who_decide_read_who_did_what(town):
    await town.db.write(
        change_member_role, town.marie, town.group, town.ana.actor_id, GroupRole.HOST
    )
    complaint = await town.complain(town.chloe, await town.say(town.ana))
    await town.decide(town.bao, complaint.report_id)
    lines = (await of_group(town, town.bao)).lines
    assert [(line.action, line.by, line.subject) for line in lines[:3]] == [
        ("report.decide", "Bao", ""),
        ("report.filed", "", ""),
        ("group.role", "Marie", "Ana"),
    ]
    assert lines[0].subject_id == complaint.report_id


@pytest.mark.parametrize("name", ["ana", "emma", "gita", "hugo"])
async def test_nobody_else_reads_the_log_of_a_group(town, name):
    with pytest.raises(NotFound):
        await of_group(town, town.people[name])


async def test_the_place_reads_its_own_and_no_inner_matters(town):
    await town.db.write(follow_actor, town.ana, town.bao.actor_id)
    await town.db.write(accept_follow, town.bao, town.ana.actor_id)
    await town.complain(town.chloe, await town.say(town.ana))
    of_all = await town.say(town.ana, "À tous", group_id=None, audience="here")
    complaint = await town.complain(town.chloe, of_all)
    lines = await of_place(town, town.hugo)
    assert [line.action for line in lines[:2]] == ["report.filed", "group.founded"]
    inner = {"group.joined", "group.role", "follow.accepted"}
    assert not inner & {line.action for line in lines}
    assert lines[0].subject_id == complaint.report_id
    for name in ("gita", "marie"):
        with pytest.raises(NotFound):
            await of_place(town, town.people[name])


async def test_whom_a_report_is_about_does_not_read_of_it(town):
    """Not in the log either: who looks after a group would know that somebody had complained."""
    await town.complain(town.chloe, await town.say(town.bao))
    of_bao, of_marie = [(await of_group(town, who)).lines for who in (town.bao, town.marie)]
    assert "report.filed" not in {line.action for line in of_bao}
    assert of_marie[0].action == "report.filed"


async def test_page_by_page(town, monkeypatch):
    monkeypatch.setattr(log, "A_PAGE", 2)
    first = await of_group(town, town.marie)
    second = await of_group(town, town.marie, before=first.older)
    assert len(first.lines) == 2
    assert {line.id for line in first.lines}.isdisjoint(line.id for line in second.lines)
    assert max(line.id for line in second.lines) < first.older
