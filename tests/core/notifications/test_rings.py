"""What is told once, what of it rings and when: at once, in the morning, together, or by mail."""

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlmodel import SQLModel

from fedparents import clock as our_clock
from fedparents.accounts.models import Account, BrowserSession
from fedparents.accounts.sessions import end_session
from fedparents.db import table_of
from fedparents.errors import Invalid
from fedparents.groups.facts import JoinRequested, MemberPutOut, RequestDecided, RoleChanged
from fedparents.groups.joining import approve_request, decline_request, undo_decision
from fedparents.groups.members import (
    change_member_role,
    leave_group,
    mute_group,
    remove_member,
)
from fedparents.groups.models import Group, GroupRole
from fedparents.notifications.channels import Choice, Level
from fedparents.notifications.devices import (
    MOST_DEVICES,
    DeviceDraft,
    list_devices,
    list_subscriptions,
    note_arrived,
    note_failed,
    subscribe_device,
)
from fedparents.notifications.kinds import Kind, Mail
from fedparents.notifications.listening import LIST_SUBSCRIPTIONS
from fedparents.notifications.models import GroupWish, NotificationReader, PushSubscription
from fedparents.notifications.occasions import (
    on_join_requested,
    on_put_out,
    on_request_decided,
    on_role_changed,
)
from fedparents.notifications.queries import bundle_up, count_new, list_notifications
from fedparents.notifications.rings import list_rings, ring_held
from fedparents.notifications.service import mark_seen
from fedparents.notifications.wishes import write_choices
from tests.core.notifications.conftest import PARIS, at
from tests.rig.builders import a_device, a_viewer, give_role, join, signed_in

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("noon")]


async def tells(world, request):
    return await world.db.write(on_join_requested, JoinRequested(request.id))


async def sees(world, viewer):
    return await world.db.read(list_notifications, viewer)


async def counts(world, viewer):
    return await world.db.read(count_new, viewer)


async def wishes(world, viewer, **said):
    await world.db.write(
        lambda uow: uow.session.merge(NotificationReader(account_id=viewer.account_id, **said))
    )


async def rings(world, *bundles):
    return await world.db.read(list_rings, bundles, now=our_clock.now(), zone=PARIS)


async def devices_of(world, viewer):
    ids = [viewer.account_id]
    found = await world.db.read(list_subscriptions, ids, now=our_clock.now())
    return found.get(viewer.account_id, [])


async def test_those_who_decide_are_told_once(world):
    request = await world.asks("ana")
    assert await tells(world, request) == [world.marie.account_id]
    assert await tells(world, request) == []
    [seen] = await sees(world, world.marie)
    assert (seen.kind, seen.actor_name, seen.is_new) == (Kind.JOIN_REQUEST, "Ana", True)
    assert seen.group_name == "Parents du Corentin"
    assert len(world.mailed()) == 1


async def test_a_member_who_does_not_decide_is_not_told(world):
    bao = await a_viewer(world.db, "bao")
    await join(world.db, bao, world.group, world.marie)
    await tells(world, await world.asks("ana"))
    assert await sees(world, bao) == []


async def test_what_somebody_else_has_decided_is_not_shown_any_more(world):
    request = await world.asks("ana")
    await tells(world, request)
    await world.db.write(approve_request, world.marie, world.group, request.id)
    assert await sees(world, world.marie) == []
    assert await counts(world, world.marie) == 0


async def test_whoever_looks_after_the_group_no_more_does_not_see_who_asks(world):
    bao = await a_viewer(world.db, "bao")
    await give_role(world.db, world.marie, world.group, bao, GroupRole.MODERATOR)
    await tells(world, await world.asks("ana"))
    assert len(await sees(world, bao)) == 1
    await world.db.write(
        change_member_role, world.marie, world.group, bao.actor_id, GroupRole.MEMBER
    )
    assert await sees(world, bao) == []


