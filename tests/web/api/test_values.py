"""What was sent, whatever the encoding: the same call in every way that apps write it."""

from typing import Any

import pytest
from starlette.exceptions import HTTPException

from web.api.values import nest


@pytest.mark.parametrize(
    ("pairs", "whole"),
    [
        ([("a", "1")], {"a": "1"}),
        ([("a", "1"), ("a", "2")], {"a": ["1", "2"]}),
        ([("a[]", "1"), ("a[]", "2")], {"a": ["1", "2"]}),
        ([("a", "1"), ("a[]", "2")], {"a": ["1", "2"]}),
        ([("a[0]", "1"), ("a[1]", "2")], {"a": {"0": "1", "1": "2"}}),
        ([("p[options][]", "x"), ("p[options][]", "y")], {"p": {"options": ["x", "y"]}}),
        (
            [("f[0][name]", "n"), ("f[0][value]", "v"), ("f[1][name]", "m")],
            {"f": {"0": {"name": "n", "value": "v"}, "1": {"name": "m"}}},
        ),
        (
            [("k[][word]", "x"), ("k[][whole]", "1"), ("k[][word]", "y")],
            {"k": [{"word": "x", "whole": "1"}, {"word": "y"}]},
        ),
        ([("k[][tags][]", "x"), ("k[][tags][]", "y")], {"k": [{"tags": ["x", "y"]}]}),
        ([("a", "1"), ("a[b]", "2")], {"a": {"b": "2"}}),
        ([("a[b]", "2"), ("a", "1")], {"a": [{"b": "2"}, "1"]}),
        ([("a[b", "1"), ("[]", "2"), ("c]d", "3")], {"a[b": "1", "[]": "2", "c]d": "3"}),
        ([("a", "x\x00y")], {"a": "xy"}),
        ([], {}),
    ],
)
def test_names_nest_as_in_rails(pairs, whole):
    assert nest(pairs) == whole


def test_what_nests_too_deep_is_refused():
    with pytest.raises(HTTPException):
        nest([("a" + "[b]" * 9, "1")])


SENT: dict[str, Any] = {
    "title": "Vélos & co",
    "flag": True,
    "count": 3,
    "ids": [1, 2],
    "fields": [{"name": "n", "value": "v"}, {"name": "m", "value": ""}],
    "source": {"language": "fr"},
}
TOLD = {
    "title": "Vélos & co",
    "flag": True,
    "count": 3,
    "ids": [1, 2],
    "fields": [["n", "v"], ["m", ""]],
    "language": "fr",
}
PAIRS = [
    ("title", "Vélos & co"),
    ("flag", "on"),
    ("count", "3"),
    ("ids[]", "1"),
    ("ids[]", "2"),
    ("fields[0][name]", "n"),
    ("fields[0][value]", "v"),
    ("fields[1][name]", "m"),
    ("source[language]", "fr"),
]


@pytest.mark.parametrize(
    "call",
    [
        {"json": SENT},
        {"params": PAIRS},
        {"params": PAIRS, "headers": {"Content-Type": "application/json"}},
        {"files": [(name, (None, value)) for name, value in PAIRS]},
        {"data": {"title": "Vélos & co", "flag": "1", "count": "3", "ids": ["1", "2"],
                  "fields[][name]": ["n", "m"], "source[language]": "fr"}},
        {"json": SENT, "params": {"title": "the body goes first", "unknown": "x"}},
        {"json": SENT | {"fields": {"0": SENT["fields"][0], "1": SENT["fields"][1]}}},
        {"json": SENT | {"title": ["Somebody else", "Vélos & co"], "ids": {"0": "1", "1": 2}}},
    ],
    ids=["json", "query", "empty-json", "multipart", "form", "both", "numbered", "doubled"],
)  # fmt: skip
async def test_every_encoding_says_the_same(echo, call):
    told = TOLD
    if "data" in call:  # the client library sends lists name by name: two values of one name
        told = TOLD | {"fields": [["n", ""], ["m", ""]]}
    for method in ("POST", "PATCH", "PUT", "DELETE"):
        answer = await echo.request(method, "/api/v1/echo", **call)
        assert (answer.status_code, answer.json()) == (200, told), method


