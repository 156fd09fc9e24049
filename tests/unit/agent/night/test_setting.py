"""NIGHT_LOOK: what it may be, and how a bad file ends the start."""

from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from agent.config import AgentSettings
from modeling.perception.looks.cube import cube_text
from modeling.perception.looks.lut import Lut
from modeling.perception.looks.night import SIMPLE


@pytest.fixture(autouse=True)
def _no_env_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NIGHT_LOOK", raising=False)


@pytest.mark.parametrize(("given", "expected"), [("", SIMPLE), ("auto", SIMPLE), ("off", None)])
def test_is_on_unless_it_is_turned_off(
    monkeypatch: pytest.MonkeyPatch, given: str, expected: object
) -> None:
    assert AgentSettings().night_look is SIMPLE
    monkeypatch.setenv("NIGHT_LOOK", given)
    assert AgentSettings().night_look is expected


def test_file_of_a_household_is_read_at_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    inverse = Lut(1 - Lut.identity(2).table)
    (tmp_path / "look.cube").write_text(cube_text(inverse, "inverse"), encoding="utf-8")
    monkeypatch.setenv("NIGHT_LOOK", "look.cube")
    way = AgentSettings().night_look
    assert way is not None
    assert way.name == "table"
    picture = np.array([[[10, 20, 30]]], np.uint8)
    np.testing.assert_array_equal(way.choose(picture, 10.0)(picture), 255 - picture)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("look.cube", "LUT_3D_SIZE 2\n0 0 0\n0 0 zero\n", "line 3"),
        ("look.cube", "LUT_3D_SIZE 1\n", "line 1"),
        ("look.cube", "", "expected"),
        ("gone.cube", None, "No such file"),
        ("look.png", "", "auto, off, or the path of a .cube file"),
        ("bright", None, "auto, off, or the path of a .cube file"),
    ],
)
def test_bad_file_is_refused_with_its_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, text: str | None, said: str
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setenv("NIGHT_LOOK", name)
    with pytest.raises(ValidationError, match=said):
        AgentSettings()
