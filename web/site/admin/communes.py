"""Bringing in the communes of another country from a spreadsheet: looked at first, then loaded."""

from __future__ import annotations

import asyncio
import io
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.errors import Invalid
from fedparents.places.csv_file import ParsedPlaces, parse_places_csv
from fedparents.places.loading import import_places, preview_import
from fedparents.places.service import LoadCount
from web.forms import FormState, new_form, read_form
from web.i18n import N_, ngettext
from web.i18n import gettext as _
from web.routing import Page
from web.site.admin.access import administrator_of
from web.site.admin.forms import PlacesFileForm, PlacesImportForm
from web.site.page import redirect, render
from web.visit import runtime_of

PROBLEM_WORDS: Final[Mapping[str, str]] = {
    "file_too_large": N_("The file is too large."),
    "file_empty": N_("The file is empty."),
    "no_name_column": N_("No column has a heading such as “name” or “commune”."),
    "unreadable": N_("This line cannot be read."),
    "too_many_columns": N_("This line has more columns than the heading."),
    "bad_number": N_("A number cannot be read."),
    "same_code_other_name": N_("Another line has this code with another name."),
    "bad_country": N_("The country is not two letters."),
    "no_name": N_("The name is missing."),
    "name_too_long": N_("The name is too long."),
    "bad_code": N_("The code is missing or too long."),
    "bad_postcode": N_("A postcode cannot be right."),
    "half_position": N_("Only half of the position is given."),
    "bad_latitude": N_("The latitude cannot be right."),
    "bad_longitude": N_("The longitude cannot be right."),
    "bad_population": N_("The number of inhabitants cannot be right."),
}
_SHOWN: Final = 50
_LARGEST_UPLOAD: Final = 8 * 1024 * 1024
_KEPT: Final = timedelta(hours=1)
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{22}")
_TEXT_TYPES: Final = frozenset(
    ("text/csv", "text/plain", "application/csv", "application/vnd.ms-excel",
     "text/tab-separated-values", "application/octet-stream", "")
)  # fmt: skip
# How files begin that are no text, whatever their name says.
_OTHER_KINDS: Final = (
    b"PK\x03\x04", b"%PDF", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\xd0\xcf\x11\xe0",
    b"BZh", b"7z\xbc\xaf", b"\x7fELF", b"MZ", b"SQLite format 3", b"RIFF",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Report:
    """What an import would do, and what it would leave out."""

    token: str
    country: str
    count: LoadCount
    problems: list[tuple[int, str]]
    problem_count: int


async def communes_page(request: Request) -> Response:
    """Choose a file, then see what it holds. Nothing is stored yet but the file itself."""
    viewer = administrator_of(request)
    if request.method != "POST":
        return _show(request, new_form({"country": ""}, of=PlacesFileForm))
    sent, form = await read_form(request, PlacesFileForm)
    if sent is None:
        return _show(request, form)
    data = await sent.file.read(_LARGEST_UPLOAD + 1)
    if problem := _problem_of(data, sent.file.content_type or ""):
        form.add_error("file", problem)
        return _show(request, form)
    try:
        report = await _looked_at(request, viewer, data, sent.country)
    except Invalid as error:
        form.complain(error)
        return _show(request, form)
    return _show(request, form, report)


async def import_communes(request: Request) -> Response:
    """Load the file that was just looked at."""
    viewer = administrator_of(request)
    sent, _form = await read_form(request, PlacesImportForm)
    path = _kept_file(request, sent.token) if sent is not None else None
    if sent is None or path is None:
        words = _("This file is not kept any more. Please choose it again.")
        return redirect(request, _here(request), ("warn", words))
    db = runtime_of(request).db
    parsed = await asyncio.to_thread(_parse, path.read_bytes(), sent.country)
    count = await import_places(db, parsed.rows, by=viewer)
    path.unlink(missing_ok=True)
    return redirect(request, _here(request), ("good", _outcome(count)))


def _outcome(count: LoadCount) -> str:
    """What an import did, in whole sentences."""
    done = []
    if count.added:
        words = ngettext("One commune was added.", "%(num)s communes were added.", count.added)
        done.append(words)
    if count.changed:
        words = ngettext(
            "One commune was changed.", "%(num)s communes were changed.", count.changed
        )
        done.append(words)
    return " ".join(done) or _("Everything in this file is here already.")


def _problem_of(data: bytes, content_type: str) -> str | None:
    """Why a file is not what it claims; None when it can be text."""
    if len(data) > _LARGEST_UPLOAD:
        return "file_too_large"
    kind = content_type.partition(";")[0].strip().lower()
    is_utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if kind not in _TEXT_TYPES or data.startswith(_OTHER_KINDS):
        return "file_not_text"
    if b"\x00" in data and not is_utf16:
        return "file_not_text"
    if data.lstrip()[:1] in (b"<", b"{"):
        return "file_not_text"
    return None


async def _looked_at(request: Request, viewer: Viewer, data: bytes, country: str) -> Report:
    parsed = await asyncio.to_thread(_parse, data, country)
    count = await preview_import(runtime_of(request).db, parsed.rows, by=viewer)
    token = _keep(_folder(request), data) if parsed.rows else ""
    problems = [(each.line, _(PROBLEM_WORDS[each.code])) for each in parsed.problems[:_SHOWN]]
    return Report(token, country.strip().upper(), count, problems, len(parsed.problems))


def _parse(data: bytes, country: str) -> ParsedPlaces:
    return parse_places_csv(io.BytesIO(data), country)


def _keep(folder: Path, data: bytes) -> str:
    """Put the file aside until it is imported; forgotten ones go when the next one comes."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    too_old = (clock.now() - _KEPT).timestamp()
    for old in folder.glob("*.csv"):
        if old.stat().st_mtime < too_old:
            old.unlink(missing_ok=True)
    token = secrets.token_urlsafe(16)
    handle = os.open(folder / f"{token}.csv", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    return token


def _kept_file(request: Request, token: str) -> Path | None:
    path = _folder(request) / f"{token}.csv"
    return path if _TOKEN.fullmatch(token) and path.is_file() else None


def _folder(request: Request) -> Path:
    return runtime_of(request).settings.data_dir / "imports"


def _here(request: Request) -> str:
    return runtime_of(request).urls.path("admin_communes")


def _show(request: Request, form: FormState, report: Report | None = None) -> Response:
    again = new_form({}, of=PlacesImportForm)
    if report is not None:
        again.values |= {"token": report.token, "country": report.country}
    context = {"form": form, "report": report, "again": again}
    return render(request, "admin/communes.html", context, 422 if form.errors else 200)


_BIG: Final = _LARGEST_UPLOAD + 64 * 1024
routes = [
    Page(
        "/admin/settings/communes",
        communes_page,
        name="admin_communes",
        methods=("GET", "POST"),
        max_body=_BIG,
    ),
    Page(
        "/admin/settings/communes/import",
        import_communes,
        name="admin_import_communes",
        methods=("POST",),
    ),
]
