"""What all commands share: `-h`, a readable `.env`, and an end in time; the modelling ones: errors
in a plain line."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from dotenv.parser import parse_stream

Fps = Annotated[
    float | None,
    typer.Option(
        min=0.1, max=240, help="Pictures a second of a video whose own times are missing or wrong."
    ),
]

DOTENV = Path(".env")
DOTENV_ENCODING = "utf-8-sig"
"""Some editors begin a file with a mark, which would become part of the first name."""


def create_cli() -> typer.Typer:
    """An empty command line that also knows `-h`."""
    return typer.Typer(
        context_settings={"help_option_names": ["-h", "--help"]}, add_completion=False
    )


def check_dotenv() -> None:
    """End the command with status 2 where a line of `.env` is no setting: it would be passed over.

    Raises UnicodeDecodeError.
    """
    if not DOTENV.is_file():
        return
    with DOTENV.open(encoding=DOTENV_ENCODING) as file:
        for binding in parse_stream(file):
            if binding.error or (binding.key is not None and binding.value is None):
                text = binding.original.string  # with the empty lines before it
                line = binding.original.line + text[: -len(text.lstrip())].count("\n")
                typer.echo(f"wrong setting: line {line} of .env: expected NAME=value", err=True)
                raise typer.Exit(2)


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


def fail(message: str) -> NoReturn:
    """End the command with `message` on stderr and status 1."""
    typer.echo(message, err=True)
    raise typer.Exit(1)


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
