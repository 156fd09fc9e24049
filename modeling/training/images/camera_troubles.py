"""Examples of the states of a camera: pictures as they are, and pictures made from them.

A state is seen in the picture itself where it can be: dark, blurred and covered hold whether or
not anything moves, and `frozen` is a good picture that came before, bit by bit or encoded again.
Pictures are `dark` below a mean level of 40 and otherwise good above 60; those that are made keep
to the same rule. A lens covered until nothing is seen but black is `dark`: one picture does not
tell the two apart.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from modeling.perception.images.camera_health import CAMERA_HEALTH, prepare
from modeling.perception.images.task import RgbImage
from modeling.training.datasets.labels import Recording
from modeling.training.images import effects
from modeling.training.images.covers import COVERS, covered_share, laid_over
from modeling.training.images.pictures import Pictures

DARK_BELOW, GOOD_ABOVE = 40.0, 60.0
FIRST = 0.1  # the share of pictures with none before them
SECONDS_APART = (15, 150)  # frames, at 30 a second

Pair = tuple[RgbImage, RgbImage]
"""A picture, and the one before it."""

Maker = Callable[[Sequence[RgbImage], Generator], Pair]
"""The pictures of a clip to an example."""


def natural_label(image: RgbImage) -> str | None:
    """What a recorded picture shows; None where it is between dark and bright."""
    level = effects.brightness(image)
    if level < DARK_BELOW:
        return "dark"
    return "ok" if level > GOOD_ABOVE else None


def clip_examples(
    recording: Recording, images: Sequence[RgbImage], takes: int, rng: Generator
) -> Pictures:
    """`takes` examples of every kind that the clip can give; a kind begins with its label."""
    kinds = KINDS if natural_label(images[0]) == "ok" else DARK_KINDS
    names = [kind for kind in kinds for _ in range(takes)]
    return Pictures.of_clip(
        recording,
        inputs=[_prepared(kind, kinds[kind](images, rng), rng) for kind in names],
        truth=[CAMERA_HEALTH.labels.index(kind.partition(" ")[0]) for kind in names],
        kinds=names,
        frames=[-1] * len(names),
    )


def clip_frames(recording: Recording, images: Sequence[RgbImage]) -> Pictures:
    """Every frame of the clip after the frame before it, as they are."""
    labels = [natural_label(image) for image in images]
    return Pictures.of_clip(
        recording,
        inputs=[prepare(*pair) for pair in zip(images, [None, *images], strict=False)],
        truth=[-1 if label is None else CAMERA_HEALTH.labels.index(label) for label in labels],
        kinds=["real"] * len(images),
        frames=range(len(images)),
    )


def _prepared(kind: str, pair: Pair, rng: Generator) -> NDArray[np.uint8]:
    image, previous = pair
    first = not kind.startswith("frozen") and rng.uniform() < FIRST
    return prepare(image, None if first else previous)


# Pictures as they are


def neighbours(images: Sequence[RgbImage], rng: Generator) -> Pair:
    """A picture and the very one before it."""
    frame = int(rng.integers(1, len(images)))
    return images[frame], images[frame - 1]


def seconds_apart(images: Sequence[RgbImage], rng: Generator) -> Pair:
    """Two pictures half a second to five apart, or as far as the clip is long."""
    apart = min(int(rng.integers(*SECONDS_APART)), len(images) - 1)
    frame = int(rng.integers(apart, len(images)))
    return images[frame], images[frame - apart]


def stillest(images: Sequence[RgbImage], rng: Generator) -> Pair:
    """Of a dozen neighbours those that differ least."""
    frames = rng.integers(1, len(images), size=12)
    changes = [np.abs(images[f].astype(np.int16) - images[f - 1]).mean() for f in frames]
    frame = int(frames[int(np.argmin(changes))])
    return images[frame], images[frame - 1]


# Pictures that are made


def by_another_camera(images: Sequence[RgbImage], rng: Generator) -> Pair:
    """Two pictures in another light, cut out and turned, each with noise of its own."""
    return _taken(*_another_view(images, rng), rng)


def of_a_still_room(images: Sequence[RgbImage], rng: Generator) -> Pair:
    """One picture twice, with nothing but new noise."""
    image, _ = _another_view(images, rng)
    return _taken(image, image, rng)


def partly_hidden(images: Sequence[RgbImage], rng: Generator) -> Pair:
    """Something near the lens hides up to a quarter, which does not make the rest worse."""
    image, previous = _another_view(images, rng)
    hidden = _covered(image, rng.choice(list(COVERS)), rng.uniform(0.03, 0.25), rng)
    return _taken(hidden, previous, rng)


def darkened(images: Sequence[RgbImage], rng: Generator) -> Pair:
    """Too little light, up to none at all; the noise stays."""
    level, gamma = rng.uniform(0.0, DARK_BELOW - 5.0), rng.uniform(1.0, 1.8)
    image, previous = (effects.at_brightness(i, level, gamma) for i in seconds_apart(images, rng))
    return _again(image, previous, rng)


def defocused(images: Sequence[RgbImage], rng: Generator) -> Pair:
    """Out of focus by a hundredth to a twentieth of the width."""
    radius = rng.uniform(0.012, 0.05)
    image, previous = (effects.defocused(i, radius) for i in _another_view(images, rng))
    return _again(image, previous, rng)


def moved(images: Sequence[RgbImage], rng: Generator) -> Pair:
    """Taken while the camera moved by a twentieth to a sixth of the width."""
    image, previous = _another_view(images, rng)
    length, angle = rng.uniform(0.05, 0.16), rng.uniform(0.0, np.pi)
    return _again(effects.moved(image, length, angle), previous, rng)


def covered(cover: str, images: Sequence[RgbImage], rng: Generator) -> Pair:
    """Covered all over, or all but a strip; a while ago, or just now."""
    image, previous = _another_view(images, rng)
    share = 1.0 if rng.uniform() < 0.4 else rng.uniform(0.75, 0.98)
    hidden = _covered(image, cover, share, rng)
    return _again(hidden, previous if rng.uniform() < 0.2 else hidden, rng)


def the_same(images: Sequence[RgbImage], rng: Generator) -> Pair:
    """The last picture of a stream that stopped, bit by bit."""
    image, _ = _another_view(images, rng) if rng.uniform() < 0.5 else neighbours(images, rng)
    noisy = effects.with_noise(image, rng.uniform(0.0, 3.0), rng)
    return noisy, noisy


def the_same_encoded_anew(images: Sequence[RgbImage], rng: Generator) -> Pair:
    """The same picture, whose codings differ."""
    image, _ = the_same(images, rng)
    first, second = rng.integers(70, 97, size=2)
    return effects.reencoded(image, int(first)), effects.reencoded(image, int(second))


def _another_view(images: Sequence[RgbImage], rng: Generator) -> Pair:
    """A part of two pictures, mirrored or not, in another light that is bright enough."""
    image, previous = (neighbours if rng.uniform() < 0.5 else seconds_apart)(images, rng)
    scale, across, down = rng.uniform([0.6, 0.0, 0.0], 1.0)
    height, width = (round(scale * side) for side in image.shape[:2])
    top, left = round(down * (image.shape[0] - height)), round(across * (image.shape[1] - width))
    part = slice(top, top + height), slice(left, left + width)
    turn = int(rng.choice([1, -1]))
    level, gamma = rng.uniform(GOOD_ABOVE + 5.0, 190.0), rng.uniform(0.7, 1.4)
    first, second = (
        effects.at_brightness(effects.enlarged(i[part][:, ::turn], image.shape), level, gamma)
        for i in (image, previous)
    )
    return first, second


def _taken(image: RgbImage, previous: RgbImage, rng: Generator) -> Pair:
    """Both with a sensor's noise, and encoded alike or not at all.

    Never so little noise and so coarse a code that nothing of the noise is left: a still room that
    is encoded like that stands still.
    """
    sigma = rng.uniform(1.5, 4.0)
    pair = [effects.with_noise(i, sigma, rng) for i in (image, previous)]
    if rng.uniform() < 0.5:
        quality = int(rng.integers(92, 98))
        pair = [effects.reencoded(i, quality) for i in pair]
    return pair[0], pair[1]


def _again(image: RgbImage, previous: RgbImage, rng: Generator) -> Pair:
    """As `_taken`; every fifth time the picture before is the same bit by bit."""
    image, previous = _taken(image, previous, rng)
    return image, image if rng.uniform() < 0.2 else previous


def _covered(image: RgbImage, cover: str, share: float, rng: Generator) -> RgbImage:
    shape = image.shape[0], image.shape[1]
    mask = covered_share(shape, share, rng.uniform(0.0, 0.12), rng)
    return laid_over(image, COVERS[cover](shape, rng), mask)


ALWAYS: Mapping[str, Maker] = {
    "neighbours": neighbours,
    "seconds apart": seconds_apart,
    "stillest": stillest,
}
DARK_KINDS: Mapping[str, Maker] = {f"dark {name}": maker for name, maker in ALWAYS.items()}
KINDS: Mapping[str, Maker] = {
    **{f"ok {name}": maker for name, maker in ALWAYS.items()},
    "ok by another camera": by_another_camera,
    "ok still room": of_a_still_room,
    "ok partly hidden": partly_hidden,
    "dark made": darkened,
    "blurred defocused": defocused,
    "blurred moved": moved,
    **{f"covered {name}": partial(covered, name) for name in COVERS},
    "frozen same": the_same,
    "frozen encoded anew": the_same_encoded_anew,
}
