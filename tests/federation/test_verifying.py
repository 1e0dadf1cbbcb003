"""Nothing is believed of a stranger that its own key did not say, to us, today, word by word."""

import base64
import contextlib
import hashlib
import json
from datetime import timedelta

import pytest

from federation import cavage, digests, rfc9421
from federation.errors import (
    ActorMismatch,
    FarewellOfStranger,
    FederationError,
    Malformed,
    PeerBlocked,
    Refusal,
    SignatureInvalid,
    TryLater,
)
from federation.fetching import Fetcher
from federation.incoming import arrived
from federation.key_material import sign_bytes
from federation.keys import Keyring
from federation.remote_keys import RemoteKeys
from federation.signing import ACTIVITY_JSON, Scheme, Signed, sign, verify
from federation.transport import Client
from fedparents import clock as clocks
from tests.federation.strangers import among
from tests.rig.elsewhere import Elsewhere, Neighbour

HERE = "https://annecy.example"
INBOX = f"{HERE}/inbox"
SCHEMES = (Scheme.CAVAGE, Scheme.RFC9421)
ALICE = Neighbour("https://rumilly.example/users/alice", 1)
BOB = Neighbour("https://rumilly.example/users/bob", 2)
MALLORY = Neighbour("https://evil.example/users/mallory", 3)


@pytest.fixture
def world():
    there = Elsewhere()
    for each in (ALICE, BOB, MALLORY):
        there.show(each.uri, each.document)
    return there


@pytest.fixture
async def keys(bare_db, world):
    keyring = Keyring(bare_db, b"of the tests, thirty-two bytes long")
    return RemoteKeys(
        bare_db, Fetcher(lambda: Client(world, user_agent="annecy"), keyring, HERE, bare_db)
    )


@pytest.fixture
def believe(keys, clock):
    """Who sent a request, or why nobody knows."""

    async def ask(headers, body, *, target="/inbox", blocked=(), method="POST"):
        lines = headers.items() if isinstance(headers, dict) else headers
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in lines]
        request = arrived(method, HERE, target, raw, body)
        return await verify(request, keys, now=clocks.now(), is_blocked=among(blocked))

    return ask


async def refused(coming) -> Refusal:
    with pytest.raises(SignatureInvalid) as error:
        await coming
    return error.value.refusal


def cover(key, scheme, names, values, *, method="POST", target="/inbox", extra="", **changed):
    """A signature over whatever names are given, in the plain form of either scheme."""
    if scheme is Scheme.CAVAGE:
        text = cavage.text_to_sign(names, values, method=method, target=target)
        made = base64.b64encode(sign_bytes(key.private, text)).decode()
        params = {
            "keyId": key.id, "algorithm": "rsa-sha256", "headers": " ".join(names), **changed
        }  # fmt: skip
        told = ",".join(f'{name}="{value}"' for name, value in params.items())
        return {**values, "signature": f'{told}{extra},signature="{made}"'}
    derived = {"@method": method, "@target-uri": f"{HERE}{target}", "@authority": "annecy.example",
               "@path": target, "@request-target": target}  # fmt: skip
    covered = {name: {**derived, **values}[name] for name in names}
    listed = " ".join(f'"{name}"' for name in names)
    params = {"created": int(clocks.now().timestamp()), "keyid": f'"{key.id}"', **changed}
    told = f"({listed})" + "".join(f";{name}={value}" for name, value in params.items()) + extra
    made = base64.b64encode(sign_bytes(key.private, rfc9421.text_to_sign(covered, told))).decode()
    return {**values, "signature-input": f"sig1={told}", "signature": f"sig1=:{made}:"}


BODY = ALICE.says("Like", f"{HERE}/posts/1")
NAMES = {
    Scheme.CAVAGE: ("(request-target)", "host", "date", "digest"),
    Scheme.RFC9421: ("@method", "@target-uri", "content-digest"),
}


