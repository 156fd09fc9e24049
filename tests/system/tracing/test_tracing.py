"""Spans of a real server at a collector, and a collector that hangs."""

import sys
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import numpy as np
import pytest

from backend.bus import Bus
from backend.config import BackendSettings
from backend.events.journal.record import Record
from backend.events.messages import EventsRecorded
from backend.opening.tracing import open_tracing
from backend.tracing.service import ANSWER_SEC, WAITING_SPANS, TracingService
from common.settings import SettingError
from contract.analysis import NPY_MEDIA_TYPE
from contract.layout import WINDOW_LENGTH
from testkit.alone import incident_event
from testkit.hanging_service import HangingService
from testkit.otlp_collector import OtlpCollector

KEY = "k3y-of-the-house-of-tests"
CAMERA = "the-bedroom-of-mina"
FALL: dict[str, object] = {
    "event_type": "END",
    "event_id": "e-of-mina",
    "incident_id": "f1",
    "camera_id": CAMERA,
}
FALL |= {"ts": 0.0, "event": "fall", "duration_sec": 2.0, "state": "lying"}
AT_ONCE = {"OTEL_BSP_SCHEDULE_DELAY": 200}
WAY = ("event", "journal", "incident", "alert", "delivery")


@pytest.fixture(scope="module")
def collector() -> Iterator[OtlpCollector]:
    with OtlpCollector() as collector:
        yield collector


def analyze(server: Any) -> None:
    """Have one window scored, of somebody before the camera."""
    poses = np.zeros((1, WINDOW_LENGTH, 13, 3), np.float16)
    parameters = f"aspect=1.7778; camera={CAMERA}; at={time.time():.3f}; people=1"
    headers = {"Content-Type": f"{NPY_MEDIA_TYPE}; {parameters}"}
    server.post("/behavior/analyze", content=npy(poses), headers=headers).raise_for_status()


def npy(array: Any) -> bytes:
    file = BytesIO()
    np.save(file, array)
    return file.getvalue()


def test_fall_is_one_trace_from_its_arrival_to_the_channel(
    serve: Callable[..., Any], collector: OtlpCollector
) -> None:
    server = serve(API_KEY=KEY, OTEL_EXPORTER_OTLP_ENDPOINT=collector.url, **AT_ONCE)
    began = time.time_ns()
    server.send(FALL | {"ts": time.time()})
    analyze(server)
    event, *rest = (collector.until(name) for name in WAY)
    analysis = collector.until("analysis")
    assert {span.trace_id for span in rest} == {event.trace_id} != {analysis.trace_id}
    assert {span.parent_id for span in rest} == {event.span_id}
    assert all(began <= span.began <= span.ended <= time.time_ns() for span in (event, *rest))
    assert rest[-1].attributes == {"dolbom.channel": "kakao", "dolbom.outcome": "sent"}
    assert collector.resources[0]["service.name"] == "dolbom"
    sent = "".join(collector.bodies)
    assert [it for it in (KEY, CAMERA, "mina", '"fall"', "lying", "sandbox-") if it in sent] == []
    assert server.stop() == 0


def test_collector_that_hangs_holds_up_nobody_who_publishes_and_the_end_for_a_moment() -> None:
    bus = Bus()
    with HangingService() as hanging:
        tracing = TracingService(hanging.url, bus)
        began = time.monotonic()
        for number in range(WAITING_SPANS):  # two spans each
            bus.publish(EventsRecorded([Record.of(incident_event(FALL), float(number))]))
        published = time.monotonic()
        tracing.stop()
    assert published - began < ANSWER_SEC
    assert time.monotonic() - published < 2 * ANSWER_SEC + 1.0


def test_without_the_extra_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk", None)
    monkeypatch.delitem(sys.modules, "backend.tracing.service", raising=False)
    for name in [name for name in sys.modules if name.startswith("opentelemetry.sdk.")]:
        monkeypatch.delitem(sys.modules, name)
    settings = BackendSettings(_env_file=None, otel_exporter_otlp_endpoint="http://127.0.0.1:4318")
    with pytest.raises(SettingError, match="uv sync --extra otel"):
        open_tracing(settings, Bus())


def test_nothing_is_sent_unless_it_is_asked_for() -> None:
    assert open_tracing(BackendSettings(_env_file=None), Bus()) is None
