"""What strangers send is read in every shape that it has on the wire, and within limits."""

import asyncio
import contextlib
import threading
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.errors import Malformed
from federation.reading import (
    DEEPEST,
    LONGEST_LIST,
    LONGEST_TEXT,
    Json,
    JsonObject,
    audience_of,
    id_of,
    is_uri,
    line_of,
    moment_of,
    object_of,
    objects_of,
    plain,
    read_apart,
    read_document,
    types_of,
    uri_of,
    uris_of,
    words_of,
)
from federation.vocab import AS, PUBLIC

ANA = "https://rumilly.example/users/1"
BAO = "https://rumilly.example/users/2"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "no JSON"),
        (b"{", "no JSON"),
        (b"\xff\xfe{}", "no JSON"),
        (b"[]", "no object"),
        (b'"text"', "no object"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": Infinity}', "Infinity"),
        (b'{"a": 1e999}', "too large"),
        (b'{"a": 1, "a": 2}', "twice"),
        (b'{"object": {"id": "x", "id": "y"}}', "twice"),
        (b'{"@graph": []}', "@graph"),
        (b'{"@included": []}', "@included"),
        (b'{"@reverse": {}}', "@reverse"),
        (b'{"a": "\\u0000"}', "U+0000"),
        (b'{"a": "\\ud800"}', "half a character"),
        (b'{"\\ud800": 1}', "half a character"),
        (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "no JSON"),
        (b'{"a": ' + b"[" * DEEPEST + b"1" + b"]" * DEEPEST + b"}", "nested"),
        (b'{"a": [' + b"1," * LONGEST_LIST + b"1]}", "list is too long"),
        (b'{"a": "' + b"x" * (LONGEST_TEXT + 1) + b'"}', "text is too long"),
        (b'{"a": ' + b"9" * 5000 + b"}", "no JSON"),
    ],
)
def test_what_is_not_read(body, why):
    with pytest.raises(Malformed, match=why.replace("+", r"\+")):
        read_document(body)


def test_what_is_just_within_the_limits():
    deep = b"[" * (DEEPEST - 1) + b"1" + b"]" * (DEEPEST - 1)
    assert read_document(b'{"a": ' + deep + b"}")
    assert read_document(b'{"a": "' + b"x" * LONGEST_TEXT + b'"}')
    assert read_document('{"a": "นี่ 😀"}'.encode()) == {"a": "นี่ 😀"}


@given(st.binary(max_size=200))
def test_bytes_give_an_object_or_are_malformed(body):
    with contextlib.suppress(Malformed):
        assert isinstance(read_document(body), dict)


@pytest.mark.parametrize(
    "value",
    [
        ANA,
        [ANA],
        {"id": ANA},
        {"@id": ANA},
        {"type": "Link", "href": ANA},
        [{"id": ANA, "type": "Person"}, BAO],
        [None, 7, ANA],
    ],
)
def test_an_address_in_every_shape(value):
    assert uri_of(value) == ANA


@pytest.mark.parametrize(
    "value", [None, True, 7, "", "ana", [], {}, [[ANA]], "javascript:alert(1)", {"id": 7}]
)
def test_what_is_no_address(value):
    assert uri_of(value) == ""


@pytest.mark.parametrize(
    "text",
    [
        "https://ana@rumilly.example/",
        "ftp://rumilly.example/",
        "https:///users/1",
        "https://rumilly.example/a b",
        "https://rumilly.example/\n",
        "https://[::1",
        "https://rumilly.example/" + "x" * 3000,
    ],
)
def test_addresses_that_lead_nowhere(text):
    assert not is_uri(text)


def test_several_addresses_each_once():
    assert uris_of([ANA, {"id": BAO}, ANA, None]) == [ANA, BAO]
    assert uris_of(None) == []