async def test_a_decision_is_told_unless_it_was_undone(world):
    request = await world.asks("ana")
    ana = await world.db.read(lambda s: s.get(type(request), request.id).actor_id)
    await world.db.write(decline_request, world.marie, world.group, request.id, "Plus tard.")
    fact = next(each for each in world.facts if isinstance(each, RequestDecided))
    await world.db.write(undo_decision, world.marie, world.group, request.id)
    assert await world.db.write(on_request_decided, fact) == []
    world.facts.clear()
    await world.db.write(approve_request, world.marie, world.group, request.id)
    fact = next(each for each in world.facts if isinstance(each, RequestDecided))
    assert len(await world.db.write(on_request_decided, fact)) == 1
    assert ana == request.actor_id


async def test_a_role_is_told_as_it_is_now(world, clock):
    bao = await a_viewer(world.db, "bao")
    await join(world.db, bao, world.group, world.marie)
    for role in (GroupRole.HOST, GroupRole.HOST, GroupRole.MODERATOR):
        await world.db.write(change_member_role, world.marie, world.group, bao.actor_id, role)
        clock.advance(seconds=1)
    changes = [fact for fact in world.facts if isinstance(fact, RoleChanged)]
    assert len(changes) == 2
    told = [await world.db.write(on_role_changed, fact) for fact in changes]
    assert told == [[], [bao.account_id]]
    [seen] = await sees(world, bao)
    assert (seen.detail, seen.actor_name) == ("moderator", "Marie")


async def test_who_left_does_not_see_what_was_said_to_members(world):
    bao = await a_viewer(world.db, "bao")
    await give_role(world.db, world.marie, world.group, bao, GroupRole.HOST)
    fact = next(each for each in world.facts if isinstance(each, RoleChanged))
    await world.db.write(on_role_changed, fact)
    assert len(await sees(world, bao)) == 1
    await world.db.write(leave_group, bao, world.group)
    assert await sees(world, bao) == []


@pytest.mark.parametrize(("is_hidden", "name"), [(False, "Parents du Corentin"), (True, "")])
async def test_who_was_put_out_reads_that_but_not_the_name_of_a_hidden_group(
    world, is_hidden, name
):
    bao = await a_viewer(world.db, "bao")
    await join(world.db, bao, world.group, world.marie)
    await world.db.write(remove_member, world.marie, world.group, bao.actor_id, "Publicité.")
    await world.db.write(on_put_out, MemberPutOut(world.group, bao.actor_id))
    await world.db.write(hide, world.group, is_hidden)
    [seen] = await sees(world, bao)
    assert (seen.kind, seen.detail, seen.group_name) == (Kind.PUT_OUT, "removed", name)


def hide(uow, group_id, is_hidden):
    uow.session.get_one(Group, group_id).is_hidden = is_hidden


async def test_several_of_one_group_are_one_line_and_count_once(world):
    for handle in ("ana", "bao", "chloe", "driss"):
        await tells(world, await world.asks(handle))
    [day] = bundle_up(await sees(world, world.marie), PARIS)
    [line] = day.lines
    assert (line.count, line.names, line.others) == (4, ("Driss", "Chloe"), 2)
    assert await counts(world, world.marie) == 1


async def test_what_has_been_seen_is_new_no_more(world):
    await tells(world, await world.asks("ana"))
    [seen] = await sees(world, world.marie)
    await world.db.write(mark_seen, world.marie, seen.id)
    await world.db.write(mark_seen, world.marie, seen.id - 1)
    assert await counts(world, world.marie) == 0
    assert (await sees(world, world.marie))[0].is_new is False


async def test_the_next_page_begins_below(world):
    for handle in ("ana", "bao", "chloe"):
        await tells(world, await world.asks(handle))
    first = await world.db.read(list_notifications, world.marie, limit=2)
    rest = await world.db.read(list_notifications, world.marie, before=first[-1].id)
    assert [each.actor_name for each in (*first, *rest)] == ["Chloe", "Bao", "Ana"]


