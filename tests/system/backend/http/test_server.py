"""How `serve` starts and ends, as a process of its own: it takes signals."""

import signal
import subprocess
import sys

import pytest

SERVER = """
import contextlib, sys, time
from fastapi import FastAPI
from backend.http.server import open_listener, serve

@contextlib.asynccontextmanager
async def lifespan(_app):
    print("opening", flush=True)
    {opening}
    try:
        yield
    finally:
        print("closed", flush=True)

listener = open_listener("127.0.0.1", 0)
try:
    serve(FastAPI(lifespan=lifespan), listener, lambda: print("answers", flush=True))
except OSError as error:
    sys.exit(f"not opened: {{error}}")
except KeyboardInterrupt:
    sys.exit("stopped before it began")
"""


def started(opening: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", SERVER.format(opening=opening)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, text=True, **pipes)


def test_what_cannot_be_opened_comes_to_the_caller_without_a_traceback() -> None:
    server = started('raise OSError("no such folder")')
    said, complained = server.communicate(timeout=30)
    assert (server.returncode, said, complained) == (1, "opening\n", "not opened: no such folder\n")


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_stop_while_a_part_opens_ends_at_once(sent: signal.Signals) -> None:
    server = started("time.sleep(60)")
    assert server.stdout
    assert server.stdout.readline() == "opening\n"
    server.send_signal(sent)
    said, complained = server.communicate(timeout=5)
    assert (server.returncode, said, complained) == (1, "", "stopped before it began\n")


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_stop_once_it_answers_closes_what_was_opened(sent: signal.Signals) -> None:
    server = started("pass")
    assert server.stdout
    assert [server.stdout.readline() for _ in range(2)] == ["opening\n", "answers\n"]
    server.send_signal(sent)
    said, complained = server.communicate(timeout=30)
    assert (server.returncode, said, complained) == (0, "closed\n", "")