@pytest.mark.parametrize("name", [PUBLIC, "as:Public", "Public"])
def test_everybody_has_one_name(name):
    assert audience_of(name) == [PUBLIC]
    assert audience_of([ANA, name, PUBLIC]) == [ANA, PUBLIC]
    assert audience_of(None) == []


def test_short_names_wherever_the_others_were_used():
    written: JsonObject = {
        "toot:discoverable": True,
        f"{AS}#name": "Ana",
        "http://joinmastodon.org/ns#indexable": False,
        "unknown:thing": 1,
        "name": "Bao",
    }
    assert plain(written) == {"name": "Bao", "discoverable": True, "indexable": False}
    untouched: JsonObject = {"name": "Ana"}
    assert plain(untouched) is untouched


@pytest.mark.parametrize("type_", ["Person", ["Person"], "as:Person", f"{AS}#Person"])
def test_types_in_every_shape(type_):
    assert types_of({"type": type_}) == ["Person"]
    assert types_of({"@type": type_}) == ["Person"]


def test_nothing_is_of_no_type():
    assert types_of({}) == []
    assert types_of({"type": {"a": 1}}) == []


def test_objects_in_every_shape():
    tag: Json = {"type": "Mention"}
    assert objects_of(tag) == objects_of([tag]) == objects_of([tag, "x", None]) == [tag]
    assert object_of("x") == object_of(None) == {}


def test_an_id_is_needed():
    assert id_of({"id": ANA}) == id_of({"@id": ANA}) == ANA
    missing: list[JsonObject] = [{}, {"id": None}, {"id": [ANA]}, {"id": "ana"}]
    for wrong in missing:
        with pytest.raises(Malformed):
            id_of(wrong)


def test_words_without_their_dress():
    html = "<p>Un <b>beau</b><br>vélo</p><p>&lt;3 <script>alert(1)</script></p>"
    assert words_of(html, at_most=100) == "Un beau\nvélo\n\n<3"
    assert words_of(None, at_most=100) == ""
    assert words_of("<p>abcdef", at_most=3) == "abc"


@pytest.mark.parametrize(
    "html",
    [
        "<p>Un &amp; <br>deux</p> <p>&lt;b&gt;&copy &#60;</p>",
        "a<p>b</p>c</p><br/><br />d > e & f",
        "<p>&nbsp;\n\n\nun\r\ndeux\rtrois <br></p></p><p></p>",
    ],
)
def test_words_without_any_dress_are_read_alike(html):
    dressed = words_of(f"{html}<b></b>", at_most=1000)
    assert words_of(html, at_most=1000) == dressed != ""


def test_lines_are_clean_and_short():
    assert line_of("  Ana\n\u202eP. ", at_most=60) == "Ana P."
    assert line_of({"fr": "Ana"}, at_most=60) == line_of(["Ana"], at_most=60) == "Ana"
    assert line_of(7, at_most=60) == ""


def test_moments_with_and_without_a_zone():
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    for text in ("2026-11-23T12:00:00Z", "2026-11-23T13:00:00+01:00", "2026-11-23T12:00:00"):
        assert moment_of(text) == noon
    for wrong in (None, 7, "yesterday", "0001-01-01T00:00:00+23:00"):
        assert moment_of(wrong) is None


def test_to_everybody_is_said_in_every_shape():
    odd: list[Json] = [{"id": PUBLIC}, {"x": {}}, 7, None]
    shapes: tuple[Json, ...] = ("as:Public", ["Public"], {"id": PUBLIC}, odd)
    for said in shapes:
        assert audience_of(said) == [PUBLIC]


@pytest.mark.anyio
async def test_of_what_is_long_few_are_read_at_once():
    lock, under_way, most = threading.Lock(), 0, 0

    def read():
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        time.sleep(0.01)
        with lock:
            under_way -= 1
        return threading.current_thread()

    threads = await asyncio.gather(*(read_apart(read) for _ in range(8)))
    assert most <= 2
    assert threading.current_thread() not in threads
