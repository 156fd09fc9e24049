"""A network camera that streams H.264 over RTSP, by GStreamer in a process of its own."""

import select
import subprocess
from pathlib import Path

from testkit.processes import free_port

SERVER = Path(__file__).with_name("rtsp_server.py")
# Its packages are Debian's, so it needs Debian's Python.
SYSTEM_PYTHON = "/usr/bin/python3"


class NoRtspServer(Exception):
    """Debian's Python or GStreamer is missing; the message says what to install."""


class RtspCamera:
    """It can be switched off and on again, at the same address.

    With `login`, a user and a password, it asks for them; else it takes any.
    """

    def __init__(self, login: tuple[str, str] = ("", "")) -> None:
        self.port = free_port()
        self.url = f"rtsp://watcher:secret@127.0.0.1:{self.port}/live?token=secret"
        self.process: subprocess.Popen[str] | None = None
        self._login = login

    def start(self) -> None:
        """Switch on; raises NoRtspServer."""
        if not Path(SYSTEM_PYTHON).exists():
            raise NoRtspServer(f"an RTSP server needs Debian's {SYSTEM_PYTHON}")
        command = [SYSTEM_PYTHON, str(SERVER), str(self.port), *filter(None, self._login)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603
        assert self.process.stdout is not None  # noqa: S101
        is_heard = select.select([self.process.stdout], [], [], 10.0)[0]
        answer = self.process.stdout.readline().strip() if is_heard else "it hangs"
        if answer != "ready":
            self.kill()
            raise NoRtspServer(answer or "the RTSP server did not start")

    def kill(self) -> None:
        """Switch off, as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None
