"""A line between a server and its database that can be cut: then nothing passes, and nobody hears
that anything is wrong."""

import asyncio
import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event

from testkit.forked import forking
from testkit.processes import free_port, wait_until_listening

CHUNK, LOOK_SEC = 2**16, 0.05


@dataclass(frozen=True)
class CutLine:
    """What connects to `port` reaches the database, while it is not `cut`."""

    port: int
    process: BaseProcess
    is_cut: Event

    def cut(self) -> None:
        """Let nothing pass, in either direction."""
        self.is_cut.set()

    def mend(self) -> None:
        """Hang up on those who waited, as a network does that has forgotten them; new ones pass."""
        self.is_cut.clear()


@contextmanager
def line_to(port: int) -> Iterator[CutLine]:
    """A line to `port` of this machine, in a process of its own."""
    is_cut, own = forking.Event(), free_port()
    process = forking.Process(target=_run, args=(own, port, is_cut), daemon=True)
    process.start()
    try:
        wait_until_listening(own)
        yield CutLine(own, process, is_cut)
    finally:
        process.kill()
        process.join()


def _run(port: int, to: int, is_cut: Event) -> None:
    asyncio.run(_serve(port, to, is_cut))


async def _serve(port: int, to: int, is_cut: Event) -> None:
    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            await _pass(reader, writer, to, is_cut)
        writer.transport.abort()

    server = await asyncio.start_server(connect, "127.0.0.1", port)
    await server.serve_forever()


async def _pass(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, to: int, is_cut: Event
) -> None:
    """One connection, until an end hangs up or a cut is over."""
    await _while_cut(is_cut)
    there, back = await asyncio.open_connection("127.0.0.1", to)
    copies = (_copy(reader, back, is_cut), _copy(there, writer, is_cut))
    tasks = [asyncio.create_task(copy) for copy in copies]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    back.transport.abort()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, is_cut: Event) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(CHUNK):
            if is_cut.is_set():
                await _while_cut(is_cut)
                return
            writer.write(data)
            await writer.drain()


async def _while_cut(is_cut: Event) -> None:
    while is_cut.is_set():  # noqa: ASYNC110 (another process sets it)
        await asyncio.sleep(LOOK_SEC)
