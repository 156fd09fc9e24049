"""Figures in the words of Prometheus: a name, what it means, and a value for each set of labels."""

from collections.abc import Iterable, Sequence

from prometheus_client.core import GaugeMetricFamily

Labels = tuple[str, ...]


def gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    """A figure without labels."""
    return GaugeMetricFamily(name, meaning, value)


def gauges(
    name: str, meaning: str, labels: Sequence[str], rows: Iterable[tuple[Labels, float]]
) -> GaugeMetricFamily:
    """A figure of each of several, by their `labels`."""
    family = GaugeMetricFamily(name, meaning, labels=labels)
    for values, figure in rows:
        family.add_metric(values, figure)
    return family
