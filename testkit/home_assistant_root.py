"""A folder with a newer Debian in which Home Assistant runs, since it wants a newer Python.

The network is this machine's, so that ports are shared. Needs root, and `debootstrap`.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from testkit.container import CERTIFICATES, call, make_base, variables

RELEASE = "2026.11.0"
SUITE, PYTHON = "forky", "python3.14"
ENVIRONMENT = "/opt/home-assistant"


@dataclass(frozen=True)
class HomeAssistantRoot:
    """`folder` is the `/` of Home Assistant."""

    folder: Path

    def make(self, mirror: str) -> None:
        """Install Home Assistant, unless it is there. Raises ContainerFailed."""
        if (self.folder / ENVIRONMENT.lstrip("/") / "bin" / "hass").exists():
            return
        if not self.folder.exists():
            packages = f"ca-certificates,{PYTHON},{PYTHON}-venv"
            make_base(SUITE, mirror, self.folder, packages)
        shutil.copy("/etc/resolv.conf", self.folder / "etc")
        shutil.copy(CERTIFICATES, self.folder / "root" / "ca.pem")
        call(*self.command(PYTHON, "-m", "venv", ENVIRONMENT))
        call(*self.command(f"{ENVIRONMENT}/bin/pip", "install", f"homeassistant=={RELEASE}"))

    def command(self, *words: str) -> list[str]:
        """What runs a command within it; it gets the signals itself."""
        path = f"PATH={ENVIRONMENT}/bin:/usr/sbin:/usr/bin"
        return ["chroot", str(self.folder), "env", "-i", *variables(), path, *words]
