"""`make-synthetic-falls`: people made by calculation who fall, or do not, as cameras show them."""

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from modeling.cli import create_cli, plain_errors
from modeling.pose import PoseTrack, PoseTrackError
from modeling.training.dataset import DatasetError, load_dataset
from modeling.training.labels import ClipLabels
from modeling.training.synthetic.cameras.camera import Place, draw_camera
from modeling.training.synthetic.cameras.film import HIPS, draw_rate, film
from modeling.training.synthetic.cameras.scene import Scene
from modeling.training.synthetic.cameras.screens import with_bystander, with_screen
from modeling.training.synthetic.page import write_films_page
from modeling.training.synthetic.shots import Shot, write_shots
from modeling.training.synthetic.takes.take import Take

try:
    from modeling.training.synthetic.takes.generate import KINDS, generate
except ImportError as error:
    sys.exit(f"make-synthetic-falls cannot start: {error}; it needs the extra `synthetic`")

DEFAULT_OUT = Path("data/synthetic")
TAKES_NAME, PAGE_NAME = "takes", "page"
A_KIND = 6  # films of each kind on the page
FOLDS = 5
BESIDE_EVERY = 5  # every so many-th film shows somebody else too

app = create_cli()


@app.command()
def make(
    takes: Annotated[int, typer.Option(min=1, help="How many takes, of all kinds alike.")] = 3000,
    views: Annotated[int, typer.Option(min=1, max=5, help="Cameras a take.")] = 3,
    seed: Annotated[int, typer.Option(help="The same seed makes the same films.")] = 1,
    out: Annotated[Path, typer.Option(help="Dataset folder to write.")] = DEFAULT_OUT,
    beside: Annotated[
        Path | None, typer.Option(help="Dataset of real falls, to compare with on the page.")
    ] = None,
) -> None:
    """Make people who fall and people who do not; run it again to go on where it stopped."""
    with plain_errors(DatasetError, PoseTrackError, OSError):
        shots = take_shots(out / TAKES_NAME, takes, views, seed)
        labels = write_shots(shots, takes * views, out, seed)
        real = load_dataset(beside) if beside else []
        write_films_page(out / PAGE_NAME, out, labels, A_KIND, real)
        typer.echo(f"{len(labels)} clips are in {out}")


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
        room=f"synthetic-{place}-{facts.seed % FOLDS}",
        view=place.value,
        source="synthetic",
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


def main() -> None:
    """Entry point of `make-synthetic-falls`."""
    app()


if __name__ == "__main__":
    main()
