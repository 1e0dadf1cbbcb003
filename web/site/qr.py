"""QR codes as pictures, in black on white whatever the theme: cameras want it so."""

from __future__ import annotations

import io


def qr_svg(text: str) -> bytes:
    import segno  # only whoever makes a code has to wait for it

    picture = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        picture, kind="svg", border=4, light="#fff", dark="#000", xmldecl=False, omitsize=True
    )
    return picture.getvalue()
