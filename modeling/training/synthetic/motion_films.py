"""`film-motion`: motion without pictures, as virtual cameras show it: people who do not fall."""

from pathlib import Path
from typing import Annotated

import typer

from common.cli import create_cli, plain_errors
from modeling.training.datasets.adapters.motion import MotionError

DEFAULT_MOTION = Path("../shared/data/motion")
DEFAULT_OUT = Path("data/motion")

app = create_cli()


@app.command()
def make(
    motion: Annotated[
        Path, typer.Option(help="Folder with bandai.npz and utkinect/.")
    ] = DEFAULT_MOTION,
    hours: Annotated[float, typer.Option(min=0.0, help="Hours of films to learn from.")] = 3.0,
    stress_hours: Annotated[
        int, typer.Option(min=0, help="Hours to test with, from ceiling corners, a stream each.")
    ] = 0,
    seed: Annotated[int, typer.Option(help="The same seed makes the same films.")] = 1,
    out: Annotated[Path, typer.Option(help="Dataset folder to write.")] = DEFAULT_OUT,
) -> None:
    """Film people who walk, turn, wave, sit down and pick things up; nobody falls."""
    with plain_errors(MotionError, OSError):
        # What films is slow to import.
        from modeling.training.synthetic.motion_shots import motion_shots
        from modeling.training.synthetic.shots import write_shots

        shots = list(motion_shots(motion, hours, stress_hours))
        write_shots(shots, len(shots), out, seed)
        typer.echo(f"{len(shots)} clips are in {out}")


if __name__ == "__main__":
    app()
