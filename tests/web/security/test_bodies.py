"""Bodies that are too large, too slow or not what they claim get a clear answer, never a 500."""

import asyncio
from contextlib import contextmanager
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request

from tests.rig.pages import forms_of
from web.form_parsing import MOST_FIELDS, parse_form, parse_urlencoded
from web.security import bodies
from web.security.bodies import BoundedBody

URLENCODED = {"Content-Type": "application/x-www-form-urlencoded"}
BOUNDARY = "multipart/form-data; boundary=b"


@contextmanager
def refusal_at_most():
    """Either it works, or it is the sender's fault."""
    try:
        yield
    except HTTPException as refused:
        if refused.status_code != 400:
            raise


async def token_of(visitor):
    return forms_of((await visitor.get("/ask")).text)[0].answers["csrf_token"][0]


async def in_pieces(size, *, piece=500):
    for _ in range(0, size, piece):
        yield b"a" * piece


async def test_a_large_body_is_refused_before_it_is_read(visitor):
    answer = await visitor.post("/small", content=b"a" * 2001, headers=URLENCODED)
    assert answer.status_code == 413
    assert "larger than this page accepts" in answer.text


async def test_a_large_body_of_unknown_size_is_counted(visitor):
    answer = await visitor.post("/small", content=in_pieces(4000), headers=URLENCODED)
    assert answer.status_code == 413


@pytest.mark.parametrize("length", ["-1", "1e3", "abc", "١"])
async def test_a_length_that_is_no_number_is_refused(visitor, length):
    headers = [*URLENCODED.items(), ("Content-Length", length.encode())]
    answer = await visitor.post("/small", content=in_pieces(500), headers=headers)
    assert answer.status_code == 400


async def test_a_slow_body_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(bodies, "SECONDS_TO_START", 0.01)

    async def nothing_comes():
        await asyncio.sleep(60)

    body = BoundedBody(nothing_comes, at_most=1000, declared="")
    with pytest.raises(HTTPException) as refused:
        await body()
    assert refused.value.status_code == 408
    assert refused.value.headers == {"Connection": "close"}


async def test_a_slow_photo_buys_its_time(monkeypatch):
    monkeypatch.setattr(bodies, "SECONDS_TO_START", 0.05)
    monkeypatch.setattr(bodies, "SLOWEST", 1000)

    async def one_piece():
        await asyncio.sleep(0.02)
        return {"type": "http.request", "body": b"a" * 100, "more_body": True}

    body = BoundedBody(one_piece, at_most=10_000, declared="")
    for _ in range(6):
        await body()


@pytest.mark.parametrize(
    ("headers", "content", "status"),
    [
        (URLENCODED, b"title=%ff%fe", 400),
        (URLENCODED, b"title=\xff\xfe", 400),
        (URLENCODED, "title=é".encode(), 400),
        (URLENCODED, "&".join(f"f{n}=1" for n in range(MOST_FIELDS + 1)).encode(), 400),
        ({"Content-Type": "text/plain"}, b"title=cot", 415),
        ({"Content-Type": "application/json"}, b"{}", 415),
        ({"Content-Type": "multipart/form-data"}, b"--b\r\n", 400),
        ({"Content-Type": BOUNDARY}, b"not multipart at all", 400),
        (
            {"Content-Type": BOUNDARY},
            b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--",
            400,
        ),
        (
            {"Content-Type": BOUNDARY},
            b'--b\r\nContent-Disposition: form-data; name="title"\r\n\r\n\xff\xfe\r\n--b--\r\n',
            400,
        ),
        ({"Content-Type": BOUNDARY}, b"", 403),
        ({}, b"", 403),
    ],
)
async def test_what_browsers_never_send(visitor, probe, headers, content, status):
    answer = await visitor.post("/ask", content=content, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert not probe.asks


async def test_files_and_fields_of_a_multipart_form_arrive(visitor, probe):
    answer = await visitor.post(
        "/ask",
        data={"csrf_token": await token_of(visitor), "title": "Poussette \N{BABY} ๑"},
        files={"photo": ("photo.jpg", b"\xff\xd8")},
    )
    assert answer.status_code == 303
    assert probe.asks == ["Poussette \N{BABY} ๑"]


@given(st.binary(max_size=300))
def test_any_bytes_are_fields_or_a_clear_refusal(body):
    with refusal_at_most():
        for name, value in parse_urlencoded(body):
            (name + value).encode("utf-8")


WORDS = st.text(st.characters(codec="utf-8"), min_size=1)


@given(st.lists(st.tuples(WORDS, WORDS), max_size=MOST_FIELDS))
def test_what_browsers_encode_comes_out_as_it_went_in(fields):
    assert list(parse_urlencoded(urlencode(fields).encode())) == fields


@given(st.binary(max_size=400))
async def test_any_multipart_body_is_a_form_or_a_clear_refusal(body):
    async def receive():
        return {"type": "http.request", "body": b"--b\r\n" + body, "more_body": False}

    scope = {"type": "http", "headers": [(b"content-type", BOUNDARY.encode())]}
    with refusal_at_most():
        assert isinstance(await parse_form(Request(scope, receive)), FormData)