async def test_a_device_gets_a_push_and_the_mail_waits(world, clock):
    await a_device(world.db, world.marie)
    await tells(world, await world.asks("ana"))
    [seen] = await sees(world, world.marie)
    assert world.pushed() == [[seen.id]]
    # For the end of its stretch of four hours: one mail, whoever else comes until then.
    assert world.mailed() == [[seen.id]]
    clock.advance(minutes=20)
    await tells(world, await world.asks("bao"))
    assert world.mailed() == []


async def test_nothing_rings_at_night_and_all_rings_once_in_the_morning(world, clock):
    await a_device(world.db, world.marie)
    clock.set(at(22))
    for handle in ("ana", "bao"):
        await tells(world, await world.asks(handle))
    assert world.pushed() == []
    clock.set(at(30, 29))
    assert await world.db.write(ring_held) == 0
    clock.advance(minutes=1)
    assert await world.db.write(ring_held) == 2
    bao, ana = await sees(world, world.marie)
    assert world.pushed() == [[ana.id, bao.id]]
    assert await world.db.write(ring_held) == 0


async def test_what_comes_close_together_rings_together(world, clock):
    """Of requests the first at once, the others a quarter of an hour later."""
    await a_device(world.db, world.marie)
    for handle in ("ana", "bao", "chloe"):
        await tells(world, await world.asks(handle))
        clock.advance(minutes=1)
    chloe, bao, ana = await sees(world, world.marie)
    assert world.pushed() == [[ana.id]]
    clock.set(at(12, 15))
    await world.db.write(ring_held)
    assert world.pushed() == [[bao.id, chloe.id]]


async def test_what_was_seen_at_night_does_not_ring_in_the_morning(world, clock):
    await a_device(world.db, world.marie)
    clock.set(at(23))
    await tells(world, await world.asks("ana"))
    [seen] = await sees(world, world.marie)
    await world.db.write(mark_seen, world.marie, seen.id)
    clock.set(at(36))
    await world.db.write(ring_held)
    assert world.pushed() == []


@pytest.mark.parametrize("where", ["everything", "group"])
async def test_turning_a_kind_off_stops_what_waits_already(world, clock, where):
    await a_device(world.db, world.marie)
    clock.set(at(23))
    await tells(world, await world.asks("ana"))
    off = write_choices({Kind.JOIN_REQUEST: Choice(push=False, mail=Mail.NEVER)})
    if where == "everything":
        await wishes(world, world.marie, choices=off)
    else:
        own = GroupWish(account_id=world.marie.account_id, group_id=world.group, choices=off)
        await world.db.write(lambda uow: uow.session.add(own))
    clock.set(at(36))
    await world.db.write(ring_held)
    assert world.pushed() == []


async def test_turning_a_kind_off_stops_what_was_handed_on(world):
    await a_device(world.db, world.marie)
    await tells(world, await world.asks("ana"))
    [ids] = world.pushed()
    [(_, ring)] = await rings(world, ids)
    assert [view.id for view in ring.views] == ids
    await wishes(world, world.marie, level=Level.DIGEST)
    assert await rings(world, ids) == []


async def test_quiet_hours_that_began_meanwhile_hold_what_was_handed_on(world, clock):
    await a_device(world.db, world.marie)
    clock.set(at(21, 29))
    await tells(world, await world.asks("ana"))
    [ids] = world.pushed()
    clock.advance(minutes=2)
    [(_, ring)] = await rings(world, ids)
    assert ring.wait_until == at(30, 30)


async def test_a_muted_group_does_not_ring(world):
    await a_device(world.db, world.marie)
    await world.db.write(mute_group, world.marie, world.group, is_muted=True)
    await tells(world, await world.asks("ana"))
    assert len(await sees(world, world.marie)) == 1
    assert (world.pushed(), world.mailed()) == ([], [])


