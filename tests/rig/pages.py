"""Pages as a browser without scripts reads them: their forms, filled in and sent."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx2
from typing_extensions import override

_NEVER_SENT = {"submit", "button", "reset", "image", "file"}
_TICKED = {"checkbox", "radio"}


@dataclass(slots=True)
class Form:
    """One form with the answers it shows; `names` are all it asks for, ticked or not."""

    action: str
    method: str
    answers: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


def forms_of(html: str) -> list[Form]:
    reader = _FormReader()
    reader.feed(html)
    return reader.forms


def form_with(html: str, names: set[str]) -> Form:
    """The one form on a page that asks for all of these; without any, the first that posts."""
    found = [form for form in forms_of(html) if form.method == "post" and names <= form.names]
    if not found:
        shown = [f"{form.method} {form.action}: {sorted(form.names)}" for form in forms_of(html)]
        raise LookupError(f"no form asks for {sorted(names)}; there are: {shown}")
    return found[0]


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that is filled in and can be sent, also a second time when the first got lost."""

    address: str
    fields: Mapping[str, list[str]]

    async def send(self, client: httpx2.AsyncClient) -> httpx2.Response:
        parts = urlsplit(self.address)
        origin = {"Origin": f"{parts.scheme}://{parts.netloc}"}
        return await client.post(self.address, data=self.fields, headers=origin)


def fill_in(
    page: httpx2.Response,
    answers: Mapping[str, str | list[str]] | None = None,
    **more: str | list[str],
) -> Filled:
    """An empty list unticks a box. The form is found by the names of the answers."""
    given = {**(answers or {}), **more}
    form = form_with(page.text, set(given))
    fields = form.answers | {k: [v] if isinstance(v, str) else v for k, v in given.items()}
    return Filled(urljoin(str(page.url), form.action), fields)


async def submit(
    client: httpx2.AsyncClient,
    page: str | httpx2.Response,
    answers: Mapping[str, str | list[str]] | None = None,
    **more: str | list[str],
) -> httpx2.Response:
    """Open a page (or take one that is open), fill in its form and send it, as a person does."""
    if isinstance(page, str):
        page = await client.get(page)
        page.raise_for_status()
    return await fill_in(page, answers, **more).send(client)


async def send_files(
    client: httpx2.AsyncClient,
    address: str,
    fields: Mapping[str, str],
    field: str,
    files: Sequence[tuple[str, bytes]],
) -> httpx2.Response:
    """A form with a file field, as browsers send it: left alone, it is a file without a name."""
    parts = [(f'name="{name}"', value.encode()) for name, value in fields.items()]
    for name, data in files or [("", b"")]:
        quoted = name.replace('"', "%22")
        parts.append((f'name="{field}"; filename="{quoted}"\r\nContent-Type: image/jpeg', data))
    body = b"".join(
        f"--{_BORDER}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + data + b"\r\n"
        for head, data in parts
    )
    kind = {"Content-Type": f"multipart/form-data; boundary={_BORDER}"}
    return await client.post(address, content=body + f"--{_BORDER}--\r\n".encode(), headers=kind)


_BORDER = "----a-border-that-is-in-no-picture"


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._area = ""
        self._choice = ""
        self._is_first_option = False

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None:
            self._read_field(self._form, tag, given)

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._choice = ""

    @override
    def handle_data(self, data: str) -> None:
        if self._form is not None and self._area:
            self._form.answers[self._area] = [self._form.answers[self._area][0] + data]

    def _read_field(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if name:
            form.names.add(name)
        if tag == "input" and name:
            _read_input(form, name, given)
        elif tag == "textarea" and name:
            self._area = name
            form.answers[name] = [""]
        elif tag == "select":
            self._choice, self._is_first_option = name, True
        elif tag == "option" and self._choice:
            if "selected" in given or self._is_first_option:
                form.answers[self._choice] = [given.get("value", "")]
            self._is_first_option = False


def _read_input(form: Form, name: str, given: dict[str, str]) -> None:
    kind = given.get("type", "text").lower()
    if kind in _NEVER_SENT or (kind in _TICKED and "checked" not in given):
        return
    form.answers.setdefault(name, []).append(given.get("value", "on" if kind in _TICKED else ""))


def found_in(html: str, pattern: str) -> str:
    """What the first group of a pattern matches; fails where there is nothing."""
    found = re.search(pattern, html)
    assert found, f"{pattern} is not on the page"
    return found[1]