def values(body=BODY):
    return {
        "host": "annecy.example",
        "date": sign(ALICE.key, "POST", INBOX, body, clocks.now())["date"],
        "content-type": ACTIVITY_JSON,
        "digest": digests.digest(body),
        "content-digest": digests.content_digest(body),
    }


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_what_is_signed_is_believed(believe, scheme):
    signed = await believe(ALICE.signs(INBOX, BODY, clocks.now(), scheme), BODY)
    assert signed.sender == ALICE.uri
    assert signed.document == json.loads(BODY)
    assert isinstance(signed, Signed)


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_the_least_that_has_to_be_covered_is_enough(believe, scheme):
    headers = cover(ALICE.key, scheme, NAMES[scheme], values())
    assert (await believe(headers, BODY)).sender == ALICE.uri


async def test_a_newer_key_is_believed_too(believe):
    headers = sign(ALICE.newer_key, "POST", INBOX, BODY, clocks.now(), Scheme.RFC9421)
    assert (await believe(headers, BODY)).sender == ALICE.uri


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("number", range(3))
async def test_each_thing_that_is_not_covered_is_missed(believe, scheme, number):
    names = list(NAMES[scheme])
    del names[number if scheme is Scheme.RFC9421 else [0, 1, 3][number]]
    headers = cover(ALICE.key, scheme, names, values())
    assert await refused(believe(headers, BODY)) is Refusal.NOT_COVERED


async def test_a_time_has_to_be_covered(believe):
    headers = cover(ALICE.key, Scheme.CAVAGE, ("(request-target)", "host", "digest"), values())
    assert await refused(believe(headers, BODY)) is Refusal.NOT_COVERED


@pytest.mark.parametrize(
    ("names", "is_enough"),
    [
        (("@authority", "@path"), True),
        (("host", "@path"), True),
        (("@authority", "@request-target"), True),
        (("@path",), False),
        (("@authority",), False),
        (("@request-target",), False),
    ],
)
async def test_the_target_may_be_covered_in_parts(believe, names, is_enough):
    names = ("@method", "content-digest", *names)
    coming = believe(cover(ALICE.key, Scheme.RFC9421, names, values()), BODY)
    if is_enough:
        assert (await coming).sender == ALICE.uri
    else:
        assert await refused(coming) is Refusal.NOT_COVERED


async def test_a_path_without_its_query_is_not_enough(believe):
    names = ("@method", "content-digest", "@authority", "@path")
    headers = cover(ALICE.key, Scheme.RFC9421, names, values())
    coming = believe(headers, BODY, target="/inbox?as=admin")
    assert await refused(coming) is Refusal.NOT_COVERED


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_what_was_signed_for_one_target_is_none_for_another(believe, scheme):
    headers = ALICE.signs(INBOX, BODY, clocks.now(), scheme)
    for target in ("/users/7/inbox", "/inbox?x=1", "/Inbox", "/inbox/"):
        assert await refused(believe(headers, BODY, target=target)) is Refusal.WRONG
    coming = believe(headers, BODY, method="PUT")
    assert await refused(coming) is Refusal.WRONG


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_what_was_signed_for_another_place_is_none_for_us(believe, scheme):
    headers = ALICE.signs("https://other.example/inbox", BODY, clocks.now(), scheme)
    assert await refused(believe(headers, BODY)) is Refusal.NOT_HERE
    headers["host"] = "annecy.example"
    assert await refused(believe(headers, BODY)) is Refusal.WRONG


@pytest.mark.parametrize("host", ["annecy.example:443", "ANNECY.example"])
async def test_our_host_may_be_written_as_it_is_sent(believe, host):
    headers = cover(ALICE.key, Scheme.CAVAGE, NAMES[Scheme.CAVAGE], values() | {"host": host})
    assert (await believe(headers, BODY)).sender == ALICE.uri


