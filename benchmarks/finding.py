"""What a benchmark without a peer finds: figures, each with the limit that is claimed."""

from pathlib import Path

import typer
from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from benchmarks.harness import digits
from modeling.training.evaluate.intervals import Estimate


@dataclass(frozen=True)
class Figure:
    """What was measured, with its 95 % interval where there is one, and what it may be at most."""

    what: str
    unit: str
    limit: float
    measured: Estimate

    @property
    def is_reached(self) -> bool:
        """Whether the claim holds."""
        return self.measured.value <= self.limit

    @property
    def in_a_word(self) -> str:
        """The same in a word."""
        return "reached" if self.is_reached else "missed"

    def __str__(self) -> str:
        value, low, high = self.measured.value, self.measured.low, self.measured.high
        interval = "" if low is None or high is None else f" ({digits(low)} to {digits(high)})"
        return f"{digits(value)} {self.unit}{interval}"


@dataclass(frozen=True)
class Finding:
    """What was done, what came of it besides the figures, and when (a day, as in 2026-11-21)."""

    name: str
    work: str
    remark: str
    command: str
    taken: str
    figures: tuple[Figure, ...]

    @property
    def is_reached(self) -> bool:
        """Whether every claim holds."""
        return all(figure.is_reached for figure in self.figures)


_FINDING = TypeAdapter(Finding)


def tell(finding: Finding, results: Path) -> None:
    """Print it, and keep it in the folder `results`."""
    results.mkdir(parents=True, exist_ok=True)
    (results / f"{finding.name}.json").write_bytes(_FINDING.dump_json(finding, indent=1))
    typer.echo(f"{finding.name}: {finding.work}\n{finding.remark}")
    for figure in finding.figures:
        limit = f"at most {digits(figure.limit)} {figure.unit}"
        typer.echo(f"  {figure.what}: {figure}, {limit}: {figure.in_a_word}")


def load(path: Path) -> Finding:
    """What `tell` kept."""
    return _FINDING.validate_json(path.read_bytes())


def as_markdown(finding: Finding, plot: str) -> str:
    """Its place on the page; `plot` is the picture's path from there."""
    picture = f"![{finding.name.replace('_', ' ')}]({plot})"
    return f"{finding.work} {finding.remark} Taken {finding.taken}.\n\n{picture}"


def finding_rows(finding: Finding) -> list[tuple[str, ...]]:
    """Its figures in the page's table: what, figure, asked, whether it is reached, command."""
    return [
        (
            figure.what,
            str(figure),
            f"at most {digits(figure.limit)} {figure.unit}",
            "reached" if figure.is_reached else "**missed**",
            f"`{finding.command}`",
        )
        for figure in finding.figures
    ]
