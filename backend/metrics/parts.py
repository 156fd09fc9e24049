"""Asks each part for its figures while a scrape waits; what fails is absent, and counted."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping

from prometheus_client import Counter
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

logger = logging.getLogger(__name__)

Reader = Callable[[], Iterable[Metric]]
"""Gives a part's figures as they are now; whatever it raises, the other parts are read."""


class Parts(Collector):
    """The figures of all parts. Thread-safe as far as its readers are."""

    def __init__(self, readers: Mapping[str, Reader]) -> None:
        self._readers = readers
        self._failing: frozenset[str] = frozenset()
        self._failures = Counter(
            "dolbom_scrape_failures_total",
            "How often the figures of a part were not to be had.",
            ["part"],
            registry=None,
        )
        for name in readers:
            self._failures.labels(name)

    def collect(self) -> Iterator[Metric]:
        """What each part says now, and how often one did not."""
        for name, read in self._readers.items():
            yield from self._figures(name, read)
        yield from self._failures.collect()

    def _figures(self, name: str, read: Reader) -> list[Metric]:
        try:
            figures = list(read())
        except Exception as error:  # noqa: BLE001 (whatever it is, the others are read)
            self._failures.labels(name).inc()
            self._note(name, error)
            return []
        self._failing -= {name}
        return figures

    def _note(self, name: str, error: Exception) -> None:
        """One line where it begins: a scrape comes every few seconds."""
        if name not in self._failing:
            logger.warning("no figures of %s: %s", name, type(error).__name__)
        self._failing |= {name}
