"""Links between documents lead somewhere; a document has one language and tables of short cells."""

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[3]
PAGES = [
    *sorted(REPOSITORY.glob("*.md")),
    *sorted((REPOSITORY / "docs").rglob("*.md")),
]
CELL_LENGTH = 200
TRANSLATED = sorted((REPOSITORY / "docs").glob("*.ko.md"))
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
BLOCK = re.compile(r"```.*?```", re.DOTALL)
QUOTED = re.compile(r"`[^`]*`|\"[^\"]*\"|\[[^]]*\]\([^)]*\)|\(돌봄\)")
COMMENT = re.compile(r"\s*(?<!\S)# .*")
KOREAN = re.compile(r"[가-힣]")
ENGLISH_SENTENCE = re.compile(r"(?:\b[a-z]+\b[ ,]+){5}")


def name(page: Path) -> str:
    return str(page.relative_to(REPOSITORY))


def anchors(page: Path) -> set[str]:
    """Those that GitHub gives to the headings."""
    text = BLOCK.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each).strip().lower().replace(" ", "-") for each in headings}


def broken_links(page: Path, text: str) -> list[str]:
    broken = []
    for path, anchor in LINK.findall(text):
        target = page.parent / path if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(f"{path}#{anchor}" if anchor else path)
    return broken


def mixed_lines(text: str, *, korean: bool) -> list[str]:
    """The lines of prose in the other language; code and what is quoted may be in either."""
    prose = QUOTED.sub("", BLOCK.sub("", text))
    other = ENGLISH_SENTENCE if korean else KOREAN
    return [line for line in prose.splitlines() if other.search(line)]


def long_cells(text: str) -> list[str]:
    """Those that are paragraphs."""
    rows = [line for line in text.splitlines() if line.startswith("|")]
    return [
        cell for row in rows for cell in row.strip(" |").split(" | ") if len(cell) > CELL_LENGTH
    ]


def commands(page: Path) -> list[str]:
    """The blocks of code without their comments."""
    blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
    return [COMMENT.sub("", block) for block in blocks]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    assert broken_links(page, page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_page_has_one_language(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert mixed_lines(text, korean=page.name.endswith(".ko.md")) == []


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.parent.name != "decisions"], ids=name
)
def test_table_has_no_cell_that_is_a_paragraph(page: Path) -> None:
    assert long_cells(page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", TRANSLATED, ids=name)
def test_translation_has_the_same_commands(page: Path) -> None:
    original = page.with_name(page.name.replace(".ko.md", ".md"))
    assert commands(page) == commands(original)


def test_control_what_is_broken_is_found() -> None:
    page = REPOSITORY / "README.md"
    assert broken_links(page, "[a](docs/none.md) [b](README.md#none) [c](#start)") == [
        "docs/none.md",
        "README.md#none",
    ]
    assert long_cells(f"| a | {'b' * 201} |")
    assert mixed_lines("It falls. 넘어졌습니다.", korean=False)
    assert mixed_lines("넘어졌습니다. It is on the floor, and nobody is there.", korean=True)