@pytest.mark.parametrize(
    "host", ["annecy.example:8443", "annecy.example.", "annecy.example:80", ""]
)
async def test_other_hosts_are_not_ours(believe, host):
    headers = cover(ALICE.key, Scheme.CAVAGE, NAMES[Scheme.CAVAGE], values() | {"host": host})
    assert await refused(believe(headers, BODY)) is Refusal.NOT_HERE


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_a_changed_body_is_noticed(believe, scheme):
    headers = ALICE.signs(INBOX, BODY, clocks.now(), scheme)
    for body in (BODY + b" ", BODY.replace(b"Like", b"Flag"), b""):
        assert await refused(believe(headers, body)) is Refusal.OTHER_BODY


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_a_body_with_a_digest_of_its_own_is_noticed(believe, scheme):
    """Body and digest are changed together."""
    headers = ALICE.signs(INBOX, BODY, clocks.now(), scheme)
    body = BODY.replace(b"Like", b"Flag")
    headers |= {name: value for name, value in values(body).items() if name in headers}
    assert await refused(believe(headers, body)) is Refusal.WRONG


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("shift", "expected"),
    [
        (timedelta(minutes=-55), None),
        (timedelta(seconds=-30), None),
        (timedelta(minutes=4), None),
        (timedelta(minutes=-61), Refusal.OLD),
        (timedelta(hours=-2), Refusal.OLD),
        (timedelta(minutes=6), Refusal.EARLY),
        (timedelta(days=400), Refusal.EARLY),
    ],
)
async def test_only_what_was_signed_about_now_is_believed(believe, scheme, shift, expected):
    coming = believe(ALICE.signs(INBOX, BODY, clocks.now() + shift, scheme), BODY)
    if expected is None:
        assert (await coming).sender == ALICE.uri
    else:
        assert await refused(coming) is expected


async def test_somebody_who_signs_for_another_is_not_believed(believe):
    """Same server, another person; another server; nobody at all."""
    for signer, actor in [(BOB, ALICE), (MALLORY, ALICE)]:
        body = actor.says("Like", "https://annecy.example/posts/1")
        for scheme in SCHEMES:
            with pytest.raises(ActorMismatch):
                await believe(signer.signs(INBOX, body, clocks.now(), scheme), body)
    nobodies: tuple[object, ...] = (None, "", 7, [], {}, "not an address", {"name": "alice"})
    for nobody in nobodies:
        body = json.dumps({"id": f"{ALICE.uri}/1", "type": "Like", "actor": nobody}).encode()
        with pytest.raises(ActorMismatch):
            await believe(ALICE.signs(INBOX, body, clocks.now()), body)


async def test_a_key_on_another_server_is_not_even_asked_for(believe, world):
    body = ALICE.says("Like", "https://annecy.example/posts/1")
    with pytest.raises(ActorMismatch):
        await believe(MALLORY.signs(INBOX, body, clocks.now()), body)
    assert world.asked == []


async def test_a_blocked_server_is_not_even_asked(believe, world):
    for scheme in SCHEMES:
        headers = ALICE.signs(INBOX, BODY, clocks.now(), scheme)
        with pytest.raises(PeerBlocked):
            await believe(headers, BODY, blocked={"rumilly.example"})
    assert world.asked == []


async def test_without_a_signature_nobody_is_asked(believe, world):
    assert await refused(believe(values(), BODY)) is Refusal.MISSING
    assert world.asked == []


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_a_wrong_signature_is_wrong(believe, scheme):
    headers = ALICE.signs(INBOX, BODY, clocks.now(), scheme)
    made = headers["signature"]
    at = len(made) - 20
    headers["signature"] = made[:at] + ("A" if made[at] != "A" else "B") + made[at + 1 :]
    assert await refused(believe(headers, BODY)) is Refusal.WRONG


@pytest.mark.parametrize(
    "value", ["", "x", "=", "keyId", 'keyId="a"', "sig1=:AAAA:", "é", "," * 99]
)
async def test_a_header_that_is_none_is_refused(believe, value):
    for headers in (
        values() | {"signature": value},
        values() | {"signature": value, "signature-input": value},
        ALICE.signs(INBOX, BODY, clocks.now(), Scheme.RFC9421) | {"signature-input": value},
    ):
        assert await refused(believe(headers, BODY)) is Refusal.UNREADABLE


@pytest.mark.parametrize(
    "name",
    ["signature", "signature-input", "host", "date", "digest", "content-digest", "content-type"],
)
async def test_headers_that_stand_there_twice_are_refused(believe, name):
    """Whoever reads the first and whoever reads the last would read different things."""
    headers = values() | ALICE.signs(INBOX, BODY, clocks.now(), Scheme.RFC9421)
    lines = [*headers.items(), (name.title(), headers.get(name, "x"))]
    assert await refused(believe(lines, BODY)) is Refusal.DOUBLED


