"""Data sets of a record on a real disk, without the rest of the server: their poses are made."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import numpy as np

from backend.datasets.erasing import RecordEraser
from backend.datasets.formats.tracks import track_name
from backend.datasets.versioning import NewVersion
from backend.erasure.scope import Scope
from contract.datasets import Dataset, DatasetFile, DatasetKind, DatasetVersion, Recorded
from modeling.training.datasets.clips import LABELS_NAME, LabelsFile
from modeling.training.datasets.labels import ClipLabels
from testkit.datasets_alone import DatasetsAlone

TODAY = date(2027, 1, 16)
FILE_SEC = 30.0
ALL_OF_THE_BEDROOM = Scope(1, "침실", None, None)


class RecordedDatasets:
    """A data set of a record below `folder`, of which each clip has a camera and a time."""

    def __init__(self, folder: Path) -> None:
        self.alone = DatasetsAlone(folder)
        self.service, self.blobs = self.alone.service, self.alone.blobs
        self.maker, self.database = self.service.maker, self.alone.database
        namers = [self.service.named_blobs]
        self.eraser = RecordEraser(self.database, self.blobs, self.maker, namers, lambda _: TODAY)

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()

    def dataset(self, *, of_record: bool = True) -> Dataset:
        """One that is yet to be made."""
        return self.maker.new_dataset(1, "기록", DatasetKind.TRACKS, 1, of_record=of_record)

    def make(self, dataset: Dataset, clips: Mapping[str, tuple[str, float]]) -> DatasetVersion:
        """A version of clips, each of a camera and a time."""
        files = [self._track(name, *of) for name, of in clips.items()]
        if not dataset.of_record:
            files = [it.model_copy(update={"recorded": None}) for it in files]
        before = self.maker.files_before(dataset.id)
        return self.maker.make(
            NewVersion(dataset, [*files, self._labels(clips)], before.values(), 1)
        )

    def track(self, name: str) -> str:
        """The digest of a clip's track."""
        return self.blobs.keep_bytes(_poses(name))

    def _track(self, name: str, camera_id: str, at: float) -> DatasetFile:
        content = _poses(name)
        return DatasetFile(
            path=track_name(name),
            sha256=self.blobs.keep_bytes(content),
            size=len(content),
            camera_id=camera_id,
            group=f"{camera_id}-{at}",
            recorded=Recorded(since=at, until=at + FILE_SEC),
        )

    def _labels(self, clips: Mapping[str, tuple[str, float]]) -> DatasetFile:
        known = [
            ClipLabels(
                name=name, group=camera, room=camera, view=camera, source="household", spans=()
            )
            for name, (camera, _) in clips.items()
        ]
        content = LabelsFile(clips=known).model_dump_json().encode()
        return DatasetFile(
            path=LABELS_NAME, sha256=self.blobs.keep_bytes(content), size=len(content)
        )


def _poses(name: str) -> bytes:
    return np.frombuffer(name.encode() * 50, dtype=np.uint8).tobytes()
