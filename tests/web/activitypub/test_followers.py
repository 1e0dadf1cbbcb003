"""Who of one other server follows somebody here: told to that server, and to nobody else."""

import pytest
from sqlmodel import select

from federation.follower_digests import digest_of
from federation.models import RemoteActor
from federation.signing import ACTIVITY_JSON, FOLLOWERS_HEADER, Scheme, sign
from tests.rig.builders import signed_in
from tests.rig.elsewhere import Neighbour
from tests.rig.towns import follow_from
from tests.web.activitypub.conftest import show, somebody

ALICE = Neighbour(
    "https://rumilly.example/users/alice",
    1,
    changes={"followers": "https://rumilly.example/users/alice/followers"},
)
MALLORY = Neighbour("https://evil.example/users/mallory", 3)


@pytest.fixture
def world(open_place):
    return show(open_place, ALICE, MALLORY)


@pytest.fixture
async def ana(open_place):
    """One of Rumilly and one of Talloires follow her."""
    account = await somebody(open_place)
    viewer = await signed_in(open_place.db, account)

    def follow(uow):
        for host in ("rumilly.example", "talloires.example"):
            follow_from(uow, viewer.actor_id, f"https://{host}/inbox")

    await open_place.db.write(follow)
    return viewer


async def ask(server, place, viewer, by, now):
    path = f"/users/{viewer.actor_id}/followers_synchronization"
    url = f"{place.settings.base_url}{path}"
    headers = sign(by.key, "GET", url, None, now) if by else {}
    return await server.get(path, headers=headers)


async def test_each_server_hears_of_its_own_people(server, open_place, world, ana, clock):
    assert (await ask(server, open_place, ana, None, clock())).status_code == 401
    own = (await ask(server, open_place, ana, ALICE, clock())).json()
    assert own["type"] == "OrderedCollection"
    (follower,) = own["orderedItems"]
    assert follower.startswith("http://rumilly.example/")
    others = (await ask(server, open_place, ana, MALLORY, clock())).json()
    assert others["orderedItems"] == []


@pytest.mark.parametrize("is_signed", [True, False])
async def test_only_what_is_signed_is_compared(server, open_place, world, ana, clock, is_signed):
    await open_place.towns.discovery.get(ALICE.uri)
    url = f"{open_place.settings.base_url}/inbox"
    body = ALICE.says("View", "https://rumilly.example/1")
    told = (
        f'collectionId="{ALICE.uri}/followers", url="{ALICE.uri}/synchronization",'
        f' digest="{digest_of(["https://elsewhere.example"])}"'
    )
    more = {FOLLOWERS_HEADER: told}
    signed = sign(
        ALICE.key, "POST", url, body, clock(), Scheme.CAVAGE, more=more if is_signed else None
    )
    headers = {"content-type": ACTIVITY_JSON, **signed, **more}
    assert (await server.post("/inbox", content=body, headers=headers)).status_code == 202
    compared = select(RemoteActor.compared_at).where(RemoteActor.uri == ALICE.uri)
    found = await open_place.db.read(lambda session: session.exec(compared).one())
    assert (found is not None) == is_signed
