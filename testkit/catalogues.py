"""The catalogues of the pages' texts: found in the code, and compiled for the server.

Run `python -m testkit.catalogues` after a text of a page has changed, fill in what it names, and
run it again. In English a text is its own translation until somebody writes another one.
"""

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from backend.web.language import LANGUAGES, LOCALE
from contract.language import Language

COMMAND = "python -m testkit.catalogues"
METHODS = [("templates/**.html", "jinja2"), ("**.py", "python")]
OPTIONS = {"templates/**.html": {"trimmed": "true", "silent": "false"}}
KEYWORDS = {
    "_": None, "gettext": None, "N_": None, "_text": None, "_said": None,
    "ngettext": (1, 2), "_count": (1, 2), "pgettext": ((1, "c"), 2),
}  # fmt: skip
ALWAYS = datetime(2026, 1, 1, tzinfo=UTC)
"""The date in each file: the same texts make the same bytes."""
HEADER = f"# The texts of the pages. The ids are written by `{COMMAND}`."


def catalogue(language: Language) -> Catalog:
    """Today's texts, with what the language's file has for them."""
    before = _read(language)
    today = Catalog(
        language,
        header_comment=HEADER,
        project="Dolbom",
        msgid_bugs_address="-",
        last_translator="-",
        language_team="-",
        creation_date=ALWAYS,
        revision_date=ALWAYS,
        fuzzy=False,
    )
    found = extract_from_dir(LOCALE.parent, METHODS, OPTIONS, KEYWORDS, directory_filter=_is_ours)
    for file, _, text, _, context in found:
        known = before.get(text, context)
        today.add(text, known.string if known else None, [(file, 0)], context=context)
    if language == "en":
        for message in today:
            message.string = message.string if is_translated(message) else message.id
    return today


def is_translated(message: Message) -> bool:
    """Whether nothing of it is missing."""
    texts = message.string if isinstance(message.string, tuple | list) else [message.string]
    return all(texts)


def written(today: Catalog) -> tuple[bytes, bytes]:
    """The file that people edit, and the one that the server reads."""
    text, compiled = io.BytesIO(), io.BytesIO()
    write_po(text, today, width=100, sort_output=True, include_lineno=False)
    write_mo(compiled, today)
    return text.getvalue(), compiled.getvalue()


def files_of(language: Language) -> tuple[Path, Path]:
    """Where both lie."""
    folder = LOCALE / language / "LC_MESSAGES"
    return folder / "web.po", folder / "web.mo"


def _read(language: Language) -> Catalog:
    path, _ = files_of(language)
    if not path.exists():
        return Catalog(language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _is_ours(folder: str) -> bool:
    return Path(folder).name not in {"__pycache__", "static", "locale"}


def main() -> int:
    """Write all of them; 1 where a text is missing."""
    is_complete = True
    for language in LANGUAGES:
        today = catalogue(language)
        for path, content in zip(files_of(language), written(today), strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        for message in today:
            if message.id and not is_translated(message):
                is_complete = False
                print(f"{language}: {message.id!r} is missing")  # noqa: T201 (a command's answer)
    return 0 if is_complete else 1


if __name__ == "__main__":
    sys.exit(main())
