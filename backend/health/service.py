"""The state of each part of the server, as `/health` shows it."""

import math
from collections.abc import Iterable
from dataclasses import asdict

from pydantic import BaseModel

from backend.alerts.letter import Letter
from backend.alerts.service import AlertService
from backend.analysis.service import BehaviorService
from backend.events.service import EventService
from backend.health.part import Part, Status, part, vision_part
from backend.live.service import LiveService
from backend.vision.predictor import Predictor
from backend.watchdog.service import WatchdogService
from contract.incidents import Incident
from contract.trouble import SERVER


class Health(BaseModel):
    """`status` is "ok" only while every part is."""

    status: Status
    model: Part
    log: Part
    alerts: Part
    channel: Part
    cameras: Part
    watchdog: Part
    vision: Part
    gateway: Part


class HealthService:
    """Asks each part how it is; every answer is at hand, so it never waits.

    What is wrong with the cameras is what the watchdog has told of them.
    """

    def __init__(
        self,
        behavior: BehaviorService,
        events: EventService,
        alerts: AlertService,
        watchdog: WatchdogService,
        vision: Predictor,
        live: LiveService,
    ) -> None:
        self._behavior, self._events, self._alerts = behavior, events, alerts
        self._watchdog, self._vision = watchdog, vision
        self._live = live

    def check(self) -> Health:
        """The state of every part now."""
        parts = {
            "model": self._model(),
            "log": part(self._events.failure, repaired=asdict(self._events.repaired)),
            "alerts": self._alert_queue(),
            "channel": part(self._alerts.channel_failure, warning=self._alerts.channel_warning),
            "cameras": self._cameras(),
            "watchdog": self._incidents(),
            "vision": vision_part(self._vision),
            "gateway": part(None, **self._live.figures()),
        }
        well = all(each.status == "ok" for each in parts.values())
        return Health(status="ok" if well else "degraded", **parts)

    def is_well(self) -> bool:
        """Whether every part is."""
        return self.check().status == "ok"

    def _model(self) -> Part:
        detector = self._behavior.detector
        if detector is None:
            return part(self._behavior.failure)
        manifest = detector.manifest
        return part(
            None,
            name=manifest.name,
            version=manifest.version,
            window_length=manifest.window_length,
            feature_layout=manifest.feature_layout,
            feature_count=len(manifest.normalization.mean),
        )

    def _alert_queue(self) -> Part:
        alerts = self._alerts
        reason = alerts.ledger_failure or alerts.queue_failure or alerts.policy_failure
        return part(
            reason,
            counts=self._alerts.counts(),
            dead_letters=[Letter.of(letter) for letter in self._alerts.dead_letters()],
        )

    def _cameras(self) -> Part:
        seen = {
            name: {
                "last_heard_sec": math.floor(camera.last_heard_sec),
                "stopped": camera.beat.stopped,
            }
            for name, camera in self._watchdog.cameras.items()
        }
        return part(
            _reason(i for i in self._watchdog.incidents if i.camera_id != SERVER), seen=seen
        )

    def _incidents(self) -> Part:
        """The server's troubles as the reason, and all open incidents."""
        incidents = self._watchdog.incidents
        reason = self._watchdog.failure or _reason(i for i in incidents if i.camera_id == SERVER)
        return part(reason, incidents=[_shown(incident) for incident in incidents])


def _reason(incidents: Iterable[Incident]) -> str | None:
    """What is wrong with whom, in one line."""
    return "; ".join(_sentence(incident) for incident in incidents) or None


def _sentence(incident: Incident) -> str:
    detail = incident.detail or incident.label
    return detail if incident.camera_id == SERVER else f"{incident.camera_id} {detail}"


def _shown(incident: Incident) -> dict[str, object]:
    fields = {"id", "label", "camera_id", "began_at", "detail"}
    return incident.model_dump(mode="json", include=fields)
