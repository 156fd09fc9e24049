"""The font of the PDF: one with Hangul, which goes into each file."""

from pathlib import Path

from backend.web.report.errors import NoReportFont

USUAL = tuple(
    Path("/usr/share/fonts/truetype") / name
    for name in ("nanum/NanumGothic.ttf", "nanum/NanumBarunGothic.ttf", "unfonts-core/UnDotum.ttf")
)
"""Where Debian's packages fonts-nanum and fonts-unfonts-core put theirs."""


def report_font(chosen: Path | None) -> Path:
    """The chosen file, else the first of the usual ones; raises NoReportFont."""
    for path in (chosen,) if chosen else USUAL:
        if path.is_file():
            return path
    named = chosen or "Debian's package fonts-nanum, or REPORT_FONT with the path of a TTF file"
    raise NoReportFont(f"expected {named}")
