"""`make-sample-record`."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from common.cli import needs, plain_errors, run, stoppable
from common.private_files import keep_private
from common.progress import progress_bar
from contract.language import Language

with needs("the group `backend`"):
    from backend.sample.cameras import FEWEST, MOST
    from backend.sample.errors import UnusableFolder
    from backend.sample.plan import ZONE, SampleWanted
    from backend.sample.service import TRUTH, make_sample
    from backend.sample.story import FEWEST_DAYS
    from backend.sample.words import CAREGIVER, OWNER, PASSWORD

MOST_DAYS = 365


def _today() -> date:
    return datetime.now(ZONE).date()


def _over(value: datetime | None) -> date:
    """The last day of the record: yesterday, unless another one is wanted that is over."""
    day = value.date() if value else _today() - timedelta(days=1)
    if day >= _today():
        raise typer.BadParameter("expected a day that is over")
    return day


def _make(
    folder: Annotated[Path, typer.Argument(help="The DATA_DIR to be made; it may not be there.")],
    days: Annotated[int, typer.Option(min=FEWEST_DAYS, max=MOST_DAYS)] = 90,
    cameras: Annotated[int, typer.Option(min=FEWEST, max=MOST)] = 3,
    seed: Annotated[int, typer.Option(min=0, help="The same gives the same record.")] = 1,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Its last day. Default: yesterday."),
    ] = None,
    language: Annotated[Language, typer.Option(help="Of its people and places.")] = "ko",
) -> None:
    """Make a record of a household that nobody lives in: simulated, to ask questions of."""
    keep_private(Path())
    wanted = SampleWanted(_over(until), days, cameras, seed, language)
    label = "simulating days"
    with (
        stoppable(f"stopped: delete {folder} before you try again"),
        plain_errors(UnusableFolder, OSError),
        progress_bar(label, days) as step,
    ):
        make_sample(folder, wanted, step)
    typer.echo(f"{folder} has {days} simulated days; {folder / TRUTH} says what is true of them")
    typer.echo(f"log in as {OWNER} or {CAREGIVER} with the password {PASSWORD}")
    typer.echo(f"start it by: DATA_DIR={folder} uv run run-backend --host 127.0.0.1")


def main() -> None:
    """Entry point of `make-sample-record`."""
    run(_make)
