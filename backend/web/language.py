"""Which language a page is in, and its texts.

The English text is the message's id. `locale/*/LC_MESSAGES/web.po` have what is shown for it.
"""

import re
from collections.abc import Mapping
from gettext import GNUTranslations
from pathlib import Path
from typing import get_args

from contract.language import Language

LOCALE = Path(__file__).with_name("locale")
LANGUAGES: tuple[Language, ...] = get_args(Language)
COOKIE = "dolbom_language"
COOKIE_SEC = 365 * 24 * 3600
_WANTED = re.compile(r"\s*([A-Za-z]{1,8})[-A-Za-z0-9]*\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*")


def accepted(header: str) -> Language | None:
    """The one of ours that an Accept-Language wants most."""
    found: dict[Language, float] = {}
    for entry in header[:500].split(","):
        wanted = _WANTED.fullmatch(entry)
        language = named(wanted[1]) if wanted else None
        if wanted and language:
            found.setdefault(language, float(wanted[2] or 1.0))
    best = max(found, key=lambda language: found[language], default=None)
    return best if best and found[best] > 0 else None


def named(name: str | None) -> Language | None:
    """The one of ours with this name."""
    return next((language for language in LANGUAGES if language == (name or "").lower()), None)


def read_catalogues(folder: Path = LOCALE) -> Mapping[Language, GNUTranslations]:
    """The texts of each language; raises OSError where a file is missing."""
    return {language: _read(folder / language / "LC_MESSAGES" / "web.mo") for language in LANGUAGES}


def _read(path: Path) -> GNUTranslations:
    with path.open("rb") as file:
        return GNUTranslations(file)
