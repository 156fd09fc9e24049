"""What a training of a tabular model may vary; free of LightGBM, so that a form can show it."""

from copy import copy
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

MOST_FEATURES = 1000

ACCIDENT_FEATURES = ("weather", "road_surface", "road_type", "accident_type", "hour", "weekday",
                     "district", "speed_limit")  # fmt: skip

WEEK, MONTH = 7, 28
MEASURED = ("active_hours", "still_hours", "lying_hours", "times_up_at_night", "first_moved_hour",
            "walked_minutes", "walking_speed", "rises")  # fmt: skip
"""Columns of the record's days, whose means over a week and over four are read."""
EVENING_FEATURES = (
    *(f"{name}_{days}d" for name in MEASURED for days in (WEEK, MONTH)),
    f"falls_{MONTH}d",
)
FELL = "fell_within_week"

Name = Annotated[str, Field(min_length=1, max_length=200)]


def _field(title: str, title_ko: str, **bounds: Any) -> Any:
    return Field(title=title, json_schema_extra={"title_ko": title_ko}, **bounds)


class TabularSettings(BaseModel):
    """What is to be told by which columns, how it is tried, and how large the trees are.

    Without `features` all columns are read that are neither target, group nor time. Rows of one
    `group` never part; with a `time` a fold is judged by what was learnt from earlier rows only.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    target: Name = _field("Column to be told", "맞힐 열", default="target")
    kind: Literal["value", "probability"] = _field(
        "A value, or how probable a yes is", "값 또는 확률", default="value"
    )
    group: Annotated[str, Field(max_length=200)] = _field(
        "Column whose rows stay together", "함께 묶을 열", default=""
    )
    time: Annotated[str, Field(max_length=200)] = _field(
        "Column that says when", "시간 열", default=""
    )
    features: list[Name] = _field(
        "Columns to read", "읽을 열", default=[], max_length=MOST_FEATURES
    )
    monotone: dict[Name, Literal[-1, 1]] = _field(
        "Columns that only raise or lower it", "한 방향으로만 작용하는 열", default={}
    )
    folds: int = _field("Folds of the validation", "교차 검증 묶음 수", default=5, ge=2, le=20)
    trees: int = _field("Trees", "나무 수", default=80, ge=1, le=500)
    leaves: int = _field("Leaves of a tree", "나무의 잎 수", default=8, ge=2, le=64)
    least_in_leaf: int = _field(
        "Fewest rows of a leaf", "잎마다의 최소 행 수", default=50, ge=1, le=10_000
    )
    learning_rate: float = _field("Learning rate", "학습률", default=0.1, ge=0.001, le=1.0)
    coverage: float = _field(
        "Share of the truth in an interval", "구간이 담을 비율", default=0.9, ge=0.5, le=0.99
    )
    seed: int = _field("Seed", "난수 시드", default=0, ge=0, le=2**31 - 1)


def _usually(name: str, **defaults: Any) -> type[TabularSettings]:
    """The settings of a recipe, which has other defaults."""
    fields: dict[str, Any] = {}
    for key, value in defaults.items():
        field = copy(TabularSettings.model_fields[key])
        field.default = value
        fields[key] = (field.annotation, field)
    made: type[TabularSettings] = create_model(name, __base__=TabularSettings, **fields)
    return made


EcloSettings = _usually(
    "EcloSettings",
    target="eclo",
    time="day",
    features=list(ACCIDENT_FEATURES),
    monotone={"speed_limit": 1},
    trees=60,
    leaves=5,
)
FallRiskSettings = _usually(
    "FallRiskSettings",
    target=FELL,
    kind="probability",
    group="person",
    time="day",
    features=list(EVENING_FEATURES),
    monotone={
        **{f"walking_speed_{days}d": -1 for days in (WEEK, MONTH)},
        **{f"times_up_at_night_{days}d": 1 for days in (WEEK, MONTH)},
        f"falls_{MONTH}d": 1,
    },
    trees=60,
    leaves=4,
    least_in_leaf=300,
    learning_rate=0.05,
)
