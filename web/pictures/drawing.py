"""Draws a picture anew from a file that a stranger may have made; runs only in its own process.

What comes out is pixels: turned upright, in the colours of screens (sRGB), no larger than needed,
without a word of what else the file held. JPEG, because everything that shows pictures shows it;
WebP where parts of the picture are transparent, which JPEG cannot say.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

# TiffImagePlugin reads EXIF, and would otherwise be loaded when no file may be opened any more.
from PIL import (
    GifImagePlugin,
    Image,
    ImageCms,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,  # noqa: F401 - said above
    WebPImagePlugin,
)

from web.pictures.blurhash import blurhash
from web.pictures.headers import MOST_PIXELS, Kind, Refusal, Refused, read_header
from web.pictures.orders import Picture, Size, Wanted

Image.preinit()  # what saving would otherwise look for on the disk

_OPENERS: Final[Mapping[Kind, Callable[[io.BytesIO], Image.Image]]] = {
    Kind.JPEG: JpegImagePlugin.JpegImageFile,
    Kind.PNG: PngImagePlugin.PngImageFile,
    Kind.WEBP: WebPImagePlugin.WebPImageFile,
    Kind.GIF: GifImagePlugin.GifImageFile,
}
_ORIENTATION: Final = 0x0112
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes a picture upright again, by what its EXIF says."""
_LYING: Final = frozenset({5, 6, 7, 8})
_WIDE_GREYS: Final = frozenset({"I", "I;16", "I;16B", "I;16L", "I;16N"})
_QUALITIES: Final = ((1.0, 82), (1.0, 74), (1.0, 66), (1.0, 58), (0.8, 62), (0.64, 60), (0.5, 60))
"""Share of the size and quality, tried one after the other until the bytes fit."""
_SRGB: Final = ImageCms.createProfile("sRGB")
_FACES: Final = 0.4
"""Where a picture that is too high is cut: a little above the middle, where faces are."""


def draw(data: bytes, wanted: Wanted) -> Picture:
    """Raises Refused."""
    image = _read(data, wanted)
    if wanted.fills:
        image = _cut(image, wanted)
    mime, full = _encoded(image, wanted.bytes_aimed_at)
    small_image = _within(image, (wanted.small_width, wanted.small_height))
    _, small = _encoded(small_image, wanted.small_bytes_aimed_at)
    return Picture(mime, full, small, _blurhash_of(small_image))


def _read(data: bytes, wanted: Wanted) -> Image.Image:
    header = read_header(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about parts that are broken and of no use for us
        try:
            source = _OPENERS[header.kind](io.BytesIO(data))
            if source.width * source.height > MOST_PIXELS:
                raise Refused(Refusal.TOO_MANY_PIXELS)
            return _upright(source, wanted)
        except MemoryError:
            raise Refused(Refusal.TOO_HARD) from None
        except (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError, KeyError):
            # The reader of each kind has its own way of saying that the file is broken.
            raise Refused(Refusal.DAMAGED) from None


def _upright(source: Image.Image, wanted: Wanted) -> Image.Image:
    """The pixels: small enough, upright, in sRGB, and detached from their file."""
    orientation = _orientation_of(source)
    box = (wanted.width, wanted.height)
    target = _fitted(source.size, box[::-1] if orientation in _LYING else box, wanted)
    if isinstance(source, JpegImagePlugin.JpegImageFile):
        source.draft(None, target)  # JPEG can be read at a half, a quarter or an eighth
    source.load()
    profile = source.info.get("icc_profile")
    image = _plain(source)
    if image.size != target:
        image = image.resize(target, Image.Resampling.LANCZOS, reducing_gap=3.0)
    image = _in_srgb(image, profile)
    if orientation in _TURNS:
        image = image.transpose(_TURNS[orientation])
    return Image.frombytes(image.mode, image.size, image.tobytes())


def _orientation_of(source: Image.Image) -> int:
    found: object = 1
    with suppress(Exception):  # a picture with broken EXIF is a picture all the same
        found = source.getexif().get(_ORIENTATION, 1)
    return found if isinstance(found, int) else 1


def _fitted(size: tuple[int, int], box: tuple[int, int], wanted: Wanted) -> tuple[int, int]:
    """The size inside the box, or around it where it will be filled; never larger than it was."""
    shares = (box[0] / size[0], box[1] / size[1])
    share = min(1.0, max(shares) if wanted.fills else min(shares))
    return max(1, round(size[0] * share)), max(1, round(size[1] * share))


def _plain(image: Image.Image) -> Image.Image:
    """In a mode that can be made smaller: grey, colour, colour for print, or with transparency."""
    if image.mode in _WIDE_GREYS:
        return image.convert("I").point(lambda value: value / 256).convert("L")
    if image.has_transparency_data:
        return image if image.mode == "RGBA" else image.convert("RGBA")
    return image if image.mode in {"L", "RGB", "CMYK"} else image.convert("RGB")


def _in_srgb(image: Image.Image, profile: object) -> Image.Image:
    if isinstance(profile, bytes):
        out = "RGBA" if image.mode == "RGBA" else "RGB"
        # A profile that is broken or for other colours is left aside, as browsers do.
        with suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, given, _SRGB, outputMode=out)
            if converted is not None:
                image = converted
    if image.mode == "RGBA":
        lowest, _ = image.getchannel("A").getextrema()
        return image if lowest != _OPAQUE else image.convert("RGB")
    return image if image.mode == "RGB" else image.convert("RGB")


_OPAQUE: Final = 255


def _cut(image: Image.Image, wanted: Wanted) -> Image.Image:
    """The largest part with the wanted proportions."""
    share = min(image.width / wanted.width, image.height / wanted.height)
    width, height = max(1, round(wanted.width * share)), max(1, round(wanted.height * share))
    left, top = round((image.width - width) / 2), round((image.height - height) * _FACES)
    return image.crop((left, top, left + width, top + height))


def _within(image: Image.Image, box: tuple[int, int]) -> Image.Image:
    share = min(1.0, box[0] / image.width, box[1] / image.height)
    size = max(1, round(image.width * share)), max(1, round(image.height * share))
    return image if size == image.size else image.resize(size, Image.Resampling.LANCZOS)


def _encoded(image: Image.Image, aimed_at: int) -> tuple[str, Size]:
    """As good as the bytes allow; if nothing fits, the smallest that was tried."""
    mime = "image/webp" if image.mode == "RGBA" else "image/jpeg"
    size = Size(0, 0, b"")
    for share, quality in _QUALITIES:
        box = max(1, round(image.width * share)), max(1, round(image.height * share))
        shrunk = image if share == 1 else _within(image, box)
        size = Size(*shrunk.size, _saved(shrunk, mime, quality))
        if len(size.data) <= aimed_at:
            break
    return mime, size


def _saved(image: Image.Image, mime: str, quality: int) -> bytes:
    out = io.BytesIO()
    if mime == "image/webp":
        image.save(out, "WEBP", quality=quality, method=4)
    else:
        image.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return out.getvalue()


def _blurhash_of(image: Image.Image) -> str:
    tiny = _within(image, (32, 32))
    if tiny.mode == "RGBA":
        paper = Image.new("RGB", tiny.size, "white")
        paper.paste(tiny, mask=tiny.getchannel("A"))
        tiny = paper
    values = tiny.tobytes()
    pixels = list(zip(values[::3], values[1::3], values[2::3], strict=True))
    return blurhash(pixels, *tiny.size)
