"""The recipe of `posture`."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from torch import Tensor

from modeling.perception.images.posture import POSTURE
from modeling.perception.poses.pose import PoseTrack
from modeling.training.datasets.adapters.urfd import OVERHEAD_VIEW, read_postures
from modeling.training.datasets.clips import DEFAULT_DATASET, track_path
from modeling.training.datasets.labels import Recording
from modeling.training.images.augmentation import (
    in_other_light,
    often_in_the_dark,
    seen_otherwise,
)
from modeling.training.images.network import PostureNetwork
from modeling.training.images.pictures import Pictures, Progress, decode
from modeling.training.images.posture_examples import POINTS, REAL, clip_examples, softened
from modeling.training.images.recipe import CardText, Recipe
from modeling.training.images.settings import ImageSettings

SOFT = 5  # frames before and after


def read(
    folder: Path, recordings: Sequence[Recording], _settings: ImageSettings, on_clip: Progress
) -> tuple[Pictures, Pictures]:
    """The frames of the horizontal camera with rooms without anybody, and the frames alone."""
    postures = read_postures(folder)
    examples = []
    for recording in recordings:
        if recording.view != OVERHEAD_VIEW:
            track = PoseTrack.load(track_path(DEFAULT_DATASET, recording.name))
            examples.append(
                clip_examples(recording, decode(recording.file), postures[recording.group], track)
            )
        on_clip()
    everything = Pictures.concatenate(examples)
    frames = everything.where(everything.kinds == REAL)
    return everything.where(everything.truth >= 0), frames


def augment(pictures: Tensor, points: Tensor) -> tuple[Tensor, Tensor]:
    """Seen by another camera, in other light."""
    moved, places = seen_otherwise(pictures, points)
    return often_in_the_dark(in_other_light(moved)), places


CARD = CardText(
    tells="""\
Tells from one picture whether somebody is `upright` (standing, walking, sitting, crouching), in
`transition` (going down or getting up), `lying`, or whether `nobody` is there.""",
    data="""\
The frames of the horizontal camera by their official posture; those before a clip's first posture
show nobody (later ones without one are not used). Where a clip has none of these, its room was made
from it: the median of what the person leaves free
(kind `background`; it counts in training and is told apart below). Points of the body that
MediaPipe found taught the network where to look; it needs none to run.""",
    weaknesses="""\
- Where upright ends and transition begins is a convention of the labels, in falls 30 frames before
  lying: one picture does not show it, and most mistakes are there.
- Rooms, cameras and people it has not seen: there were few of them, and the same ones are on both
  sides of each split.
- More than one person, pets, somebody who is mostly hidden, and cameras on the ceiling.
- Rooms without anybody, where no real frame showed one.""",
)

RECIPE = Recipe(
    task=POSTURE,
    settings=ImageSettings(epochs=72),
    read=read,
    network=partial(PostureNetwork, len(POSTURE.labels), len(POINTS)),
    targets=partial(softened, reach=SOFT),
    augment=augment,
    card=CARD,
)
