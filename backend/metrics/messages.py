"""What is counted as it happens: whoever does it says so on the bus, and knows of no figure."""

import threading
from collections import OrderedDict
from collections.abc import Iterator

from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from backend.alerts.alert_change import AlertChange, Outcome
from backend.alerts.channels.base import Alert
from backend.alerts.policy import is_follow_up, is_urgent
from backend.bus import Bus
from backend.events.messages import EventsRecorded
from backend.poses.frame import PosesSeen

DELAY_SECONDS = (0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0, 10.0)
RING_SECONDS = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 3600.0)
REMEMBERED = 1000
"""Incidents of which it is known that they have rung: a later round is no first ring."""


class MessageFigures(Collector):
    """Thread-safe; what it hears it counts at once. `log_ends_at` is of earlier runs."""

    def __init__(self, bus: Bus, log_ends_at: float) -> None:
        self._lock = threading.Lock()
        self._rung: OrderedDict[str, None] = OrderedDict()
        self._windows = Counter(
            "dolbom_windows_analyzed_total",
            "Windows of poses that the server's detector has scored for a camera.",
            registry=None,
        )
        self._delay = Histogram(
            "dolbom_analysis_delay_seconds",
            "From the newest pose, by the camera box's clock, to the answer.",
            buckets=DELAY_SECONDS,
            registry=None,
        )
        self._deliveries = Counter(
            "dolbom_deliveries_total",
            "Alerts that a channel has taken, or has given up.",
            ["channel", "outcome"],
            registry=None,
        )
        self._ring = Histogram(
            "dolbom_first_ring_seconds",
            "From an incident's arrival to the first channel that took its alert.",
            buckets=RING_SECONDS,
            registry=None,
        )
        self._events = Counter(
            "dolbom_events_recorded_total", "Events on the disk.", ["type"], registry=None
        )
        self._durable_at = Gauge(
            "dolbom_last_durable_write_timestamp_seconds",
            "When the newest event was on the disk.",
            registry=None,
        )
        self._durable_at.set(log_ends_at)
        bus.subscribe(PosesSeen, self._analyzed)
        bus.subscribe(AlertChange, self._alerted)
        bus.subscribe(EventsRecorded, self._recorded)

    def collect(self) -> Iterator[Metric]:
        """What has happened since the start."""
        counted = (self._windows, self._delay, self._deliveries, self._ring)
        for each in (*counted, self._events, self._durable_at):
            yield from each.collect()

    def _analyzed(self, seen: PosesSeen) -> None:
        self._windows.inc(len(seen.frame.people))
        self._delay.observe(max(0.0, seen.frame.received_at - seen.frame.at))

    def _alerted(self, change: AlertChange) -> None:
        if change.channel is not None:
            self._deliveries.labels(change.channel, change.outcome.value).inc()
        arrived = change.alert.received_at
        if arrived is None or change.outcome is not Outcome.SENT:
            return
        if self._is_first_ring(change.alert):
            self._ring.observe(max(0.0, change.at - arrived))

    def _is_first_ring(self, alert: Alert) -> bool:
        """Whether nobody was alerted of this incident before; never of a test or a trouble."""
        if alert.test or is_follow_up(alert) or not is_urgent(alert):
            return False
        with self._lock:
            if alert.incident in self._rung:
                return False
            self._rung[alert.incident] = None
            if len(self._rung) > REMEMBERED:
                self._rung.popitem(last=False)
        return True

    def _recorded(self, recorded: EventsRecorded) -> None:
        for record in recorded.records:
            self._events.labels(record.head.event_type).inc()
        self._durable_at.set_to_current_time()
