"""QR codes within a page."""

import segno
from markupsafe import Markup


def qr_code(text: str) -> Markup:
    """A drawing of `text` that a phone's camera reads, with the white edge that it needs."""
    svg = segno.make(text, error="m", micro=False).svg_inline(
        omitsize=True, border=2, light="#fff", dark="#000"
    )
    return Markup(svg)  # noqa: S704 (of numbers only: the text is in it as dots)
