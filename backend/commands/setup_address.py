"""Where the first owner sets up the household, said at each start until somebody has."""

import sys
from contextlib import suppress

import segno
import typer
from starlette.datastructures import State


def announce_setup(state: State, url: str) -> None:
    """Show the address, which is good for one owner and as long as this process.

    It stands in what the server says, since whoever has no terminal finds it nowhere else; in a
    terminal a phone can take it from there.
    """
    if state.people.is_set_up:
        return
    address = f"{state.public_url or url}{state.setup_code.path}"
    with suppress(OSError):  # a full disk may keep what the server says, and stops no start
        typer.echo(f"set up the household at {address}", err=True)
        if sys.stderr.isatty():
            segno.make(address, error="l").terminal(out=sys.stderr, compact=True)
