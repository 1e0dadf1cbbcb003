"""Copies scripts and styles out of the npm packages and draws the icon sheet; bundles nothing."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

NAME = "scripts, styles and icons"

_COPIES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "modern-normalize/modern-normalize.css": "modern-normalize.css",
}
_VENDORED = ("htmx.org", "modern-normalize", "lucide-static")
_SHEET = "icons.svg"
_NOTICE = "NOTICE.txt"
_DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


def inputs(root: Path) -> list[Path]:
    return [root / "package-lock.json", root / "assets" / "icons.txt", Path(__file__)]


def outputs(root: Path) -> list[Path]:
    return [_vendor(root) / name for name in (*_COPIES.values(), _SHEET, _NOTICE)]


def build(root: Path) -> None:
    packages = root / "node_modules"
    vendor = _vendor(root)
    vendor.mkdir(parents=True, exist_ok=True)
    for stale in set(vendor.iterdir()) - set(outputs(root)):
        stale.unlink()  # of a package that is no longer used; it would travel in the wheel
    for source, name in _COPIES.items():
        shutil.copyfile(packages / source, vendor / name)
    names = (root / "assets" / "icons.txt").read_text(encoding="ascii").split()
    sheet = _icon_sheet(packages / "lucide-static" / "icons", names)
    (vendor / _SHEET).write_text(sheet, encoding="utf-8")
    (vendor / _NOTICE).write_text(_notice(packages), encoding="utf-8")


def _vendor(root: Path) -> Path:
    return root / "web" / "static" / "vendor"


def _icon_sheet(folder: Path, names: list[str]) -> str:
    symbols = "\n".join(_symbol(folder / f"{name}.svg") for name in sorted(set(names)))
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


def _symbol(path: Path) -> str:
    if not path.is_file():
        raise RuntimeError(f"assets/icons.txt names an icon that lucide does not have: {path.stem}")
    drawing = _DRAWING.search(path.read_text(encoding="utf-8"))
    if drawing is None:
        raise RuntimeError(f"{path} is not an SVG drawing")
    shapes = re.sub(r"\s+", " ", drawing[1]).replace("> <", "><").replace(" />", "/>").strip()
    return f'<symbol id="{path.stem}" viewBox="0 0 24 24">{shapes}</symbol>'


def _notice(packages: Path) -> str:
    """The licences of what is copied must travel with the copies."""
    parts = []
    for package in _VENDORED:
        about = json.loads((packages / package / "package.json").read_text(encoding="utf-8"))
        licence = next(
            path for path in (packages / package).iterdir() if path.name.lower() == "license"
        )
        title = f"{package} {about['version']} ({about['license']})"
        text = licence.read_text(encoding="utf-8").strip()
        parts.append(f"{title}\n{'=' * len(title)}\n\n{text}\n")
    return "\n\n".join(parts)
