"""Pictures that people have put labels on, read as what a network learns from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from modeling.perception.images.task import ImageTask, RgbImage
from modeling.training.datasets.examples import SplitError
from modeling.training.datasets.splits import deal
from modeling.training.images.alike import difference_hash, scenes
from modeling.training.images.pictures import Pictures
from modeling.training.images.posture_examples import REAL

LEAST_GROUPS = 2
"""Of each label: one to learn from while the other is held out."""


class PictureError(Exception):
    """A picture cannot be read, or has a wrong label; the message is one plain line."""


@dataclass(frozen=True)
class LabelledPicture:
    """A file that shows what `label` says; `group` is what no split parts, where it is known."""

    file: Path
    name: str
    label: str
    group: str | None = None


def read_labelled(
    labelled: Sequence[LabelledPicture],
    task: ImageTask,
    points: int,
    on_picture: Callable[[], None],
) -> Pictures:
    """The pictures in their order, of which no point is known; raises PictureError.

    Those without a group make one with what is alike among those of their label.
    """
    inputs = []
    for one in labelled:
        if one.label not in task.labels:
            raise PictureError(
                f"{one.name} is labelled {one.label}, expected one of {', '.join(task.labels)}"
            )
        inputs.append(task.prepare(_decoded(one, task), None))
        on_picture()
    return Pictures(
        inputs=np.stack(inputs),
        truth=np.array([task.labels.index(one.label) for one in labelled], dtype=np.int64),
        groups=_groups(labelled, inputs),
        rooms=np.array([one.label for one in labelled]),
        clips=np.array([one.name for one in labelled]),
        kinds=np.full(len(labelled), REAL),
        frames=np.zeros(len(labelled), dtype=np.int64),
        points=np.zeros((len(labelled), points, 3), dtype=np.float32),
    )


def label_splits(
    pictures: Pictures, labels: Sequence[str], folds: int, seed: int
) -> dict[str, frozenset[str]]:
    """Deal the groups onto folds, those of each label evenly; raises SplitError."""
    main = {
        str(group): int(np.bincount(pictures.truth[pictures.groups == group]).argmax())
        for group in np.unique(pictures.groups)
    }
    strata = [{g for g, label in main.items() if label == index} for index in range(len(labels))]
    for label, groups in zip(labels, strata, strict=True):
        if len(groups) < LEAST_GROUPS:
            count = int((pictures.truth == labels.index(label)).sum())
            raise SplitError(
                f"{label} has {count} pictures of {len(groups)} scenes, expected at least "
                f"{LEAST_GROUPS} scenes: pictures of one group, or nearly the same, are one"
            )
    return deal(strata, folds, seed)


def _groups(
    labelled: Sequence[LabelledPicture], inputs: Sequence[NDArray[np.uint8]]
) -> NDArray[np.str_]:
    groups = [one.group or "" for one in labelled]
    for label in {one.label for one in labelled if one.group is None}:
        rows = [i for i, x in enumerate(labelled) if x.label == label and x.group is None]
        numbers = scenes(np.stack([difference_hash(inputs[row]) for row in rows]))
        first: dict[int, str] = {}
        for row, number in zip(rows, numbers.tolist(), strict=True):
            groups[row] = first.setdefault(number, labelled[row].name)
    return np.array(groups)


def _decoded(labelled: LabelledPicture, task: ImageTask) -> RgbImage:
    """The picture, (H, W, 3), as it is to be held."""
    height, width = task.input_shape[1:]
    try:
        with Image.open(labelled.file) as image:
            image.draft("RGB", (2 * width, 2 * height))  # a large JPEG is shrunk as it is read
            return np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
    except (UnidentifiedImageError, Image.DecompressionBombError, SyntaxError, ValueError) as error:
        raise PictureError(f"{labelled.name} is no picture that can be read") from error
    except OSError as error:
        raise PictureError(f"{labelled.name} cannot be read: it is cut off or damaged") from error
