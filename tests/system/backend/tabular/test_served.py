"""A model's place: what cannot be loaded takes nobody's."""

import asyncio
from pathlib import Path

import pytest

from backend.errors import ModelUnavailable
from backend.tabular.served import ServedModel, Serving
from backend.vision.errors import NotInProduction
from testkit.tabular_models import A_ROW, make_model


def test_version_that_cannot_be_loaded_leaves_the_one_before(
    tabular_checkpoints: Path, tmp_path: Path
) -> None:
    served = ServedModel("eclo", tabular_checkpoints / "eclo")
    before = asyncio.run(served.serving())
    broken = make_model(tmp_path / "broken", offset=9.0)
    (broken / "model.txt").write_text("no trees", encoding="utf-8")
    assert not served.serve(broken)
    assert served.loaded() is before
    assert "is not the file that schema.json was written for" in (served.failure or "")
    good = make_model(tmp_path / "good", offset=9.0)
    assert served.serve(good)
    assert served.failure is None

    first, second = asyncio.run(_values(before, served.loaded()))
    assert second - first == pytest.approx(9.0, abs=0.1)


async def _values(*places: Serving) -> list[float]:
    return [(await place.rows["ko"].ask(A_ROW)).value for place in places]


def test_what_ships_and_is_broken_is_said_and_what_does_not_ship_is_not_missed(
    tmp_path: Path,
) -> None:
    (tmp_path / "eclo").mkdir()
    broken, missing, own = (
        ServedModel("eclo", tmp_path / "eclo"),
        ServedModel("fall_risk", tmp_path / "fall_risk"),
        ServedModel("tabular", None),
    )
    with pytest.raises(ModelUnavailable, match=r"schema\.json"):
        broken.loaded()
    assert broken.failure is not None
    for served in (missing, own):
        with pytest.raises(NotInProduction):
            served.loaded()
        assert served.failure is None
