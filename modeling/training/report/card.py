"""CARD.md: what a checkpoint was trained on, how it was measured, and where it fails."""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from modeling.training.datasets.adapters.registry import SOURCES

CARD_NAME = "CARD.md"

CARD = """\
# {name} {version}

{summary}

## Data

{sources}

{data}

{measured}

## Exports

{exports}

## What it is not good at

{weaknesses}

It is no medical device.
"""


def render_card(
    name: str,
    version: str,
    sources: Iterable[str],
    words: Iterable[Path],
    values: Mapping[str, object],
) -> str:
    """The card's text, in Markdown.

    `sources` are the names of those that it learnt from, `words` TOML files with the other parts;
    `values` come where these have names in braces.
    """
    parts = {
        part: text.format_map(values)
        for file in words
        for part, text in tomllib.loads(file.read_text(encoding="utf-8")).items()
    }
    return CARD.format(name=name, version=version, sources=describe(sources), **parts)


def going_on(base: str | None) -> str:
    """A paragraph on the checkpoint from whose weights it went on, if there was one."""
    if base is None:
        return ""
    return (
        f"\n\nIt went on from the weights of version {base}. What these had learnt from is\n"
        "counted among its own data; a fold that holds out some of that began with new weights."
    )


def describe(sources: Iterable[str]) -> str:
    """A line for each source, and what may not be done because of some of them."""
    listed = [SOURCES[source] for source in sources]
    lines = [f"- {source}" for source in listed]
    reserved = [source.name for source in listed if not source.is_commercial]
    if reserved:
        lines += ["", f"Not for commercial use, because of {', '.join(reserved)}."]
    return "\n".join(lines)
