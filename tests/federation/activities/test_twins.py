"""Twins: offered, accepted, refused and ended by the two places themselves, over the wire."""

import itertools
import json
from importlib import resources

import pytest
from sqlmodel import col, delete, select

from federation.activities.offer import TWINNED_WITH
from federation.delivery.models import OutgoingActivity
from federation.errors import Rejected
from federation.inbox import receive
from federation.models import RemoteActor, Town, Twinning
from federation.trust import get_town, is_ally, set_standing
from federation.twinning import (
    accept_twinning,
    count_asking,
    decline_twinning,
    end_twinning,
    offer_twinning,
)
from fedparents.actors.models import Actor, Standing
from fedparents.authority import OPERATOR
from fedparents.errors import Conflict, NotFound
from fedparents.instance.models import FederationMode
from fedparents.instance.service import change_federation
from tests.rig.builders import a_viewer
from tests.rig.fediverse import settle
from tests.rig.schemas import complaints

NUMBERS = itertools.count()


async def town_in(here, there):
    """How one town has the other."""
    return await here.place.db.read(lambda session: get_town(session, there.domain))


async def state(here, there):
    town = await town_in(here, there)
    return Twinning(town.twinning), await here.place.db.read(is_ally, there.domain)


async def does(here, what, there):
    await here.place.db.write(what, here.url, there.domain, by=OPERATOR)


async def meets(here, there):
    await here.place.towns.neighbours.look_at(there.domain)


@pytest.fixture
async def strangers(towns):
    """Two towns of which neither knows anything of the other; as they were for the next test."""
    annecy, rumilly = towns
    for each in towns:
        await each.place.db.write(change_federation, FederationMode.OPEN, by=OPERATOR)
        await each.place.db.write(lambda uow: uow.session.exec(delete(Town)))
    yield annecy, rumilly
    for each in towns:
        await each.place.db.write(change_federation, FederationMode.OPEN, by=OPERATOR)


@pytest.fixture
async def twins(strangers):
    annecy, rumilly = strangers
    await meets(annecy, rumilly)
    await does(annecy, offer_twinning, rumilly)
    await settle(annecy, rumilly)
    await does(rumilly, accept_twinning, annecy)
    await settle(annecy, rumilly)
    return annecy, rumilly


async def test_a_town_says_who_it_is(strangers):
    annecy, rumilly = strangers
    await meets(annecy, rumilly)
    found = await town_in(annecy, rumilly)
    assert (found.place_uri, found.software) == (f"{rumilly.url}/actor", "fedparents")
    assert "twins" in found.capabilities.split()
    assert found.looked_at is not None
    with pytest.raises(Rejected):
        await meets(annecy, annecy)


@pytest.mark.parametrize("mode", [FederationMode.OPEN, FederationMode.ALLIES])
async def test_both_have_to_agree(strangers, mode):
    """Also where only allies are heard: that they may become some is the exception."""
    annecy, rumilly = strangers
    for each in strangers:
        await each.place.db.write(change_federation, mode, by=OPERATOR)
    await meets(annecy, rumilly)
    await does(annecy, offer_twinning, rumilly)
    assert await state(annecy, rumilly) == (Twinning.OFFERED, False)
    await settle(annecy, rumilly)
    assert await state(rumilly, annecy) == (Twinning.ASKED, False)
    assert await rumilly.place.db.read(count_asking) == 1
    await does(rumilly, accept_twinning, annecy)
    assert await state(annecy, rumilly) == (Twinning.OFFERED, False)
    await settle(annecy, rumilly)
    assert await state(annecy, rumilly) == await state(rumilly, annecy) == (Twinning.TWINNED, True)
    assert (await town_in(rumilly, annecy)).twinned_at is not None


async def test_a_no_is_a_no_until_somebody_asks_again(strangers):
    annecy, rumilly = strangers
    await meets(annecy, rumilly)
    await does(annecy, offer_twinning, rumilly)
    await settle(annecy, rumilly)
    await does(rumilly, decline_twinning, annecy)
    await settle(annecy, rumilly)
    assert await state(annecy, rumilly) == await state(rumilly, annecy) == (Twinning.ENDED, False)
    await does(annecy, offer_twinning, rumilly)
    await settle(annecy, rumilly)
    assert (await state(rumilly, annecy))[0] == Twinning.ASKED
    await does(annecy, end_twinning, rumilly)
    await settle(annecy, rumilly)
    assert (await state(rumilly, annecy))[0] == Twinning.ENDED
    with pytest.raises(NotFound):
        await does(rumilly, accept_twinning, annecy)


async def test_who_ask_each_other_at_one_time_agree(strangers):
    annecy, rumilly = strangers
    for one, other in ((annecy, rumilly), (rumilly, annecy)):
        await meets(one, other)
        await does(one, offer_twinning, other)
    await settle(annecy, rumilly)
    assert await state(annecy, rumilly) == await state(rumilly, annecy) == (Twinning.TWINNED, True)
    await does(annecy, end_twinning, rumilly)
    await settle(annecy, rumilly)
    assert await state(annecy, rumilly) == await state(rumilly, annecy) == (Twinning.ENDED, False)


@pytest.mark.parametrize("ends", [0, 1])
async def test_either_side_ends_it(twins, ends):
    one, other = (twins[ends], twins[1 - ends])
    await does(one, end_twinning, other)
    assert not (await state(one, other))[1]
    await settle(*twins)
    assert await state(one, other) == await state(other, one) == (Twinning.ENDED, False)
    with pytest.raises(Conflict):
        await does(one, end_twinning, other)


