"""What is counted as the bus says it."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from backend.alerts.alert_change import AlertChange, Outcome
from backend.alerts.channels.base import Alert
from backend.bus import Bus
from backend.events.journal.record import Record
from backend.events.messages import EventsRecorded
from backend.metrics.messages import MessageFigures
from backend.metrics.service import MetricsService
from backend.poses.frame import PoseFrame, PosesSeen
from testkit.alone import typed
from testkit.figures import figure
from testkit.households import HOME

NOW = 1_800_000_000.0
FALL = Alert("k", "i", "e", "fall", "hall", NOW - 1.0, HOME, received_at=NOW)


class Heard:
    """Figures of what a test publishes."""

    def __init__(self) -> None:
        self.bus = Bus()
        self.metrics = MetricsService([MessageFigures(self.bus, NOW)])

    def alert(
        self, outcome: Outcome, after: float, channel: str | None = "ntfy-1", **of: Any
    ) -> None:
        self.bus.publish(AlertChange(replace(FALL, **of), outcome, NOW + after, channel))

    def figure(self, name: str, **labels: str) -> float | None:
        return figure(self.metrics.text().decode(), name, **labels)


@pytest.fixture
def heard() -> Heard:
    return Heard()


def test_only_the_first_channel_that_takes_the_first_alert_is_the_first_ring(heard: Heard) -> None:
    heard.alert(Outcome.DECIDED, 0.1, None)
    heard.alert(Outcome.DEAD, 0.5)
    heard.alert(Outcome.SENT, 3.0, "contact-1")
    heard.alert(Outcome.SENT, 4.0, "contact-2")
    heard.alert(Outcome.SENT, 60.0, "contact-1", key="k2", round=1)
    assert heard.figure("dolbom_first_ring_seconds_count") == 1.0
    assert heard.figure("dolbom_first_ring_seconds_sum") == 3.0
    of_one = {"channel": "contact-1", "outcome": "sent"}
    assert heard.figure("dolbom_deliveries_total", **of_one) == 2.0
    assert heard.figure("dolbom_deliveries_total", channel="ntfy-1", outcome="dead") == 1.0


@pytest.mark.parametrize(
    "of",
    [
        {"test": True},
        {"label": "camera_silent"},
        {"label": "daily_word"},
        {"notice": "going"},
        {"received_at": None},
    ],
)
def test_what_is_no_alert_of_a_person_or_came_nobody_knows_when_is_no_ring(
    heard: Heard, of: dict[str, Any]
) -> None:
    heard.alert(Outcome.SENT, 3.0, **of)
    assert heard.figure("dolbom_first_ring_seconds_count") == 0.0


def test_windows_are_counted_with_their_delay(heard: Heard) -> None:
    joints = np.zeros((2, 13, 3), np.float16)
    scores = ((0.1,), (0.2,))
    frame = PoseFrame("hall", NOW, NOW + 0.25, 1.5, (1, 2), joints, ("fall",), scores)
    heard.bus.publish(PosesSeen(frame))
    assert heard.figure("dolbom_windows_analyzed_total") == 2.0
    assert heard.figure("dolbom_analysis_delay_seconds_sum") == 0.25


def test_newest_event_on_the_disk_is_that_of_the_log_until_one_comes(
    heard: Heard,
) -> None:
    last = "dolbom_last_durable_write_timestamp_seconds"
    assert heard.figure(last) == NOW
    beat = {"event_type": "HEARTBEAT", "event_id": "b", "camera_id": "hall", "ts": NOW}
    heard.bus.publish(EventsRecorded([Record.of(typed(beat), NOW)]))
    assert heard.figure("dolbom_events_recorded_total", type="HEARTBEAT") == 1.0
    assert heard.figure(last) != NOW
