"""The thread that looks after everything else, and reports what it finds."""

import logging
import math
import shutil
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import Future, wait
from dataclasses import replace
from pathlib import Path

from backend.access.keys import FIRST_HOUSEHOLD
from backend.alerts.service import AlertService
from backend.analysis.service import BehaviorService
from backend.bus import Bus
from backend.cameras.names import household_named
from backend.events.journal.record import Record
from backend.events.messages import EventsRecorded
from backend.events.service import EventService
from backend.incidents.incident import begun
from backend.incidents.service import IncidentService
from backend.part import Part, always, part
from backend.troubles.subjects import Camera, ServerState
from backend.watchdog.beats import beats_of
from backend.watchdog.conditions import (
    Condition,
    Finding,
    low_disk,
    of_cameras,
    of_server,
)
from backend.watchdog.hysteresis import Watchdog, delays
from backend.watchdog.incident_events import end_of, start_of
from backend.watchdog.roster import Cameras, Removals
from backend.watchdog.unseeing import Unseeing
from backend.watchdog.usual_darkness import Nights
from common.repeating import Repeating
from contract.events import End, Start
from contract.incidents import Incident
from contract.trouble import FORGOTTEN, ONE_LEFT, SERVER

logger = logging.getLogger(__name__)

ROUND_SEC = 1.0
RECORD_SEC = 3.0
"""How long a round waits for the log; an alert does not wait for it."""
SILENT_AFTER_SEC = 40.0
MAX_FRESH = 100_000
"""Records that wait for a round that takes long; the oldest of more are not looked at."""


def none_was_removed(_: Collection[str]) -> Mapping[str, float]:
    """Nobody has removed a camera."""
    return {}


