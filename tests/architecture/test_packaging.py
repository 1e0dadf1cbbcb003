"""One wheel, four names at its top, all of them ours, and nothing missing inside."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import PurePosixPath
from zipfile import ZipFile

import pytest

from tests.rig.source import ROOT, SHIPPED, shipped_files
from web.cli.findings import intruders_in, look_at_packages


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Iterator[ZipFile]:
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT],
        check=False,
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    (path,) = folder.glob("*.whl")
    with ZipFile(path) as opened:
        yield opened


def files_in(wheel: ZipFile) -> set[str]:
    return {name for name in wheel.namelist() if ".dist-info/" not in name}


def test_top_level_names(wheel):
    names = {PurePosixPath(name).parts[0] for name in wheel.namelist()}
    (info,) = {name for name in names if name.endswith(".dist-info")}
    assert info.startswith("fedparents-")
    assert names - {info} == {PurePosixPath(path).parts[0] for path in shipped_files()}
    assert names - {info} <= set(SHIPPED)


def test_wheel_holds_every_file(wheel):
    """Templates, catalogues, migrations, schemas, and what was built for pages and places."""
    assert files_in(wheel) == shipped_files()


@pytest.mark.parametrize(
    "part",
    [
        "web/static/vendor/htmx.min.js",
        "web/static/vendor/icons.svg",
        "fedparents/places/data/communes_fr.csv.gz",
        "fedparents/migrations/script.py.mako",
        "web/locale/fr/LC_MESSAGES/fedparents.po",
        "web/site/frame/templates/layout.html",
    ],
)
def test_wheel_holds_what_git_does_not_see_or_python_does_not_import(wheel, part):
    assert part in wheel.namelist()


def test_licence_travels_with_the_wheel(wheel):
    (licence,) = [name for name in wheel.namelist() if name.endswith("/licenses/LICENSE")]
    assert wheel.read(licence) == (ROOT / "LICENSE").read_bytes()


def test_nobody_else_owns_our_names():
    """Packages named `federation`, `web.py` and `schemas` exist; one of them would overwrite us."""
    assert not intruders_in(packages_distributions())


def test_an_intruder_is_named(tmp_path, monkeypatch):
    info = tmp_path / "federation-0.28.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: federation\nVersion: 0.28.0\n")
    (info / "RECORD").write_text("federation/__init__.py,,\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert intruders_in(packages_distributions()) == [("federation", "federation")]
    found = [finding.text for finding in look_at_packages()]
    assert any("package federation has put files into our folder `federation`" in f for f in found)
