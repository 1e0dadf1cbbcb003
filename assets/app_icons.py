"""Draws the icons of the installed app from the logo, so that there is one drawing of it."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from PIL import Image, ImageDraw

NAME = "app icons"

# Drawn larger and scaled down: Pillow does not smooth polygon edges itself.
_OVERSAMPLING = 4
_MASKABLE_SCALE = 0.72
_SVG = "{http://www.w3.org/2000/svg}"


def inputs(root: Path) -> list[Path]:
    return [_logo(root), Path(__file__)]


def outputs(root: Path) -> list[Path]:
    folder = root / "web" / "static" / "built"
    names = ("app-180.png", "app-192.png", "app-512.png", "app-maskable-512.png")
    return [folder / name for name in names]


def build(root: Path) -> None:
    apple, small, large, maskable = outputs(root)
    apple.parent.mkdir(parents=True, exist_ok=True)
    logo = ElementTree.parse(_logo(root)).getroot()  # noqa: S314 (our own file)
    # Phones round the corners of these two themselves.
    _save(_draw(logo, 180, scale=0.94, rounded=False), apple)
    _save(_draw(logo, 512, scale=_MASKABLE_SCALE, rounded=False), maskable)
    _save(_draw(logo, 192, scale=1, rounded=True), small)
    _save(_draw(logo, 512, scale=1, rounded=True), large)


def _logo(root: Path) -> Path:
    return root / "web" / "static" / "images" / "logo.svg"


def _draw(logo: ElementTree.Element, size: int, *, scale: float, rounded: bool) -> Image.Image:
    side = size * _OVERSAMPLING
    unit = side / float(logo.attrib["viewBox"].split()[2])
    ground = logo.find(f"{_SVG}rect")
    if ground is None:
        raise RuntimeError("the logo has no ground to stand on")
    image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    corner = float(ground.attrib["rx"]) * unit if rounded else 0
    pen.rounded_rectangle((0, 0, side - 1, side - 1), corner, fill=ground.attrib["fill"])
    margin = side * (1 - scale) / 2
    for shape in logo.iter(f"{_SVG}polygon"):
        corners = [
            tuple(float(value) * unit * scale + margin for value in pair.split(","))
            for pair in shape.attrib["points"].split()
        ]
        pen.polygon(corners, fill=shape.attrib["fill"])
    return image.resize((size, size), Image.Resampling.LANCZOS)


def _save(image: Image.Image, path: Path) -> None:
    image.quantize(64).save(path, optimize=True)
