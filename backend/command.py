"""What the server's commands share: errors told in one plain line."""

from typing import NoReturn

import typer


def fail(message: str) -> NoReturn:
    """End the command with `message` on stderr and status 1."""
    typer.echo(message, err=True)
    raise typer.Exit(1)
