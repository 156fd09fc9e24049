"""All sources: a dataset is learnt from and measured on as the row with its name says."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from modeling.training.datasets.adapters import (
    bandai,
    cvat,
    jhmdb,
    le2i,
    made,
    penn,
    upfall,
    urfd,
    utkinect,
)
from modeling.training.datasets.labels import Recording
from modeling.training.datasets.source import Source, SourceError

SOURCES: Mapping[str, Source] = {
    source.name: source
    for source in (
        urfd.SOURCE, upfall.SOURCE, le2i.SOURCE, cvat.SOURCE, made.SYNTHETIC, made.STRESS,
        bandai.SOURCE, utkinect.SOURCE, penn.SOURCE, jhmdb.SOURCE,
    )
}  # fmt: skip
REFERENCE = next(source for source in SOURCES.values() if source.is_reference)
READABLE = [source.name for source in SOURCES.values() if source.read is not None]
DEFAULT_FOLDER = Path("../shared/data")


def read_from(given: str) -> Sequence[Recording]:
    """The recordings of NAME=FOLDER, or of NAME in its default folder; raises SourceError."""
    name, _, folder = given.partition("=")
    source = SOURCES.get(name)
    if source is None or source.read is None:
        raise SourceError(f"no source {name!r}, expected one of {', '.join(READABLE)}")
    return source.read(Path(folder) if folder else DEFAULT_FOLDER / name)
