"""A closed group with members in two towns that are twins no more, and are again."""

import pytest

from fedparents.accounts.models import Account
from fedparents.actors.models import Standing
from fedparents.errors import NotAllowed
from fedparents.groups.access import find_request
from fedparents.groups.joining import approve_request, ask_to_join
from fedparents.groups.models import Audience, Joining, Membership, MembershipState
from fedparents.groups.queries import get_group
from tests.federation.activities.conftest import stand_as
from tests.federation.activities.test_group_posts import rooms_between
from tests.federation.activities.test_memberships import visits_between
from tests.rig.visitors import a_browser


async def _stand(towns, standing):
    for one, other in (towns, towns[::-1]):
        await one.place.db.write(stand_as(standing), other.domain)


async def _sees(town, viewer, group_id):
    account = await town.place.db.read(lambda s: s.get_one(Account, viewer.account_id))
    async with a_browser(town.place, account=account) as browser:
        return (await browser.get(f"/groups/{group_id}")).text


async def test_nothing_leaves_all_are_told_and_it_goes_on_later(towns, allied):
    found = await rooms_between(towns)(audience=Audience.MEMBERS)
    assert (await found.in_annecy(await found.marie_says("Entre nous."))) is not None
    await _stand(towns, Standing.KNOWN)

    silent = await found.marie_says("Toujours entre nous.")
    assert await found.in_annecy(silent) is None
    with pytest.raises(NotAllowed, match="group_cut_off"):
        await found.lea_says("Et moi ?")
    theirs = await _sees(found.annecy, found.lea, found.there)
    assert f"{found.rumilly.domain} is no twin of ours any more" in theirs
    assert f"to=group-{found.there}" not in theirs
    ours = await _sees(found.rumilly, found.marie, found.group)
    assert f"No twin of ours any more: {found.annecy.domain}" in ours
    view = await found.rumilly.place.db.read(get_group, found.marie, found.group)
    assert (view.guest_towns, view.parted_towns) == ([], [found.annecy.domain])
    own = (found.there, found.lea.actor_id)
    membership = await found.annecy.place.db.read(lambda s: s.get_one(Membership, own))
    assert membership.state == MembershipState.ACTIVE

    await _stand(towns, Standing.ALLY)
    assert await found.in_annecy(await found.marie_says("De nouveau.")) is not None
    assert await found.in_rumilly(await found.lea_says("Enfin !")) is not None
    assert "is no twin of ours" not in await _sees(found.annecy, found.lea, found.there)


async def test_who_asked_before_is_not_let_in_after(towns, allied, clock):
    privacy = {"joining": Joining.APPROVAL, "audience": Audience.MEMBERS, "questions": ""}
    found = await visits_between(towns, clock)(**privacy)
    await found.annecy.place.db.write(ask_to_join, found.lea, found.there)
    await found.settles()
    await _stand(towns, Standing.KNOWN)
    request = await found.rumilly.place.db.read(find_request, found.group, found.here)
    with pytest.raises(NotAllowed, match="person_of_no_twin"):
        await found.decides(approve_request)
    assert request is not None
