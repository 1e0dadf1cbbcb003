"""Addresses of static files: they name the content, change with it, and lead nowhere else."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from web.assets import PREFIX, Assets, HashedFiles


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "site.css").write_text("p { color: red }")
    (tmp_path / "secret.txt").write_text("outside css")
    return tmp_path


def client(assets: Assets) -> TestClient:
    return TestClient(Starlette(routes=[Mount(PREFIX, HashedFiles(assets))]))


def test_a_file_may_be_kept_for_ever(folder: Path) -> None:
    assets = Assets(folder)
    answer = client(assets).get(assets.url("css/site.css"))
    assert answer.text == "p { color: red }"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"].startswith("text/css")


@pytest.mark.parametrize(
    "path",
    [
        "/static/000000000000/css/site.css",
        "/static/css/site.css",
        "/static/",
        "/static/000000000000/",
        "/static/000000000000/none.css",
        "/static/000000000000/%2e%2e/secret.txt",
        "/static/000000000000/%00",
    ],
)
def test_any_other_address_is_not_there(folder: Path, path: str) -> None:
    answer = client(Assets(folder)).get(path)
    assert answer.status_code == 404
    assert "immutable" not in answer.headers.get("cache-control", "")


@pytest.mark.parametrize("path", ["css/none.css", "../x", "/etc/hostname", "css/../secret.txt", ""])
def test_a_page_that_names_a_missing_file_fails(folder: Path, path: str) -> None:
    with pytest.raises(FileNotFoundError):
        Assets(folder).url(path)


def test_a_change_on_disk_is_seen_only_while_developing(folder: Path) -> None:
    settled, watching = Assets(folder), Assets(folder, watch=True)
    before = settled.url("css/site.css")
    assert watching.url("css/site.css") == before
    (folder / "css" / "site.css").write_text("p { color: darkgreen }")
    assert settled.url("css/site.css") == before
    assert watching.url("css/site.css") != before


def test_an_icon_is_drawn_from_the_sheet_by_name() -> None:
    drawn = Assets().icon("house")
    assert 'aria-hidden="true"' in drawn
    assert "/vendor/icons.svg#house" in drawn
    with pytest.raises(LookupError, match=r"assets/icons\.txt"):
        Assets().icon("no-such-icon")


def test_an_icon_is_drawn_once_unless_the_sheet_may_change(folder: Path) -> None:
    sheet = folder / "vendor" / "icons.svg"
    sheet.parent.mkdir()
    sheet.write_text('<svg><symbol id="house"/></svg>')
    settled, watching = Assets(folder), Assets(folder, watch=True)
    before = settled.icon("house"), watching.icon("house")
    sheet.write_text('<svg><symbol id="house"/><symbol id="users"/></svg>')
    assert settled.icon("house") is before[0]
    assert watching.icon("house") != before[1]
    assert settled.icon("house", turns=True) != before[0]
