"""The figures of the checkpoints that ship, and of manifests that say nothing."""

import json
from typing import Any

import pytest

from backend.versions.comparisons_router import FINISHED
from backend.versions.figures import figures_of
from backend.versions.router import MOVE, SHADOW, VERSION
from contract.comparisons import Comparison
from contract.versions import AliasMove, ShadowDay, Version, VersionFigures
from modeling.perception.detector.checkpoint import CHECKPOINTS, MANIFEST_NAME
from modeling.tabular.checkpoint import SCHEMA_NAME


def metrics(name: str, file: str = MANIFEST_NAME) -> dict[str, Any]:
    """What its manifest, or its schema, says."""
    found: dict[str, Any] = json.loads((CHECKPOINTS / name / file).read_bytes())["metrics"]
    return found


def test_detector_says_what_is_told_of_falls_and_falsely() -> None:
    of = metrics("fall-lstm")
    figures = figures_of(of)
    assert figures.falls_told is not None
    assert figures.told_falsely_an_hour is not None
    events = of["by_event"]["all"]
    assert figures.falls_told.model_dump() == events["falls_told"]
    assert figures.told_falsely_an_hour.model_dump() == events["told_falsely_an_hour"]
    assert (figures.told_falsely, figures.minutes) == (events["told_falsely"], events["minutes"])
    assert figures.measured_on == of["dataset"]


@pytest.mark.parametrize(
    ("name", "right", "pictures"), [("posture", 10_744, 11_913), ("camera_health", 3964, 4068)]
)
def test_image_model_says_how_many_pictures_it_tells(name: str, right: int, pictures: int) -> None:
    figures = figures_of(metrics(name))
    assert (figures.pictures_right, figures.pictures) == (right, pictures)
    assert figures.macro_f1 is not None
    assert figures.macro_f1.low < figures.macro_f1.value  # type: ignore[operator]


def test_tabular_models_stand_beside_a_line() -> None:
    value, chance = (figures_of(metrics(name, SCHEMA_NAME)) for name in ("eclo", "fall_risk"))
    assert value.mean_error is not None
    assert value.mean_error_of_line is not None
    assert value.mean_error.value < value.mean_error_of_line.value
    assert value.in_interval is not None
    assert value.in_interval.count / value.in_interval.total == pytest.approx(0.9, abs=0.02)
    assert (value.rows, value.area_under_roc) == (33_301, None)
    assert chance.area_under_roc is not None
    assert chance.area_under_roc.value == pytest.approx(0.70, abs=0.01)
    assert (chance.rows, chance.mean_error, chance.in_interval) == (17_600, None, None)


@pytest.mark.parametrize("said", [{}, {"dataset": "d", "by_event": {}}, {"pictures": 3}])
def test_manifest_that_says_nothing_gives_no_figures(said: dict[str, Any]) -> None:
    assert figures_of(said) == VersionFigures()


def test_examples_of_the_routes_are_true() -> None:
    for model, example in (
        (Version, VERSION),
        (AliasMove, MOVE),
        (ShadowDay, SHADOW),
        (Comparison, FINISHED),
    ):
        assert model.model_validate(example).model_dump(mode="json") == example
