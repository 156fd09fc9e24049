"""The recipes, and the schema of what may be set of each; free of torch."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from backend.training.settings import schema_of
from contract.datasets import DatasetKind
from contract.tabular import ECLO, FALL_RISK, OWN_TABLE
from contract.versions import DETECTOR
from modeling.training.detectors.settings import TrainingSettings
from modeling.training.images.settings import CAMERA_HEALTH, OWN_LABELS, POSTURE
from modeling.training.tabular.settings import EcloSettings, FallRiskSettings, TabularSettings

OF_DETECTORS = ("takes", "calm_windows", "networks", "hidden", "false_alarm_budget")


@dataclass(frozen=True)
class RecipeInfo:
    """A kind of model that can be trained; `settings` is the schema of its hyperparameters.

    With `has_project_data` it can also learn from the data sets that the project itself has.
    """

    name: str
    title: str
    title_ko: str
    takes: frozenset[DatasetKind]
    settings: type[BaseModel]
    has_project_data: bool = False

    @property
    def is_tabular(self) -> bool:
        """Whether it learns trees, from scratch each time, from one whole table."""
        return DatasetKind.TABLE in self.takes


RECIPES: Mapping[str, RecipeInfo] = {
    recipe.name: recipe
    for recipe in (
        RecipeInfo(
            DETECTOR,
            "Falls, from body poses",
            "낙상 (자세 뼈대)",
            frozenset({DatasetKind.CLIPS, DatasetKind.TRACKS}),
            schema_of("FallLstmSettings", TrainingSettings(), OF_DETECTORS),
            has_project_data=True,
        ),
        RecipeInfo(
            "posture",
            "Posture, from pictures",
            "몸의 상태 (사진)",
            frozenset({DatasetKind.PICTURES}),
            schema_of("PostureSettings", POSTURE, ("pictures",)),
        ),
        RecipeInfo(
            "camera_health",
            "Whether a camera sees, from videos",
            "카메라 상태 (영상)",
            frozenset({DatasetKind.CLIPS}),
            schema_of("CameraHealthSettings", CAMERA_HEALTH, ("pictures", "takes")),
        ),
        RecipeInfo(
            "pictures",
            "Own labels, from pictures",
            "우리 집 이름표 (사진)",
            frozenset({DatasetKind.PICTURES}),
            schema_of("OwnLabelsSettings", OWN_LABELS, ("pictures",)),
        ),
        RecipeInfo(
            OWN_TABLE,
            "A column of a table, from its others",
            "표의 한 열 (다른 열로)",
            frozenset({DatasetKind.TABLE}),
            TabularSettings,
        ),
        RecipeInfo(
            FALL_RISK,
            "A fall within a week, from days",
            "일주일 안의 낙상 (하루 기록)",
            frozenset({DatasetKind.TABLE}),
            FallRiskSettings,
        ),
        RecipeInfo(
            ECLO,
            "How grave an accident is, from its record",
            "교통사고의 심각도 (사고 기록)",
            frozenset({DatasetKind.TABLE}),
            EcloSettings,
        ),
    )
}
