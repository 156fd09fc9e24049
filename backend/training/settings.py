"""The hyperparameters: how people call them, and how far each may go.

Names and defaults are those of the dataclasses in `modeling.training`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from modeling.training.settings import LoopSettings


@dataclass(frozen=True)
class Setting:
    """Its titles in English and Korean, and its range, both ends included."""

    title: str
    title_ko: str
    low: float
    high: float


OF_ALL = ("seed", "folds", "epochs", "batch_size", "learning_rate", "weight_decay")
SETTINGS: Mapping[str, Setting] = {
    "seed": Setting("Seed", "난수 시드", 0, 2**31 - 1),
    "folds": Setting("Folds of the validation", "교차 검증 묶음 수", 2, 20),
    "epochs": Setting("Epochs", "에포크", 1, 500),
    "batch_size": Setting("Examples a step", "배치 크기", 1, 4096),
    "learning_rate": Setting("Learning rate", "학습률", 1e-6, 1.0),
    "weight_decay": Setting("Weight decay", "가중치 감쇠", 0.0, 1.0),
    "takes": Setting("Variants of each clip", "클립마다의 변형 수", 1, 50),
    "calm_windows": Setting("Calm windows of a clip", "클립마다의 평온한 구간 수", 1, 1000),
    "networks": Setting("Networks of the ensemble", "함께 쓰는 신경망의 수", 1, 16),
    "hidden": Setting("Width of the network", "신경망 너비", 4, 256),
    "false_alarm_budget": Setting("Share of false alarms", "허용 오경보 비율", 0.0, 1.0),
    "pictures": Setting("Pictures an epoch", "에포크마다의 사진 수", 8, 100_000),
}


def schema_of(name: str, defaults: LoopSettings, more: Iterable[str]) -> type[BaseModel]:
    """The model `name` of all settings that a recipe has: those of all recipes, and some more."""
    config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)
    fields = {setting: _field(setting, defaults) for setting in (*OF_ALL, *more)}
    made: type[BaseModel] = create_model(name, __config__=config, **fields)
    return made


def _field(name: str, defaults: LoopSettings) -> Any:
    setting, default = SETTINGS[name], getattr(defaults, name)
    kind = type(default)
    field = Field(
        default=default,
        title=setting.title,
        ge=kind(setting.low),
        le=kind(setting.high),
        json_schema_extra={"title_ko": setting.title_ko},
    )
    return kind, field