async def test_a_folded_header_cannot_pass_for_two(believe):
    headers = ALICE.signs(INBOX, BODY, clocks.now()) | {"x-note": "a\r\n digest: SHA-256=AAAA"}
    assert await refused(believe(headers, BODY)) is Refusal.UNREADABLE


async def test_parameters_that_stand_there_twice_are_refused(believe):
    headers = ALICE.signs(INBOX, BODY, clocks.now())
    for more in ('keyId="x"', 'KEYID="x"', 'headers="date"', 'signature="AAAA"', 'Headers="date"'):
        doubled = headers | {"signature": f"{headers['signature']},{more}"}
        assert await refused(believe(doubled, BODY)) is Refusal.DOUBLED
    newer = ALICE.signs(INBOX, BODY, clocks.now(), Scheme.RFC9421)
    for more in (';keyid="x"', ";created=1"):
        doubled = newer | {"signature-input": f"{newer['signature-input']}{more}"}
        assert await refused(believe(doubled, BODY)) is Refusal.DOUBLED


async def test_a_name_that_is_covered_twice_is_refused(believe):
    for scheme in SCHEMES:
        names = (*NAMES[scheme], NAMES[scheme][-1])
        headers = cover(ALICE.key, scheme, names, values())
        assert await refused(believe(headers, BODY)) is Refusal.DOUBLED


async def test_of_several_signatures_none_is_chosen(believe):
    headers = ALICE.signs(INBOX, BODY, clocks.now(), Scheme.RFC9421)
    theirs = BOB.signs(INBOX, BODY, clocks.now(), Scheme.RFC9421)
    for name in ("signature", "signature-input"):
        headers[name] += ", " + theirs[name].replace("sig1=", "sig2=")
    assert await refused(believe(headers, BODY)) is Refusal.SEVERAL


@pytest.mark.parametrize(
    "algorithm",
    ["hmac-sha256", "rsa-sha1", "ecdsa-sha256", "none", "HMAC-SHA256", "rsa-sha256 "],
)
async def test_draft_cavage_with_another_algorithm_is_refused(believe, algorithm):
    headers = cover(ALICE.key, Scheme.CAVAGE, NAMES[Scheme.CAVAGE], values(), algorithm=algorithm)
    assert await refused(believe(headers, BODY)) is Refusal.ALGORITHM


@pytest.mark.parametrize("algorithm", ["hmac-sha256", "rsa-pss-sha512", "ecdsa-p256-sha256", ""])
async def test_rfc_9421_with_another_algorithm_is_refused(believe, algorithm):
    names = NAMES[Scheme.RFC9421]
    headers = cover(ALICE.key, Scheme.RFC9421, names, values(), alg=f'"{algorithm}"')
    assert await refused(believe(headers, BODY)) is Refusal.ALGORITHM


async def test_a_key_is_used_as_what_it_is(believe):
    """The name of one algorithm, a key of another."""
    names = NAMES[Scheme.RFC9421]
    for key, algorithm in [(ALICE.key, "ed25519"), (ALICE.newer_key, "rsa-v1_5-sha256")]:
        headers = cover(key, Scheme.RFC9421, names, values(), alg=f'"{algorithm}"')
        assert await refused(believe(headers, BODY)) is Refusal.WRONG
    headers = cover(ALICE.newer_key, Scheme.CAVAGE, NAMES[Scheme.CAVAGE], values())
    assert await refused(believe(headers, BODY)) is Refusal.WRONG
    headers = cover(
        ALICE.newer_key, Scheme.CAVAGE, NAMES[Scheme.CAVAGE], values(), algorithm="hs2019"
    )
    assert (await believe(headers, BODY)).sender == ALICE.uri


