"""What the server's commands share: its settings, and errors told in one plain line."""

from typing import NoReturn, TypeVar

import typer
from pydantic import ValidationError
from pydantic_settings import BaseSettings

from backend.errors import describe

S = TypeVar("S", bound=BaseSettings)


def read_settings(kind: type[S]) -> S:
    """The settings; a wrong one ends the command with its name and what is allowed."""
    try:
        return kind()
    except ValidationError as error:
        typer.echo(f"wrong setting: {describe(error, name=str.upper)}", err=True)
        raise typer.Exit(2) from None
    except UnicodeDecodeError:
        typer.echo("wrong setting: the file .env must be UTF-8", err=True)
        raise typer.Exit(2) from None


def fail(message: str) -> NoReturn:
    """End the command with `message` on stderr and status 1."""
    typer.echo(message, err=True)
    raise typer.Exit(1)
