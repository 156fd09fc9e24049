"""Events and erasures on a real disk, without the rest of the server."""

import json
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from backend.access.keys import HOUSEHOLD
from backend.activity.service import ActivityService
from backend.bus import Bus
from backend.cameras.names import household_named
from backend.datasets.erasing import RecordEraser
from backend.datasets.versioning import VersionMaker
from backend.erasure.copies import Copies
from backend.erasure.scope import Scope
from backend.erasure.service import ErasureService
from backend.events.store import shown
from backend.media.service import MediaService
from backend.poses.service import PoseService
from backend.record.closed_file import make
from backend.record.service import RecordService
from backend.storage.blobs import Blobs
from backend.storage.shared_file import SharedFile
from backend.versions.service import VersionService
from contract.analysis import Analysis
from contract.erasures import Erasure, ErasureState
from contract.events import AnyEvent
from contract.poses import PoseSource
from testkit.alone import EventsAlone, typed
from testkit.clock import Clock
from testkit.households import HOME

NOW = 1_800_014_400.0
"""2027-01-15 12:00 UTC."""
DAY = 86_400.0
WAIT_SEC = 20.0
ANALYSIS = Analysis(
    is_anomaly=False,
    normal_score=0.9,
    anomaly_score=0.1,
    events=["fall"],
    scores=[0.1],
    thresholds=[0.5],
)


class ErasingHome:
    """A server that records and erases; it can be started again on the same folder."""

    comparisons: Any = None
    media: MediaService | None = None

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = Clock(NOW)
        self.notified: list[str] = []
        self.start()

    def start(self) -> None:
        """Start it, with what was there before."""
        self.bus = Bus()
        self.events = EventsAlone(self.folder / "events", self._notify, self.clock, self.bus)
        self.database = self.events.database
        self.poses = PoseService(self.folder / "poses", 365, self.bus, self.clock, 10)
        self.activity = ActivityService(
            self.folder / "events", self.database, lambda _: ZoneInfo("Asia/Seoul"), self.clock
        )
        self.record_tables = RecordService(
            self.folder, self.database, lambda _household: ZoneInfo("Asia/Seoul"), self.clock, make
        )
        self.erasures = ErasureService(
            self.database,
            self.events,
            self.poses,
            self.activity,
            self._copies(),
            self.clock,
            retry_sec=0.05,
            record=self.record_tables,
            bus=self.bus,
            media=self.media,
            household_of=household_named,
        )
        self.poses.start()
        self.events.start()
        self.erasures.start()

    def use_factory(self) -> None:
        """Let there be its database."""
        with self._factory().reading():
            pass

    def _factory(self) -> SharedFile:
        return SharedFile(self.folder / "jobs" / "factory.sqlite3")

    def _copies(self) -> Copies:
        """Those of a factory that nobody has used, unless there are `comparisons`."""
        database = self._factory()
        blobs = Blobs(self.folder / "blobs")
        maker = VersionMaker(database, blobs, self.clock)
        eraser = RecordEraser(database, blobs, maker, (), lambda _: date(2027, 1, 15))
        return Copies(self.comparisons, eraser, VersionService(database, blobs))

    def stop(self) -> None:
        """Stop it in good order."""
        self.erasures.stop()
        self.record_tables.stop()
        self.events.stop()
        self.poses.stop()

    def restart(self) -> None:
        """Stop it and start it again."""
        self.stop()
        self.start()

    def record(self, event_type: str, event_id: str, **fields: Any) -> None:
        """An event of the camera 거실 as of now, unless `fields` say otherwise."""
        self.post(self.event(event_type, event_id, **fields))

    def event(self, event_type: str, event_id: str, **fields: Any) -> AnyEvent:
        """One, not posted yet."""
        required = {"camera_id": "거실", "ts": self.clock(), "event_id": event_id}
        if event_type in ("START", "END"):
            required["event"] = "lying"
        return typed({"event_type": event_type, **required, **fields})

    def post(self, *events: AnyEvent) -> None:
        """Have them recorded together."""
        self.events.post(events).result(5)

    def incident(self, name: str, ts: float, **fields: Any) -> None:
        """One that is over: nobody need answer it."""
        self.post(*self.both(name, ts, **fields))

    def both(self, name: str, ts: float, **fields: Any) -> list[AnyEvent]:
        """START and END of an incident that is over."""
        common = {"incident_id": name, "event": "fall", **fields}
        start = self.event("START", f"{name}-start", ts=ts, **common)
        return [start, self.event("END", f"{name}-end", ts=ts + 2, state="recovered", **common)]

    def see(self, at: float, camera_id: str = "거실") -> None:
        """Poses of one person."""
        source = PoseSource(camera_id=camera_id, at=at, people=(1,))
        self.poses.take(source, 1.5, np.full((1, 13, 3), 0.5, dtype=np.float32), [ANALYSIS])

    def erase(
        self,
        camera_id: str | None = None,
        since: float | None = None,
        until: float | None = None,
        household_id: int = HOME,
    ) -> Erasure:
        """Have it erased, and wait for the end of it."""
        caller = replace(HOUSEHOLD, household_id=household_id)
        scope = Scope(household_id, camera_id, since, until)
        return self.wait(self.erasures.begin(caller, scope), household_id)

    def wait(self, begun: Erasure, household_id: int = HOME) -> Erasure:
        """The same erasure once it is done."""
        for _ in range(int(WAIT_SEC / 0.02)):
            newest = self.erasures.newest(household_id, 99)
            (found,) = (it for it in newest if it.number == begun.number)
            if found.state is ErasureState.DONE:
                return found
            time.sleep(0.02)
        raise TimeoutError(f"not done: {found}, {self.erasures.health()}")

    def recent(self) -> list[str]:
        """The ids of the newest events, oldest first."""
        return [
            str(it["event_id"]) for it in reversed(_json(shown(self.events.recent.newest(1000))))
        ]

    def stored(self) -> list[str]:
        """The ids of the STARTs and ENDs in the database."""
        return [str(it["event_id"]) for it in _json(shown(self.events.store.since(0.0)))]

    def journal(self) -> list[str]:
        """The ids of all that the journal holds, oldest first."""
        files = sorted((self.folder / "events").glob("*.jsonl"))
        lines = [line for file in files for line in file.read_bytes().splitlines()]
        return [str(json.loads(line)["event_id"]) for line in lines]

    def bytes_of(self, *folders: str) -> bytes:
        """All that the files in these folders hold, also where it counts for nothing."""
        files = [path for folder in folders for path in sorted((self.folder / folder).rglob("*"))]
        return b"".join(path.read_bytes() for path in files if path.is_file())

    def _notify(self, *told: Any) -> None:
        self.notified.append(told[1].event_id)


def _json(data: bytes) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(data)
    return found
