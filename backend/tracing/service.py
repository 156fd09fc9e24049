"""Sends spans to a collector by OTLP over HTTP, from a thread that nobody waits for."""

import logging
import time
from collections.abc import Callable

from opentelemetry.exporter.otlp.json.http import trace_exporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from backend.bus import Bus
from backend.tracing.spans import EventSpans

SERVICE = "dolbom"
ANSWER_SEC = 2.0
"""A slower collector loses what it was sent; it may hold up the end for twice as long."""
WAITING_SPANS = 512
"""More are dropped: they are worth less than the memory of a server that watches."""
SILENCE_SEC = 3600.0


class Seldom(logging.Filter):
    """Lets the same be said once an hour: a collector that is away fails every few seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock, self._said_at = clock, dict[str, float]()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether it was not said of late."""
        now, before = self._clock(), self._said_at.get(str(record.msg))
        if before is not None and now - before < SILENCE_SEC:
            return False
        self._said_at[str(record.msg)] = now
        return True


class TracingService:
    """Begins with the first message on `bus`. `endpoint` is a collector's, without a path."""

    def __init__(self, endpoint: str, bus: Bus) -> None:
        logging.getLogger(trace_exporter.__name__).addFilter(Seldom())
        url = f"{endpoint.rstrip('/')}/v1/traces"
        exporter = trace_exporter.OTLPSpanExporter(url, timeout=ANSWER_SEC)
        queue = BatchSpanProcessor(exporter, WAITING_SPANS, max_export_batch_size=WAITING_SPANS)
        resource = Resource({"service.name": SERVICE})
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(queue)
        EventSpans(self._provider.get_tracer(SERVICE), bus)

    def stop(self) -> None:
        """Send what waits, unless the collector does not answer."""
        self._provider.shutdown()
