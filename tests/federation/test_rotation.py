"""New keys in place of old ones: who knew the old ones hears of it, and believes it."""

import pytest
from sqlmodel import select

from federation.keys import forget_replaced
from federation.models import ActorKey
from federation.rotation import list_owners, rotate_keys
from federation.uris import place_uri
from fedparents.accounts.leaving import erase_account
from fedparents.accounts.models import Account
from fedparents.errors import NotFound
from tests.federation.delivery.conftest import other_towns, place
from tests.rig.builders import a_viewer

pytestmark = pytest.mark.anyio

__all__ = ["other_towns", "place"]


async def rotate(ana, actor_id=None, **how):
    number = ana.ana.actor_id if actor_id is None else actor_id
    await rotate_keys(ana.db, ana.runtime.keys, ana.base, number, **how)
    ana.clock.advance(minutes=2)  # a server looks again whether its keys still count


@pytest.fixture
async def ana(place, clock):
    """She has followers in three towns, who have had a message of hers."""
    place.clock = clock
    await place.followed_from(1, 2, 3)
    await place.says("Bonjour")
    await place.works()
    place.towns.taken.clear()
    return place


async def keys_of(ana):
    uri = f"{ana.base}/users/{ana.ana.actor_id}"
    return await ana.runtime.keys.keys_of(ana.ana.actor_id, uri)


def key_of(taken):
    """The id of the key that signed."""
    return taken.headers["signature"].split('keyId="')[1].split('"')[0]


async def test_the_news_is_signed_with_the_key_that_others_know(ana):
    before = await keys_of(ana)
    await rotate(ana)
    await ana.works()
    (news, *_), after = ana.towns.taken, await keys_of(ana)
    assert len(ana.towns.taken) == 3
    assert {key_of(taken) for taken in ana.towns.taken} == {before.rsa.id}
    told = news.document["object"]
    assert told["publicKey"]["id"] == after.rsa.id != before.rsa.id
    assert [key["id"] for key in told["assertionMethod"]] == [after.ed25519.id, before.ed25519.id]
    ana.towns.taken.clear()
    await ana.says("Encore")
    await ana.works()
    assert {key_of(taken) for taken in ana.towns.taken} == {after.rsa.id}


async def test_who_does_not_know_the_old_key_is_told_with_the_new_one(ana):
    before = await keys_of(ana)
    forgetful = ana.towns.town(2)
    forgetful.accepts = lambda taken: 401 if key_of(taken) == before.rsa.id else 202
    await rotate(ana)
    await ana.works()
    assert len(ana.towns.taken) == 2
    ana.clock.advance(minutes=2)
    await ana.works()
    assert len(ana.towns.taken) == 3
    assert key_of(ana.towns.taken[-1]) == (await keys_of(ana)).rsa.id


async def test_an_old_key_is_shown_for_a_week_and_then_forgotten(ana):
    before = await keys_of(ana)
    await rotate(ana)
    ana.clock.advance(days=6)
    assert (await keys_of(ana)).former_ed25519[0].id == before.ed25519.id
    assert await ana.db.write(forget_replaced) == 0
    ana.clock.advance(days=1)
    ana.runtime.keys._kept.clear()  # as after a start
    assert (await keys_of(ana)).former == ()
    assert await ana.db.write(forget_replaced) == 2
    own = select(ActorKey.name).where(ActorKey.actor_id == ana.ana.actor_id)
    assert len(await ana.db.read(lambda session: session.exec(own).all())) == 2


async def test_a_stolen_key_is_forgotten_at_once(ana):
    before = await keys_of(ana)
    await rotate(ana, is_stolen=True)
    await ana.works()
    after = await keys_of(ana)
    assert after.former == ()
    assert {key_of(taken) for taken in ana.towns.taken} == {after.rsa.id}
    told = ana.towns.taken[0].document["object"]
    assert (
        [key["id"] for key in told["assertionMethod"]] == [after.ed25519.id] != [before.ed25519.id]
    )


async def test_nobody_has_new_keys_who_had_none(ana):
    bao = await a_viewer(ana.db, "bao")
    with pytest.raises(NotFound):
        await rotate(ana, bao.actor_id)


async def test_the_place_has_new_keys_too(ana):
    before = await ana.runtime.keys.keys_of(0, place_uri(ana.base))
    await rotate(ana, 0)
    after = await ana.runtime.keys.keys_of(0, place_uri(ana.base))
    assert before.rsa.id != after.rsa.id
    assert await ana.db.read(list_owners) == [0, ana.ana.actor_id]


async def test_of_whoever_is_erased_the_last_key_stays(ana):
    def erase(uow):
        erase_account(uow, uow.session.get_one(Account, ana.ana.account_id))

    await ana.db.write(erase)
    assert await ana.db.read(list_owners) == []
