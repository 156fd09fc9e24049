"""The recipe of `camera_health`."""

import zlib
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from modeling.perception.images.camera_health import CAMERA_HEALTH
from modeling.training.datasets.labels import Recording
from modeling.training.images.camera_troubles import clip_examples, clip_frames
from modeling.training.images.network import CameraHealthNetwork
from modeling.training.images.pictures import Pictures, Progress, decoded, one_hot
from modeling.training.images.recipe import CardText, Recipe
from modeling.training.images.settings import ImageSettings


def read(
    _folder: Path, recordings: Sequence[Recording], settings: ImageSettings, on_clip: Progress
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


CARD = CardText(
    tells="""\
Tells whether a camera shows anything: a picture is `ok`, `dark`, `blurred` or `covered`, or the
stream is `frozen`, which takes the picture before it.""",
    data="""\
`dark` are URFD's frames below a mean level of 40 of 255, which are all those of the ADL clips 12 to
23, and `ok` those above 60; none lies between. Everything else is made from the bright clips
(`modeling/training/images/camera_troubles.py`): less light; a lens out of focus by a hundredth to
a twentieth of the width, or moved by a twentieth to a sixth; hand, cloth, plain stickers and tape,
and dark covers with light leaking in, over three quarters of the picture or more; the same picture
again, bit by bit or as JPEG of another quality. `ok` are also still rooms with new noise alone,
pictures seconds apart, other light and framing, and up to a quarter hidden by something near. A
lens covered until all is black counts as `dark`.""",
    weaknesses="""\
- Troubles that nobody made up: all but some of `dark` come from the generator, also those that the
  figures are measured on. No real hand, cloth or frozen stream was filmed.
- Cameras of other makes, fish-eye lenses and infrared light.
- A view without texture, such as a white wall nearby, and a person who fills the picture.
- A video encoder that drops all the noise of a still room: it looks `frozen`.
- Half-covered and half-lit pictures: there is no class for what lies between.""",
)

RECIPE = Recipe(
    task=CAMERA_HEALTH,
    settings=ImageSettings(epochs=48, takes=3),
    read=read,
    network=partial(CameraHealthNetwork, len(CAMERA_HEALTH.labels)),
    targets=partial(one_hot, labels=len(CAMERA_HEALTH.labels)),
    augment=augment,
    card=CARD,
)
