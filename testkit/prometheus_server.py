"""Prometheus itself, Debian's package, with the files of deploy/ and faster clocks."""

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2 as httpx

from testkit.processes import free_port, wait_until_ready

PACKAGE = "apt-get install prometheus"
LONGEST = re.compile(r"^( *(?:for|\w+_interval)): \w+$", re.MULTILINE)
EVERY_SECOND = r"\1: 1s"
WAIT_SEC = 20.0


class NotInstalled(Exception):
    """A program of the package is not there; the message says how to get it."""


def program(name: str) -> str:
    """Where a program of the package is; raises NotInstalled."""
    if found := shutil.which(name):
        return found
    raise NotInstalled(f"expected {name}: {PACKAGE}")


@dataclass(frozen=True)
class Prometheus:
    """A running one."""

    url: str

    def query(self, expression: str) -> list[dict[str, Any]]:
        """What an expression gives now; raises where it is none."""
        answer = self._get("query", query=expression)
        found: list[dict[str, Any]] = answer["data"]["result"]
        return found

    def firing(self) -> set[tuple[str, str | None]]:
        """The alerts that fire, each with its camera."""
        labels = [it["labels"] for it in self._get("alerts")["data"]["alerts"] if _fires(it)]
        return {(it["alertname"], it.get("camera")) for it in labels}

    def until_firing(self, alert: str, camera: str | None = None) -> None:
        """Return once this alert fires."""
        give_up_at = time.monotonic() + WAIT_SEC
        while (alert, camera) not in (firing := self.firing()):
            if time.monotonic() > give_up_at:
                raise AssertionError(f"{alert} does not fire, but {firing}")
            time.sleep(0.1)

    def _get(self, path: str, **params: str) -> dict[str, Any]:
        answer = httpx.get(f"{self.url}/api/v1/{path}", params=params, trust_env=False)
        found: dict[str, Any] = answer.raise_for_status().json()
        return found


def _fires(alert: dict[str, Any]) -> bool:
    return bool(alert["state"] == "firing")


@contextmanager
def prometheus(deploy: Path, folder: Path, target: str, key: str) -> Iterator[Prometheus]:
    """Let it scrape the server at `target`, HOST:PORT, every second by the files in `deploy`.

    An alert fires a second after its condition holds.
    """
    config = _write_files(deploy, folder, target, key)
    port = free_port()
    address = f"127.0.0.1:{port}"
    options = [f"--config.file={config}", f"--storage.tsdb.path={folder / 'tsdb'}"]
    command = [program("prometheus"), *options, f"--web.listen-address={address}"]
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)  # noqa: S603 (no shell)
    try:
        wait_until_ready(f"http://{address}/-/ready", lambda: process.poll() is None)
        yield Prometheus(f"http://{address}")
    finally:
        process.kill()
        process.wait()


def _write_files(deploy: Path, folder: Path, target: str, key: str) -> Path:
    for name in ("prometheus.yml", "dolbom.rules.yml"):
        text = (deploy / name).read_text(encoding="utf-8").replace("127.0.0.1:8000", target)
        text = LONGEST.sub(EVERY_SECOND, text).replace("scrape_timeout: 10s", "scrape_timeout: 1s")
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "dolbom.key").write_text(key, encoding="utf-8")
    return folder / "prometheus.yml"
