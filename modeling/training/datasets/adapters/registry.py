"""All sources: a dataset is learnt from and measured on as its row in `sources.toml` says."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from modeling.training.datasets.adapters.le2i import read_le2i
from modeling.training.datasets.adapters.upfall import read_upfall
from modeling.training.datasets.adapters.urfd import read_urfd
from modeling.training.datasets.labels import Recording
from modeling.training.datasets.source import Source, SourceError

ROWS = tomllib.loads(Path(__file__).with_name("sources.toml").read_text(encoding="utf-8"))
SOURCES: Mapping[str, Source] = {name: Source(name=name, **row) for name, row in ROWS.items()}
OWN_PICTURES = "own-pictures"
"""The source of the pictures that a household has labelled itself."""
REFERENCE = next(source for source in SOURCES.values() if source.is_reference)

READERS: Mapping[str, Callable[[Path], Sequence[Recording]]] = {
    "urfd": read_urfd, "upfall": read_upfall, "le2i": read_le2i,
}  # fmt: skip
DEFAULT_FOLDER = Path("../shared/data")


def read_from(given: str) -> Sequence[Recording]:
    """The recordings of NAME=FOLDER, or of NAME in its default folder; raises SourceError."""
    name, _, folder = given.partition("=")
    if name not in READERS:
        raise SourceError(f"no source {name!r}, expected one of {', '.join(READERS)}")
    return READERS[name](Path(folder) if folder else DEFAULT_FOLDER / name)
