"""Pose tracks and their labels, as `build-dataset` writes them: labels.json, tracks/NAME.npz."""

import math
import zipfile
from collections.abc import Collection
from pathlib import Path, PurePosixPath

from numpy.lib import format as npy
from pydantic import ValidationError

from backend.datasets.archive import check_directory
from backend.datasets.formats.base import NOTE, TakenFile, Tree, suffix_of, text_of, unusable
from backend.errors import describe
from contract.datasets import DatasetFile
from modeling.perception.poses.pose import PoseTrack
from modeling.training.datasets.clips import LABELS_NAME, LabelsFile
from modeling.training.datasets.kept_poses import TRACKS_NAME
from modeling.training.datasets.labels import ClipLabels

TRACK, SOURCE_NOTE = ".npz", ".source"
MAX_NUMBERS = 64 * 2**20
"""More than two hours of one person."""
MAX_ARRAYS = 64


class Tracks:
    """The format of DatasetKind.TRACKS."""

    def check(self, path: str, place: Path) -> None:
        """A track of finite numbers, the labels, or what says what a track was made from."""
        if path == LABELS_NAME or NOTE.fullmatch(path):
            return
        is_track = PurePosixPath(path).parent == PurePosixPath(TRACKS_NAME)
        if is_track and suffix_of(path) == TRACK:
            _check_track(path, place)
        elif not (is_track and suffix_of(path) == SOURCE_NOTE):
            raise unusable(path, f"expected {LABELS_NAME} and {TRACKS_NAME}/NAME{TRACK} only")

    def read(self, tree: Tree) -> list[DatasetFile]:
        """Each track is about what its clip's spans say."""
        if LABELS_NAME not in tree:
            raise unusable(LABELS_NAME, "expected this file at the top, with the labels")
        clips = {track_name(clip.name): clip for clip in labels_file(tree[LABELS_NAME]).clips}
        for path in clips:
            if path not in tree:
                raise unusable(path, f"expected this track, {LABELS_NAME} names it")
        for path in tree:
            if suffix_of(path) == TRACK and path not in clips:
                raise unusable(path, f"expected a clip of this name in {LABELS_NAME}")
        return [_about(file, clips) for file in tree.values()]


def track_name(clip: str) -> str:
    """The path of a clip's track."""
    return f"{TRACKS_NAME}/{clip}{TRACK}"


def labels_file(file: TakenFile) -> LabelsFile:
    """What is known of each clip; raises UnusableFiles."""
    try:
        known = LabelsFile.model_validate_json(text_of(file))
    except ValidationError as error:
        raise unusable(file.path, describe(error)) from error
    if not known.clips:
        raise unusable(file.path, "expected a clip at least")
    if len({clip.name for clip in known.clips}) < len(known.clips):
        raise unusable(file.path, "expected another name for each clip")
    return known


def without_others(known: LabelsFile, paths: Collection[str]) -> LabelsFile:
    """The labels of only those clips whose tracks are among `paths`."""
    clips = [clip for clip in known.clips if track_name(clip.name) in paths]
    return known.model_copy(update={"clips": clips})


def labels_said(clip: ClipLabels) -> tuple[str, ...]:
    """What a clip shows for certain."""
    return tuple(sorted({span.label for span in clip.spans if span.certain}))


def _about(file: TakenFile, clips: dict[str, ClipLabels]) -> DatasetFile:
    clip = clips.get(str(PurePosixPath(file.path).with_suffix(TRACK)))
    return file.about() if clip is None else file.about(labels_said(clip), clip.group)


def _check_track(path: str, place: Path) -> None:
    try:
        if is_small := _numbers_in(place) <= MAX_NUMBERS:
            PoseTrack.load(place)
    except Exception as error:  # of zipfile, zlib and NumPy on a foreign file: no common base
        said = "expected a pose track: finite numbers, at times that increase"
        raise unusable(path, said) from error
    if not is_small:
        raise unusable(path, f"expected at most {MAX_NUMBERS >> 20} million numbers in it")


def _numbers_in(place: Path) -> int:
    """How many numbers its arrays say that they hold; however small each is now, they grow."""
    with place.open("rb") as file:
        check_directory(file, place.stat().st_size, MAX_ARRAYS)
        with zipfile.ZipFile(file) as arrays:
            return sum(max(_length(arrays, it), it.file_size // 4) for it in arrays.infolist())


def _length(arrays: zipfile.ZipFile, info: zipfile.ZipInfo) -> int:
    with arrays.open(info) as array:
        is_short = npy.read_magic(array) == (1, 0)
        read = npy.read_array_header_1_0 if is_short else npy.read_array_header_2_0
        return math.prod(map(abs, read(array)[0]))
