"""Who waits, who was declined, and what somebody has done already, on both engines."""

from datetime import timedelta

import pytest

from fedparents import clock
from fedparents.accounts.deciding import decline_account
from fedparents.accounts.invites import InviteDraft, create_invite
from fedparents.accounts.joining import confirm_account, sign_up
from fedparents.accounts.models import Role
from fedparents.accounts.queries import (
    FirstSteps,
    count_active,
    count_waiting,
    find_first_steps,
    list_lately_declined,
    list_waiting,
)
from fedparents.errors import NotFound
from fedparents.social.profiles import ProfileDraft, change_profile
from tests.rig.builders import a_sign_up, a_viewer, open_the_doors

pytestmark = pytest.mark.anyio
LINK = InviteDraft(label="Affiche", uses=None, days=None, skips_approval=False)


@pytest.fixture
async def marie(db):
    await db.write(open_the_doors)
    return await a_viewer(db, "marie", role=Role.MODERATOR)


async def waits(db, handle, invite=None):
    def come(uow):
        account = sign_up(uow, a_sign_up(handle), uow.session.merge(invite) if invite else None)
        assert account is not None
        return confirm_account(uow, account).id

    return await db.write(come)


async def test_the_queue_names_the_inviter_and_begins_with_who_waits_longest(db, marie):
    invite = await db.write(create_invite, marie, LINK)
    first, second = await waits(db, "bao"), await waits(db, "chloe", invite)
    queue = await db.read(list_waiting, viewer=marie)
    assert [(each.id, each.inviter, each.link) for each in queue] == [
        (first, "", ""),
        (second, "Marie", "Affiche"),
    ]
    assert queue[0].reason == "Nous venons d'arriver."
    assert queue[0].place == ""
    assert await db.read(count_waiting) == 2
    assert await db.read(count_active) == 1
    assert len(await db.read(list_waiting, viewer=marie, limit=1)) == 1


async def test_whoever_was_declined_can_be_found_for_a_while(db, marie):
    bao = await waits(db, "bao")
    await db.write(decline_account, bao, "Non.", by=marie)
    now = clock.now()
    before = await db.read(list_lately_declined, viewer=marie, since=now - timedelta(days=1))
    assert [each.handle for each in before] == ["bao"]
    assert await db.read(list_lately_declined, viewer=marie, since=now + timedelta(days=1)) == []


async def test_the_queue_is_for_moderators(db, marie):
    ana = await a_viewer(db, "ana")
    with pytest.raises(NotFound):
        await db.read(list_waiting, viewer=ana)
    with pytest.raises(NotFound):
        await db.read(list_lately_declined, viewer=ana, since=clock.now())


async def test_first_steps_are_ones_own(db, marie):
    ana = await a_viewer(db, "ana")
    await db.write(create_invite, marie, LINK)
    assert await db.read(find_first_steps, ana) == FirstSteps(has_place=False, has_invited=False)
    await db.write(create_invite, ana, LINK)
    await db.write(change_profile, ana, ProfileDraft(name="Ana"))
    assert await db.read(find_first_steps, ana) == FirstSteps(has_place=False, has_invited=True)