async def test_pushes_go_where_somebody_is_signed_in_and_nowhere_else(world, clock):
    await a_device(world.db, world.marie)
    account = await world.db.read(lambda s: s.get(Account, world.marie.account_id))
    phone = await signed_in(world.db, account, browser="phone")
    await a_device(world.db, phone)
    found = await devices_of(world, world.marie)
    assert len(found) == 2
    await world.db.write(end_session, world.marie, phone.session_id)
    found = await devices_of(world, world.marie)
    assert [each.endpoint for each in found] == [
        f"https://push.example.org/{world.marie.session_id}"
    ]
    [device] = await world.db.read(list_devices, world.marie, now=clock())
    assert device.is_this


@pytest.mark.sqlite_only
async def test_where_pushes_go_is_asked_of_the_devices_alone():
    """Also where statistics are of a day on which many were signed in and nobody took pushes:
    to begin with the sessions would seem cheap, and look through all of them ever after."""
    engine = sa.create_engine("sqlite://")
    tables = [table_of(model) for model in (Account, BrowserSession, PushSubscription)]
    SQLModel.metadata.create_all(engine, tables)
    with engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
        for index in ("ix_browser_session_expires_at", "sqlite_autoindex_browser_session_1"):
            row = ("browser_session", index, "200 1")
            connection.exec_driver_sql("INSERT INTO sqlite_stat1 VALUES (?, ?, ?)", row)
        connection.exec_driver_sql("ANALYZE sqlite_schema")
        statement = LIST_SUBSCRIPTIONS.statement
        assert isinstance(statement, sa.Select)
        asked = statement.compile(dialect=sqlite.dialect(paramstyle="named"))
        values = dict.fromkeys(asked.params, 1)
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", values).all()
    assert "USING INDEX ix_push_subscription_account_id" in str(plan)


async def test_a_browser_that_somebody_else_uses_now_is_theirs(world, clock):
    bao = await a_viewer(world.db, "bao")
    await a_device(world.db, world.marie, "https://push.example.org/shared")
    await a_device(world.db, bao, "https://push.example.org/shared")
    assert await devices_of(world, world.marie) == []
    assert len(await devices_of(world, bao)) == 1


async def test_a_service_that_fails_for_eight_days_is_replaced_by_mail(world, clock):
    device = await a_device(world.db, world.marie)
    await world.db.write(note_failed, [device.id])
    clock.advance(days=7)
    await world.db.write(note_failed, [device.id])
    assert len(await devices_of(world, world.marie)) == 1
    clock.advance(days=1)
    assert await devices_of(world, world.marie) == []
    await tells(world, await world.asks("ana"))
    assert world.pushed() == []
    assert len(world.mailed()) == 1
    await world.db.write(note_arrived, [device.id])
    assert len(await devices_of(world, world.marie)) == 1


async def test_only_so_many_devices_are_kept(world, clock):
    account = await world.db.read(lambda s: s.get(Account, world.marie.account_id))
    for number in range(MOST_DEVICES + 2):
        viewer = await signed_in(world.db, account, browser=f"browser {number}")
        await a_device(world.db, viewer)
    found = await devices_of(world, world.marie)
    assert len(found) == MOST_DEVICES
    assert found[-1].endpoint.endswith(str(viewer.session_id))


@pytest.mark.parametrize(
    "draft",
    [
        DeviceDraft("https://push.example.org/1", "AAAA", "AAAAAAAAAAAAAAAAAAAAAA"),
        DeviceDraft("https://push.example.org/1", "B" + "A" * 86, "AAAA"),
        DeviceDraft("javascript:alert(1)", "B" + "A" * 86, "AAAAAAAAAAAAAAAAAAAAAA"),
        DeviceDraft("https://push.example.org/\n", "B" + "A" * 86, "AAAAAAAAAAAAAAAAAAAAAA"),
        DeviceDraft("https:///1", "B" + "A" * 86, "AAAAAAAAAAAAAAAAAAAAAA"),
        DeviceDraft("", "", ""),
    ],
)
async def test_what_no_browser_says_is_refused(world, draft):
    with pytest.raises(Invalid):
        await world.db.write(subscribe_device, world.marie, draft)
