"""Figures as a scrape reads them."""

from collections.abc import Callable, Iterable

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

Written = Callable[[Iterable[Metric]], str]


class _Read(Collector):
    def __init__(self, figures: Iterable[Metric]) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        return self._figures


@pytest.fixture(scope="session")
def written() -> Written:
    """The text of figures that were read."""

    def write(figures: Iterable[Metric]) -> str:
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Read(figures))
        return generate_latest(registry).decode()

    return write
