"""What stands for systemd: a command that is started again as its unit in deploy/ says."""

import threading
from collections.abc import Callable

from testkit.processes import Part
from testkit.units import restart_sec


class Service:
    """A part that `launch` starts. `kill` is what befalls it, `stop` what somebody wants."""

    def __init__(self, unit: str, launch: Callable[[], Part]) -> None:
        self._launch = launch
        self._restart_sec = restart_sec(unit)
        self._stopped = threading.Event()

    def start(self) -> None:
        """`systemctl start`."""
        self._stopped.clear()
        self.part = self._launch()
        self._thread = threading.Thread(target=self._keep_up, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """`systemctl stop`."""
        self._stopped.set()
        self.part.stop()
        self._thread.join()

    def kill(self) -> None:
        """`systemctl kill -s KILL`: it comes back by itself."""
        self.part.process.kill()

    def pull(self) -> None:
        """A plug that is pulled: nothing is finished, and nothing comes back by itself."""
        self._stopped.set()
        self.kill()
        self._thread.join()

    def _keep_up(self) -> None:
        while True:
            self.part.process.wait()
            if self._stopped.wait(self._restart_sec):
                return
            self.part = self._launch()
