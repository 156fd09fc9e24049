"""Whether connections leave anything behind: `uv run python -m benchmarks.gateway_connects`.

Clients come to `run-backend`, subscribe, send a picture, and go, some in good order and some by
hanging up. Compares the server's resident memory after a first tenth of them, which fills the
caches, with that after the rest, once all is quiet.
"""

import asyncio
import sys
import time
from typing import Annotated, Any

import httpx2 as httpx
import socketio
import typer
from rich.console import Console
from rich.progress import track

from benchmarks.hostile_clients import resident_bytes
from testkit.household import household

MAX_GROWTH_BYTES = 16 * 2**20
"""1.8 KB a connection, over 9000 of them."""
AT_ONCE = 20
PATIENCE_SEC = 60.0
QUIET_SEC = 60.0
"""Longer than the library's timers, which hold what is left of a client."""
PICTURE = {"model_name": "nobody", "image": b"." * 20_000}


def main(
    connects: Annotated[int, typer.Option(min=400, help="How many clients come.")] = 10_000,
) -> None:
    """Let clients come and go, and show what the server is left with."""
    with household() as at:
        first = connects // 10
        before = _after(at.server_url, at.server_pid, first)
        after = _after(at.server_url, at.server_pid, connects - first)
        figures = _figures(at.server_url)
    grown = after - before
    typer.echo(
        f"{figures['connects']} connects, {figures['disconnects']} disconnects,"
        f" {figures['connected']} connected; resident {before / 2**20:.1f} MiB after {first},"
        f" {after / 2**20:.1f} MiB at the end: {grown / 2**20:+.1f} MiB"
    )
    is_counted = figures["connects"] == figures["disconnects"] == connects
    if grown > MAX_GROWTH_BYTES or not is_counted or figures["connected"]:
        sys.exit(f"short of what is promised: all counted, and less than {MAX_GROWTH_BYTES} bytes")


def _after(url: str, pid: int, connects: int) -> int:
    """Let so many come and go; the server's memory when all is quiet."""
    asyncio.run(_visits(url, connects))
    time.sleep(QUIET_SEC)
    return resident_bytes(pid)


async def _visits(url: str, connects: int) -> None:
    console = Console(stderr=True)
    rounds = range(0, connects, AT_ONCE)
    for first in track(rounds, "connecting", console=console, disable=not console.is_terminal):
        numbers = range(first, min(first + AT_ONCE, connects))
        await asyncio.gather(*(_visit(url, number) for number in numbers))


async def _visit(url: str, number: int) -> None:
    client = socketio.AsyncClient(reconnection=False)
    answered = asyncio.Event()
    client.on("prediction_error", lambda _error: answered.set())
    await client.connect(url, transports=["websocket"], wait_timeout=PATIENCE_SEC)
    await client.call("subscribe", {"rooms": ["events"], "cameras": [f"camera-{number}"]})
    await client.emit("image_data", PICTURE)
    await asyncio.wait_for(answered.wait(), PATIENCE_SEC)
    if number % 5 == 0:
        await client.eio.ws.close()  # as one whose power fails
    await client.disconnect()


def _figures(url: str) -> dict[str, Any]:
    figures: dict[str, Any] = httpx.get(f"{url}/health", trust_env=False).json()["gateway"]
    return figures


if __name__ == "__main__":
    typer.run(main)
