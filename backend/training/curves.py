"""The figures of a training, as a plot takes them."""

from collections import defaultdict
from collections.abc import Iterable

from backend.training.schemas import Curve
from contract.jobs import MetricAt


def curves_of(metrics: Iterable[MetricAt]) -> list[Curve]:
    """A curve for each figure of each fit, in the order in which they came first."""
    found: dict[tuple[str, str], dict[int, float]] = defaultdict(dict)
    for metric in metrics:
        found[metric.fit, metric.name][metric.epoch] = metric.value
    return [_curve(fit, name, values) for (fit, name), values in found.items()]


def _curve(fit: str, name: str, values: dict[int, float]) -> Curve:
    epochs = tuple(sorted(values))
    return Curve(fit=fit, name=name, epochs=epochs, values=tuple(values[e] for e in epochs))
