"""Who somebody is, told anew to the towns that know them."""

import itertools

import pytest
from sqlmodel import select

from federation.delivery.models import Delivery, DeliveryState, OutgoingActivity
from federation.models import RemoteActor, RemoteKey
from federation.rotation import rotate_keys
from fedparents.accounts.deciding import freeze_account, thaw_account
from fedparents.accounts.models import Role
from fedparents.actors.models import Actor
from fedparents.social.follows import follow_actor
from fedparents.social.profiles import ProfileDraft, change_profile
from tests.rig.builders import a_viewer
from tests.rig.fediverse import settle

NUMBERS = itertools.count()


@pytest.fixture
async def max_(towns):
    """He lives in Rumilly, and Léa of Annecy follows him."""
    annecy, rumilly = towns
    found = await rumilly.somebody(f"max_c{next(NUMBERS)}", is_locked=False)
    lea = await annecy.somebody(f"lea_c{next(NUMBERS)}")
    await annecy.place.db.write(follow_actor, lea, await annecy.finds(found.handle, rumilly))
    await settle(*towns)
    return found


async def known(towns, viewer):
    """Somebody of Rumilly as Annecy knows them."""
    annecy, rumilly = towns
    uri = f"{rumilly.url}/users/{viewer.actor_id}"
    same = select(Actor).join(RemoteActor).where(RemoteActor.uri == uri)
    return await annecy.place.db.read(lambda session: session.exec(same).one())


def updates(town, viewer):
    """How many were said, and what became of them."""

    def read(session):
        said = select(Delivery.state).join(OutgoingActivity)
        own = said.where(
            OutgoingActivity.actor_id == viewer.actor_id, OutgoingActivity.verb == "Update"
        )
        return list(session.exec(own))

    return town.place.db.read(read)


async def change(town, viewer, name, **shown):
    draft = ProfileDraft(name, is_locked=False, is_discoverable=True, **shown)
    await town.place.db.write(change_profile, viewer, draft)


async def test_whoever_knows_somebody_hears_who_they_are_now(towns, max_):
    await change(towns[1], max_, "Maximilien", bio="Deux enfants, un vélo.")
    await settle(*towns)
    found = await known(towns, max_)
    assert (found.display_name, found.summary) == ("Maximilien", "Deux enfants, un vélo.")
    assert found.domain == towns[1].domain


async def test_where_they_live_is_nobodys_business_elsewhere(towns, max_):
    await change(towns[1], max_, "Max", shows_place=True)
    await settle(*towns)
    said = len(await updates(towns[1], max_))
    await change(towns[1], max_, "Max", shows_place=False)
    await settle(*towns)
    assert len(await updates(towns[1], max_)) == said


async def test_a_town_that_was_away_hears_the_last_word_only(towns, max_):
    for name in ("Maxime", "Maximilien", "Maxou"):
        await change(towns[1], max_, name)
        await towns[1].place.worker.work_until_idle()
    assert await updates(towns[1], max_) == [DeliveryState.WAITING]
    await towns[1].place.carrier.work_until_idle()
    await settle(*towns)
    assert (await known(towns, max_)).display_name == "Maxou"


async def test_a_paused_account_shows_nothing_until_it_is_back(towns, max_):
    _, rumilly = towns
    jeanne = await a_viewer(rumilly.place.db, f"jeanne_{next(NUMBERS)}", role=Role.ADMIN)
    await change(rumilly, max_, "Max", bio="Un vélo.")
    await settle(*towns)
    await rumilly.place.db.write(freeze_account, max_.account_id, "Pause.", by=jeanne)
    await settle(*towns)
    found = await known(towns, max_)
    assert (found.display_name, found.summary) == (max_.handle, "")
    await rumilly.place.db.write(thaw_account, max_.account_id, by=jeanne)
    await settle(*towns)
    found = await known(towns, max_)
    assert (found.display_name, found.summary) == ("Max", "Un vélo.")


async def test_whoever_is_followed_is_believed_with_new_keys(towns, max_):
    _, rumilly = towns
    place = rumilly.place
    await rotate_keys(place.db, place.keys, rumilly.url, max_.actor_id)
    await settle(*towns)
    place.keys._kept.clear()  # as a minute later
    await change(rumilly, max_, "Maximilien")
    await settle(*towns)
    assert (await known(towns, max_)).display_name == "Maximilien"
    uri = f"{rumilly.url}/users/{max_.actor_id}"
    own = select(RemoteKey.id).where(RemoteKey.owner == uri)
    assert len(await towns[0].place.db.read(lambda session: session.exec(own).all())) == 2
