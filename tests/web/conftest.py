"""A place with a few pages of its own, to see what the doors do whatever stands behind them."""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import httpx2
import pytest
from jinja2 import DictLoader, PrefixLoader
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from typing_extensions import override

from fedparents.accounts.models import Account
from fedparents.accounts.sessions import open_session
from fedparents.db import UnitOfWork
from fedparents.settings import Settings
from tests.rig.builders import open_the_doors
from web.app import create_app
from web.forms import Form, OptionalNumber, line, new_form, read_form, submit_once, text
from web.logs import set_up_logs
from web.routing import Endpoint, Page
from web.runtime import Runtime, open_runtime
from web.security.limits import check_limit
from web.site.page import redirect, render
from web.visit import require_viewer, viewer_of


class AskForm(Form):
    title: Annotated[str, line(at_least=3, at_most=120)]
    body: Annotated[str, text(at_most=5000)] = ""
    places: OptionalNumber = None

    words: ClassVar = {"title.missing": "Tell neighbours what you need."}


@dataclass(slots=True)
class Probe:
    """What the pages below do next, and what they have done."""

    error: Exception | None = None
    asks: list[str] = field(default_factory=list)
    seconds: float = 0.0


def pages_of(probe: Probe) -> list[Page | Endpoint]:
    async def ask_page(request: Request) -> Response:
        if request.method != "POST":
            return render(request, "probe/ask.html", {"form": new_form({"title": ""}, of=AskForm)})
        ask, form = await read_form(request, AskForm)
        if ask is None:
            return render(request, "probe/ask.html", {"form": form}, 422)

        def write(_uow: UnitOfWork) -> str:
            probe.asks.append(ask.title)
            return ask.title

        where = await submit_once(request, form, lambda title: f"/asked?{len(title)}", write)
        return redirect(request, where, ("good", f"<{ask.title}>"))

    async def fail(_request: Request) -> Response:
        await asyncio.sleep(probe.seconds)
        if probe.error is not None:
            raise probe.error
        return PlainTextResponse("fine")

    async def private(request: Request) -> Response:
        require_viewer(request)
        return render(request, "probe/ask.html", {"form": new_form({"title": ""}, of=AskForm)})

    async def who(request: Request) -> Response:
        viewer = viewer_of(request)
        return PlainTextResponse(viewer.handle if viewer else "nobody")

    async def limited(request: Request) -> Response:
        await check_limit(request, "sign_in", request.query_params.get("login"))
        return PlainTextResponse("fine")

    both = ("GET", "POST")
    return [
        Page("/ask", ask_page, name="ask", methods=both, opens_early=True),
        Page("/asked", who, name="asked", opens_early=True),
        Page("/fail", fail, name="fail", methods=both, opens_early=True),
        Page("/private", private, name="private", methods=both, opens_early=True),
        Page("/limited", limited, name="limited", opens_early=True),
        Page("/small", fail, name="small", methods=("POST",), max_body=2000, opens_early=True),
        Endpoint("/api/v1/fail", fail, name="api_fail", methods=both),
    ]


TEMPLATE = """{% extends "frame/bare.html" %}
{% import "frame/forms.html" as f with context %}
{% block title %}{{ _("Preferences") }}{% endblock %}
{% block main %}{{ f.summary(form) }}
{% call f.form("/ask", form) %}
{{ f.text(form, "title", "Title") }}{{ f.area(form, "body", "Body") }}
{{ f.text(form, "places", "Places") }}{{ f.text(form, "password", "Password", type="password") }}
{{ f.button("Ask") }}{% endcall %}{% endblock %}"""


class Log(io.StringIO):
    """What has been logged since the test began; pytest shows it when the test fails."""

    @override
    def write(self, text: str) -> int:
        sys.stderr.write(text)
        return super().write(text)


@pytest.fixture(scope="session")
def _whole_log() -> Log:
    # Once for all tests: loggers keep what they were set up with at their first use.
    output = Log()
    set_up_logs("text", output)
    return output


@pytest.fixture(autouse=True)
def log(_whole_log: Log) -> Log:
    _whole_log.seek(0)
    _whole_log.truncate()
    return _whole_log


@pytest.fixture
def probe() -> Probe:
    return Probe()


@pytest.fixture
def probe_settings(settings: Settings) -> Settings:
    """Overridden by tests that want a place set otherwise."""
    return settings


@pytest.fixture
async def place(probe: Probe, probe_settings: Settings) -> AsyncIterator[Runtime]:
    """A place that is set up and has the pages above beside its own."""
    runtime = open_runtime(probe_settings, more_routes=pages_of(probe))
    assert isinstance(runtime.templates.loader, PrefixLoader)
    runtime.templates.loader.mapping = {
        **runtime.templates.loader.mapping,
        "probe": DictLoader({"ask.html": TEMPLATE}),
    }
    await runtime.start()
    await runtime.db.write(open_the_doors, domain=probe_settings.domain)
    yield runtime
    await runtime.close()


@pytest.fixture
async def visitor(place: Runtime) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser in front of `place` that reads English."""
    transport = httpx2.ASGITransport(create_app(place), client=("127.0.0.1", 50_000))
    async with httpx2.AsyncClient(
        transport=transport,
        base_url=place.settings.base_url,
        headers={"Accept-Language": "en", "Sec-Fetch-Site": "same-origin"},
    ) as browser:
        yield browser


async def sign_in(place: Runtime, visitor: httpx2.AsyncClient, account: Account) -> None:
    """What the sign-in page does in the end."""

    def open_one(uow: UnitOfWork) -> str:
        again = uow.session.get_one(Account, account.id)
        return open_session(uow, again, browser="a-browser", device="Firefox, Linux")

    token = await place.db.write(open_one)
    visitor.cookies.set(place.cookies.session, token, domain=".issy.localhost")