async def test_draft_cavage_may_name_its_own_time(believe):
    now = int(clocks.now().timestamp())
    names = ("(request-target)", "(created)", "(expires)", "host", "digest")

    def made(created, expires, algorithm="hs2019"):
        times = {"(created)": str(created), "(expires)": str(expires)}
        headers = cover(
            ALICE.key, Scheme.CAVAGE, names, values() | times, algorithm=algorithm,
            extra=f",created={created},expires={expires}",
        )  # fmt: skip
        return believe({k: v for k, v in headers.items() if k not in times}, BODY)

    assert (await made(now, now + 60)).sender == ALICE.uri
    assert await refused(made(now - 7200, now + 60)) is Refusal.OLD
    assert await refused(made(now + 600, now + 900)) is Refusal.EARLY
    assert await refused(made(now - 60, now - 1)) is Refusal.OLD
    assert await refused(made(now, now + 60, "rsa-sha256")) is Refusal.ALGORITHM
    assert await refused(made("1e9", now + 60)) is Refusal.UNREADABLE


async def test_rfc_9421_has_to_name_its_time(believe):
    now = int(clocks.now().timestamp())
    names = NAMES[Scheme.RFC9421]

    def made(**changed):
        return believe(cover(ALICE.key, Scheme.RFC9421, names, values(), **changed), BODY)

    assert (await made(expires=now + 1)).sender == ALICE.uri
    assert await refused(made(expires=now - 1)) is Refusal.OLD
    assert await refused(made(created=f'"{now}"')) is Refusal.UNREADABLE
    headers = cover(ALICE.key, Scheme.RFC9421, names, values())
    headers["signature-input"] = headers["signature-input"].replace(f";created={now}", "")
    assert await refused(believe(headers, BODY)) is Refusal.NOT_COVERED


WAYS = {
    "spaces after commas": lambda text: text.replace(",", ", "),
    "spaces around commas": lambda text: text.replace(",", " , "),
    "spaces around signs": lambda text: text.replace("=", " = ", 3),
    "capitals": lambda text: text.replace("keyId", "KeyId"),
    "names in capitals": lambda text: text.replace("digest", "Digest"),
    "no algorithm": lambda text: text.replace('algorithm="rsa-sha256",', ""),
    "newer algorithm": lambda text: text.replace("rsa-sha256", "hs2019"),
    "more": lambda text: text + ',opaque="x"',
}


@pytest.mark.parametrize("way", WAYS)
async def test_other_ways_of_writing_the_same_are_read(believe, way):
    headers = cover(ALICE.key, Scheme.CAVAGE, NAMES[Scheme.CAVAGE], values())
    headers["signature"] = WAYS[way](headers["signature"])
    assert (await believe(headers, BODY)).sender == ALICE.uri


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("{digest}", None),
        ("sha-256={plain}", None),
        ("SHA-512={long},SHA-256={plain}", None),
        ("SHA-512={long}", None),
        ("unixsum=30637, SHA-256={plain}", None),
        ("SHA-512=AAAA,SHA-256={plain}", Refusal.OTHER_BODY),
        ("SHA-256={plain},SHA-512=AAAA", Refusal.OTHER_BODY),
        ("SHA-256={plain},sha-256={plain}", Refusal.DOUBLED),
        ("SHA-256={plain},SHA-256=AAAA", Refusal.DOUBLED),
        ("SHA-256=", Refusal.OTHER_BODY),
        ("SHA-256=é", Refusal.UNREADABLE),
        ("MD5={plain}", Refusal.ALGORITHM),
        ("", Refusal.ALGORITHM),
    ],
)
async def test_lists_of_digests_are_read_with_care(believe, value, expected):
    digest = digests.digest(BODY)
    told = value.format(
        digest=digest,
        plain=digest.partition("=")[2],
        long=base64.b64encode(hashlib.sha512(BODY).digest()).decode(),
    )
    headers = cover(ALICE.key, Scheme.CAVAGE, NAMES[Scheme.CAVAGE], values() | {"digest": told})
    if expected is None:
        assert (await believe(headers, BODY)).sender == ALICE.uri
    else:
        assert await refused(believe(headers, BODY)) is expected


async def test_a_digest_that_is_covered_but_not_there_is_refused(believe):
    for scheme, name in [(Scheme.CAVAGE, "digest"), (Scheme.RFC9421, "content-digest")]:
        headers = cover(ALICE.key, scheme, NAMES[scheme], values())
        del headers[name]
        assert await refused(believe(headers, BODY)) is Refusal.UNREADABLE


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"x"', b'{"actor": NaN}', b'{"actor":1,"actor":2}', b"\xff",
     b"[" * 100_000, b'{"a":' * 40 + b"1" + b"}" * 40],
)  # fmt: skip
async def test_a_body_that_is_no_document_is_malformed(believe, body):
    with pytest.raises(Malformed):
        await believe(ALICE.signs(INBOX, body, clocks.now()), body)


