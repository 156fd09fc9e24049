"""Carries out one job of training: `python -m modeling.training.carried.train ORDER`.

It goes on after the last finished epoch of an earlier try, and ends with the same weights.
"""

import sys
from collections.abc import Callable, Mapping
from functools import partial
from math import isfinite
from pathlib import Path
from typing import Any, TypeAlias

from common.files import replace_whole
from common.native_output import silence_native_stderr
from common.progress import heard_by
from contract.training import TrainingOrder, TrainingResult
from contract.versions import DETECTOR
from modeling.perception.carried.talk import Talk
from modeling.perception.detector.checkpoint import CheckpointError
from modeling.perception.frames.video import VideoError
from modeling.perception.poses.pose import PoseTrackError
from modeling.training.carried.material import clips_of, pictures_of, recordings_of
from modeling.training.datasets.adapters.cvat_task import CvatError
from modeling.training.datasets.clips import DatasetError, LabelledClip
from modeling.training.datasets.examples import SplitError
from modeling.training.datasets.extraction import BuildError
from modeling.training.detectors.settings import TrainingSettings
from modeling.training.detectors.training import DetectorTraining
from modeling.training.images import camera_health, posture
from modeling.training.images.labelled import PictureError
from modeling.training.images.own_labels import own_labels_recipe
from modeling.training.images.recipe import Recipe
from modeling.training.images.settings import ImageSettings
from modeling.training.images.training import ImageTraining
from modeling.training.loop import Epoch
from modeling.training.run import resume_or_start

CHECKPOINT, KEPT, PREDICTIONS, RESULT = "checkpoint", "kept", "predictions", "result.json"
LEAST_FALLS = 2
LEAST_LABELS = 2

AnyTraining: TypeAlias = DetectorTraining | ImageTraining


class DivergedError(Exception):
    """The loss is no number any more: no retry would end otherwise."""


REFUSALS = (
    BuildError,
    CheckpointError,
    CvatError,
    DatasetError,
    DivergedError,
    PictureError,
    PoseTrackError,
    SplitError,
    VideoError,
)
"""What comes of the data and the settings, so that it would come again."""


def carry_out(order: TrainingOrder, root: Path, talk: Talk) -> TrainingResult:
    """Train what is ordered, in the folder `root`; raises one of REFUSALS where that cannot be."""
    done = root / RESULT
    if done.is_file():  # its worker was killed before it had kept it
        return TrainingResult.model_validate_json(done.read_bytes())
    with heard_by(talk.progress):
        training: Any = RECIPES[order.recipe](order, root)
        if order.base is not None:
            training = training.going_on_from(root / order.base)
        manifest = resume_or_start(
            training,
            root / CHECKPOINT,
            root / KEPT,
            talk.said,
            fresh=False,
            hear=partial(tell, talk),
        )
    result = TrainingResult(
        version=manifest.version, checkpoint=CHECKPOINT, figures=manifest.metrics
    )
    replace_whole(done, result.model_dump_json())
    return result


def tell(talk: Talk, fit: str, epoch: Epoch) -> None:
    """Say how an epoch ended; raises DivergedError."""
    if not isfinite(epoch.loss):
        raise DivergedError(
            f"the loss of {fit} is no number after epoch {epoch.number}, expected a lower "
            "learning_rate"
        )
    talk.measured(fit, "loss", epoch.number, epoch.loss)
    if epoch.held_out is not None and isfinite(epoch.held_out):
        talk.measured(fit, "held_out_loss", epoch.number, epoch.held_out)


def _detector(order: TrainingOrder, root: Path) -> AnyTraining:
    clips = clips_of(order, root)
    _check_falls(clips)
    return DetectorTraining.of(clips, TrainingSettings(**_settings(order)))


def _posture(order: TrainingOrder, root: Path) -> AnyTraining:
    return _labelled(posture.LABELLED_RECIPE, order, root)


def _camera_health(order: TrainingOrder, root: Path) -> AnyTraining:
    recordings = recordings_of(order, root)
    if not recordings:
        raise DatasetError("no clip is chosen, expected videos")
    settings = ImageSettings(**_settings(order))
    return ImageTraining.of(camera_health.OWN_RECIPE, settings, recordings, root / PREDICTIONS)


def _own_labels(order: TrainingOrder, root: Path) -> AnyTraining:
    labels = sorted({picture.label for picture in pictures_of(order, root)})
    if len(labels) < LEAST_LABELS:
        raise DatasetError(
            f"{len(labels)} labels ({', '.join(labels)}), expected pictures of at least "
            f"{LEAST_LABELS}: what is to be told apart from what?"
        )
    return _labelled(own_labels_recipe(labels), order, root)


RECIPES: Mapping[str, Callable[[TrainingOrder, Path], AnyTraining]] = {
    DETECTOR: _detector,
    "posture": _posture,
    "camera_health": _camera_health,
    "pictures": _own_labels,
}


def _labelled(recipe: Recipe, order: TrainingOrder, root: Path) -> AnyTraining:
    pictures = pictures_of(order, root)
    if not pictures:
        raise DatasetError("no picture has one label, expected pictures with one each")
    settings = ImageSettings(**_settings(order))
    return ImageTraining.of_labelled(recipe, settings, pictures, root / PREDICTIONS)


def _settings(order: TrainingOrder) -> dict[str, Any]:
    return dict(order.settings)


def _check_falls(clips: list[LabelledClip]) -> None:
    groups = {clip.labels.group for clip in clips if clip.labels.falls}
    if len(groups) < LEAST_FALLS:
        raise DatasetError(
            f"{len(clips)} clips with falls of {len(groups)} groups, expected falls of at least "
            f"{LEAST_FALLS}: one is learnt from while the other is held out"
        )


def main() -> None:
    """Take the order that the command names, and say over the standard output how it goes."""
    silence_native_stderr()
    path, talk = Path(sys.argv[1]), Talk.begin()
    order = TrainingOrder.model_validate_json(path.read_bytes())
    try:
        result = carry_out(order, path.parent, talk)
    except REFUSALS as error:
        talk.refused(str(error))
        return
    talk.finished(result.model_dump(mode="json"))


if __name__ == "__main__":
    main()
