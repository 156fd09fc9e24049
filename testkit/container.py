"""A folder with a Debian or Ubuntu in it, booted by its own systemd in a container.

systemd-nspawn separates processes, mounts and control groups. The network is this machine's, so
that ports are shared. Needs root.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

BOOT_SEC, STOP_SEC = 60.0, 30.0
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
ROOTS = Path("/var/tmp/dolbom-roots")  # noqa: S108
"""Where bare roots are made and kept, unless somebody says another folder."""
SCRIPTS = Path("/usr/share/debootstrap/scripts")
PASSED_ON = ("PIP_INDEX_URL", "UV_DEFAULT_INDEX", "http_proxy", "https_proxy", "HTTPS_PROXY")


class ContainerFailed(Exception):
    """The message says in one line what failed."""


@dataclass(frozen=True)
class Container:
    """A booted root."""

    root: Path
    leader: int
    """The process number of its systemd."""

    def run(self, *command: str) -> tuple[int, str]:
        """How `command` ended within it, and what it said; this machine's certificates hold."""
        done = subprocess.run(  # noqa: S603
            self.command(*command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    def command(self, *command: str) -> list[str]:
        """What this machine runs so that `command` runs within it."""
        inside = ["nsenter", f"--target={self.leader}", "--mount", "--uts", "--ipc", "--pid"]
        inside += ["--cgroup", "--root", "--wd"]
        return [*inside, "env", "-i", *variables(), *command]


@contextmanager
def booted(base: Path, root: Path) -> Iterator[Container]:
    """A copy of `base` at `root`, booted; stopped and removed afterwards."""
    if root.exists():
        shutil.rmtree(root)
    call("cp", "-a", "--reflink=auto", str(base), str(root))
    (root / "etc" / "machine-id").unlink(missing_ok=True)
    shutil.copy(CERTIFICATES, root / "root" / "ca.pem")
    options = ["--quiet", "--register=no", "--keep-unit", "--resolv-conf=copy-host"]
    nspawn = subprocess.Popen(  # noqa: S603
        ["systemd-nspawn", *options, f"--machine={root.name}", f"--directory={root}", "--boot"],  # noqa: S607
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
    )
    container = Container(root, _leader(nspawn))
    try:
        container.run("systemctl", "is-system-running", "--wait")
        yield container
    finally:
        os.kill(container.leader, signal.SIGKILL)  # all within goes with it, and is thrown away
        nspawn.wait(STOP_SEC)
        shutil.rmtree(root, ignore_errors=True)


def make_base(
    suite: str, mirror: str, folder: Path, packages: str = "systemd,systemd-sysv,dbus"
) -> None:
    """A bare root with these packages by debootstrap; raises ContainerFailed.

    Without a `mirror` they are fetched from the one that debootstrap knows.
    """
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    # One that is newer than this machine's debootstrap is made as Debian's others are.
    script = [] if (SCRIPTS / suite).exists() else [str(SCRIPTS / "sid")]
    options = ["--variant=minbase", f"--include={packages}"]
    call("debootstrap", *options, suite, str(part), mirror, *script)
    part.rename(folder)


def variables() -> list[str]:
    """What a command within a root has in its environment, for `env -i`."""
    fixed = {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/root",
        "LANG": "C.UTF-8",
        "SSL_CERT_FILE": "/root/ca.pem",
        "PIP_CERT": "/root/ca.pem",
    }
    passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return [f"{name}={value}" for name, value in (fixed | passed).items()]


def _leader(nspawn: subprocess.Popen[bytes]) -> int:
    children = Path(f"/proc/{nspawn.pid}/task/{nspawn.pid}/children")
    until = time.monotonic() + BOOT_SEC
    while time.monotonic() < until and nspawn.poll() is None:
        for child in children.read_text(encoding="utf-8").split():
            comm = Path(f"/proc/{child}/comm")
            if comm.exists() and comm.read_text(encoding="utf-8").strip() == "systemd":
                time.sleep(1)  # its sockets are there a moment later
                return int(child)
        time.sleep(0.1)
    raise ContainerFailed("systemd-nspawn did not boot the root")


def call(*command: str) -> None:
    """Run it; raises ContainerFailed with the last thing that it said."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    except FileNotFoundError:
        raise ContainerFailed(f"expected {command[0]}, from the package of this name") from None
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise ContainerFailed(f"{command[0]}: {said[-1] if said else done.returncode}")
