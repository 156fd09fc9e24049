"""The state of each part of the server, as `/health` shows it."""

import math
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Literal

from pydantic import BaseModel, ConfigDict

from backend.alerts.service import AlertService
from backend.behavior.service import BehaviorService
from backend.events.line import Record
from backend.events.service import EventService

# Fifteen missed heartbeats.
SILENT_AFTER_SEC = 45.0
# Its newest picture is older than three heartbeats.
BLIND_AFTER_SEC = 10.0
# A camera that was last heard of a week ago has been taken down.
FORGOTTEN_AFTER_SEC = 7 * 24 * 3600.0

# What a heartbeat says of itself.
STOPPED = "stopped"
NOT_ANALYZED = "none"

Status = Literal["ok", "degraded"]


class Part(BaseModel):
    """One part: `reason` says in one line what is wrong; further fields are its figures."""

    model_config = ConfigDict(extra="allow")

    status: Status
    reason: str | None = None


class Health(BaseModel):
    """`status` is "ok" only while every part is."""

    status: Status
    model: Part
    log: Part
    alerts: Part
    channel: Part
    cameras: Part


class HealthService:
    """Asks each part how it is; every answer is at hand, so it never waits."""

    def __init__(
        self,
        behavior: BehaviorService,
        events: EventService,
        alerts: AlertService,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._behavior, self._events, self._alerts = behavior, events, alerts
        self._clock = clock

    def check(self) -> Health:
        """The state of every part now."""
        parts = {
            "model": self._model(),
            "log": _part(self._events.failure, repaired=asdict(self._events.repaired)),
            "alerts": self._alert_queue(),
            "channel": _part(self._alerts.channel_failure),
            "cameras": self._cameras(),
        }
        well = all(part.status == "ok" for part in parts.values())
        return Health(status="ok" if well else "degraded", **parts)

    def _model(self) -> Part:
        detector = self._behavior.detector
        if detector is None:
            return _part(self._behavior.failure)
        manifest = detector.manifest
        return _part(
            None,
            name=manifest.name,
            version=manifest.version,
            window_length=manifest.window_length,
            feature_layout=manifest.feature_layout,
            feature_count=len(manifest.normalization.mean),
        )

    def _alert_queue(self) -> Part:
        reason = self._alerts.queue_failure or self._alerts.policy_failure
        return _part(reason, counts=self._alerts.counts())

    def _cameras(self) -> Part:
        now = self._clock()
        beats = {
            camera: beat
            for camera, beat in self._events.recent.last_heartbeats().items()
            if now - beat["received_at"] <= FORGOTTEN_AFTER_SEC
        }
        troubles = [
            f"{camera} {trouble}"
            for camera, beat in beats.items()
            if (trouble := _trouble(beat, now))
        ]
        seen = {
            camera: {
                "last_heard_sec": math.floor(now - beat["received_at"]),
                "stopped": beat.get("state") == STOPPED,
            }
            for camera, beat in beats.items()
        }
        return _part("; ".join(troubles) or None, seen=seen)


def _trouble(beat: Record, now: float) -> str | None:
    """What is wrong with the camera whose last heartbeat is `beat`."""
    if beat.get("state") == STOPPED:
        return None
    if now - beat["received_at"] > SILENT_AFTER_SEC:
        return "is silent"
    if beat.get("fps") == 0 or (beat.get("frame_age_sec") or 0.0) > BLIND_AFTER_SEC:
        return "sends no pictures"
    if beat.get("inference") == NOT_ANALYZED:
        return "is watched, but nobody analyzes what it sees"
    return None


def _part(reason: str | None, **figures: object) -> Part:
    return Part(status="degraded" if reason else "ok", reason=reason, **figures)
