"""Our reader of RFC 9421 beside a whole one: what ours believes the other does too, covering the
same; and what only ours refuses, it refuses for a reason with a name."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
)
from http_message_signatures.algorithms import ED25519, RSA_V1_5_SHA256
from hypothesis import given, seed
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from typing_extensions import override

from federation import cavage, digests, rfc9421
from federation.errors import Refusal, SignatureInvalid
from federation.incoming import arrived
from federation.signing import ACTIVITY_JSON, sign
from fedparents import clock
from tests.rig.elsewhere import Neighbour

HERE = "https://annecy.example"
NOW = datetime(2026, 11, 30, 8, 30, tzinfo=UTC)
ALICE = Neighbour("https://rumilly.example/users/alice", 1)
KEYS = {"rsa": ALICE.key, "ed25519": ALICE.newer_key}
ALGORITHMS = {"rsa": RSA_V1_5_SHA256, "ed25519": ED25519}
BODY = b'{"type":"Like"}'
NEEDED = ("@method", "@target-uri", "content-digest")
MORE = (
    "@authority",
    "@path",
    "@query",
    "@scheme",
    "@request-target",
    "host",
    "date",
    "content-type",
    "x-note",
    '"content-digest";key="sha-256"',
    '"content-digest";sf',
    '"@query-param";name="page"',
)
# Ways to spoil, or only to disturb, what was signed: of a header, with a place chosen by lot.
SPOILS: dict[str, Callable[[str, int], str]] = {
    "nothing": lambda text, _at: text,
    "a space": lambda text, at: text[:at] + " " + text[at:],
    "spaces in the list": lambda text, _at: text.replace('" "', '"  "').replace("(", "( "),
    "a letter gone": lambda text, at: text[:at] + text[at + 1 :],
    "a letter doubled": lambda text, at: text[: at + 1] + text[at:],
    "another letter": lambda text, at: text[:at] + "a" + text[at + 1 :],
    "capitals": lambda text, _at: text.upper(),
    "one in capitals": lambda text, at: text[:at] + text[at : at + 1].upper() + text[at + 1 :],
    "a nonce": lambda text, _at: text + ';nonce="x"',
    "a parameter": lambda text, _at: text + ";x=1",
    "a time": lambda text, _at: text + ";created=1",
    "an end": lambda text, _at: text + ";expires=1",
    "a flag": lambda text, _at: text + ";tag",
    "a key": lambda text, _at: text + ';keyid="x"',
    "another algorithm": lambda text, _at: text + ';alg="hmac-sha256"',
    "a decimal": lambda text, _at: text.replace("created=1", "created=1.0"),
    "a zero": lambda text, _at: text.replace("created=", "created=0"),
    "a second": lambda text, _at: f"{text}, {text.replace('sig=', 'sig2=')}",
    "the same again": lambda text, _at: f"{text}, {text}",
    "a comma": lambda text, _at: text + ",",
    "cut": lambda text, at: text[:at],
    "no padding": lambda text, _at: text.replace("=:", ":"),
    "a quote": lambda text, at: text[:at] + '\\"' + text[at:],
}
HEADERS = ("signature-input", "signature", "content-digest", "date", "x-note", "host")


@dataclass(frozen=True)
class Case:
    """What was signed, and what happened to it on its way."""

    kind: str
    covered: tuple[str, ...]
    has_algorithm: bool
    has_query: bool
    minutes: int
    header: str
    spoil: str
    place: float


class Message:
    def __init__(self, url: str, headers: dict[str, str]) -> None:
        self.method, self.url, self.headers = "POST", url, headers


class OneKey(HTTPSignatureKeyResolver):
    def __init__(self, kind: str) -> None:
        self._key = KEYS[kind].private

    @override
    def resolve_public_key(self, key_id: str) -> Any:
        return self._key.public_key()

    @override
    def resolve_private_key(self, key_id: str) -> Any:
        return self._key


class Oracle(HTTPMessageVerifier):
    @override
    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:
        """Times are a matter of policy, which is ours."""


def cases() -> st.SearchStrategy[Case]:
    covered = st.tuples(
        st.lists(st.sampled_from(NEEDED), unique=True, min_size=2),
        st.lists(st.sampled_from(MORE), unique=True, max_size=4),
    ).flatmap(lambda both: st.permutations([*both[0], *both[1]]))
    return st.builds(
        Case,
        kind=st.sampled_from(sorted(KEYS)),
        covered=covered.map(tuple),
        has_algorithm=st.booleans(),
        has_query=st.booleans(),
        minutes=st.sampled_from([0, 0, 0, -59, -61, 4, 6]),
        header=st.sampled_from(HEADERS),
        spoil=st.sampled_from(sorted(SPOILS)),
        place=st.floats(0, 1, exclude_max=True),
    )


def request_of(case: Case) -> tuple[str, dict[str, str]]:
    """Signed by the other library, and then spoilt."""
    url = f"{HERE}/inbox" + ("?page=1" if case.has_query or "page" in str(case.covered) else "")
    message = Message(
        url,
        {
            "host": "annecy.example",
            "date": "Mon, 30 Nov 2026 08:30:00 GMT",
            "content-type": ACTIVITY_JSON,
            "content-digest": digests.content_digest(BODY),
            "x-note": "a, b",
        },
    )
    HTTPMessageSigner(
        signature_algorithm=ALGORITHMS[case.kind], key_resolver=OneKey(case.kind)
    ).sign(
        message,
        key_id=KEYS[case.kind].id,
        covered_component_ids=case.covered,
        created=NOW + timedelta(minutes=case.minutes),
        label="sig",
        include_alg=case.has_algorithm,
        use_existing_digest=True,
    )
    headers = {name.lower(): value for name, value in message.headers.items()}
    text = headers[case.header]
    headers[case.header] = SPOILS[case.spoil](text, int(case.place * len(text)))
    return url, headers


def what_we_say(case: Case, url: str, headers: dict[str, str]) -> frozenset[str] | Refusal:
    lines = [(name.encode(), value.encode()) for name, value in headers.items()]
    try:
        request = arrived("POST", HERE, url.removeprefix(HERE), lines, BODY)
        claim = rfc9421.read_claim(request, NOW)
    except SignatureInvalid as error:
        return error.refusal
    if claim.key_id != KEYS[case.kind].id:
        return Refusal.KEY
    return (
        claim.covered if claim.is_made_with(OneKey(case.kind)._key.public_key()) else Refusal.WRONG
    )


def what_it_says(case: Case, url: str, headers: dict[str, str]) -> frozenset[str] | None:
    """What the other covers whole, if it believes anything."""
    oracle = Oracle(signature_algorithm=ALGORITHMS[case.kind], key_resolver=OneKey(case.kind))
    try:
        (found,) = oracle.verify(Message(url, dict(headers)), max_age=None, body=BODY)
    except (HTTPMessageSignaturesException, ValueError):
        return None
    named = {name for name in found.covered_components if ";" not in name}
    return frozenset(name.strip('"') for name in named) - {"@signature-params"}


def compare(case: Case) -> None:
    url, headers = request_of(case)
    ours, theirs = what_we_say(case, url, headers), what_it_says(case, url, headers)
    if isinstance(ours, frozenset):
        assert theirs == ours, (case, ours, theirs)
    elif theirs is not None:
        assert ours is not Refusal.WRONG, case


@given(cases())
@hypothesis_settings(max_examples=250, derandomize=True)
def test_ours_believes_nothing_that_the_other_does_not(case):
    compare(case)


def test_the_plain_case_is_believed_by_both():
    for kind in KEYS:
        case = Case(kind, NEEDED, True, True, 0, "date", "nothing", 0)
        url, headers = request_of(case)
        assert what_we_say(case, url, headers) == frozenset(NEEDED)
        assert what_it_says(case, url, headers) == frozenset(NEEDED)


def test_a_difference_would_be_noticed():
    """A spoilt body, which the other is not told of."""
    case = Case("rsa", ("@method", "@target-uri"), True, False, 0, "date", "nothing", 0)
    url, headers = request_of(case)
    assert what_we_say(case, url, headers) is Refusal.NOT_COVERED
    assert what_it_says(case, url, headers) is None


@pytest.mark.long
def test_for_ten_minutes():
    """Each round by another chance; a failure shows its case."""
    until = clock.stopwatch() + 600
    while clock.stopwatch() < until:
        given_by_chance = seed(random.SystemRandom().getrandbits(64))
        one_round = hypothesis_settings(max_examples=2000, database=None)(given(cases())(compare))
        given_by_chance(one_round)()


@given(
    st.sampled_from(["(request-target)", "host", "date", "digest", "content-type", "body"]),
    st.floats(0, 1, exclude_max=True),
    st.characters(min_codepoint=33, max_codepoint=126),
)
def test_no_letter_of_what_draft_cavage_covers_can_be_changed(part, place, letter):
    headers = sign(ALICE.key, "POST", f"{HERE}/inbox", BODY, NOW)
    target, body = "/inbox", BODY.decode()

    def spoilt(text: str) -> str:
        at = int(place * len(text))
        return f"{text[:at]}{letter}{text[at + 1 :]}"

    before = (target, body, dict(headers))
    if part == "(request-target)":
        target = spoilt(target)
    elif part == "body":
        body = spoilt(body)
    else:
        headers[part] = spoilt(headers[part])
    lines = [(name.encode(), value.encode()) for name, value in headers.items()]
    is_changed = (target, body, headers) != before
    try:
        claim = cavage.read_claim(arrived("POST", HERE, target, lines, body.encode()), NOW)
        is_believed = claim.is_made_with(ALICE.key.private.public_key())
    except SignatureInvalid:
        is_believed = False
    assert is_believed != is_changed
