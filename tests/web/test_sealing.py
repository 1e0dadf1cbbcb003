"""What is sealed opens for one thing and person, under one key, as it was."""

import base64
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.sealing import seal, unseal
from web.auth.factor_secrets import app_address, factor_opener, seal_factor, secret_to_type

KEY = b"of the tests, thirty-two bytes long"
SECRET = b"12345678901234567890"


def test_what_was_sealed_can_be_opened_and_looks_different_each_time():
    one, two = (seal(KEY, "a thing", SECRET, owner="7") for _ in range(2))
    assert one != two
    assert SECRET not in one
    assert (
        unseal(KEY, "a thing", one, owner="7") == unseal(KEY, "a thing", two, owner="7") == SECRET
    )


@pytest.mark.parametrize(
    ("key", "purpose", "owner"),
    [
        (KEY[::-1], "a thing", "7"),
        (KEY, "another thing", "7"),
        (KEY, "a thing", "8"),
        (KEY, "a thing", ""),
    ],
)
def test_nothing_else_opens_it(key, purpose, owner):
    sealed = seal(KEY, "a thing", SECRET, owner="7")
    assert unseal(key, purpose, sealed, owner=owner) is None


@given(st.binary(max_size=80))
def test_nothing_that_was_not_sealed_here_can_be_opened(anything):
    assert unseal(KEY, "a thing", anything, owner="7") is None


@given(at=st.integers(0, 47), bit=st.integers(0, 7))
def test_a_changed_bit_is_noticed(at, bit):
    sealed = bytearray(seal(KEY, "a thing", SECRET, owner="7"))
    sealed[at] ^= 1 << bit
    assert unseal(KEY, "a thing", bytes(sealed), owner="7") is None


def test_a_row_opens_for_its_own_account():
    sealed = seal_factor(KEY, 7, SECRET)
    assert factor_opener(KEY, 7)(sealed) == SECRET
    assert factor_opener(KEY, 8)(sealed) is None


def test_the_secret_can_be_typed():
    typed = secret_to_type(SECRET)
    assert typed == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    assert base64.b32decode(typed.replace(" ", "")) == SECRET


@pytest.mark.parametrize("place", ["Parents d'Issy", "ผู้ปกครอง: อิสซี", "A/B & C?"])
def test_apps_read_the_address(place):
    parts = urlsplit(app_address(SECRET, place=place, handle="ana"))
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert parts.path.count(":") == 1
    query = parse_qs(parts.query, strict_parsing=True)
    assert query["secret"] == ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"]
    assert query["issuer"] == [place.replace(":", " ")]