BROKEN = [
    ("application/json", b"{", 400),
    ("application/json", b"[1]", 400),
    ("application/json", b'"title"', 400),
    ("application/json", b'{"title": "\xff"}', 400),
    ("application/json", b'{"title": "\\ud800"}', 400),
    ("application/json", b'{"title":' + b"[" * 5000, 400),
    ("application/x-www-form-urlencoded", b"title=%ff", 400),
    ("application/x-www-form-urlencoded", b"a=1&" * 300, 400),
    ("multipart/form-data", b"nothing", 400),
    ("multipart/form-data; boundary=x", b"--x\r\nnonsense", 400),
    ("text/xml", b"<title/>", 415),
    ("application/json", b"{" + b" " * 1_100_000 + b"}", 413),
]


async def test_what_is_broken_is_refused_in_json(echo):
    for kind, body, status in BROKEN:
        answer = await echo.post("/api/v1/echo", content=body, headers={"Content-Type": kind})
        assert answer.status_code == status, body[:40]
        assert answer.headers["content-type"] == "application/json; charset=utf-8"
        assert isinstance(answer.json()["error"], str)


WRONG: list[tuple[dict[str, Any], int, str]] = [
    ({}, 400, "param is missing or the value is empty: title"),
    ({"title": ""}, 400, "param is missing or the value is empty: title"),
    ({"title": None}, 400, "param is missing or the value is empty: title"),
    ({"title": {"a": 1}}, 400, "param is missing or the value is empty: title"),
    ({"title": []}, 400, "param is missing or the value is empty: title"),
    ({"title": "x", "colour": "mauve"}, 422, "Validation failed: colour: "),
    ({"title": "x", "at": "tomorrow"}, 422, "Validation failed: at: "),
    ({"title": "x", "strict": "three"}, 422, "Validation failed: strict: "),
    ({"title": "x", "source": "fr"}, 422, "Validation failed: source: "),
    ({"title": "x", "fields": ["a"]}, 422, "Validation failed: fields.0: "),
    ({"title": "x", "picture": "a.png"}, 422, "Validation failed: picture: "),
]


async def test_what_is_missing_or_wrong_is_said(echo):
    for sent, status, words in WRONG:
        answer = await echo.post("/api/v1/echo", json=sent)
        assert answer.status_code == status, sent
        assert answer.json()["error"].startswith(words)


async def test_what_is_wrong_is_told_by_parameter_in_the_language_that_was_asked_for(echo):
    wrong = {"title": "x", "colour": "mauve"}
    english = (await echo.post("/api/v1/echo", json=wrong)).json()
    assert english["details"]["colour"][0]["error"] == "ERR_INCLUSION"
    sent = (await echo.post("/api/v1/echo", json=wrong | {"lang": "fr"})).json()
    assert sent == (await echo.post("/api/v1/echo?lang=fr", json=wrong)).json()
    french = (await echo.post("/api/v1/echo?lang=fr", json=wrong)).json()
    assert french["error"] != english["error"]


MEANT: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"flag": "false"}, {"flag": False}),
    ({"flag": 0}, {"flag": False}),
    ({"flag": ""}, {"flag": False}),
    ({"flag": "off"}, {"flag": False}),
    ({"flag": "whatever"}, {"flag": True}),
    ({"flag": [True]}, {"flag": True}),
    ({"count": "many"}, {"count": None}),
    ({"count": "-3"}, {"count": -3}),
    ({"count": "9" * 400}, {"count": None}),
    ({"ids": "7"}, {"ids": [7]}),
    ({"ids": ["01ARZ3", "8", "9" * 30, None]}, {"ids": [0, 8, 0]}),
    ({"ids": None}, {"ids": []}),
    ({"title": 12}, {"title": "12"}),
    ({"title": "a\x00b"}, {"title": "ab"}),
    ({"colour": ""}, {"colour": None}),
    ({"colour": "red"}, {"colour": "red"}),
    ({"at": "2026-11-23T10:00:00Z"}, {"at": "2026-11-23T10:00:00+00:00"}),
    ({"at": "2026-11-23T10:00:00"}, {"at": "2026-11-23T10:00:00+00:00"}),
    ({"at": ""}, {"at": None}),
    ({"picture": ""}, {"picture": None}),
]


async def test_values_are_read_as_they_are_meant(echo):
    for sent, told in MEANT:
        answer = await echo.post("/api/v1/echo", json={"title": "x", "all": True} | sent)
        assert answer.status_code == 200, sent
        assert answer.json().items() >= told.items()


async def test_a_file_comes_with_the_words_beside_it(echo):
    answer = await echo.post(
        "/api/v1/echo",
        data={"title": "x", "all": "1"},
        files={"picture": ("a.png", b"12345", "image/png")},
    )
    assert answer.json()["picture"] == 5
