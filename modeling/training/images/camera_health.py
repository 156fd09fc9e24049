"""The recipe of `camera_health`."""

import zlib
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import torch
from torch import Tensor

from modeling.perception.images.camera_health import CAMERA_HEALTH
from modeling.training.datasets.labels import Recording
from modeling.training.images.camera_troubles import clip_examples, clip_frames
from modeling.training.images.network import CameraHealthNetwork
from modeling.training.images.pictures import Pictures, Progress, decoded, one_hot
from modeling.training.images.recipe import ClipRecipe
from modeling.training.images.settings import CAMERA_HEALTH as CAMERA_HEALTH_SETTINGS
from modeling.training.images.settings import ImageSettings


def read(
    recordings: Sequence[Recording], settings: ImageSettings, on_clip: Progress
) -> tuple[Pictures, Pictures]:
    """Generated examples, the same for a seed and a clip, and every frame of both cameras."""
    examples, frames = [], []
    for recording, images in decoded(recordings, on_clip):
        rng = np.random.default_rng([settings.seed, zlib.crc32(recording.name.encode())])
        examples.append(clip_examples(recording, images, settings.takes, rng))
        frames.append(clip_frames(recording, images))
    return Pictures.concatenate(examples), Pictures.concatenate(frames)


def augment(pictures: Tensor, points: Tensor) -> tuple[Tensor, Tensor]:
    """Mirrored and upside down at random: the generator has done the rest."""
    for dimension in (2, 3):
        chosen = torch.rand(len(pictures)) < 0.5
        pictures[chosen] = pictures[chosen].flip(dimension)
    return pictures, points


RECIPE = ClipRecipe(
    task=CAMERA_HEALTH,
    settings=CAMERA_HEALTH_SETTINGS,
    words="camera_health",
    read=read,
    network=partial(CameraHealthNetwork, len(CAMERA_HEALTH.labels)),
    targets=partial(one_hot, labels=len(CAMERA_HEALTH.labels)),
    augment=augment,
    points=0,
)

OWN_RECIPE = replace(RECIPE, words="camera_health_own")
"""The same from the clips of a household."""
