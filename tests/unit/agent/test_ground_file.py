"""What is learnt of the ground stays over restarts, and a damaged file costs only that."""

from pathlib import Path

import pytest

from agent.ground_file import SAVE_SEC, GroundFile
from modeling.perception.windows.posture import Posture


def standing(x: float) -> Posture:
    """Somebody who stands with the feet at (x, 0.8), 0.6 of the picture high."""
    return Posture(
        time=0.0,
        aspect=4 / 3,
        hips=(x, 0.5),
        shoulders=(x, 0.3),
        feet=(x, 0.8),
        top=0.2,
        bottom=0.8,
        torso=1.0,
        slimness=3.0,
        legs=0.7,
        height=0.6,
        body_length=0.4,
        outside=0.0,
        seen=1.0,
    )


def test_what_was_learnt_is_known_after_a_restart(tmp_path: Path) -> None:
    folder = tmp_path / "cameras" / "hall"
    file = GroundFile(folder)
    for _ in range(5):
        file.ground.walked(standing(0.5))
    file.save()
    again = GroundFile(folder).ground
    assert again.is_walked((0.5, 0.8), 4 / 3)
    assert not again.is_walked((1.2, 0.8), 4 / 3)
    assert again.standing_height(0.8) == pytest.approx(0.6)


def test_it_is_written_every_ten_minutes_and_not_more_often(tmp_path: Path) -> None:
    now, path = [0.0], tmp_path / "ground.json"
    file = GroundFile(tmp_path, lambda: now[0])
    now[0] = SAVE_SEC - 1
    file.save_if_due()
    assert not path.exists()
    now[0] = SAVE_SEC
    file.save_if_due()
    assert path.exists()


def test_a_damaged_file_is_a_ground_of_which_nothing_is_known(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "ground.json"
    path.write_text('{"heights": "torn')
    assert GroundFile(tmp_path).ground.standing_height(0.8) is None
    assert "learnt again" in caplog.text


def test_a_folder_that_cannot_be_written_is_a_line_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    GroundFile(tmp_path / "file").save()
    assert "cannot be saved" in caplog.text
