"""The recipe of `posture`."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from torch import Tensor

from modeling.perception.images.posture import POSTURE
from modeling.perception.poses.pose import PoseTrack
from modeling.training.datasets.kept_poses import DEFAULT_DATASET, track_path
from modeling.training.datasets.labels import Recording
from modeling.training.images.augmentation import (
    in_other_light,
    often_in_the_dark,
    seen_otherwise,
)
from modeling.training.images.network import PostureNetwork
from modeling.training.images.pictures import Pictures, Progress, decode
from modeling.training.images.posture_examples import POINTS, REAL, clip_examples, softened
from modeling.training.images.recipe import ClipRecipe
from modeling.training.images.settings import POSTURE as POSTURE_SETTINGS
from modeling.training.images.settings import ImageSettings

SOFT = 5  # frames before and after


def read(
    recordings: Sequence[Recording], _settings: ImageSettings, on_clip: Progress
) -> tuple[Pictures, Pictures]:
    """The frames of clips with postures and rooms without anybody, and only the frames."""
    examples = []
    for recording in recordings:
        if recording.postures is not None:
            track = PoseTrack.load(track_path(DEFAULT_DATASET, recording.name))
            examples.append(
                clip_examples(recording, decode(recording.file), recording.postures, track)
            )
        on_clip()
    everything = Pictures.concatenate(examples)
    frames = everything.where(everything.kinds == REAL)
    return everything.where(everything.truth >= 0), frames


def augment(pictures: Tensor, points: Tensor) -> tuple[Tensor, Tensor]:
    """Seen by another camera, in other light."""
    moved, places = seen_otherwise(pictures, points)
    return often_in_the_dark(in_other_light(moved)), places


RECIPE = ClipRecipe(
    task=POSTURE,
    settings=POSTURE_SETTINGS,
    words="posture",
    read=read,
    network=partial(PostureNetwork, len(POSTURE.labels), len(POINTS)),
    targets=partial(softened, reach=SOFT),
    augment=augment,
    points=len(POINTS),
)

LABELLED_RECIPE = replace(RECIPE, words="own_labels")
"""The same from single pictures that a household has labelled."""
