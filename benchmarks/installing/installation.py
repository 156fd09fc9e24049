"""`deploy/install` on a machine, how long its steps took, and what is expected of it."""

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass

import typer

from testkit.container import Container

SERVER_SEC, CAMERA_SEC = 180.0, 120.0
"""What was promised, beside the steps that download."""
DOWNLOADS = {"packages", "uv", "python environment"}
STEP = re.compile(r"^(\S.{0,29}?) +(unchanged|changed|failed) +(\d+\.\d) s\r?$", re.MULTILINE)
SETUP = re.compile(r"http://\S+/setup\?code=(\S+)")


class NotAsPromised(Exception):
    """The message says what was otherwise."""


@dataclass(frozen=True)
class Installation:
    """What it says goes on to the terminal."""

    machine: Container

    def run(self, folder: str, *arguments: str, status: int = 0) -> str:
        """What it said; raises NotAsPromised where it ended otherwise than with `status`."""
        name = f"{self.machine.root.name}: install {arguments[0]}"
        began = time.monotonic()
        found, said = self.machine.run(f"/root/{folder}/deploy/install", *arguments)
        typer.echo(f"\n{name} ({time.monotonic() - began:.1f} s)\n{said.rstrip()}")
        expect(found == status, f"{name} ended with {found}, expected {status}")
        return said

    def check_second_run(self, half: str) -> None:
        """That it changes nothing, and that systemd finds the units of this half well."""
        said = self.run("first", half)
        expect("nothing had to be changed" in said, "a second run that changes nothing")
        units = " ".join(UNITS[half])
        status, text = self.machine.run("sh", "-c", f"systemd-analyze verify {units}")
        expect((status, text.strip()) == (0, ""), f"units that systemd finds well, found {text}")

    def wait_for_stream(self) -> None:
        """Let the camera wait for one: a file ends, and with it the service, within seconds."""
        settings = "/etc/dolbom/agent-camera.env"
        change = f"sed -i 's|^SOURCE=.*|SOURCE=rtsp://127.0.0.1:9/none|' {settings}"
        restart = "systemctl restart dolbom-agent@camera"
        status, said = self.machine.run("sh", "-c", f"{change} && {restart}")
        expect(status == 0, f"a camera that is started again, found {said}")

    def check_rolled_back(self, version: str) -> None:
        """That an upgrade to a version that is not well leads back."""
        said = self.run(version, "upgrade", "--wait", "20", status=1)
        expect("runs again" in said, "that the version before runs again")

    def check_kept(self) -> None:
        """That the record is still there after an uninstall."""
        _, left = self.machine.run("ls", "/var/lib/dolbom/backend/database")
        expect("dolbom.sqlite3" in left, "the record after an uninstall")

    def check_purged(self) -> None:
        """That a purge has left nothing."""
        self.run("good", "uninstall", "--yes", "--purge")
        _, left = self.machine.run("find", "/etc", "/opt", "/var/lib", "-xdev", "-name", "*dolbom*")
        expect(left.strip() == "", f"nothing after a purge, found {left}")


UNITS = {
    "server": ["dolbom-backend.service"],
    "camera": ["dolbom-agent@camera.service"],
    "both": ["dolbom-backend.service", "dolbom-agent@camera.service"],
}


def setup_code(said: str) -> str:
    """That of the address at which the household is set up."""
    address = SETUP.search(said)
    if address is None:
        raise NotAsPromised("expected an address for the set-up")
    return address[1]


def within(said: str, limit: float, what: str) -> None:
    """Say how long the steps took that download and the others; raises NotAsPromised beyond."""
    steps = {name.strip(): float(seconds) for name, _, seconds in STEP.findall(said)}
    downloads = total(steps, DOWNLOADS)
    others = sum(steps.values()) - downloads
    typer.echo(f"{what}: {others:.1f} s, and {downloads:.1f} s in steps that download")
    expect(others < limit, f"{what} within {limit:.0f} s beside downloads, took {others:.1f} s")


def total(steps: dict[str, float], names: Iterable[str]) -> float:
    """The seconds of the steps of these names."""
    return sum(steps.get(name, 0.0) for name in names)


def expect(holds: bool, what: str) -> None:
    """Raises NotAsPromised."""
    if not holds:
        raise NotAsPromised(f"expected {what}")
