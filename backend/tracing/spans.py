"""Spans of what the bus says: how long each step takes from an event to a person.

No span says what happened, where, or to whom: of a delivery it has the channel and the outcome.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from time import time

from opentelemetry.context import Context
from opentelemetry.trace import Tracer, set_span_in_context

from backend.alerts.alert_change import AlertChange, Outcome
from backend.alerts.channels.base import Alert
from backend.bus import Bus
from backend.events.messages import EventsRecorded
from backend.incidents.service import IncidentChanged
from backend.poses.frame import PosesSeen
from contract.trouble import SERVER

REMEMBERED = 1000
"""Events whose trace may go on."""
EVERY_ANALYSIS = 100
"""Of so many analyses one is a span: a camera has ten a second."""

Key = tuple[str, float]
"""An event by its camera, and by when it arrived: seconds since 1970 (UTC)."""


@dataclass
class Trace:
    """What has been seen of an event; its later spans are children in `context`."""

    context: Context
    handed_on: bool = False
    decided_at: dict[str, float] = field(default_factory=dict)


class EventSpans:
    """Thread-safe. What it hears has happened: each span is made whole, and ends at once.

    A trace begins with the span `event`, from the arrival of a START or an END until it is recorded
    or handed on. Its children are `journal`, `incident`, `alert`, and each `delivery`.
    """

    def __init__(self, tracer: Tracer, bus: Bus, clock: Callable[[], float] = time) -> None:
        self._tracer, self._clock = tracer, clock
        self._traces: OrderedDict[Key, Trace] = OrderedDict()
        self._analyses = count()
        self._lock = threading.Lock()
        bus.subscribe(EventsRecorded, self._recorded)
        bus.subscribe(IncidentChanged, self._changed)
        bus.subscribe(AlertChange, self._alerted)
        bus.subscribe(PosesSeen, self._analyzed)

    def _recorded(self, recorded: EventsRecorded) -> None:
        for record in recorded.records:
            if record.head.is_incident:
                trace = self._trace((record.head.camera_id, record.received_at))
                self._add("journal", record.received_at, self._clock(), trace)

    def _changed(self, changed: IncidentChanged) -> None:
        """The incident that an event has begun; what becomes of it later is no step of the way."""
        incident = changed.incident
        trace = self._trace((incident.camera_id, incident.received_at))
        if not trace.handed_on:
            trace.handed_on = True
            self._add("incident", incident.received_at, self._clock(), trace)

    def _alerted(self, change: AlertChange) -> None:
        alert = change.alert
        if alert.received_at is None:
            return
        trace = self._trace((alert.camera_id or SERVER, alert.received_at))
        if change.outcome is Outcome.DECIDED:
            trace.decided_at[alert.key] = change.at
            self._add("alert", alert.received_at, change.at, trace)
        else:
            self._delivered(change, alert, trace)

    def _delivered(self, change: AlertChange, alert: Alert, trace: Trace) -> None:
        began = trace.decided_at.get(alert.key, change.at)
        said = {"dolbom.channel": change.channel or "", "dolbom.outcome": change.outcome.value}
        self._add("delivery", began, change.at, trace, said)

    def _analyzed(self, seen: PosesSeen) -> None:
        if next(self._analyses) % EVERY_ANALYSIS == 0:
            self._add("analysis", seen.frame.at, seen.frame.received_at)

    def _trace(self, key: Key) -> Trace:
        """That of an event, which begins with what is heard of it first."""
        with self._lock:
            if (known := self._traces.get(key)) is not None:
                return known
            span = self._tracer.start_span("event", Context(), start_time=_ns(key[1]))
            span.end(_ns(max(key[1], self._clock())))
            self._traces[key] = Trace(set_span_in_context(span, Context()))
            if len(self._traces) > REMEMBERED:
                self._traces.popitem(last=False)
            return self._traces[key]

    def _add(
        self,
        name: str,
        began: float,
        ended: float,
        trace: Trace | None = None,
        said: dict[str, str] | None = None,
    ) -> None:
        context = trace.context if trace else Context()
        span = self._tracer.start_span(name, context, attributes=said, start_time=_ns(began))
        span.end(_ns(max(began, ended)))


def _ns(seconds: float) -> int:
    """As OpenTelemetry counts time."""
    return round(seconds * 1e9)
