"""Moving across towns: both sides say so, and then those who follow somebody go with them."""

import itertools

import pytest
from sqlmodel import select

from federation.models import RemoteActor, SecondHome
from federation.moving import add_former_name, find_new_home, move_away, move_back
from fedparents.accounts.models import Account
from fedparents.errors import Conflict
from fedparents.social.follows import follow_actor
from fedparents.social.models import Block, Follow, FollowState
from fedparents.social.service import block_actor
from tests.federation.activities.test_follow import known_in
from tests.federation.objects.test_actors import read
from tests.rig.fediverse import settle
from tests.rig.schemas import complaints
from tests.rig.time import A_MONDAY
from tests.rig.visitors import a_browser, press

NUMBERS = itertools.count()
PENDING, ACCEPTED = FollowState.PENDING, FollowState.ACCEPTED


class Mover:
    """Max of Rumilly, whom Léa of Annecy and Zoé of Rumilly follow, is in Annecy as well."""

    def __init__(self, towns, old, new):
        self.towns, self.old, self.new = towns, old, new
        self.annecy, self.rumilly = towns

    async def begin(self):
        annecy, rumilly = self.towns
        self.lea = await annecy.somebody(f"lea_mv{next(NUMBERS)}")
        self.zoe = await rumilly.somebody(f"zoe_mv{next(NUMBERS)}")
        self.old_there = await annecy.finds(self.old.handle, rumilly)
        self.new_there = await rumilly.finds(self.new.handle, annecy)
        await annecy.place.db.write(follow_actor, self.lea, self.old_there)
        await rumilly.place.db.write(follow_actor, self.zoe, self.old.actor_id)
        await self.settles()
        return self

    async def says_who_he_was(self):
        await self.annecy.place.db.write(add_former_name, self.new, self.old_there)
        await self.settles()

    async def goes(self):
        # The page looks at him anew.
        await self.rumilly.finds(self.new.handle, self.annecy)
        db = self.rumilly.place.db
        await db.write(move_away, self.rumilly.url, self.old, self.new_there)
        await self.settles()

    async def settles(self):
        for _ in range(3):
            await settle(*self.towns)

    async def follows(self, town, follower_id):
        """Whom somebody follows in their own town."""
        own = select(Follow.followed_actor_id, Follow.state)
        mine = own.where(Follow.follower_actor_id == follower_id)
        return dict(await town.place.db.read(lambda session: session.exec(mine).all()))


@pytest.fixture
async def max_(towns):
    annecy, rumilly = towns
    old = await rumilly.somebody(f"max_mv{next(NUMBERS)}", is_locked=False)
    new = await annecy.somebody(f"max_mv{next(NUMBERS)}", is_locked=False)
    return await Mover(towns, old, new).begin()


async def test_whoever_follows_goes_along(max_):
    await max_.says_who_he_was()
    await max_.goes()
    assert await max_.follows(max_.annecy, max_.lea.actor_id) == {max_.new.actor_id: ACCEPTED}
    assert await max_.follows(max_.rumilly, max_.zoe.actor_id) == {max_.new_there: ACCEPTED}
    zoe = await known_in(max_.annecy, max_.zoe, max_.rumilly)
    assert await max_.follows(max_.annecy, zoe) == {max_.new.actor_id: ACCEPTED}
    lea = await known_in(max_.rumilly, max_.lea, max_.annecy)
    assert await max_.follows(max_.rumilly, lea) == {}
    for town, old, new in (
        (max_.rumilly, max_.old.actor_id, max_.new_there),
        (max_.annecy, max_.old_there, max_.new.actor_id),
    ):
        assert (await town.place.db.read(find_new_home, town.url, old)).id == new


async def test_nobody_is_sent_to_whoever_has_not_said_so(max_):
    with pytest.raises(Conflict, match="move_not_confirmed"):
        await max_.goes()
    await max_.says_who_he_was()
    await max_.goes()
    with pytest.raises(Conflict, match="moved_lately"):
        await max_.goes()


