"""A household with a server, a camera box and two phones, on which the drill is rehearsed."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx2 as httpx

from benchmarks.fire_drill.box import play
from benchmarks.fire_drill.seen import Seen, awaited
from benchmarks.fire_drill.service import Service
from testkit.ntfy_server import NtfyServer
from testkit.outside_watch import OutsideWatch
from testkit.processes import start
from testkit.rtsp_camera import RtspCamera

PAGE = {"Accept": "text/html"}
COMMAND_SEC, RINGS_SEC = 120.0, 10.0

Json = dict[str, Any]


@dataclass(frozen=True)
class Home:
    """Mina is the owner and notified first, Jun second; each has ntfy.

    `settings` are the server's, `http` shows the household's key, `mina` is logged in. Where
    nothing is to ring, it is listened for `calm_sec`: longer than the minute after which an alert
    rings again, and than a server waits for a camera.
    """

    folder: Path
    settings: Mapping[str, str]
    url: str
    server: Service
    box: Service
    camera: RtspCamera
    phones: NtfyServer
    outside: OutsideWatch
    memos_url: str
    http: httpx.Client
    mina: httpx.Client
    topics: Mapping[str, str]
    calm_sec: float

    @property
    def data_dir(self) -> Path:
        """What the server writes to."""
        return Path(self.settings["DATA_DIR"])

    @property
    def backups(self) -> Path:
        """Where the backups lie."""
        return self.folder / "backups"

    def run(self, name: str, *options: str) -> tuple[int, str]:
        """Run a command as the server's service would; its exit status and what it said."""
        return run(name, *options, folder=self.folder, environment=self.settings)

    def is_well(self) -> str | None:
        """`ok` where `/health` says so."""
        try:
            status = self.http.get("/health").json()["status"]
        except httpx.TransportError:
            return None
        return "ok" if status == "ok" else None

    def incidents(self, **filters: str) -> list[Json]:
        """The newest ones, newest first."""
        found: list[Json] = self.http.get("/incidents", params=filters).raise_for_status().json()
        return found

    def memo(self, since: float) -> str | None:
        """The first line of the first memo that came through Kakao since then (a Unix time)."""
        memos = httpx.get(self.memos_url, trust_env=False).json()
        texts = [memo["text"] for memo in memos if memo["received_at"] >= since]
        return texts[0].splitlines()[0] if texts else None

    def rang(self, person: str, since: float, about: str = "") -> str | None:
        """The first title with `about` in it that this phone has shown since then (a Unix time)."""
        return next((title for _, title in self._shown(person, since) if about in title), None)

    def any_rang(self, since: float) -> str | None:
        """The same of either phone: Mina's, or else Jun's."""
        return self.rang("Mina", since) or self.rang("Jun", since)

    def both_rang(self, since: float) -> str | None:
        """The same, once both have."""
        return self.rang("Mina", since) and self.rang("Jun", since)

    def fall_rings(self, since: float) -> Seen:
        """That Mina's phone rings for a fall; its seconds count from where the fall began."""
        found = awaited(
            "Mina's phone rings for the fall", RINGS_SEC, lambda: self.rang("Mina", since)
        )
        if not found.is_right:
            return found
        rang_at, _ = next(self._shown("Mina", since))
        return replace(found, seconds=rang_at - self.incidents(label="fall")[0]["began_at"])

    def _shown(self, person: str, since: float) -> Iterator[tuple[float, str]]:
        came = zip(self.phones.times, list(self.phones.messages), strict=False)
        topic = self.topics[person]
        return ((at, it["title"]) for at, it in came if it["topic"] == topic and at >= since)

    def answer(self) -> None:
        """Press *All is well* on the newest message of Mina's that has buttons."""
        messages = self.phones.of(self.topics["Mina"])
        newest = [message for message in messages if message.get("actions")][-1]
        self.phones.press(newest, "All is well").raise_for_status()

    def play_fall(self) -> None:
        """Let the camera box watch the recording of a fall in place of its camera, to the end."""
        self.box.stop()
        play(self.folder).process.wait(COMMAND_SEC)
        self.box.start()


def run(name: str, *options: str, folder: Path, environment: Mapping[str, str]) -> tuple[int, str]:
    """Run a command to its end in a new folder of `folder`."""
    empty = folder / f"{name}-{time.time_ns()}"
    empty.mkdir()
    part = start(name, *options, folder=empty, environment=environment)
    status = part.process.wait(COMMAND_SEC)
    return status, part.log.read_text(encoding="utf-8").strip()