UNUSUAL = [
    '( "@method" "@target-uri"  "content-digest" )',
    '("@method" "@target-uri" "content-digest" "content-digest";key="sha-256")',
]


@pytest.mark.parametrize("listed", UNUSUAL)
async def test_unusual_forms_are_read_by_the_library(believe, listed):
    told = values()
    canonical = listed.replace("( ", "(").replace(" )", ")").replace("  ", " ")
    params = f'{canonical};created={int(clocks.now().timestamp())};keyid="{ALICE.key.id}"'
    lines = {
        '"@method"': "POST",
        '"@target-uri"': INBOX,
        '"content-digest"': told["content-digest"],
        '"content-digest";key="sha-256"': told["content-digest"].partition("=")[2],
    }
    text = "\n".join(f"{name}: {value}" for name, value in lines.items() if name in canonical)
    text += f'\n"@signature-params": {params}'
    made = base64.b64encode(sign_bytes(ALICE.key.private, text.encode())).decode()
    headers = told | {
        "signature-input": f"sig1={params.replace(canonical, listed)}",
        "signature": f"sig1=:{made}:",
    }
    assert (await believe(headers, BODY)).sender == ALICE.uri
    other = ("B" if made[0] == "A" else "A") + made[1:]  # not each signature has an "A" in it
    changed = headers | {"signature": f"sig1=:{other}:"}
    assert await refused(believe(changed, BODY)) is Refusal.WRONG


async def test_what_is_covered_only_in_part_is_not_covered(believe):
    headers = cover(ALICE.key, Scheme.RFC9421, NAMES[Scheme.RFC9421], values())
    headers["signature-input"] = headers["signature-input"].replace(
        '"content-digest"', '"content-digest";key="sha-256"'
    )
    assert await refused(believe(headers, BODY)) is Refusal.NOT_COVERED


async def test_a_farewell_of_somebody_unknown_asks_nobody(believe, world):
    world.answer(ALICE.uri, 410)
    body = ALICE.says("Delete", ALICE.uri)
    with pytest.raises(FarewellOfStranger):
        await believe(ALICE.signs(INBOX, body, clocks.now()), body)
    assert world.asked == []


async def test_a_farewell_is_believed_by_the_key_that_was_known(believe, world):
    await believe(ALICE.signs(INBOX, BODY, clocks.now()), BODY)
    world.answer(ALICE.uri, 410)
    body = ALICE.says("Delete", ALICE.uri)
    assert (await believe(ALICE.signs(INBOX, body, clocks.now()), body)).sender == ALICE.uri


async def test_whoever_is_gone_says_nothing_else(believe, world):
    world.answer(ALICE.uri, 410)
    assert await refused(believe(ALICE.signs(INBOX, BODY, clocks.now()), BODY)) is Refusal.KEY


async def test_whoever_cannot_be_asked_is_asked_later(believe, world):
    world.answer(ALICE.uri, 503)
    with pytest.raises(TryLater):
        await believe(ALICE.signs(INBOX, BODY, clocks.now()), BODY)


HOSTILE = [
    "",
    " ",
    "\x00",
    "\xff" * 50,
    '"' * 50,
    "(" * 5000,
    "=:" * 5000,
    ",;" * 5000,
    "9" * 400,
    "-1",
    "Thu, 99 Nov 9999 99:99:99 GMT",
    "sig1=(" + '"a" ' * 2000 + ")",
]


@pytest.mark.parametrize(
    "header", ["signature", "signature-input", "digest", "content-digest", "date", "host"]
)
@pytest.mark.parametrize("scheme", SCHEMES)
async def test_no_header_breaks_it(believe, scheme, header):
    """Whatever stands in a header, it is believed or refused, and nothing else happens."""
    for value in HOSTILE:
        headers = ALICE.signs(INBOX, BODY, clocks.now(), scheme) | {header: value}
        with contextlib.suppress(FederationError):
            assert (await believe(headers, BODY)).sender == ALICE.uri
