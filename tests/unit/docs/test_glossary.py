"""A word has one row in the glossary, or each of its rows says of what it is."""

import re
from collections import Counter
from pathlib import Path

GLOSSARY = Path(__file__).parents[3] / "docs" / "glossary.md"
NOUNS = GLOSSARY.read_text(encoding="utf-8").replace("\n## What is done\n", "\0", 1)
WORD = re.compile(r"\*\*([^*]+)\*\*([^*,|]*)")


def words(text: str) -> list[str]:
    """What stands in the first cells, with what it is of."""
    cells = [line.split("|")[1] for line in text.splitlines() if line.startswith("| **")]
    return [word + of.rstrip() for cell in cells for word, of in WORD.findall(cell)]


def twice(text: str) -> set[str]:
    return {word for word, count in Counter(words(text)).items() if count > 1}


def test_no_word_stands_for_two_things() -> None:
    nouns, verbs = NOUNS.split("\0")
    verbs, _, more_nouns = verbs.partition("\n## ")
    assert len(words(nouns + more_nouns)) > 150
    assert twice(nouns + more_nouns) == set()
    assert twice(verbs) == set()


def test_this_check_finds_a_word_with_two_rows() -> None:
    rows = "| **stage**, **round** | a |\n| **round** of an answer | b |\n| **round** | c |"
    assert twice(rows) == {"round"}