async def test_only_whoever_says_so_too_is_believed(max_):
    """Rumilly says it; but in Annecy nobody has said that they were Max."""
    await max_.says_who_he_was()
    forget = max_.annecy.place.db

    def lie(uow):
        row = uow.session.get_one(RemoteActor, max_.new_there)
        row.also_known_as = f"{max_.rumilly.url}/users/{max_.old.actor_id}"
        uow.session.add(row)

    await max_.rumilly.place.db.write(lie)
    await forget.write(_forget_names, max_.new.actor_id)
    db = max_.rumilly.place.db
    await db.write(move_away, max_.rumilly.url, max_.old, max_.new_there)
    await max_.settles()
    assert await max_.follows(max_.annecy, max_.lea.actor_id) == {max_.old_there: ACCEPTED}


def _forget_names(uow, actor_id):
    uow.session.delete(uow.session.get_one(SecondHome, actor_id))


async def test_whoever_was_blocked_stays_blocked_under_the_new_name(max_):
    await max_.rumilly.place.db.write(block_actor, max_.zoe, max_.old.actor_id)
    await max_.says_who_he_was()
    await max_.goes()
    blocked = select(Block.actor_id).where(Block.by_actor_id == max_.zoe.actor_id)
    found = await max_.rumilly.place.db.read(lambda session: session.exec(blocked).all())
    assert set(found) == {max_.old.actor_id, max_.new_there}
    assert await max_.follows(max_.rumilly, max_.zoe.actor_id) == {}


async def test_nobody_under_eighteen_is_led_to_another_town(max_):
    def grow_young(uow):
        account = uow.session.get_one(Account, max_.zoe.account_id)
        account.restricted_until = A_MONDAY.date().replace(year=2030)
        uow.session.add(account)

    await max_.rumilly.place.db.write(grow_young)
    await max_.says_who_he_was()
    await max_.goes()
    assert await max_.follows(max_.rumilly, max_.zoe.actor_id) == {max_.old.actor_id: ACCEPTED}


async def test_the_documents_say_so(max_):
    await max_.says_who_he_was()
    await max_.goes()
    of_old = f"{max_.rumilly.url}/users/{max_.old.actor_id}"
    of_new = f"{max_.annecy.url}/users/{max_.new.actor_id}"
    old = await max_.annecy.place.towns.fetcher.document(of_old)
    new = await max_.rumilly.place.towns.fetcher.document(of_new)
    assert old["movedTo"] == new["id"]
    assert new["alsoKnownAs"] == [old["id"]]
    for document in (old, new):
        assert list(complaints(document, read("person.schema.json"))) == []
    await max_.rumilly.place.db.write(move_back, max_.old)
    await max_.settles()
    again = await max_.annecy.place.towns.fetcher.document(old["id"])
    assert "movedTo" not in again


async def follow(browser, page, action, **answers):
    """A form of a page, filled in and sent, and the page after it."""
    answer = await press(browser, page, action, **answers)
    return await browser.get(answer.headers["location"]) if answer.is_redirect else answer


async def test_moving_on_pages(max_):
    annecy, rumilly = max_.towns
    async with (
        a_browser(annecy.place, account=await _account(annecy, max_.new)) as at_new,
        a_browser(rumilly.place, account=await _account(rumilly, max_.old)) as at_old,
        a_browser(rumilly.place, account=await _account(rumilly, max_.zoe)) as of_zoe,
    ):
        new_name = f"@{max_.new.handle}@{annecy.domain}"
        page = await at_old.get("/settings/moving")
        for typed, words in (
            ("nobody", "Please give a name in another place"),
            (new_name, "Please say over there first"),
        ):
            refused = await follow(at_old, page, "/go", there=typed)
            assert words in refused.text
            assert refused.status_code in {409, 422}
        page = await at_new.get("/settings/moving")
        page = await follow(at_new, page, "/name", was=f"@{max_.old.handle}@{rumilly.domain}")
        assert "Now begin the move over there" in page.text
        assert f"@{max_.old.handle}@{rumilly.domain}" in page.text
        page = await follow(at_old, await at_old.get("/settings/moving"), "/go", there=new_name)
        assert f"You are now {new_name}" in page.text
        await max_.settles()
        assert await max_.follows(rumilly, max_.zoe.actor_id) == {max_.new_there: ACCEPTED}
        seen = await of_zoe.get(f"/@{max_.old.handle}")
        assert f"Now {new_name}" in seen.text
        page = await follow(at_old, await at_old.get("/settings/moving"), "/back")
        assert "You are here again." in page.text


async def _account(town, viewer):
    return await town.place.db.read(lambda session: session.get_one(Account, viewer.account_id))
