"""What all commands share: `-h`; and the modelling ones: errors told in one plain line."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer


def create_cli() -> typer.Typer:
    """An empty command line that also knows `-h`."""
    return typer.Typer(
        context_settings={"help_option_names": ["-h", "--help"]}, add_completion=False
    )


@contextmanager
def stoppable(message: str) -> Iterator[None]:
    """Let Ctrl-C end the command with `message` on stderr and status 1."""
    try:
        yield
    except KeyboardInterrupt as interrupt:
        typer.echo(message, err=True)
        raise typer.Exit(1) from interrupt


@contextmanager
def plain_errors(*expected: type[Exception]) -> Iterator[None]:
    """Tell an `expected` error in one line on stderr and exit with status 1."""
    try:
        yield
    except expected as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from error
