"""CARD.md: what a checkpoint was trained on, how it was measured, and where it fails."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from modeling.training.datasets.adapters.registry import SOURCES

CARD_NAME = "CARD.md"

CARD = """\
# {name} {version}

{words.summary}

## Data

{sources}

{words.data}

{words.measured}

## Exports

{words.exports}

## What it is not good at

{words.weaknesses}

It is no medical device.
"""


@dataclass(frozen=True)
class CardWords:
    """What a card says, a field for each part, in Markdown; figures come where braces are."""

    summary: str
    data: str
    measured: str
    exports: str
    weaknesses: str

    @classmethod
    def load(cls, *files: Path) -> Self:
        """Read from TOML; each file has some of the parts."""
        parts: dict[str, str] = {}
        for file in files:
            parts |= tomllib.loads(file.read_text(encoding="utf-8"))
        return cls(**parts)

    def filled(self, values: Mapping[str, object]) -> Self:
        """With the values in place."""
        return replace(self, **{part: text.format_map(values) for part, text in vars(self).items()})


def render_card(name: str, version: str, sources: Iterable[str], words: CardWords) -> str:
    """The card's text; `sources` are the names of those that it learnt from."""
    listed = [SOURCES[source] for source in sources]
    lines = [f"- {source}" for source in listed]
    reserved = [source.name for source in listed if not source.is_commercial]
    if reserved:
        lines += ["", f"Not for commercial use, because of {', '.join(reserved)}."]
    return CARD.format(name=name, version=version, sources="\n".join(lines), words=words)


def save_card(folder: Path, text: str) -> None:
    """Write CARD.md."""
    (folder / CARD_NAME).write_text(text, encoding="utf-8")
