"""`fedparents keys`: new keys at a command."""

import asyncio
from pathlib import Path

import pytest

from federation.keys import Keyring, list_keys
from federation.uris import actor_uri
from fedparents.db import open_database
from tests.web.cli.test_accounts import account_of, ask


@pytest.fixture
def ana(operator):
    operator.did("account", "create", "ana", "--email", "ana@example.org", "--confirmed")
    return operator


def shows_herself(operator):
    """Another town has asked for her document: she has keys."""
    actor_id = account_of(operator).actor_id
    secret = (Path(operator.settings["DATA_DIR"]) / "secret.key").read_bytes()

    async def make():
        db = open_database(operator.settings["DATABASE_URL"], pool=2)
        await db.start()
        await Keyring(db, secret).keys_of(actor_id, actor_uri("https://issy.example", actor_id))
        await db.close()

    asyncio.run(make())
    return actor_id


def names(operator, actor_id):
    return [each.name for each in ask(operator, list_keys, actor_id)]


def test_new_keys(ana):
    actor_id = shows_herself(ana)
    before = names(ana, actor_id)
    assert ana.did("keys", "rotate", "@ana").out == "New keys have been made.\n"
    after = names(ana, actor_id)
    assert len(after) == 4
    assert set(before) < set(after)
    ana.did("keys", "rotate", "--everybody", "--stolen")
    assert len(names(ana, actor_id)) == 2


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ((), "say whose keys"),
        (("ana", "--place"), "say whose keys"),
        (("bao",), "nobody called bao"),
        (("ana",), "no other town has asked"),
    ],
)
def test_whose_keys_has_to_be_said(ana, words, complaint):
    assert complaint in ana("keys", "rotate", *words).complaint
