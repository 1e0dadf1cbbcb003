"""A place with a form that takes photos along with words, as the forms of posts do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

import pytest
from jinja2 import DictLoader, PrefixLoader
from starlette.requests import Request
from starlette.responses import Response

from fedparents.errors import Invalid
from fedparents.media.models import MediaAttachment
from fedparents.media.service import attach_photos
from fedparents.settings import Settings
from tests.rig.builders import open_the_doors
from web.forms import Form, FormState, line, new_form, read_form, submit_once
from web.routing import Page
from web.runtime import Runtime, open_runtime
from web.site.media.photos import PHOTOS_BODY, SentPhotos, read_photos
from web.site.page import redirect, render
from web.visit import require_viewer

TEMPLATE = """{% extends "frame/bare.html" %}
{% import "frame/forms.html" as f with context %}
{% import "media/photos.html" as media with context %}
{% block title %}{{ _("Preferences") }}{% endblock %}
{% block main %}{{ f.summary(form) }}
{% call f.form("/probe", form, upload=true) %}{{ f.text(form, "title", "Title") }}
{{ media.photos_field(form, photos) }}{{ f.button("Send") }}{% endcall %}{% endblock %}"""


NO_PHOTOS = SentPhotos([], [], is_only_about_photos=False)


class AskForm(Form):
    title: Annotated[str, line(at_least=3, at_most=120)]


async def ask_page(request: Request) -> Response:
    viewer = require_viewer(request)
    if request.method != "POST":
        return _show(request, new_form({"title": ""}, of=AskForm), NO_PHOTOS)
    ask, form = await read_form(request, AskForm)
    photos = await read_photos(request, viewer, form)
    if photos.is_only_about_photos:
        form.errors.pop("title", None)
        return _show(request, form, photos)
    if ask is None or form.errors:
        return _show(request, form, photos)
    try:
        there = await submit_once(request, form, _there, attach_photos, viewer, photos.drafts)
    except Invalid as error:
        form.complain(error, "photos")
        return _show(request, form, photos)
    return redirect(request, there)


def _there(kept: list[MediaAttachment]) -> str:
    return f"/probe?kept={len(kept)}"


def _show(request: Request, form: FormState, photos: SentPhotos) -> Response:
    context = {"form": form, "photos": photos.photos}
    return render(request, "probe/ask.html", context, 422 if form.errors else 200)


@pytest.fixture
async def place(settings: Settings) -> AsyncIterator[Runtime]:
    form = Page("/probe", ask_page, name="probe", methods=("GET", "POST"), max_body=PHOTOS_BODY)
    runtime = open_runtime(settings, more_routes=[form])
    assert isinstance(runtime.templates.loader, PrefixLoader)
    runtime.templates.loader.mapping = {
        **runtime.templates.loader.mapping,
        "probe": DictLoader({"ask.html": TEMPLATE}),
    }
    await runtime.start()
    await runtime.db.write(open_the_doors, domain=settings.domain)
    yield runtime
    await runtime.close()
