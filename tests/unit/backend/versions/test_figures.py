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


def metrics(name: str) -> dict[str, Any]:
    """What its manifest says."""
    found: dict[str, Any] = json.loads((CHECKPOINTS / name / MANIFEST_NAME).read_bytes())["metrics"]
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
