"""What we sign is what others check: published examples, and each header that leaves."""

import base64
import hashlib
import hmac
import threading
from datetime import UTC, datetime

import pytest

from federation import cavage, rfc9421
from federation.key_material import is_signed, new_ed25519_key, new_rsa_key, sign_bytes
from federation.keys import LocalKey
from federation.models import KeyKind
from federation.signing import ACCEPT, Scheme, sign
from tests.federation import vectors

NOW = datetime(2026, 11, 22, 21, 0, 0, tzinfo=UTC)
OWNER = "https://annecy.example/users/7"
RSA = LocalKey(f"{OWNER}#main-key", OWNER, KeyKind.RSA, new_rsa_key())
ED25519 = LocalKey(f"{OWNER}#ed25519-key", OWNER, KeyKind.ED25519, new_ed25519_key())
URL = "https://rumilly.example/inbox"


@pytest.mark.parametrize("vector", vectors.CAVAGE, ids=lambda vector: vector.name)
def test_examples_of_draft_cavage_sign_the_text_that_we_sign(vector):
    text = cavage.text_to_sign(
        vector.covered.split(), vectors.CAVAGE_HEADERS, method="POST", target=vectors.TARGET
    )
    assert is_signed(vectors.cavage_key(), base64.b64decode(vector.signature), text)


def values_of(vector):
    return {name: vectors.RFC9421_VALUES[name] for name in vector.covered.split()}


def test_example_b_2_5_of_rfc_9421_is_reproduced():
    """A shared secret, which we never take: the text that is signed is all that is looked at."""
    text = rfc9421.text_to_sign(values_of(vectors.B_2_5), vectors.B_2_5.name)
    signature = hmac.digest(vectors.RFC9421_SHARED, text, "sha256")
    assert base64.b64encode(signature).decode() == vectors.B_2_5.signature


def test_example_b_2_6_of_rfc_9421_is_reproduced():
    text = rfc9421.text_to_sign(values_of(vectors.B_2_6), vectors.B_2_6.name)
    signature = sign_bytes(vectors.rfc9421_key(), text)
    assert base64.b64encode(signature).decode() == vectors.B_2_6.signature


def test_a_document_is_sent_with_everything_covered_that_others_ask_for():
    headers = sign(RSA, "POST", URL, vectors.BODY, NOW)
    assert headers["digest"] == vectors.CAVAGE_HEADERS["digest"]
    assert headers["date"] == "Sun, 22 Nov 2026 21:00:00 GMT"
    text = (
        "(request-target): post /inbox\nhost: rumilly.example\n"
        f"date: {headers['date']}\ncontent-type: application/activity+json\n"
        f"digest: {headers['digest']}"
    )
    start, _, signature = headers["signature"].partition('signature="')
    assert start == (
        f'keyId="{RSA.id}",algorithm="rsa-sha256",'
        'headers="(request-target) host date content-type digest",'
    )
    raw = base64.b64decode(signature.removesuffix('"'))
    assert is_signed(RSA.private.public_key(), raw, text.encode())


@pytest.mark.parametrize("key", [RSA, ED25519], ids=["rsa", "ed25519"])
def test_the_same_by_rfc_9421(key):
    headers = sign(key, "POST", URL, vectors.BODY, NOW, Scheme.RFC9421)
    digest = base64.b64encode(hashlib.sha256(vectors.BODY).digest()).decode()
    assert headers["content-digest"] == f"sha-256=:{digest}:"
    assert "digest" not in headers
    algorithm = "ed25519" if key is ED25519 else "rsa-v1_5-sha256"
    params = (
        '("@method" "@target-uri" "content-type" "content-digest");created=1795381200;'
        f'keyid="{key.id}";alg="{algorithm}"'
    )
    assert headers["signature-input"] == f"sig1={params}"
    text = (
        f'"@method": POST\n"@target-uri": {URL}\n"content-type": application/activity+json\n'
        f'"content-digest": {headers["content-digest"]}\n"@signature-params": {params}'
    )
    raw = base64.b64decode(headers["signature"].removeprefix("sig1=:").removesuffix(":"))
    assert is_signed(key.private.public_key(), raw, text.encode())


def test_a_question_covers_what_is_accepted():
    headers = sign(RSA, "GET", "https://rumilly.example/users/3", None, NOW)
    assert headers["accept"] == ACCEPT
    assert not headers.keys() & {"digest", "content-digest", "content-type"}
    assert 'headers="(request-target) host date accept"' in headers["signature"]


def covered_target(url, scheme):
    """Which request target a signature was made over."""
    headers = sign(RSA, "GET", url, None, NOW, scheme)
    raw = base64.b64decode(headers["signature"].partition('signature="')[2].removesuffix('"'))
    rest = f"host: {headers['host']}\ndate: {headers['date']}\naccept: {ACCEPT}"
    targets = ["/", "/a?page=2", "/a", "/in%20box", "/a?b=%C3%A9"]
    key = RSA.private.public_key()
    return next(
        each
        for each in targets
        if is_signed(key, raw, f"(request-target): get {each}\n{rest}".encode())
    )


@pytest.mark.parametrize(
    ("url", "scheme", "target"),
    [
        ("https://rumilly.example", Scheme.CAVAGE, "/"),
        ("https://rumilly.example/a?page=2", Scheme.CAVAGE, "/a?page=2"),
        ("https://rumilly.example/a?page=2", Scheme.CAVAGE_PATH, "/a"),
        ("https://rumilly.example/a?b=é", Scheme.CAVAGE, "/a?b=%C3%A9"),
        ("https://rumilly.example/in box", Scheme.CAVAGE, "/in%20box"),
    ],
)
def test_the_target_is_covered_as_it_is_sent(url, scheme, target):
    assert covered_target(url, scheme) == target


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Rumilly.example:443/inbox", "rumilly.example"),
        ("http://localhost:8002/inbox", "localhost:8002"),
        ("https://école.fr/inbox", "xn--cole-9oa.fr"),
    ],
)
def test_the_host_is_covered_as_it_is_sent(url, host):
    assert sign(RSA, "POST", url, b"{}", NOW)["host"] == host


@pytest.mark.parametrize("scheme", Scheme)
def test_further_headers_are_covered(scheme):
    more = {"collection-synchronization": 'digest="00"'}
    headers = sign(RSA, "POST", URL, b"{}", NOW, scheme, more=more)
    assert headers["collection-synchronization"] == 'digest="00"'
    covered = headers.get("signature-input") or headers["signature"]
    assert "collection-synchronization" in covered


def test_draft_cavage_is_not_signed_with_a_key_that_few_read():
    with pytest.raises(ValueError, match="RSA"):
        sign(ED25519, "POST", URL, b"{}", NOW)


def test_signatures_can_be_made_in_several_threads():
    made = []
    threads = [
        threading.Thread(target=lambda: made.append(sign(RSA, "POST", URL, b"{}", NOW)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({each["signature"] for each in made}) == 1
