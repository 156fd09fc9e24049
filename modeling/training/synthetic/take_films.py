"""`make-synthetic-falls`: people made by calculation who fall, or do not, as cameras show them."""

from pathlib import Path
from typing import Annotated

import typer

from common.cli import create_cli, needs, plain_errors
from modeling.perception.poses.pose import PoseTrackError
from modeling.training.datasets.clips import DatasetError, load_dataset

DEFAULT_OUT = Path("data/synthetic")
TAKES_NAME, PAGE_NAME = "takes", "page"
A_KIND = 6  # films of each kind on the page

app = create_cli()


@app.command()
def make(
    takes: Annotated[int, typer.Option(min=1, help="How many takes, of all kinds alike.")] = 2145,
    views: Annotated[int, typer.Option(min=1, max=5, help="Cameras a take.")] = 2,
    seed: Annotated[int, typer.Option(help="The same seed makes the same films.")] = 1,
    out: Annotated[Path, typer.Option(help="Dataset folder to write.")] = DEFAULT_OUT,
    beside: Annotated[
        Path | None, typer.Option(help="Dataset of real falls, to compare with on the page.")
    ] = None,
) -> None:
    """Make people who fall and people who do not; run it again to go on where it stopped."""
    with plain_errors(DatasetError, PoseTrackError, OSError):
        _make(takes, views, seed, out, beside)


# MuJoCo may be missing, and what films and plots is slow to import: it is imported late.


def _make(takes: int, views: int, seed: int, out: Path, beside: Path | None) -> None:
    from modeling.training.synthetic.page import write_films_page
    from modeling.training.synthetic.shots import write_shots

    with needs("the extra `synthetic`"):
        from modeling.training.synthetic.take_shots import take_shots
    shots = take_shots(out / TAKES_NAME, takes, views, seed)
    labels = write_shots(shots, takes * views, out, seed)
    real = load_dataset(beside) if beside else []
    write_films_page(out / PAGE_NAME, out, labels, A_KIND, real)
    typer.echo(f"{len(labels)} clips are in {out}")


if __name__ == "__main__":
    app()
