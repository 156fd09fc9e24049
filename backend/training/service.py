"""Trainings for the rest of the server: checked before they are queued, and watched."""

from pydantic import JsonValue, ValidationError

from backend.datasets.service import DatasetService
from backend.errors import InvalidInput, describe
from backend.jobs.errors import UnknownJob
from backend.jobs.service import JobService, JobWanted
from backend.jobs.store import Wanted
from backend.training.curves import curves_of
from backend.training.errors import UnknownRecipe, WrongMaterial
from backend.training.recipes import RECIPES, RecipeInfo
from backend.training.schemas import Curve, TrainingWanted
from backend.versions.service import VersionService
from contract.jobs import Job, JobKind
from contract.training import TrainingSpec


class TrainingService:
    """Thread-safe. Its methods raise what jobs, data sets and versions raise, too."""

    def __init__(
        self, jobs: JobService, datasets: DatasetService, versions: VersionService
    ) -> None:
        self._jobs, self._datasets, self._versions = jobs, datasets, versions

    def ask(self, wanted: TrainingWanted, household_id: int, created_by: int | None = None) -> Job:
        """Queue a training; raises UnknownRecipe, InvalidInput and WrongMaterial."""
        recipe = _recipe(wanted.recipe)
        self._check_material(recipe, wanted, household_id)
        spec = TrainingSpec(
            recipe=recipe.name,
            dataset_versions=wanted.dataset_versions,
            settings=_all_settings(recipe, wanted),
            base_id=wanted.base,
            with_project_data=wanted.with_project_data,
        )
        return self._jobs.ask(
            JobWanted(
                JobKind.TRAINING,
                wanted.title or recipe.title,
                spec.model_dump(mode="json"),
                household_id,
                created_by,
                wanted.queue,
                wanted.time_limit,
            )
        )

    def newest(self, wanted: Wanted, limit: int) -> list[Job]:
        """The newest trainings, newest first."""
        return self._jobs.newest(wanted, limit)

    def find(self, job_id: str, household_id: int) -> Job:
        """One training; raises UnknownJob."""
        job = self._jobs.find(job_id, household_id)
        if job.kind is not JobKind.TRAINING:
            raise UnknownJob(f"no training {job_id[:40]}")
        return job

    def cancel(self, job_id: str, household_id: int) -> Job:
        """Let it end; raises UnknownJob and WrongJobState."""
        return self._jobs.cancel(self.find(job_id, household_id).id, household_id)

    def resume(self, job_id: str, household_id: int) -> Job:
        """Let it go on after its last finished epoch; raises UnknownJob and WrongJobState."""
        return self._jobs.resume(self.find(job_id, household_id).id, household_id)

    def curves(self, job_id: str, household_id: int) -> list[Curve]:
        """Its figures by fit and epoch; raises UnknownJob."""
        return curves_of(self._jobs.metrics(self.find(job_id, household_id)))

    def _check_material(
        self, recipe: RecipeInfo, wanted: TrainingWanted, household_id: int
    ) -> None:
        if wanted.with_project_data and not recipe.has_project_data:
            raise WrongMaterial(f"{recipe.name} learns only from data sets, expected no others")
        if not wanted.dataset_versions and not wanted.with_project_data:
            raise WrongMaterial("expected at least one version of a data set")
        if recipe.is_tabular:
            _check_table(wanted)
        for choice in wanted.dataset_versions:
            kind = self._datasets.version(choice.id, household_id).kind
            if kind not in recipe.takes:
                raise WrongMaterial(
                    f"{choice.id} is a data set of {kind.value}, expected one of "
                    f"{' or '.join(sorted(recipe.takes))} for {recipe.name}"
                )
        if wanted.base is not None:
            base = self._versions.find(wanted.base, household_id)
            if base.recipe != recipe.name:
                raise WrongMaterial(
                    f"{base.id} is a version of {base.recipe}, expected one of {recipe.name}"
                )


def _check_table(wanted: TrainingWanted) -> None:
    """Raise WrongMaterial where it is not one whole table, and learnt from scratch."""
    if len(wanted.dataset_versions) != 1 or wanted.dataset_versions[0].subset is not None:
        raise WrongMaterial(f"{wanted.recipe} learns from one table, expected one whole version")
    if wanted.base is not None:
        raise WrongMaterial(f"{wanted.recipe} is learnt from scratch each time, expected no base")


def _recipe(name: str) -> RecipeInfo:
    if name not in RECIPES:
        raise UnknownRecipe(f"no recipe {name!r}, expected one of {', '.join(RECIPES)}")
    return RECIPES[name]


def _all_settings(recipe: RecipeInfo, wanted: TrainingWanted) -> dict[str, JsonValue]:
    try:
        return recipe.settings.model_validate(wanted.settings).model_dump()
    except ValidationError as error:
        raise InvalidInput(f"settings: {describe(error)}") from error
