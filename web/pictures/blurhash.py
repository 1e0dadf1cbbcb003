"""BlurHash: a picture as some thirty letters, from which an app paints a blur while it loads.

Each component is the picture multiplied with a cosine wave; the letters are these averages, first
the mean colour, then the waves, in base 83.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import cos, pi
from typing import Final, TypeAlias

Colour: TypeAlias = tuple[float, float, float]

_DIGITS: Final = (
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"
)
_BASE: Final = 83
_STEPS: Final = 19
"""Into how many steps a wave is divided, for each of its three colours."""
_LINEAR_UP_TO: Final = 0.04045
_LINEAR_BELOW: Final = 0.0031308


def blurhash(pixels: Sequence[tuple[int, int, int]], width: int, height: int) -> str:
    """Of a small picture: about 32 pixels each way is all that can be seen of it."""
    across, down = (4, 3) if width >= height else (3, 4)
    linear = [(_to_linear(red), _to_linear(green), _to_linear(blue)) for red, green, blue in pixels]
    waves = [_wave(linear, width, height, i, j) for j in range(down) for i in range(across)]
    mean, rest = waves[0], waves[1:]
    loudest = max((abs(part) for wave in rest for part in wave), default=0.0)
    step = max(0, min(82, int(loudest * 166 - 0.5)))
    scale = (step + 1) / 166
    head = _letters((across - 1) + (down - 1) * 9, 1) + _letters(step, 1)
    return head + _letters(_packed(mean), 4) + "".join(_letters(_steps(w, scale), 2) for w in rest)


def _wave(linear: Sequence[Colour], width: int, height: int, i: int, j: int) -> Colour:
    horizontal = [cos(pi * i * x / width) for x in range(width)]
    red = green = blue = 0.0
    for y in range(height):
        vertical = cos(pi * j * y / height)
        for weight, colour in zip(horizontal, linear[y * width : (y + 1) * width], strict=True):
            factor = weight * vertical
            red += factor * colour[0]
            green += factor * colour[1]
            blue += factor * colour[2]
    share = (1 if i == j == 0 else 2) / (width * height)
    return red * share, green * share, blue * share


def _packed(mean: Colour) -> int:
    red, green, blue = (_to_display(part) for part in mean)
    return red << 16 | green << 8 | blue


def _steps(wave: Colour, scale: float) -> int:
    packed = 0
    for part in wave:
        share = part / scale
        root = abs(share) ** 0.5 * (1 if share >= 0 else -1)
        packed = packed * _STEPS + max(0, min(18, int(root * 9 + 9.5)))
    return packed


@lru_cache(maxsize=256)
def _to_linear(value: int) -> float:
    """From what screens are sent (sRGB) to amounts of light, which can be averaged."""
    share = value / 255
    return share / 12.92 if share <= _LINEAR_UP_TO else ((share + 0.055) / 1.055) ** 2.4


def _to_display(light: float) -> int:
    share = max(0.0, min(1.0, light))
    if share <= _LINEAR_BELOW:
        return int(share * 12.92 * 255 + 0.5)
    return int((1.055 * share ** (1 / 2.4) - 0.055) * 255 + 0.5)


def _letters(value: int, count: int) -> str:
    return "".join(_DIGITS[value // _BASE**place % _BASE] for place in reversed(range(count)))
