"""Takes pictures of pages, small enough for the documents."""

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from contract.language import Language
from testkit.browser import SIZES, Size

IMAGES = Path(__file__).parents[1] / "docs" / "images"
COLOURS = 96
"""Of a picture: pages have few, and the files stay small."""
TALLEST = 1500
"""Pixels of a page that are shown."""
SHOWN: tuple[tuple[Size, Language], ...] = (("phone", "ko"), ("phone", "en"), ("desk", "en"))


def sizes_of(language: Language) -> list[Size]:
    """On which devices the pages are shown in it."""
    return [size for size, shown in SHOWN if shown == language]


def take(page: Page, name: str, size: Size, language: Language) -> None:
    """The whole page, as if the screen were that tall: what is fixed to its foot stays there."""
    width, height = SIZES[size]
    tall = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": min(max(tall, height), TALLEST)})
    page.evaluate("scrollTo(0, 0)")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    page.set_viewport_size({"width": width, "height": height})
    picture.quantize(COLOURS).save(IMAGES / f"{name}-{size}-{language}.png", optimize=True)
