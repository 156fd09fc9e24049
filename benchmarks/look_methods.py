"""How near each method comes, and how long it learns: `uv run python -m benchmarks.look_methods`.

Of URFD one frame each of 50 clips, of groups that never part; what they are to become is made by
formulas (generated data): one formula for all, one that hangs on each picture's brightness, and the
way back from the night of `modeling/training/looks/darkness.py`. One thread.
"""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import av
import numpy as np
import typer

from contract.looks import LearntFrom, LookFigures, LookMethod, LookWanted
from modeling.perception.frames.image import Image
from modeling.training.export.files import replacing_files
from modeling.training.looks.examples import examples_of
from modeling.training.looks.learning import learn
from modeling.training.looks.material import Material
from modeling.training.looks.pairs import Pair, night_pairs, split
from modeling.training.loop import Epoch, make_repeatable

URFD = Path("../shared/data/urfd")
OUT = Path("data/looks")
PAIRS = 50
DARK = 60


def main(
    urfd: Annotated[Path, typer.Option(help="URFD, as ../shared/data has it.")] = URFD,
    out: Annotated[Path, typer.Option(help="Where the looks come.")] = OUT,
    seed: Annotated[int, typer.Option(help="Of the split and of the fits.")] = 0,
    only: Annotated[list[LookMethod] | None, typer.Option(help="A method, repeatable.")] = None,
) -> None:
    """Print a row for each method of each kind of pairs."""
    make_repeatable()
    for kind, pairs in kinds_of(frames_of(urfd), seed).items():
        learnt, held_out = split(pairs, seed)
        material = Material(examples_of(learnt, seed), learnt, held_out)
        for method in only or LookMethod:
            wanted = LookWanted(name=kind, method=method, learnt_from=LearntFrom.PAIRS, seed=seed)
            with replacing_files(out / kind / method) as folder:
                report(kind, learn(wanted, material, folder, _unheard))


def report(kind: str, figures: LookFigures) -> None:
    """Print PSNR and CIEDE2000 of all that were compared."""
    near = "  ".join(
        f"{name} {ratio:.2f} dB / {figures.ciede2000[name]:.2f}"
        for name, ratio in figures.psnr.items()
    )
    count = f"{figures.held_out} of {figures.pairs} held out"
    typer.echo(f"{kind:10} {figures.seconds:6.1f} s  {near}  ({count})")


def kinds_of(frames: Mapping[str, Image], seed: int) -> dict[str, list[Pair]]:
    """The pairs of each kind."""
    bright = {group: frame for group, frame in frames.items() if frame.mean() > DARK}
    first, mixed = list(bright.items())[:PAIRS], list(frames.items())[:PAIRS]
    return {
        "formula": [Pair(group, frame, warmed(frame)) for group, frame in first],
        "brightness": [Pair(group, frame, evened(frame)) for group, frame in mixed],
        "night": night_pairs(first, seed),
    }


def frames_of(urfd: Path) -> dict[str, Image]:
    """The middle frame of each clip of the horizontal camera, by its group."""
    with (urfd / "clips.csv").open(encoding="utf-8") as file:
        clips = [row for row in csv.DictReader(file) if row["view"] == "cam0"]
    return {
        clip["group"]: frame_at(urfd / "videos" / clip["file"], int(clip["frames"]) // 2)
        for clip in clips
    }


def frame_at(video: Path, number: int) -> Image:
    """The frame of this number, red first."""
    with av.open(video) as container:
        for at, frame in enumerate(container.decode(video=0)):
            if at == number:
                return np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8)
    raise ValueError(f"{video} has no frame {number}")


def warmed(picture: Image) -> Image:
    """Warmer and more colourful, the same for all."""
    red, green, blue = np.moveaxis(picture / 255, -1, 0)
    bent = np.stack([0.08 + 0.92 * red**0.8, 0.05 + 0.9 * green, 0.12 + 0.7 * blue], axis=-1)
    grey = bent.mean(axis=-1, keepdims=True)
    return levels_of(grey + 1.3 * (bent - grey))


def evened(picture: Image) -> Image:
    """As bright as another: by a gamma that is chosen for each."""
    shares = picture / 255
    return levels_of(shares ** (np.log(0.5) / np.log(shares.mean())))


def levels_of(shares: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Image:
    """The nearest levels."""
    levels: Image = np.rint(np.clip(shares, 0, 1) * 255).astype(np.uint8)
    return levels


def _unheard(_epoch: Epoch) -> None:
    """Figures are printed when a look is finished."""


if __name__ == "__main__":
    typer.run(main)