class WatchdogService:
    """Thread-safe. `start` it after events and alerts, `stop` it before them.

    What it finds is an event like any other: somebody is notified of it whether or not the log
    takes it, and it is posted again until that does. Heartbeats come by the bus; `offered` says at
    once which model camera boxes are to have. `clock` is seconds since 1970, `monotonic` any clock
    that nobody sets. `removals` says when cameras were removed: nobody waits for those any more.
    Of several servers the one that `is_on_duty` reports; the others only listen, so that each
    can take over. `hears_all` is whether those servers are heard. What is wrong with a camera is
    told in the household that it is of by `household_of`, what is wrong with the server in the
    first one.
    """

    def __init__(
        self,
        behavior: BehaviorService,
        events: EventService,
        incidents: IncidentService,
        alerts: AlertService,
        bus: Bus,
        data_dir: Path,
        silent_after: float = SILENT_AFTER_SEC,
        offered: Callable[[], str | None] = lambda: None,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        removals: Removals = none_was_removed,
        is_on_duty: Callable[[], bool] = always,
        hears_all: Callable[[], bool] = always,
        household_of: Callable[[str], int] = household_named,
    ) -> None:
        self._behavior, self._events, self._alerts = behavior, events, alerts
        self._incidents = incidents
        self._data_dir, self._silent_after = data_dir, silent_after
        self._offered = offered
        self._clock, self._monotonic = clock, monotonic
        self._removals = removals
        self._is_on_duty, self._hears_all = is_on_duty, hears_all
        self._household_of = household_of
        self._was_on_duty = True
        self._fresh: deque[Record] = deque(maxlen=MAX_FRESH)
        bus.subscribe(
            EventsRecorded,
            lambda recorded: self._fresh.extend(recorded.records),
            everywhere=True,
        )
        self._cameras = self._earlier_cameras(monotonic())
        self._refusals = events.refusals
        self._nights, self._unseeing = Nights(), Unseeing(monotonic())
        self._take_up()
        self._posts: list[tuple[Start | End, Future[None]]] = []
        self._repeating = Repeating(
            "watchdog",
            self.round,
            ROUND_SEC,
            "a round of the watchdog failed; the next one follows",
        )
        self.cameras: dict[str, Camera] = {}
        """All that are known, as of the last round."""

    def start(self) -> None:
        """Begin to look."""
        self._repeating.start()

    def stop(self) -> None:
        """Finish the round that is under way."""
        self._repeating.stop(2 * RECORD_SEC)

    @property
    def failure(self) -> str | None:
        """That nobody looks, in one line; None while somebody does."""
        if not self._repeating.is_running:
            return "the watchdog does not run"
        failure = self._repeating.failure
        return f"the watchdog cannot look: {failure}" if failure else None

    @property
    def incidents(self) -> list[Incident]:
        """Those that are open, oldest first. Any thread."""
        return sorted(self._open.values(), key=lambda incident: incident.received_at)

    def health(self) -> Part:
        """The server's own troubles as the reason, and all incidents that are open of whoever runs
        it."""
        incidents = self._incidents_of(FIRST_HOUSEHOLD)
        reason = self.failure or _reason(it for it in incidents if it.camera_id == SERVER)
        shown = {"id", "label", "camera_id", "began_at", "detail"}
        return part(
            reason, incidents=[it.model_dump(mode="json", include=shown) for it in incidents]
        )

    def cameras_health(self, household_id: int) -> Part:
        """The cameras of a household that are known, and what is wrong with them."""
        seen = {
            name: {
                "last_heard_sec": math.floor(camera.last_heard_sec),
                "stopped": camera.beat.stopped,
            }
            for name, camera in self.cameras.items()
            if self._household_of(name) == household_id
        }
        incidents = self._incidents_of(household_id)
        return part(_reason(it for it in incidents if it.camera_id != SERVER), seen=seen)

    def _incidents_of(self, household_id: int) -> list[Incident]:
        return [it for it in self.incidents if it.household_id == household_id]

    def round(self) -> None:
        """Look at everything once, and record what has changed."""
        now, log = self._monotonic(), self._log_failure()
        self._cameras.note(beats_of(self._arrived(), now))
        self._cameras.forget(self._removals)
        if log or not self._hears_all():
            # Heartbeats are refused, or not heard: who is silent is not known until that is over.
            self._cameras.wait_anew(now)
        self.cameras = self._look(now)
        if not self._comes_on_duty(now):
            return
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

    def _comes_on_duty(self, now: float) -> bool:
        """Whether this server is to report; it takes up what the one before it has left."""
        was, self._was_on_duty = self._was_on_duty, self._is_on_duty()
        if self._was_on_duty and not was:
            self._cameras.add(beats_of(self._events.heartbeats_of_all(), now), now)
            self._take_up()
        return self._was_on_duty and was

    def _take_up(self) -> None:
        """Go on with the troubles that are open."""
        open_now = self._incidents.open_troubles()
        self._open = {Condition(it.label, it.camera_id): it for it in open_now}
        self._began = {condition: self._began_at(it) for condition, it in self._open.items()}
        self._watchdog = Watchdog(delays(self._silent_after), self._open)

    def _look(self, now: float) -> dict[str, Camera]:
        offered = self._offered()
        seen = self._cameras.look(now, self._silent_after)
        return {name: replace(camera, offered=offered) for name, camera in seen.items()}

    def _arrived(self) -> list[Record]:
        """What has been recorded since."""
        return [self._fresh.popleft() for _ in range(len(self._fresh))]

    def _earlier_cameras(self, now: float) -> Cameras:
        """Those of earlier runs, by the last heartbeat of each, which were not given up."""
        waited_for = [it for it in self._events.last_heartbeats() if not self._is_given_up(it)]
        return Cameras(beats_of(waited_for, now), self._events.log_ends_at, now)

    def _is_given_up(self, last: Record) -> bool:
        """Whether nobody waits for this camera, which has not been heard of since `last`."""
        trouble = self._incidents.last_trouble(last.event.camera_id)
        if trouble is None or trouble.seen != FORGOTTEN:
            return False
        return (trouble.ended_at or 0.0) >= last.received_at

    def _began_at(self, incident: Incident) -> float:
        """When an incident of an earlier run began, on the monotonic clock, by the log."""
        since = max(0.0, self._events.log_ends_at - incident.received_at)
        return self._monotonic() - since - (incident.duration_sec or 0.0)

    def _log_failure(self) -> str | None:
        refusals, self._refusals = self._refusals, self._events.refusals
        refused = "events were refused" if self._refusals != refusals else None
        return self._events.failure or refused

    def _server(self, log: str | None) -> ServerState:
        return ServerState(
            log=log or self._alerts.ledger_failure,
            detector=self._behavior.failure,
            token=self._alerts.expiry_warning,
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
        whose = self._household_of(condition.subject)
        logger.warning("%s %s: %s", *condition, start.detail)
        self._open = {**self._open, condition: begun(start, start.ts, whose)}
        self._post(start)

    def _end(self, condition: Condition, now: float) -> None:
        incident = self._open[condition]
        logger.info("%s %s is over", *condition)
        self._open = {other: it for other, it in self._open.items() if other != condition}
        lasted_sec = now - self._began.pop(condition)
        self._post(end_of(incident, lasted_sec, self._clock(), self._farewell(condition)))

    def _farewell(self, condition: Condition) -> str | None:
        """Why a trouble is over that was not mended; None where it was."""
        if condition.subject == SERVER:
            return None
        camera = self.cameras.get(condition.subject)
        if camera is None:
            return FORGOTTEN
        if camera.beat.stopped:
            return camera.beat.said.state
        is_halved = condition.trouble == "camera_twice" and not camera.one_said_good_bye
        return ONE_LEFT if is_halved else None

    def _post(self, event: Start | End) -> None:
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


def _reason(incidents: Iterable[Incident]) -> str | None:
    """What is wrong with whom, in one line."""
    return "; ".join(map(_sentence, incidents)) or None


def _sentence(incident: Incident) -> str:
    detail = incident.detail or incident.label
    return detail if incident.camera_id == SERVER else f"{incident.camera_id} {detail}"
