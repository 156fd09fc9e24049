"""Which spans are made of what the bus says, and what they do not say."""

from dataclasses import replace

import numpy as np
import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from backend.alerts.alert_change import AlertChange, Outcome
from backend.alerts.channels.base import Alert
from backend.bus import Bus
from backend.events.journal.record import Record
from backend.events.messages import EventsRecorded
from backend.incidents.incident import begun
from backend.incidents.service import IncidentChanged
from backend.poses.frame import PoseFrame, PosesSeen
from backend.tracing.spans import EVERY_ANALYSIS, EventSpans
from testkit.alone import incident_event
from testkit.clock import Clock
from testkit.households import HOME

NOW = 1_800_000_000.0
START = incident_event(
    {
        "event_type": "START",
        "event_id": "s1",
        "incident_id": "f1",
        "camera_id": "거실",
        "ts": NOW,
        "event": "still_down",
    }
)
RECORDED = EventsRecorded([Record.of(START, NOW)])
CHANGED = IncidentChanged(begun(START, NOW, HOME))
ALERT = Alert("k", "i", "s1", "still_down", "거실", NOW, HOME, received_at=NOW)


class Traced:
    """The spans of what a test publishes."""

    def __init__(self) -> None:
        self.bus, self.clock = Bus(), Clock(NOW)
        self._exporter = InMemorySpanExporter()
        provider = TracerProvider(shutdown_on_exit=False)
        provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        EventSpans(provider.get_tracer("test"), self.bus, self.clock)

    def hear(self, message: object, after: float) -> None:
        self.clock.now = NOW + after
        self.bus.publish(message)

    @property
    def spans(self) -> list[ReadableSpan]:
        return list(self._exporter.get_finished_spans())

    def lasted(self) -> list[tuple[str, float]]:
        """Names, each with its seconds, to the millisecond."""
        found = ((it.name, (it.end_time or 0) - (it.start_time or 0)) for it in self.spans)
        return [(name, round(took / 1e9, 3)) for name, took in found]


@pytest.fixture
def traced() -> Traced:
    return Traced()


def tell_all(traced: Traced) -> None:
    traced.hear(RECORDED, 0.25)
    traced.hear(CHANGED, 0.5)
    traced.hear(AlertChange(ALERT, Outcome.DECIDED, NOW + 1.0), 1.0)
    traced.hear(AlertChange(ALERT, Outcome.SENT, NOW + 3.0, "kakao"), 3.0)


def test_event_is_followed_to_the_phone(traced: Traced) -> None:
    tell_all(traced)
    assert traced.lasted() == [
        ("event", 0.25),
        ("journal", 0.25),
        ("incident", 0.5),
        ("alert", 1.0),
        ("delivery", 2.0),
    ]
    root, *rest = traced.spans
    assert root.context
    assert root.parent is None
    assert {it.parent.span_id for it in rest if it.parent} == {root.context.span_id}
    assert {it.context.trace_id for it in rest if it.context} == {root.context.trace_id}


def test_span_says_neither_what_happened_nor_where(traced: Traced) -> None:
    tell_all(traced)
    said = [dict(it.attributes or {}) for it in traced.spans]
    assert said[:-1] == [{}] * 4
    assert said[-1] == {"dolbom.channel": "kakao", "dolbom.outcome": "sent"}


def test_alert_does_not_wait_for_a_disk_that_hangs_nor_does_its_span(traced: Traced) -> None:
    traced.hear(CHANGED, 1.0)
    traced.hear(AlertChange(ALERT, Outcome.DECIDED, NOW + 1.0), 1.0)
    traced.hear(RECORDED, 30.0)
    assert [name for name, _ in traced.lasted()] == ["event", "incident", "alert", "journal"]
    assert len({it.context.trace_id for it in traced.spans if it.context}) == 1


def test_another_event_is_another_trace(traced: Traced) -> None:
    traced.hear(RECORDED, 0.1)
    traced.hear(EventsRecorded([Record.of(START, NOW + 60.0)]), 60.1)
    traced.hear(AlertChange(replace(ALERT, camera_id="hall"), Outcome.DECIDED, NOW + 1.0), 61.0)
    assert len({it.context.trace_id for it in traced.spans if it.context}) == 3


def test_heartbeat_makes_no_span_and_later_changes_of_an_incident_make_none(traced: Traced) -> None:
    traced.hear(CHANGED, 0.5)
    traced.hear(CHANGED, 60.0)
    assert [name for name, _ in traced.lasted()] == ["event", "incident"]


def test_one_analysis_of_many_is_a_span(traced: Traced) -> None:
    joints = np.zeros((1, 13, 3), np.float16)
    frame = PoseFrame("거실", NOW, NOW + 0.25, 1.5, (1,), joints, ("fall",), ((0.1,),))
    for _ in range(EVERY_ANALYSIS + 1):
        traced.bus.publish(PosesSeen(frame))
    assert traced.lasted() == [("analysis", 0.25), ("analysis", 0.25)]
