"""A trouble is a row: what is added to the table is found, notified, shown and over."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from backend.alerts.labels import Labels
from backend.alerts.limits import Limits
from backend.analysis.service import BehaviorService
from backend.bus import Bus
from backend.events.journal.record import Record
from backend.events.messages import EventsRecorded
from backend.incidents.store import Wanted
from backend.troubles.phrase import Phrase
from backend.troubles.subjects import Camera
from backend.troubles.table import TROUBLES, Trouble
from backend.watchdog.service import WatchdogService
from testkit.alone import AlertsAlone, AlertSettings, EventsAlone, typed
from testkit.households import HOME


def hot(camera: Camera) -> str | None:
    degrees = (camera.beat.said.model_extra or {}).get("degrees", 0.0)
    return f"has {degrees:.0f} degrees" if degrees > 80.0 else None


HOT = Trouble(
    name="box_hot",
    ko=Phrase("카메라 기기가 뜨거움", "그늘로 옮겨 주세요."),
    en=Phrase("Camera box hot", "Please move it into the shade."),
    held_sec=10.0,
    gone_sec=20.0,
    of_camera=hot,
)


def test_new_row_is_a_trouble_from_heartbeat_to_memo(
    tmp_path: Path,
    checkpoint: Path,
    endpoint: Any,
    monkeypatch: pytest.MonkeyPatch,
    eventually: Callable[..., Any],
) -> None:
    monkeypatch.setitem(TROUBLES, HOT.name, HOT)
    now, bus = [1_800_000_000.0], Bus()
    settings = AlertSettings(
        data_dir=tmp_path,
        time_zone=lambda _: ZoneInfo("Asia/Seoul"),
        anomalous_labels=frozenset({"fall"}),
        alert_urls=(SecretStr(endpoint.address),),
        limits=Limits(gather=0.0),
    )
    alerts = AlertsAlone(settings, lambda: now[0], bus=bus)
    events = EventsAlone(tmp_path / "events", alerts.consider, bus=bus, database=alerts.database)
    watchdog = WatchdogService(
        BehaviorService(checkpoint),
        events,
        alerts.incidents,
        alerts,
        bus,
        tmp_path,
        clock=lambda: now[0],
        monotonic=lambda: now[0],
    )
    with ExitStack() as stack:
        for service in (alerts, events):
            service.start()
            stack.callback(service.stop)

        def beat(degrees: float, seconds: int) -> None:
            for number in range(seconds):
                now[0] += 1.0
                said = {"event_type": "HEARTBEAT", "event_id": f"e{number}", "camera_id": "거실"}
                figures = {"ts": now[0], "fps": 15.0, "picture": "ok", "degrees": degrees}
                bus.publish(EventsRecorded([Record.of(typed(said | figures), now[0])]))
                watchdog.round()

        beat(95.0, 12)
        eventually(lambda: len(endpoint.titles) == 1)
        assert endpoint.titles == ["카메라 기기가 뜨거움 - 거실 / Camera box hot - 거실"]
        assert watchdog.cameras_health(1).reason == "거실 has 95 degrees"
        assert Labels([]).find("camera box hot") == HOT.name  # no sender can feign it
        beat(40.0, 25)
        eventually(lambda: len(endpoint.titles) == 2)
        assert endpoint.titles[1].startswith("다시 정상: 카메라 기기가 뜨거움")
        (incident,) = alerts.incidents.newest(Wanted(HOME, label=HOT.name), 9)
        assert incident.state == "resolved"
