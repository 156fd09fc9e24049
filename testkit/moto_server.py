"""moto's server, which answers as AWS's S3 does, in an environment of its own."""

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import httpx2 as httpx

from testkit.processes import Part, free_port, wait_ready

PACKAGE = "moto[server]==5.2.5"


def lacks() -> str | None:
    """Why it cannot be started, None where it can; its first start downloads it."""
    uv = shutil.which("uv")
    if uv is None:
        return "uv is not installed, which brings the server of moto"
    asked = [uv, "tool", "run", "-q", "--from", PACKAGE, "python", "-c", ""]
    if subprocess.run(asked, capture_output=True, check=False).returncode:  # noqa: S603
        return f"{PACKAGE} cannot be downloaded"
    return None


@dataclass
class MotoServer:
    """Its buckets are in memory; what it says is in `folder`."""

    folder: Path
    port: int = field(default_factory=free_port)
    part: Part | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        log = self.folder / "moto.log"
        command = ["uv", "tool", "run", "-q", "--from", PACKAGE, "moto_server"]
        command += ["-H", "127.0.0.1", "-p", str(self.port)]
        with log.open("ab") as output:
            process = subprocess.Popen(  # noqa: S603 (our own command, no shell)
                command, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )
        self.part = Part("moto", process, log)
        wait_ready(self.part, f"{self.url}/moto-api/")

    def make_bucket(self, name: str) -> None:
        """Make it; one that is there stays."""
        httpx.put(f"{self.url}/{name}", trust_env=False).raise_for_status()

    def stop(self) -> None:
        """End it, if it was started."""
        if self.part is not None:
            os.killpg(self.part.process.pid, signal.SIGKILL)
            self.part.process.wait()
