"""A command on a terminal, and somebody who reads what it shows and types."""

import os
import pty
import select
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

CTRL_C, CTRL_D = "\x03", "\x04"
WAIT_SEC = 60.0


class NotShown(Exception):
    """The message has all that was shown in its place."""


@dataclass
class Terminal:
    """`shown` is all that the command wrote, and what was typed, with line ends of `\\n`."""

    process: subprocess.Popen[bytes]
    _window: FileIO
    _bytes: bytes = b""
    _read_up_to: int = 0

    @property
    def shown(self) -> str:
        return self._bytes.decode("utf-8", "replace").replace("\r\n", "\n")

    def wait_for(self, text: str, wait_sec: float = WAIT_SEC) -> None:
        """Until `text` is shown after what was waited for before; raises NotShown."""
        until = time.monotonic() + wait_sec
        while (place := self.shown.find(text, self._read_up_to)) < 0:
            if time.monotonic() > until or not self._read():
                raise NotShown(f"expected {text!r}, found {self.shown[self._read_up_to :]!r}")
        self._read_up_to = place + len(text)

    def answer(self, question: str, text: str) -> None:
        """Type `text` and Enter once `question` is shown."""
        self.wait_for(question)
        self.type(text)

    def type(self, text: str) -> None:
        """`text` and Enter."""
        self.press(f"{text}\n")

    def press(self, keys: str) -> None:
        """These keys, once the command sleeps: a shell may miss Ctrl-C before it does."""
        while not self._sleeps():
            time.sleep(0.01)
        self._window.write(keys.encode())

    def end(self, wait_sec: float = WAIT_SEC) -> tuple[int, str]:
        """How the command ended, and all that was shown."""
        until = time.monotonic() + wait_sec
        while self._read():
            if time.monotonic() > until:
                raise NotShown(f"expected an end, found {self.shown[self._read_up_to :]!r}")
        return self.process.wait(wait_sec), self.shown

    def hang_up(self, wait_sec: float = WAIT_SEC) -> int:
        """Close the window; how the command ended."""
        self._window.close()
        return self.process.wait(wait_sec)

    def _sleeps(self) -> bool:
        stat = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8")
        return stat.rpartition(")")[2].split()[0] != "R"

    def _read(self) -> bool:
        """Whether there may be more; waits a moment for it."""
        if not select.select([self._window], [], [], 0.2)[0]:
            return True
        try:
            new = self._window.read(65536)
        except OSError:  # Linux's way to say that nobody has the other end any more
            return False
        self._bytes += new
        return bool(new)


@contextmanager
def on_terminal(
    command: Sequence[str | Path], environment: Mapping[str, str]
) -> Iterator[Terminal]:
    """`command` with a terminal of its own, as in a new window; hung up afterwards."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(  # noqa: S603
        command,
        env=environment,
        preexec_fn=lambda: os.login_tty(theirs),
    )
    os.close(theirs)
    window = FileIO(ours, "r+b")
    try:
        yield Terminal(process, window)
    finally:
        window.close()
        if process.poll() is None:
            process.kill()
        process.wait()
