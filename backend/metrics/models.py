"""Which models answer, and which were chosen to."""

from collections.abc import Iterator

from prometheus_client.core import InfoMetricFamily, Metric

from backend.access.keys import FIRST_HOUSEHOLD
from backend.analysis.service import BehaviorService
from backend.metrics.families import gauges
from backend.versions.service import VersionService
from backend.vision.predictor import Predictor
from contract.versions import DETECTOR


class ModelFigures:
    """Read by a scrape; what answers is at hand."""

    def __init__(self, behavior: BehaviorService, vision: Predictor) -> None:
        self._behavior, self._vision = behavior, vision

    def read(self) -> Iterator[Metric]:
        """Of each recipe that is served here."""
        answering = self._answering()
        yield gauges(
            "dolbom_model_up",
            "1 for a model that answers.",
            ("recipe",),
            (((recipe,), float(it is not None)) for recipe, it in answering.items()),
        )
        info = InfoMetricFamily("dolbom_model", "The version that answers.", labels=("recipe",))
        for recipe, version in answering.items():
            if version is not None:
                info.add_metric((recipe,), {"version": version})
        yield info

    def _answering(self) -> dict[str, str | None]:
        """The version that answers now, of each recipe; None without one."""
        detector = self._behavior.detector
        found = {state.name: state.version for state in self._vision.states()}
        return {DETECTOR: detector.manifest.version if detector else None, **found}


class VersionFigures:
    """Read by a scrape. A database that nobody has used yet is left alone."""

    def __init__(self, versions: VersionService) -> None:
        self._versions = versions

    def read(self) -> Iterator[Metric]:
        """Raises DatabaseUnavailable."""
        if self._versions.is_unused:
            return
        info = InfoMetricFamily(
            "dolbom_model_alias", "The version that an alias names.", labels=("recipe", "alias")
        )
        for version in self._versions.newest(FIRST_HOUSEHOLD):
            for alias in version.aliases:
                info.add_metric((version.recipe, alias.value), {"version": version.version})
        yield info
