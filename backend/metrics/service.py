"""All figures of this server, in the text that Prometheus reads."""

from collections.abc import Iterable

from prometheus_client import (
    CollectorRegistry,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

MEDIA_TYPE = CONTENT_TYPE_PLAIN_0_0_4


class MetricsService:
    """Thread-safe. Of this process it says what each program says of itself (`process_…`)."""

    def __init__(self, collectors: Iterable[Collector]) -> None:
        # A line more of each counter, which this format has no use for.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry(auto_describe=False)
        for collector in collectors:
            self._registry.register(collector)
        ProcessCollector(registry=self._registry)

    def text(self) -> bytes:
        """Every figure as it is now. Asks the databases, so it may wait."""
        return generate_latest(self._registry)
