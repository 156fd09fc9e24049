"""What of the takes is filmed: from which places, and beside whom."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import typer

from modeling.perception.poses.pose import PoseTrack
from modeling.training.datasets.labels import ClipLabels
from modeling.training.synthetic.cameras.camera import Place, draw_camera
from modeling.training.synthetic.cameras.film import HIPS, draw_rate, film
from modeling.training.synthetic.cameras.scene import Scene
from modeling.training.synthetic.cameras.screens import with_bystander, with_screen
from modeling.training.synthetic.shots import Shot
from modeling.training.synthetic.takes.generate import KINDS, generate
from modeling.training.synthetic.takes.take import Take

MADE = "synthetic"  # as sources.toml has it
FOLDS = 5
BESIDE_EVERY = 5  # every so many-th film shows somebody else too


def take_shots(folder: Path, takes: int, views: int, seed: int) -> Iterator[Shot]:
    """The shots of every take; all of one take are one group."""
    kinds = sorted(KINDS)
    upright: Take | None = None
    for index in range(takes):
        try:
            take = kept_take(folder, kinds[index % len(kinds)], seed * 1_000_000 + index)
        except RuntimeError as error:  # one that no body can do, however often it tries
            typer.echo(f"left out: {error}", err=True)
            continue
        for view in range(views):
            place = list(Place)[(index // len(kinds) + view) % len(Place)]
            is_alone = upright is None or (index + view) % BESIDE_EVERY
            yield take_shot(take, None if is_alone else upright, place)
        if take.facts.end_posture == "upright":
            upright = take


def take_shot(take: Take, other: Take | None, place: Place) -> Shot:
    """The film of a take from a place, with `other` beside it if there is somebody."""
    facts = take.facts
    group = f"{facts.kind}-{facts.seed:08d}"
    labels = ClipLabels(
        name=f"{group}-{place}" + ("-beside" if other else ""),
        group=group,
        room=f"{MADE}-{place}-{facts.seed % FOLDS}",
        view=place.value,
        source=MADE,
        spans=facts.spans,
        overhead=place is Place.OVERHEAD,
        person=1 if other else None,
    )
    return Shot(labels, partial(_filmed_take, take, other, place))


def kept_take(folder: Path, kind: str, seed: int) -> Take:
    """The take of this seed, made unless it is in the folder already."""
    path = folder / f"{kind}-{seed:08d}.npz"
    if path.is_file():
        return Take.load(path)
    folder.mkdir(parents=True, exist_ok=True)
    take = generate(seed, kind)
    unfinished = path.with_suffix(".part")
    take.save(unfinished)
    unfinished.replace(path)
    return take


def _filmed_take(
    take: Take, other: Take | None, place: Place, rng: np.random.Generator
) -> PoseTrack:
    scene = scene_of(take)
    camera = draw_camera(rng, place, scene.bodies[0, rng.integers(len(scene.times)), HIPS].mean(0))
    if other is not None:
        scene = with_bystander(rng, scene, scene_of(other))
    return film(rng, with_screen(rng, scene, camera.position), camera, draw_rate(rng))


def scene_of(take: Take) -> Scene:
    """The take as a camera looks at it."""
    joints = take.joints[:, :13].astype(np.float64)
    return Scene(take.times, joints[None], take.facts.boxes)
