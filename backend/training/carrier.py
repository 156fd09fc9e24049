"""Carries out trainings: the data comes into the job's folder, the checkpoint out of it."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from backend.datasets.service import DatasetService
from backend.jobs.carrier import ARTIFACTS
from backend.training.errors import WrongMaterial
from backend.versions.service import VersionService
from common.files import replace_whole
from contract.jobs import Job, JobKind
from contract.tabular import TABULAR_RECIPES
from contract.training import (
    DatasetChoice,
    GivenDataset,
    TrainingOrder,
    TrainingResult,
    TrainingSpec,
)

NETWORKS, TREES = "modeling.training.carried.train", "modeling.training.carried.tabular"
ORDER, BASE = "order.json", "base"


class TrainingCarrier:
    """A Carrier. `project_data` has the data sets of the project, a folder each, where it is."""

    kind = JobKind.TRAINING
    modules: tuple[str, ...] = (
        "torch", "av", "cv2", "duckdb", "lightgbm", "onnx", "onnxscript", "scipy", "sklearn",
    )  # fmt: skip

    def __init__(
        self, datasets: DatasetService, versions: VersionService, project_data: Path | None = None
    ) -> None:
        self._datasets, self._versions = datasets, versions
        self._project_data = project_data

    def command(self, job: Job, folder: Path) -> list[str]:
        """See Carrier; what an earlier try has fetched is checked, and not fetched again."""
        spec = TrainingSpec.model_validate(job.spec)
        order = TrainingOrder(
            recipe=spec.recipe,
            settings=spec.settings,
            datasets=tuple(
                self._given(choice, f"data-{number}", job, folder)
                for number, choice in enumerate(spec.dataset_versions, start=1)
            ),
            base=self._base(spec, job, folder),
            project_data=tuple(self._project_folders(spec)),
        )
        replace_whole(folder / ORDER, order.model_dump_json())
        module = TREES if spec.recipe in TABULAR_RECIPES else NETWORKS
        return [sys.executable, "-m", module, str(folder / ORDER)]

    def params(self, job: Job) -> dict[str, Any]:
        """The recipe and its settings, and how many data sets it learns from.

        Without the names of columns, which may be anything.
        """
        spec = TrainingSpec.model_validate(job.spec)
        numbers = {n: it for n, it in spec.settings.items() if isinstance(it, int | float)}
        return {"recipe": spec.recipe, "datasets": len(spec.dataset_versions), **numbers}

    def keep(self, job: Job, folder: Path, result: dict[str, Any]) -> dict[str, Any]:
        """Register the checkpoint as a version of its recipe; trackers are given its figures."""
        spec, made = TrainingSpec.model_validate(job.spec), TrainingResult.model_validate(result)
        version = self._versions.register(
            job,
            spec.recipe,
            made.version,
            folder / made.checkpoint,
            made.figures,
            spec.base_id,
            tuple(choice.id for choice in spec.dataset_versions),
        )
        # Neither the card nor the manifest: both may name cameras.
        replace_whole(folder / ARTIFACTS / "figures.json", version.metrics.model_dump_json())
        figures = version.metrics.model_dump(mode="json")
        return {"version_id": version.id, "version": version.version, "figures": figures}

    def _given(self, choice: DatasetChoice, name: str, job: Job, folder: Path) -> GivenDataset:
        version = self._datasets.version(choice.id, job.household_id)
        files = self._datasets.manifest(version).files
        if choice.subset is not None:
            files = tuple(file for file in files if choice.subset.has(file))
        if not files:
            raise WrongMaterial(f"no file of {version.name} is in the subset, expected some")
        self._datasets.fetch(version, folder / name)
        return GivenDataset(kind=version.kind, folder=name, files=files)

    def _base(self, spec: TrainingSpec, job: Job, folder: Path) -> str | None:
        if spec.base_id is None:
            return None
        self._versions.put_into(self._versions.find(spec.base_id, job.household_id), folder / BASE)
        return BASE

    def _project_folders(self, spec: TrainingSpec) -> Iterator[str]:
        if not spec.with_project_data:
            return
        if self._project_data is None:
            raise WrongMaterial("PROJECT_DATA is not set here, expected the folder of data sets")
        found = sorted(self._project_data.glob("*/labels.json"))
        if not found:
            raise WrongMaterial(
                f"no data set in PROJECT_DATA {self._project_data}, expected folders with "
                "labels.json, as build-dataset writes them"
            )
        for labels in found:
            yield str(labels.parent.resolve())
