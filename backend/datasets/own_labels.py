"""The labels of tracks are one file: of some tracks it is another one."""

from collections.abc import Iterator, Sequence

from backend.datasets.formats.base import TakenFile
from backend.datasets.formats.tracks import labels_file, without_others
from backend.storage.blobs import Blobs
from contract.datasets import DatasetFile
from modeling.training.datasets.clips import LABELS_NAME


def with_own_labels(files: Sequence[DatasetFile], blobs: Blobs) -> Iterator[DatasetFile]:
    """The files, with labels of only those tracks that are among them: without tracks, none."""
    has_tracks = not all(file.is_about_all for file in files)
    for file in files:
        if file.path != LABELS_NAME:
            yield file
        elif has_tracks:
            yield _own_labels(file, {file.path for file in files}, blobs)


def _own_labels(file: DatasetFile, paths: set[str], blobs: Blobs) -> DatasetFile:
    place = blobs.path(file.sha256)
    known = labels_file(TakenFile(file.path, file.sha256, file.size, place))
    content = without_others(known, paths).model_dump_json(indent=1).encode()
    return file.model_copy(update={"sha256": blobs.keep_bytes(content), "size": len(content)})
