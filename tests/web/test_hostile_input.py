"""Whatever stands in an address or a field, no page of ours breaks."""

import pytest

from fedparents.accounts.models import Role
from tests.rig.builders import an_account
from tests.rig.pages import forms_of, submit
from tests.web.conftest import sign_in
from web.routing import Page
from web.site import ROUTES

pytestmark = pytest.mark.both_engines

ENDLESS = {"events"}
"""Answers that go on for as long as somebody listens; they have tests of their own."""
PAGES = [route for route in ROUTES if isinstance(route, Page) and route.name not in ENDLESS]
HOSTILE = {
    "null": "a\x00b",
    "long": "x" * 10_000,
    "markup": "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
    "sql": "' OR 1=1; DROP TABLE account; --",
    "template": "{{ 7 * 7 }}{% raw %}%(name)s%s%",
    "huge": "9" * 40,
    "just too big": str(2**63),
    "negative": "-1",
    "digits of another script": "๑๒๓",
    "marks": "e" + "\u0301" * 2000,
    "turned round": "\u202eevil\u2066",
    "lines": "a\r\nSet-Cookie: b=c\r\n\r\n<b>",
    "elsewhere": "//elsewhere.example/\\..\\..//etc/passwd",
    "astral": "\U0001f1eb\U0001f1f7\U0010ffff",
    "empty": " ",
}
RARER = {"sql", "template", "huge", "negative", "lines", "elsewhere", "empty"}
"""What the same code refuses as the others: for the long run."""
every_value = pytest.mark.parametrize(
    "value",
    [
        pytest.param(value, id=name, marks=[pytest.mark.long] if name in RARER else [])
        for name, value in HOSTILE.items()
    ],
)


def address_of(page, value, place):
    return place.urls.path(
        page.name, **dict.fromkeys(page.param_convertors, value), q=value, next=value
    )


@pytest.fixture(params=["a visitor", "an admin"])
async def somebody(request, place, visitor):
    if request.param == "an admin":
        await sign_in(place, visitor, await an_account(place.db, "marie", role=Role.ADMIN))
    return visitor


@every_value
async def test_no_address_breaks_a_page(place, somebody, value, log):
    for page in PAGES:
        answer = await somebody.get(address_of(page, value[:3000], place))
        assert answer.status_code < 500, f"{page.path}\n{log.getvalue()}"
        assert "<script>alert" not in answer.text


@every_value
async def test_no_answer_breaks_a_form(place, somebody, value, log):
    for page in PAGES:
        if "POST" not in (page.methods or ()) or page.param_convertors:
            continue
        shown = await somebody.get(place.urls.path(page.name))
        for form in forms_of(shown.text)[:3]:
            if form.method != "post":
                continue
            names = form.names - {"csrf_token", "form_key"}
            answer = await submit(somebody, shown, dict.fromkeys(names, value))
            assert answer.status_code < 500, f"{page.path} {names}\n{log.getvalue()}"
            assert "<script>alert" not in answer.text
