"""What all commands share: `-h`, and an end in time; the modelling ones: errors in a plain line."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import typer


def create_cli() -> typer.Typer:
    """An empty command line that also knows `-h`."""
    return typer.Typer(
        context_settings={"help_option_names": ["-h", "--help"]}, add_completion=False
    )


def end_within(seconds: float, status: int) -> None:
    """Let this process end with `status` in so many seconds, whatever hangs by then.

    For a stop that was asked for: what is durable stays so, as after a kill.
    """

    def leave() -> None:
        typer.echo(f"something still hangs {seconds:.0f} s after the stop: it is left", err=True)
        sys.stderr.flush()
        os._exit(status)

    last_resort = threading.Timer(seconds, leave)
    last_resort.daemon = True
    last_resort.start()


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
