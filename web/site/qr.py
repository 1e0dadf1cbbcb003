"""QR codes as pictures, in black on white whatever the theme: cameras want it so."""

from __future__ import annotations

import io

import segno


def qr_svg(text: str) -> bytes:
    picture = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        picture, kind="svg", border=4, light="#fff", dark="#000", xmldecl=False, omitsize=True
    )
    return picture.getvalue()
