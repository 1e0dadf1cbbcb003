"""Keys are made once, off the event loop, and kept sealed; of others, sound ones are read."""

import asyncio
import threading
from dataclasses import replace

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from federation import base58, key_material
from federation.errors import Malformed
from federation.keys import THE_PLACE, Keyring, store_keys
from federation.models import KeyKind
from fedparents.errors import Unavailable

SECRET = b"of the tests, thirty-two bytes long"
URI = "https://parents-issy.fr/users/7"
SPKI = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@pytest.fixture
def made(monkeypatch):
    """In which threads RSA keys were made."""
    threads = []
    make = key_material.new_rsa_key

    def watch():
        threads.append(threading.current_thread())
        return make()

    monkeypatch.setattr(key_material, "new_rsa_key", watch)
    return threads


async def test_keys_are_made_once_and_in_a_thread(db, made):
    ring = Keyring(db, SECRET)
    all_keys = await asyncio.gather(*(ring.keys_of(7, URI) for _ in range(5)))
    assert len(made) == 1
    assert made[0] is not threading.main_thread()
    assert len({id(keys.rsa) for keys in all_keys}) == 1
    assert all_keys[0].rsa.id == f"{URI}#main-key"
    assert all_keys[0].ed25519.id == f"{URI}#ed25519-key"


async def test_keys_are_the_same_after_a_start(db, made):
    before = await Keyring(db, SECRET).keys_of(7, URI)
    after = await Keyring(db, SECRET).keys_of(7, URI)
    assert after.rsa.public_pem == before.rsa.public_pem
    assert after.ed25519.public_multibase == before.ed25519.public_multibase
    assert len(made) == 1


async def test_two_processes_that_make_keys_at_once_end_with_the_same(db):
    rings = [Keyring(db, SECRET) for _ in range(2)]
    one, two = await asyncio.gather(*(ring.keys_of(7, URI) for ring in rings))
    assert one.rsa.public_pem == two.rsa.public_pem


async def test_the_place_and_each_person_have_keys_of_their_own(db):
    ring = Keyring(db, SECRET)
    place = await ring.keys_of(THE_PLACE, "https://parents-issy.fr/actor")
    person = await ring.keys_of(7, URI)
    assert place.rsa.public_pem != person.rsa.public_pem


async def test_whoever_stops_waiting_does_not_stop_it_for_others(db):
    ring = Keyring(db, SECRET)
    impatient = asyncio.create_task(ring.keys_of(7, URI))
    patient = asyncio.create_task(ring.keys_of(7, URI))
    await asyncio.sleep(0)
    impatient.cancel()
    assert (await patient).rsa.owner == URI


async def test_a_stolen_table_signs_nothing(db):
    keys = await Keyring(db, SECRET).keys_of(7, URI)
    plain = key_material.private_bytes(keys.rsa.private)

    def stored(session):
        return session.execute(sa.text("SELECT sealed FROM actor_key")).scalars().all()

    for sealed in await db.read(stored):
        assert plain not in bytes(sealed)
    with pytest.raises(Unavailable):
        await Keyring(db, SECRET[::-1]).keys_of(7, URI)


async def test_a_row_opens_for_nobody_else(db):
    ring = Keyring(db, SECRET)
    foreign = ring._make(7, list(KeyKind))
    swapped = [replace(each, actor_id=8) for each in foreign]
    await db.write(store_keys, swapped)
    with pytest.raises(Unavailable):
        await ring.keys_of(8, "https://parents-issy.fr/users/8")


@pytest.mark.parametrize(
    "key",
    [
        rsa.generate_private_key(public_exponent=65537, key_size=2048),
        rsa.generate_private_key(public_exponent=3, key_size=2048),
        ed25519.Ed25519PrivateKey.generate(),
    ],
    ids=["rsa", "small-exponent", "ed25519"],
)
def test_sound_keys_are_read(key):
    pem = key.public_key().public_bytes(*SPKI).decode()
    assert key_material.public_pem(key_material.read_public_pem(pem)) == pem


def test_keys_in_the_older_form_are_read():
    key = key_material.new_rsa_key().public_key()
    old = key.public_bytes(Encoding.PEM, PublicFormat.PKCS1).decode()
    assert "BEGIN RSA PUBLIC KEY" in old
    assert key_material.public_pem(key_material.read_public_pem(old)) == key_material.public_pem(
        key
    )


def rsa_pem(modulus: int, exponent: int) -> str:
    public = rsa.RSAPublicNumbers(exponent, modulus).public_key()
    return public.public_bytes(*SPKI).decode()


ODD_2048 = (1 << 2047) + 1
UNSOUND = {
    "nothing": "",
    "words": "a key, honestly",
    "thai": "-----BEGIN PUBLIC KEY-----\nกุญแจ\n-----END PUBLIC KEY-----\n",
    "endless": "-----BEGIN PUBLIC KEY-----\n" + "A" * 100_000,
    "private": key_material.new_ed25519_key()
    .private_bytes(
        Encoding.PEM,
        PrivateFormat.PKCS8,
        NoEncryption(),
    )
    .decode(),
    "1024 bits": rsa_pem((1 << 1023) + 1, 65537),
    "8192 bits": rsa_pem((1 << 8191) + 1, 65537),
    "huge exponent": rsa_pem(ODD_2048, (1 << 64) + 1),
    "p-256": ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(*SPKI).decode(),
    "ed448": ed448.Ed448PrivateKey.generate().public_key().public_bytes(*SPKI).decode(),
}


@pytest.mark.parametrize("name", UNSOUND)
def test_other_keys_are_not(name):
    with pytest.raises(Malformed):
        key_material.read_public_pem(UNSOUND[name])


def test_multikeys_go_there_and_back():
    key = key_material.new_ed25519_key().public_key()
    text = key_material.multikey(key)
    assert text.startswith("z6Mk")
    assert key_material.multikey(key_material.read_multikey(text)) == text


@pytest.mark.parametrize(
    "text",
    ["", "6Mk", "z", "zO0Il", "zé", "z" + "1" * 1000, "u7QEx", "z" + base58.encode(b"\xed\x01")],
)
def test_other_multikeys_are_not_read(text):
    with pytest.raises(Malformed):
        key_material.read_multikey(text)


@pytest.mark.parametrize("raw", [b"", b"\0", b"\0\0a", b"hello", bytes(range(64))])
def test_base58_goes_there_and_back(raw):
    assert base58.decode(base58.encode(raw)) == raw


def test_base58_is_the_one_that_others_write():
    """The second example of the draft for Base58."""
    text = b"The quick brown fox jumps over the lazy dog."
    assert base58.encode(text) == "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z"
