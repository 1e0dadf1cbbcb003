"""The libraries that apps are made of do here what apps do with them."""

import json

import pytest

from tests.rig.apps import follow
from tests.rig.photos import a_file
from tests.rig.push import Recipient, push_service


@pytest.mark.parametrize("library", ["masto", "masto7"])
async def test_masto(town, library):
    followed = await follow(
        "masto",
        URL=town.url,
        TOKEN=await town.token_of("ana"),
        FRIEND=town.id_of("lea"),
        LIBRARY=library,
        P256DH=Recipient().p256dh,
        AUTH=Recipient().auth,
    )
    assert not followed.failed, "\n\n".join(followed.failed.values())
    assert len(followed.steps) == len(set(followed.steps)) > 10


async def test_megalodon(town, tmp_path):
    """On an island, too: it asks what it speaks to before anything else."""
    followed = await follow(
        "megalodon",
        {"consent": lambda asked: town.lets_in("chloe", asked)},
        URL=town.url,
        PHOTO=a_photo(tmp_path),
    )
    assert not followed.failed, "\n\n".join(followed.failed.values())
    assert len(followed.steps) > 5


async def test_a_parent_with_a_stock_app(town, tmp_path):
    phone = Recipient()
    await town.never_quiet_for("ana")
    async with push_service() as service:

        async def push(_asked):
            (taken,) = await service.wait_for(1)
            return json.loads(phone.open_as_before(taken.body, taken.headers))

        followed = await follow(
            "parent",
            {"consent": lambda asked: town.lets_in("ana", asked), "push": push},
            URL=town.url,
            LEA=await town.token_of("lea"),
            BAO=await town.token_of("bao"),
            PHOTO=a_photo(tmp_path),
            ENDPOINT=service.endpoint("ana"),
            P256DH=phone.p256dh,
            AUTH=phone.auth,
        )
    assert not followed.failed, "\n\n".join(followed.failed.values())
    assert followed.steps[0] == "signs in"
    assert followed.steps[-1] == "signs out"
    assert service.complaints == []


def a_photo(folder):
    photo = folder / "photo.jpg"
    photo.write_bytes(a_file())
    return str(photo)
