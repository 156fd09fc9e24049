"""The frame of every command: its imports, `-h`, a readable `.env`, errors in a plain line, and an
end in time.

The status is 0 for done, 2 for a wrong option or setting, 1 for any other failure.
"""

import gc
import os
import sys
import threading
from collections.abc import Callable, Iterator
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


@contextmanager
def needs(what: str) -> Iterator[None]:
    """Around the imports of a command: where one fails, its name and `what` it needs end it.

    The status is 1. So it is for Ctrl-C, since the imports take a while: a tenth less without the
    garbage collector, which would look at all that stays, time and again.
    """
    gc.disable()
    try:
        yield
    except KeyboardInterrupt:
        sys.exit("stopped before it began")
    except ImportError as error:
        sys.exit(f"{Path(sys.argv[0]).name} cannot start: {error}; it needs {what}")
    finally:
        gc.freeze()
        gc.enable()


def run(command: Callable[..., None]) -> None:
    """Run `command` with the options of this process, and end the process."""
    app = create_cli()
    app.command()(command)
    app()


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
    except KeyboardInterrupt:
        fail(message)


@contextmanager
def plain_errors(*expected: type[Exception]) -> Iterator[None]:
    """End the command with an `expected` error in one line on stderr and status 1."""
    try:
        yield
    except expected as error:
        fail(f"error: {error}")
