"""What may be a password, and how long it takes to find out whose it is."""

import asyncio
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fedparents.errors import Invalid, Unavailable
from web.auth import passwords
from web.auth.passwords import (
    AT_ONCE,
    LONGEST,
    Passwords,
    check_new_password,
    hash_password,
    is_outdated,
    is_password,
)

GOOD = "tulipe moto nuage"
ANA = ("ana.pereira@example.org", "Ana Pereira", "ana_p", "Parents d'Issy")


@pytest.fixture
def threads():
    made = Passwords()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "missing"),
        ("tulipe", "password_too_short"),
        ("x9kd" * 251, "password_too_long"),
        ("tulipe\x00moto", "null_character"),
        ("aaaaaaaaaa", "password_common"),
        ("ababababab", "password_common"),
        ("0123456789", "password_common"),
        ("9876543210", "password_common"),
        ("azertyuiop", "password_common"),
        ("1q2w3e4r5t", "password_common"),
        ("Motdepasse123!", "password_common"),
        ("PASSWORD2026", "password_common"),
        ("jetaimejetaime", "password_common"),
        ("รหัสผ่าน1234", "password_common"),
        ("ana.pereira@example.org", "password_about_you"),
        ("Ana-Pereira-1985", "password_about_you"),
        ("anapereira", "password_about_you"),
        ("ana_p_ana_p", None),
        ("Parents d'Issy", "password_about_you"),
        ("parentsdissy92", "password_about_you"),
        (GOOD, None),
        ("correct horse battery staple", None),
        ("ปลาแมวหมาช้าง", None),
        ("4839274829", None),
        ("x9kd" * 250, None),
    ],
)
def test_what_may_be_a_password(password, code):
    if code is None:
        check_new_password(password, about=ANA)
        return
    with pytest.raises(Invalid) as refused:
        check_new_password(password, about=ANA)
    assert refused.value.fields == {"password": code}


def test_it_is_stored_as_argon2id_of_today_s_strength():
    stored = hash_password(GOOD)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert stored != hash_password(GOOD)
    assert is_password(stored, GOOD)
    assert not is_password(stored, GOOD.upper())
    assert not is_outdated(stored)


def test_nobody_s_hash_is_as_strong_as_everybody_s():
    assert not is_outdated(passwords._NOBODYS)


def test_another_strength_is_noticed():
    assert is_outdated("$argon2id$v=19$m=8192,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g")


@pytest.mark.parametrize("stored", ["", "plain", "$argon2id$", "$2b$12$abc"])
def test_what_is_no_hash_is_nobody_s(stored):
    assert not is_password(stored, GOOD)


def test_keyboards_may_write_accents_in_two_ways():
    assert is_password(hash_password("éléphant rosé"), "e\u0301le\u0301phant rose\u0301")


@settings(max_examples=10)
@given(st.text(min_size=1, max_size=40, alphabet=st.characters()))
def test_any_text_is_its_own_password(text):
    assert is_password(hash_password(text), text)


async def test_the_right_one_is_found_among_several(threads):
    stored = [hash_password("another one"), hash_password(GOOD)]
    assert await threads.find_match(stored, GOOD, tries=2) == 1
    assert await threads.find_match(stored, "something else", tries=2) is None
    assert await threads.find_match([], GOOD, tries=1) is None
    assert await threads.find_match(stored, "x" * (LONGEST + 1), tries=2) is None


async def test_nobody_takes_as_long_as_somebody(threads):
    stored = [hash_password(GOOD)]

    async def seconds(known):
        begun = time.process_time()  # others on this machine take none of it
        for _ in range(8):
            await threads.find_match(known, "something else", tries=1)
        return time.process_time() - begun

    somebody = min([await seconds(stored) for _ in range(3)])
    nobody = min([await seconds([]) for _ in range(3)])
    assert 0.5 < nobody / somebody < 2


async def test_a_crowd_waits_in_line_two_at_a_time(threads):
    others = set(threading.enumerate())  # of places that earlier tests have started
    crowd = asyncio.gather(*[threads.hash(GOOD) for _ in range(10)])
    most = 0
    while not crowd.done():
        ours = [each for each in threading.enumerate() if each not in others]
        most = max(most, sum(each.name.startswith("password") for each in ours))
        await asyncio.sleep(0.001)
    assert len(await crowd) == 10
    assert most == AT_ONCE


async def test_who_waits_too_long_is_asked_to_come_back():
    hurried = Passwords(patience=0.05)
    try:
        crowd = [hurried.hash(GOOD) for _ in range(20)]
        outcomes = await asyncio.gather(*crowd, return_exceptions=True)
    finally:
        hurried.close()
    refused = [outcome for outcome in outcomes if isinstance(outcome, Unavailable)]
    assert refused
    assert {error.code for error in refused} == {"too_busy"}
