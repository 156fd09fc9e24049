"""Each text of the pages is there in both languages, and no text is outside of the catalogues."""

import re
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter

import pytest

from backend.web.language import LANGUAGES
from backend.web.pages import TEMPLATES
from contract.language import Language
from testkit.catalogues import COMMAND, catalogue, files_of, is_translated, written

CLASS = re.compile(r"\{% block layout %\}[\w-]+\{% endblock %\}")
OF_JINJA = re.compile(r"\{#.*?#\}|\{%\s*trans\b.*?endtrans\s*%\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
LETTER = re.compile(r"[A-Za-z가-힣]")
READ_ALOUD = {"aria-label", "alt", "title", "placeholder", "data-copied"}
OF_TIMES = {
    "year", "month", "month_name", "day", "weekday", "half", "hour", "hour12", "minute", "second",
}  # fmt: skip
"""What every language writes a time with in its own way."""
PLACE = re.compile(r"%\((\w+)\)s")


class Texts(HTMLParser):
    """What a template says by itself: between its tags, and in attributes that are read aloud.

    A command that is to be typed says that it is in no language.
    """

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._command: str | None = None  # the tag of the one that is read

    def handle_data(self, data: str) -> None:
        if LETTER.search(data) and self._command is None:
            self.found.append(data.strip())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if ("translate", "no") in attrs:
            self._command = tag
        self.found += [
            value for name, value in attrs if name in READ_ALOUD and LETTER.search(value or "")
        ]

    def handle_endtag(self, tag: str) -> None:
        if tag == self._command:
            self._command = None


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_missing(language: Language) -> None:
    today = catalogue(language)
    assert len(today) > 20
    assert [one.id for one in today if one.id and not is_translated(one)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_is_of_today(language: Language) -> None:
    for path, content in zip(files_of(language), written(catalogue(language)), strict=True):
        assert path.read_bytes() == content, f"write it again: {COMMAND}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_translation_has_no_places_that_the_text_has_not(language: Language) -> None:
    for message in catalogue(language):
        for text in _all(message.string) if message.id else ():
            known = set().union(*map(_places, _all(message.id)))
            assert _places(text) <= known | OF_TIMES, message.id


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.stem)
def test_template_says_nothing_outside_of_the_catalogues(template: Path) -> None:
    texts = Texts()
    source = CLASS.sub("", template.read_text(encoding="utf-8"))
    texts.feed(OF_JINJA.sub(" ", source))
    assert texts.found == []


def test_text_outside_of_the_catalogues_is_found() -> None:
    texts = Texts()
    texts.feed('<p aria-label="Go">Hello <b>12</b></p>')
    assert texts.found == ["Go", "Hello"]


def _all(texts: str | tuple[str, ...]) -> tuple[str, ...]:
    return (texts,) if isinstance(texts, str) else tuple(texts)


def _places(text: str) -> set[str]:
    return {*PLACE.findall(text), *(place for _, place, _, _ in Formatter().parse(text) if place)}
