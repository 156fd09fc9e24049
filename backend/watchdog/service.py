"""The thread that looks after everything else, and has told what it finds."""

import logging
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from pathlib import Path

from backend.alerts.service import AlertService
from backend.analysis.service import BehaviorService
from backend.events.journal.record_line import Record
from backend.events.service import EventService
from backend.watchdog.beats import beats_of
from backend.watchdog.conditions import (
    Condition,
    Finding,
    ServerState,
    low_disk,
    of_cameras,
    of_server,
)
from backend.watchdog.hysteresis import Watchdog, delays
from backend.watchdog.incident_events import end_of, start_of, still_open
from backend.watchdog.roster import Camera, Cameras
from backend.watchdog.unseeing import Unseeing
from backend.watchdog.usual_darkness import Nights
from contract.events import Event
from contract.trouble import FORGOTTEN, ONE_LEFT, SERVER, Trouble

logger = logging.getLogger(__name__)

ROUND_SEC = 1.0
RECORD_SEC = 3.0
"""How long a round waits for the log; what is told does not wait for it."""
SILENT_AFTER_SEC = 40.0


class WatchdogService:
    """Thread-safe. `start` it after events and alerts, `stop` it before them.

    An incident is an event like any other: it is told whether or not the log takes it, and posted
    again until that does. `clock` is seconds since 1970, `monotonic` any clock that nobody sets.
    """

    def __init__(
        self,
        behavior: BehaviorService,
        events: EventService,
        alerts: AlertService,
        data_dir: Path,
        silent_after: float = SILENT_AFTER_SEC,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._behavior, self._events, self._alerts = behavior, events, alerts
        self._data_dir, self._silent_after = data_dir, silent_after
        self._clock, self._monotonic = clock, monotonic
        self._read = -1  # the number of the newest heartbeat that was read
        self._log_ends_at = _received_at(events.recent.newest(1))
        self._cameras = self._earlier_cameras(monotonic())
        self._refusals = events.refusals
        self._open = still_open(events.recent)
        self._began = {condition: self._began_at(start) for condition, start in self._open.items()}
        self._nights, self._unseeing = Nights(), Unseeing(monotonic())
        self._watchdog = Watchdog(delays(silent_after), self._open)
        self._posts: list[tuple[Event, Future[None]]] = []
        self._failure: str | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)
        self.cameras: dict[str, Camera] = {}
        """All that are known, as of the last round."""

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the round that is under way."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(2 * RECORD_SEC)

    @property
    def failure(self) -> str | None:
        """That nobody looks, in one line; None while somebody does."""
        return self._failure if self._thread.is_alive() else "the watchdog does not run"

    @property
    def incidents(self) -> list[Event]:
        """The STARTs of the incidents that are open, oldest first. Any thread."""
        return sorted(self._open.values(), key=lambda start: start.ts)

    def round(self) -> None:
        """Look at everything once, and record what has changed."""
        now, log = self._monotonic(), self._log_failure()
        self._cameras.note(beats_of(self._fresh(), now))
        if log:
            # Heartbeats are refused as well: who is silent is not known until the log is back.
            self._cameras.wait_anew(now)
        self.cameras = self._cameras.look(now, self._silent_after)
        of_all = self._nights.excuse(of_cameras(self.cameras, self._silent_after), now)
        unseeing = self._unseeing.findings(self.cameras, now)
        findings = {**of_all, **unseeing, **of_server(self._server(log))}
        changes = self._watchdog.step(findings, now)
        for condition, since in changes.begun.items():
            if finding := findings[condition]:
                self._begin(condition, finding, since, now)
        for condition in changes.over:
            self._end(condition, now)
        self._record()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.round()
                self._failure = None
            except Exception as error:
                if self._failure is None:
                    logger.exception("a round of the watchdog failed; the next one follows")
                self._failure = f"the watchdog cannot look: {type(error).__name__}"
            self._stopping.wait(ROUND_SEC)

    def _fresh(self) -> list[Record]:
        """The heartbeats that have arrived since."""
        numbered = self._events.recent.heartbeats(self._read)
        self._read = numbered[-1][0] if numbered else self._read
        return [record for _, record in numbered]

    def _earlier_cameras(self, now: float) -> Cameras:
        """Those of earlier runs, by the last heartbeat of each, which were not given up."""
        given_up = self._events.recent.forgotten()
        last = {record["camera_id"]: record for record in self._fresh()}
        waited_for = [record for name, record in last.items() if name not in given_up]
        return Cameras(beats_of(waited_for, now), self._log_ends_at, now)

    def _began_at(self, start: Event) -> float:
        """When an incident of an earlier run began, on the monotonic clock, by the log."""
        recorded_at = float((start.model_extra or {}).get("received_at", self._log_ends_at))
        ago = max(0.0, self._log_ends_at - recorded_at) + (start.duration_sec or 0.0)
        return self._monotonic() - ago

    def _log_failure(self) -> str | None:
        refusals, self._refusals = self._refusals, self._events.refusals
        refused = "events were refused" if self._refusals != refusals else None
        return self._events.failure or refused

    def _server(self, log: str | None) -> ServerState:
        return ServerState(
            log=log or self._alerts.ledger_failure,
            detector=self._behavior.failure,
            token=self._alerts.token_warning,
            disk=self._disk(),
        )

    def _disk(self) -> str | None:
        try:
            return low_disk(shutil.disk_usage(self._data_dir).free)
        except OSError as error:
            return f"the disk of DATA_DIR cannot be asked: {error.strerror}"

    def _begin(self, condition: Condition, finding: Finding, since: float, now: float) -> None:
        start = start_of(condition, finding, now - since, self._clock())
        self._began[condition] = since
        logger.warning("%s %s: %s", *condition, start.detail)
        self._open = {**self._open, condition: start}
        self._post(start)

    def _end(self, condition: Condition, now: float) -> None:
        start = self._open[condition]
        logger.info("%s %s is over", *condition)
        self._open = {other: event for other, event in self._open.items() if other != condition}
        lasted_sec = now - self._began.pop(condition)
        self._post(end_of(start, lasted_sec, self._clock(), self._farewell(condition)))

    def _farewell(self, condition: Condition) -> str | None:
        """Why a trouble is over that was not mended; None where it was."""
        if condition.subject == SERVER:
            return None
        camera = self.cameras.get(condition.subject)
        if camera is None:
            return FORGOTTEN
        if camera.beat.stopped:
            return camera.beat.said.state
        is_halved = condition.trouble is Trouble.CAMERA_TWICE and not camera.one_said_good_bye
        return ONE_LEFT if is_halved else None

    def _post(self, event: Event) -> None:
        self._posts.append((event, self._events.post([event])))

    def _record(self) -> None:
        """Post again what the log has refused. A disk that hangs is not buried under posts."""
        posts, self._posts = self._posts, []
        wait([post for _, post in posts], RECORD_SEC)
        for event, post in posts:
            if not post.done():
                self._posts.append((event, post))
            elif post.exception():
                self._post(event)


def _received_at(newest: Sequence[Record]) -> float:
    return float(newest[0]["received_at"]) if newest else 0.0
