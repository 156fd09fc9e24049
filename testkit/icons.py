"""The pages' icons as PNG, drawn from icon.svg by a browser: `python -m testkit.icons`."""

from playwright.sync_api import sync_playwright

from backend.web.static_files import STATIC
from testkit.browser import launch

PLAIN = {"icon-180.png": 180, "icon-192.png": 192, "icon-512.png": 512}
MARK = (STATIC / "icon.svg").read_text(encoding="utf-8")
SQUARE = MARK.replace('rx="112"', "").replace("<g ", '<g transform="translate(51 51) scale(.8)" ')
"""A phone cuts its own shape out of it, and keeps the middle four fifths."""
BADGE = MARK.replace('fill="#0b6353"', 'fill="none"')
"""A status bar shows only the shape."""


def main() -> None:
    """Write all of them."""
    drawings = {name: (MARK, size) for name, size in PLAIN.items()}
    drawings |= {"maskable-512.png": (SQUARE, 512), "badge-96.png": (BADGE, 96)}
    with sync_playwright() as playwright, launch(playwright) as browser:
        for name, (drawing, size) in drawings.items():
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(f"<style>body{{margin:0}}svg{{display:block}}</style>{drawing}")
            page.screenshot(path=STATIC / name, omit_background=True)


if __name__ == "__main__":
    main()
