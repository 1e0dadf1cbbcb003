"""The libraries that apps are made of do here what apps do with them."""

import pytest

from tests.rig.apps import follow
from tests.rig.photos import a_file


@pytest.mark.parametrize("library", ["masto", "masto7"])
async def test_masto(town, library):
    followed = await follow(
        "masto",
        URL=town.url,
        TOKEN=await town.token_of("ana"),
        FRIEND=town.id_of("lea"),
        LIBRARY=library,
    )
    assert not followed.failed, "\n\n".join(followed.failed.values())
    assert len(followed.steps) == len(set(followed.steps)) > 10


async def test_megalodon(town, tmp_path):
    """On an island, too: it asks what it speaks to before anything else."""
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(a_file())
    followed = await follow(
        "megalodon",
        {"consent": lambda asked: town.lets_in("chloe", asked)},
        URL=town.url,
        PHOTO=str(photo),
    )
    assert not followed.failed, "\n\n".join(followed.failed.values())
    assert len(followed.steps) > 5
