"""What the data sets of an order hold, as the trainings take it."""

from collections.abc import Iterator
from pathlib import Path

from contract.datasets import DatasetFile, DatasetKind
from contract.training import GivenDataset, TrainingOrder
from modeling.perception.frames.video import examine
from modeling.training.datasets.adapters.cvat import read_cvat
from modeling.training.datasets.adapters.cvat_task import Filmed
from modeling.training.datasets.clips import DatasetError, LabelledClip, learnable, load_dataset
from modeling.training.datasets.extraction import build_dataset
from modeling.training.datasets.labels import Recording
from modeling.training.images.labelled import LabelledPicture

LABELS_SUFFIX = ".xml"
EXTRACTED = "extracted"
"""Where the poses of clips are kept, beside their folder."""


def clips_of(order: TrainingOrder, root: Path) -> list[LabelledClip]:
    """All clips that may be learnt from; raises the errors of datasets, videos and labels."""
    folders = [root / folder for folder in order.project_data]
    clips = [clip for folder in folders for clip in load_dataset(folder)]
    for given in order.datasets:
        clips += _clips(given, root / given.folder)
    return learnable(clips)


def recordings_of(order: TrainingOrder, root: Path) -> list[Recording]:
    """The videos of all data sets with their labels."""
    return [recording for given in order.datasets for recording in _recordings(given, root)]


def pictures_of(order: TrainingOrder, root: Path) -> list[LabelledPicture]:
    """The pictures with one label each; what has none or several teaches nothing."""
    return [
        LabelledPicture(root / given.folder / file.path, file.path, file.labels[0], _group(file))
        for given in order.datasets
        for file in given.files
        if len(file.labels) == 1
    ]


def _clips(given: GivenDataset, folder: Path) -> list[LabelledClip]:
    if given.kind is DatasetKind.TRACKS:
        names = {Path(file.path).stem for file in given.files}
        return [clip for clip in load_dataset(folder) if clip.labels.name in names]
    extracted = folder.with_name(f"{folder.name}-{EXTRACTED}")
    build_dataset(list(_recordings_in(given, folder)), extracted)
    return load_dataset(extracted)


def _recordings(given: GivenDataset, root: Path) -> Iterator[Recording]:
    if given.kind is not DatasetKind.CLIPS:
        raise DatasetError(f"a data set of {given.kind.value}, expected one of clips")
    return _recordings_in(given, root / given.folder)


def _recordings_in(given: GivenDataset, folder: Path) -> Iterator[Recording]:
    for video in (folder / file.path for file in given.files):
        xml = video.with_suffix(LABELS_SUFFIX)
        if video != xml and xml.is_file():
            # Names are those of the upload, where video and labels were put side by side.
            yield read_cvat(xml, Filmed(video, examine(video).frame_count, is_renamed=True))


def _group(file: DatasetFile) -> str | None:
    """What no split parts: the group that was given, or a day of a camera."""
    if file.group is None and file.camera_id is not None and file.date is not None:
        return f"{file.camera_id} {file.date}"
    return file.group
