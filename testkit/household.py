"""A server and a Kakao stand-in as processes of their own, for the benchmarks."""

import contextlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2 as httpx

from agent.file_pace import FilePace
from testkit.processes import TO_TRY_OUT, Part, free_port, start, wait_ready

ACCESS_TOKEN = "benchmark-access-token"  # noqa: S105 (the stand-in's, it guards nothing)


@dataclass(frozen=True)
class Household:
    """Where the parts are; `environment` is what every process of the household gets."""

    folder: Path
    server_url: str
    sandbox_url: str
    server_pid: int
    environment: dict[str, str]

    def memos(self) -> list[dict[str, Any]]:
        """The memos that the stand-in accepted, oldest first."""
        memos: list[dict[str, Any]] = httpx.get(
            f"{self.sandbox_url}/sandbox/memos", trust_env=False
        ).json()
        return memos

    def events(self, **query: str | int) -> list[dict[str, Any]]:
        """What `/event/recent` answers."""
        answer = httpx.get(f"{self.server_url}/event/recent", params=query, trust_env=False)
        events: list[dict[str, Any]] = answer.json()
        return events

    def memo_times(self) -> dict[str, float]:
        """When each camera's first memo arrived, in seconds since 1970."""
        return {camera_of(memo): memo["received_at"] for memo in reversed(self.memos())}

    def start_agent(self, camera: str, source: Path, pace: FilePace) -> Part:
        """Let a camera box watch `source`; what it writes lies in a folder of its own."""
        folder = self.folder / camera
        folder.mkdir()
        options = ("--source", str(source), "--camera-id", camera, "--pace", pace)
        return start(
            "run-agent",
            *options,
            "--backend-url",
            self.server_url,
            folder=folder,
            environment=self.environment | {"DATA_DIR": str(folder)},
        )


def camera_of(memo: Mapping[str, Any]) -> str:
    """The camera that a memo names, which has no spaces in its name."""
    first_line: str = memo["text"].splitlines()[0]
    return first_line.rpartition(" ")[2]


@contextlib.contextmanager
def household(settings: Mapping[str, str] | None = None) -> Iterator[Household]:
    """Start server and stand-in, with these settings, in a folder that is gone afterwards."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dolbom-bench-")))
        server, sandbox = free_port(), free_port()
        sandbox_url = f"http://127.0.0.1:{sandbox}"
        environment = {
            "PATH": os.environ["PATH"],
            "DATA_DIR": str(folder / "data"),
            **TO_TRY_OUT,
            "KAKAO_ACCESS_TOKEN": ACCESS_TOKEN,
            "KAKAO_API_URL": sandbox_url,
            "KAKAO_AUTH_URL": sandbox_url,
        }
        server_url = f"http://127.0.0.1:{server}"
        environment |= {"PUBLIC_URL": server_url, **(settings or {})}
        options = ("--port", str(sandbox), "--access-token", ACCESS_TOKEN)
        parts = [
            start("run-kakao-sandbox", *options, folder=folder, environment=environment),
            start("run-backend", "--port", str(server), folder=folder, environment=environment),
        ]
        for part in parts:
            stack.callback(part.stop)
        wait_ready(parts[0], f"{sandbox_url}/sandbox/memos")
        wait_ready(parts[1], f"{server_url}/health")
        # The stand-in counts quotas as Kakao does; a day of a household is not what is measured.
        unlimited = {"quotas": dict.fromkeys(("app", "sender", "receiver", "pair"), 1_000_000)}
        state = f"{sandbox_url}/sandbox/state"
        httpx.patch(state, json=unlimited, trust_env=False).raise_for_status()
        pid = parts[1].process.pid
        yield Household(folder, server_url, sandbox_url, pid, environment)
