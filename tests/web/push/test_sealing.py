"""A push can be opened by its browser and by nobody else, and its service knows who sends it."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given
from hypothesis import strategies as st

from tests.rig.push import Recipient, read_ticket
from web.push.keys import private_push_key, public_push_key
from web.push.sealing import (
    LARGEST,
    TICKET_LASTS,
    Tickets,
    seal,
    seal_as_before,
    seal_exactly,
    seal_exactly_as_before,
)

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
SECRET = b"a secret of the place"


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def key_of(number):
    return ec.derive_private_key(int.from_bytes(decoded(number), "big"), ec.SECP256R1())


def test_the_example_of_the_standard():
    """RFC 8291, section 5: every byte of it."""
    body = seal_exactly(
        b"When I grow up, I want to be a watermelon\x02",
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "BTBZMqHH6r4Tts7J_aSIgg",
        decoded("DGv6ra1nlYgDCS1FRnbzlw"),
        key_of("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
    )
    assert base64.urlsafe_b64encode(body).decode().rstrip("=") == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
        "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
        "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


@given(st.binary(max_size=LARGEST))
def test_what_is_sealed_is_what_the_browser_reads(message):
    browser = Recipient()
    body = seal(message, browser.p256dh, browser.auth)
    assert browser.open(body) == message
    assert len(body) <= 4096


def headers_of(sealed):
    return {"encryption": f"salt={sealed.salt}", "crypto-key": f"dh={sealed.key};p256ecdsa=x"}


@given(st.binary(max_size=LARGEST))
def test_the_older_coding_holds_the_same(message):
    app = Recipient()
    sealed = seal_as_before(message, app.p256dh, app.auth)
    assert app.open_as_before(sealed.body, headers_of(sealed)) == message
    assert len(sealed.body) <= 4096


def test_the_example_of_the_draft():
    """draft-ietf-webpush-encryption-04, section 5: the same message, keys and salt."""
    sealed = seal_exactly_as_before(
        b"\0\0I am the walrus",
        "BCEkBjzL8Z3C-oi2Q7oE5t2Np-p7osjGLg93qUP0wvqRT21EEWyf0cQDQcakQMqz4hQKYOQ3il2nNZct4HgAUQU",
        "R29vIGdvbyBnJyBqb29iIQ",
        decoded("lngarbyKfMoi9Z75xYXmkg"),
        key_of("nCScek-QpEjmOOlT-rQ38nZzvdPlqa00Zy0i6m2OJvY"),
    )
    assert sealed.key == (
        "BNoRDbb84JGm8g5Z5CFxurSqsXWJ11ItfXEWYVLE85Y7CYkDjXsIEc4aqxYaQ1G8BqkXCJ6DPpDrWtdWj_mugHU"
    )
    assert base64.urlsafe_b64encode(sealed.body).decode().rstrip("=") == (
        "6nqAQUME8hNqw5J3kl8cpVVJylXKYqZOeseZG8UueKpA"
    )


def test_the_older_coding_is_nobody_elses_either():
    app, other = Recipient(), Recipient()
    sealed = seal_as_before(b"hello", app.p256dh, app.auth)
    with pytest.raises(InvalidTag):
        other.open_as_before(sealed.body, headers_of(sealed))
    lengths = {len(seal_as_before(b"x" * n, app.p256dh, app.auth).body) for n in (1, 20, 255)}
    assert len(lengths) == 1
    with pytest.raises(ValueError, match="3993"):
        seal_as_before(b"x" * (LARGEST + 1), app.p256dh, app.auth)


def test_nobody_else_can_read_it():
    browser, other = Recipient(), Recipient()
    body = seal(b"hello", browser.p256dh, browser.auth)
    with pytest.raises(InvalidTag):
        other.open(body)


def test_the_same_message_looks_different_each_time():
    browser = Recipient()
    bodies = {seal(b"hello", browser.p256dh, browser.auth) for _ in range(5)}
    assert len(bodies) == 5


def test_short_messages_are_of_one_length():
    browser = Recipient()
    lengths = {len(seal(b"x" * size, browser.p256dh, browser.auth)) for size in (1, 20, 255)}
    assert len(lengths) == 1


def test_a_message_that_no_service_takes_is_refused():
    browser = Recipient()
    with pytest.raises(ValueError, match="3993"):
        seal(b"x" * (LARGEST + 1), browser.p256dh, browser.auth)


def test_a_ticket_names_the_service_and_is_signed_by_the_place():
    tickets = Tickets(SECRET)
    header = tickets.authorization(
        "https://push.example.org:8443/a/b?c", contact="mailto:marie@issy.example", now=NOW
    )
    ticket = read_ticket(header)
    assert ticket.claims == {
        "aud": "https://push.example.org:8443",
        "exp": int((NOW + TICKET_LASTS).timestamp()),
        "sub": "mailto:marie@issy.example",
    }
    assert ticket.head == {"typ": "JWT", "alg": "ES256"}
    assert ticket.key == public_push_key(SECRET)
    r, s = (int.from_bytes(ticket.signature[n : n + 32], "big") for n in (0, 32))
    public = private_push_key(SECRET).public_key()
    public.verify(encode_dss_signature(r, s), ticket.signed, ec.ECDSA(SHA256()))
    with pytest.raises(InvalidSignature):
        public.verify(encode_dss_signature(r, s), ticket.signed + b"x", ec.ECDSA(SHA256()))


def test_a_ticket_serves_until_half_of_its_time_is_over():
    tickets = Tickets(SECRET)

    def at(**later):
        return tickets.authorization(
            "https://push.example.org/a", contact="mailto:x@y", now=NOW + timedelta(**later)
        )

    first = at()
    assert at(hours=5) == first
    later = at(hours=7)
    assert later != first
    assert json.loads(decoded(later.split()[1][2:].split(".")[1]))["exp"] == int(
        (NOW + timedelta(hours=19)).timestamp()
    )
