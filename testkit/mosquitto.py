"""Mosquitto, the broker that most homes have, as a process that is stopped and started again."""

import contextlib
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from testkit.processes import PartFailed, free_port

USER, PASSWORD = "dolbom", "pass word of the broker"
PROGRAMS = "/usr/sbin:/usr/local/sbin:/usr/bin"
READY_SEC = 20.0


@dataclass
class Mosquitto:
    """A broker on a port of its own, which lets in one user.

    One that `forgets` keeps no retained messages over a restart.
    """

    folder: Path
    forgets: bool = False
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """As MQTT_URL has it."""
        return f"mqtt://{USER}:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, and wait until it listens."""
        self.folder.mkdir(parents=True, exist_ok=True)
        config = self._write_config()
        with (self.folder / "mosquitto.log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 (our own command, no shell)
                [_program("mosquitto"), "-c", str(config)], stdout=log, stderr=log
            )
        self._wait_until_it_listens()

    def stop(self) -> None:
        """Let it end in good order, which writes what it keeps."""
        self._running.terminate()
        self._running.wait(10)

    def kill(self) -> None:
        """kill -9, if it runs."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def hang(self) -> None:
        """Let it answer nothing, with all connections open."""
        self._running.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """After a `hang`."""
        self._running.send_signal(signal.SIGCONT)

    @property
    def _running(self) -> "subprocess.Popen[bytes]":
        if self.process is None:
            raise RuntimeError("expected a broker that was started")
        return self.process

    def _write_config(self) -> Path:
        passwords, config = self.folder / "passwords", self.folder / "mosquitto.conf"
        if not passwords.exists():
            command = [_program("mosquitto_passwd"), "-b", "-c", str(passwords), USER, PASSWORD]
            subprocess.run(command, check=True, capture_output=True)  # noqa: S603
        lines = [
            f"listener {self.port} 127.0.0.1",
            "allow_anonymous false",
            f"password_file {passwords}",
            f"persistence {'false' if self.forgets else 'true'}",
            f"persistence_location {self.folder}/",
            # As root it would become another user, who cannot read the folder.
            "user root",
        ]
        config.write_text("\n".join(lines) + "\n")
        return config

    def _wait_until_it_listens(self) -> None:
        give_up_at = time.monotonic() + READY_SEC
        while time.monotonic() < give_up_at:
            if self._running.poll() is not None:
                raise PartFailed("mosquitto ended")
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
            time.sleep(0.02)
        raise PartFailed("mosquitto does not listen")


def _program(name: str) -> str:
    found = shutil.which(name, path=PROGRAMS)
    if found is None:
        raise PartFailed(f"{name} is not installed")
    return found