async def test_a_town_that_has_forgotten_is_told_again(twins):
    annecy, rumilly = twins
    await annecy.place.db.write(lambda uow: uow.session.exec(delete(Town)))
    await meets(annecy, rumilly)
    await does(annecy, offer_twinning, rumilly)
    await settle(*twins)
    assert await state(annecy, rumilly) == await state(rumilly, annecy) == (Twinning.TWINNED, True)


async def test_a_limited_town_asks_in_vain(strangers):
    annecy, rumilly = strangers
    await rumilly.place.db.write(set_standing, annecy.domain, Standing.LIMITED, by=OPERATOR)
    await meets(annecy, rumilly)
    await does(annecy, offer_twinning, rumilly)
    await settle(annecy, rumilly)
    assert (await town_in(rumilly, annecy)).twinning == Twinning.NONE


async def test_administrators_alone_decide(strangers):
    annecy, rumilly = strangers
    marie = await a_viewer(annecy.place.db, f"marie{next(NUMBERS)}x")
    for what in (offer_twinning, accept_twinning, decline_twinning, end_twinning):
        with pytest.raises(NotFound):
            await annecy.place.db.write(what, annecy.url, rumilly.domain, by=marie)


async def test_only_towns_of_our_kind_are_asked(strangers):
    annecy, rumilly = strangers
    with pytest.raises(Conflict):
        await does(annecy, offer_twinning, rumilly)  # it was never looked at


class Said:
    """As if it had been signed."""

    def __init__(self, sender, document):
        self.sender, self.document = sender, {"actor": sender, **document}


async def test_nobody_speaks_for_their_town(twins):
    """A person of the twin's may neither offer nor end anything."""
    annecy, rumilly = twins
    max_ = await rumilly.somebody(f"max{next(NUMBERS)}x")
    handle = f"max{next(NUMBERS) - 1}x"
    await annecy.finds(handle, rumilly)
    sender = f"{rumilly.url}/users/{max_.actor_id}"
    town = await town_in(annecy, rumilly)
    offer = {"id": town.offer_uri, "type": "Offer", "actor": f"{annecy.url}/actor"}
    said = Said(sender, {"id": f"{sender}/1", "type": "Reject", "object": offer})
    with pytest.raises(Rejected):
        await annecy.place.db.write(receive, annecy.url, 1, said)
    assert (await state(annecy, rumilly))[1]


@pytest.mark.parametrize("about", ["another two", "something else", "nothing"])
async def test_an_offer_is_of_the_two_that_it_is_between(twins, about):
    annecy, rumilly = twins
    await does(annecy, end_twinning, rumilly)
    await settle(*twins)
    ours, theirs = f"{annecy.url}/actor", f"{rumilly.url}/actor"
    thing = {
        "another two": {
            "type": "Relationship",
            "subject": "https://other.example/actor",
            "relationship": TWINNED_WITH,
            "object": ours,
        },
        "something else": {
            "type": "Relationship",
            "subject": theirs,
            "relationship": "https://example.org/married",
            "object": ours,
        },
        "nothing": "https://other.example/1",
    }[about]
    said = Said(theirs, {"id": f"{theirs}/offers/1", "type": "Offer", "object": thing})
    with pytest.raises(Rejected):
        await annecy.place.db.write(receive, annecy.url, 1, said)
    assert (await state(annecy, rumilly))[0] == Twinning.ENDED


async def test_people_of_a_twin_stand_as_it_does(twins):
    annecy, rumilly = twins
    handle = f"max{next(NUMBERS)}x"
    await rumilly.somebody(handle)
    found = await annecy.finds(handle, rumilly)

    def standing(session):
        return session.get_one(Actor, found).standing

    assert await annecy.place.db.read(standing) == Standing.ALLY
    await does(rumilly, end_twinning, annecy)
    await settle(*twins)
    assert await annecy.place.db.read(standing) == Standing.KNOWN
    place = select(RemoteActor).where(RemoteActor.uri == f"{rumilly.url}/actor")
    assert await annecy.place.db.read(lambda session: session.exec(place).first()) is not None


async def test_an_offer_looks_as_others_may_expect(strangers):
    annecy, rumilly = strangers
    folder = resources.files("schemas").joinpath("objects")
    example = json.loads(folder.joinpath("offer.json").read_bytes())
    schema = json.loads(folder.joinpath("offer.schema.json").read_bytes())
    await meets(annecy, rumilly)
    await does(annecy, offer_twinning, rumilly)
    newest = select(OutgoingActivity.body).where(OutgoingActivity.verb == "Offer")
    bodies = await annecy.place.db.read(
        lambda session: session.exec(newest.order_by(col(OutgoingActivity.id))).all()
    )
    sent = json.loads(bodies[-1])
    for document in (example, sent):
        assert list(complaints(document, schema)) == []
    assert (sent.keys(), sent["object"].keys()) == (example.keys(), example["object"].keys())


async def test_whoever_writes_it_as_the_example_does_is_heard(strangers):
    annecy, rumilly = strangers
    folder = resources.files("schemas").joinpath("objects")
    text = folder.joinpath("offer.json").read_text("utf-8")
    text = text.replace("https://annecy.example", annecy.url)
    document = json.loads(text.replace("https://rumilly.example", rumilly.url))
    await meets(rumilly, annecy)
    said = Said(f"{annecy.url}/actor", document)
    await rumilly.place.db.write(receive, rumilly.url, 1, said)
    assert (await state(rumilly, annecy))[0] == Twinning.ASKED
