"""Real picture files for tests, made on the spot: good ones, large ones, and ones that lie."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageCms, TiffImagePlugin

GPS_WORDS = b"48 deg 49"
"""Found in the bytes of every file made by `with_secrets`, in clear."""
_GPS_IFD = 0x8825
_ORIENTATION = 0x0112


def scene(width: int = 640, height: int = 480, mode: str = "RGB") -> Image.Image:
    """A picture with large shapes and some grain, as photos have."""
    grain = Image.effect_noise((max(1, width // 4), max(1, height // 4)), 40)
    grain = grain.resize((width, height))
    sky = Image.linear_gradient("L").resize((width, height))
    sun = Image.radial_gradient("L").resize((width, height))
    bands = [Image.blend(grain, band, 0.75) for band in (sky, sun, sky.rotate(180))]
    image = Image.merge("RGB", bands)
    return image if mode == "RGB" else image.convert(mode)


def quarters(width: int = 80, height: int = 60) -> Image.Image:
    """Red at the top left, green at the top right, blue at the bottom left, white."""
    image = Image.new("RGB", (width, height), "white")
    image.paste("red", (0, 0, width // 2, height // 2))
    image.paste((0, 255, 0), (width // 2, 0, width, height // 2))
    image.paste("blue", (0, height // 2, width // 2, height))
    return image


def a_file(image: Image.Image | None = None, kind: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    (image or scene()).save(out, kind, **options)
    return out.getvalue()


def with_secrets(image: Image.Image | None = None, kind: str = "JPEG") -> bytes:
    """With everything a phone writes into a photo: where, when, by whom, and a small copy."""
    image = image or scene()
    exif = Image.Exif()
    exif[0x010F] = "Phone of Ana"
    exif[0x9286] = "UNICODE\x00our flat"
    where = {1: "N", 2: (48.0, 49.0, 12.5), 3: "E", 4: (2.0, 16.0, 3.1), 29: GPS_WORDS.decode()}
    exif.get_ifd(_GPS_IFD).update(where)
    xmp = b"<x:xmpmeta><rdf:li>Chlo\xc3\xa9, 5 ans, " + GPS_WORDS + b"</rdf:li></x:xmpmeta>"
    more: dict[str, Any] = {"JPEG": {"comment": b"a comment of the camera"}, "PNG": {}}.get(
        kind, {}
    )
    return a_file(image, kind, exif=exif, xmp=xmp, icc_profile=screen_profile(), **more)


def screen_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def swapped_profile() -> bytes:
    """A profile under which what is stored as red is blue light, and the other way round."""
    swapped = screen_profile().replace(b"rXYZ", b"wait").replace(b"bXYZ", b"rXYZ")
    return swapped.replace(b"wait", b"bXYZ")


def turned(orientation: int) -> bytes:
    """The quarters, stored so that only their EXIF makes them upright."""
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    image = quarters()
    if orientation in undo:
        image = image.transpose(undo[orientation])
    exif = Image.Exif()
    exif[_ORIENTATION] = orientation
    return a_file(image, quality=95, exif=exif)


def claims_to_be(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it has so many pixels."""
    return png_of(struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0), b"")


def bomb(side: int) -> bytes:
    """A PNG of some kilobytes that really unpacks to `side` times `side` pixels."""
    row = b"\x00" * (1 + side * 3)
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    return png_of(struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0), packed)


def text_bomb() -> bytes:
    """A small PNG with a compressed comment of 200 megabytes."""
    packed = zlib.compress(b"a" * 200_000_000, 9)
    comment = _chunk(b"zTXt", b"Comment\x00\x00" + packed)
    pixel = zlib.compress(b"\x00\xff\xff\xff")
    return png_of(struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0), pixel, before=comment)


def png_of(header: bytes, data: bytes, *, before: bytes = b"") -> bytes:
    body = _chunk(b"IHDR", header) + before + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n%%EOF\n"
ZIP = b"PK\x03\x04" + b"\x00" * 60
HTML = b"<!doctype html><script>alert(document.cookie)</script>"
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00heicmif1" + b"\x00" * 40
TIFF = TiffImagePlugin.PREFIXES[0] + b"\x08\x00\x00\x00" + b"\x00" * 40
