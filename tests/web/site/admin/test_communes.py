"""Communes of other countries, from a file."""

from __future__ import annotations

import httpx2
import pytest
from sqlmodel import Session, select

from fedparents.places.models import Place
from tests.rig.pages import submit
from tests.rig.visitors import press
from tests.web.site.admin.conftest import a_form_token, list_audits
from web.site.admin.communes import PROBLEM_WORDS

CSV = "name;code;postcode;lat;lon\nIxelles;21009;1050;50.8;4.3\nUccle;21016;1180;;\n;x;;;\n"


async def upload(
    browser: httpx2.AsyncClient, data: bytes, *, country: str = "be", kind: str = "text/csv"
) -> httpx2.Response:
    token = await a_form_token(browser)
    return await browser.post(
        "/admin/settings/communes",
        data={"csrf_token": token, "country": country},
        files={"file": ("communes.csv", data, kind)},
    )


def list_belgian(session: Session) -> list[str]:
    return sorted(session.exec(select(Place.name).where(Place.country == "BE")))


async def test_communes_are_looked_at_and_then_brought_in(place, marie, db):
    report = await upload(marie, CSV.encode())
    assert report.status_code == 200
    assert "Line 4: The name is missing." in report.text
    assert await db.read(list_belgian) == []
    done = await press(marie, report, "/communes/import")
    assert await db.read(list_belgian) == ["Ixelles", "Uccle"]
    told = await marie.get(done.headers["location"])
    assert "2 communes were added" in told.text
    assert "places.imported" in await db.read(list_audits)
    assert not list((place.settings.data_dir / "imports").iterdir())
    again = await upload(marie, CSV.encode("utf-16"))
    assert "Everything in this file is here already." in again.text
    moved = await upload(marie, CSV.replace("Uccle", "Ukkel").encode())
    done = await press(marie, moved, "/communes/import")
    told = (await marie.get(done.headers["location"])).text
    assert "One commune was changed." in told
    assert "added" not in told


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7 name;code", "text/csv"),
        (b"PK\x03\x04 a spreadsheet", "text/csv"),
        (b"\x89PNG\r\n", "text/csv"),
        (b"name;code\nIxelles;\x00\x01", "text/csv"),
        (b"<html><body>name;code", "text/csv"),
        (b"name;code\nIxelles;1", "image/png"),
        (b"name;code\nIxelles;1", "text/html"),
        (b"", ""),
    ],
)
async def test_a_file_that_is_not_what_it_claims_is_refused(place, marie, db, data, kind):
    response = await upload(marie, data, kind=kind)
    assert response.status_code in (200, 422)
    if response.status_code == 200:
        assert "Nothing in this file can be used." in response.text
    else:
        assert 'id="error-file"' in response.text
    assert await db.read(list_belgian) == []
    kept = place.settings.data_dir / "imports"
    assert not kept.exists() or not list(kept.iterdir())


@pytest.mark.parametrize("country", ["", "B", "B1", "Belgium", "<>"])
async def test_a_country_is_two_letters(marie, country):
    response = await upload(marie, CSV.encode(), country=country)
    assert response.status_code == 422
    assert 'id="error-country"' in response.text


async def test_no_file_at_all(marie):
    response = await submit(marie, "/admin/settings/communes", country="be")
    assert response.status_code == 422
    assert 'id="error-file"' in response.text


async def test_a_file_that_is_too_large(marie):
    assert (await upload(marie, b"name\n" + b"x" * (9 * 1024 * 1024))).status_code == 413


@pytest.mark.parametrize("token", ["", "../../secret", "a" * 22, "/etc/passwd"])
async def test_only_a_file_that_was_looked_at_is_brought_in(marie, db, token):
    form = await a_form_token(marie)
    response = await marie.post(
        "/admin/settings/communes/import",
        data={"csrf_token": form, "token": token, "country": "BE"},
    )
    assert response.status_code == 303
    told = await marie.get(response.headers["location"])
    assert "Please choose it again." in told.text
    assert await db.read(list_belgian) == []


def test_every_problem_of_a_line_has_words():
    told = {"file_too_large", "file_empty", "no_name_column", "unreadable", "too_many_columns"}
    assert told <= set(PROBLEM_WORDS)
