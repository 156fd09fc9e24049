"""The commands that make films: a dataset that `load_dataset` reads, the same from a seed."""

import gzip
import re
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from contract.layout import JOINTS
from modeling.training.datasets.clips import load_dataset
from modeling.training.datasets.kept_poses import track_path
from modeling.training.synthetic import motion_films, take_films
from testkit.motions import STANDING_JOINTS


@pytest.fixture(scope="module")
def motion(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like that of the sources: somebody walks 2 m, stands, does a push-up, waves."""
    folder = tmp_path_factory.mktemp("motion")
    way = np.linspace(0.0, 2.0, 45)[:, None] * [1.0, 0.0, 0.0]
    upright = np.stack(
        [STANDING_JOINTS[:, 1], STANDING_JOINTS[:, 2], STANDING_JOINTS[:, 0]], axis=-1
    )
    walk = (upright + way[:, None]).astype(np.float16)
    np.savez(
        folder / "bandai.npz", joints=np.concatenate([walk] * 5), lengths=np.full(5, 45),
        names=np.array([f"dataset-1_walk_old_{n}" for n in range(5)]), rate_hz=np.array(15.0),
        joint_names=np.array(JOINTS),
    )  # fmt: skip
    flat = np.concatenate([60 * upright[:, :2] + [160, 20], np.ones((13, 1))], axis=1)
    np.savez(
        folder / "penn_action.npz", joints=np.repeat(flat[None], 60, 0).astype(np.float16),
        names=np.array(["0001"]), lengths=np.array([60]), actions=np.array(["pushup"]),
        height_width=np.array([[240, 320]]),
    )  # fmt: skip
    np.savez(
        folder / "jhmdb.npz", joints=np.zeros((40, 15, 2), np.float16), lengths=np.array([40]),
        actions=np.array(["wave"]),
    )  # fmt: skip
    (folder / "utkinect").mkdir()
    kinect = np.repeat([[0.1, 0.9, 2.0]], 20, axis=0) + np.linspace(0, 0.5, 20)[:, None]
    rows = [[frame, *kinect.ravel()] for frame in range(100, 220, 2)]
    with gzip.open(folder / "utkinect" / "joints_s01_e01.txt.gz", "wt") as file:
        np.savetxt(file, rows)
    return folder


def make_falls(out: Path, *options: str) -> str:
    asked = ["--takes", "2", "--views", "2", "--out", str(out), *options]
    result = CliRunner().invoke(take_films.app, asked)
    assert result.exit_code == 0, result.output
    return result.output


def test_made_falls_are_a_dataset_and_a_page_and_a_second_run_makes_nothing(tmp_path: Path) -> None:
    assert "4 clips" in make_falls(tmp_path)
    clips = load_dataset(tmp_path)
    tracks = {clip.labels.name: track_path(tmp_path, clip.labels.name) for clip in clips}
    made = {name: path.stat().st_mtime_ns for name, path in tracks.items()}
    make_falls(tmp_path)
    assert {name: path.stat().st_mtime_ns for name, path in tracks.items()} == made
    assert {clip.labels.source for clip in clips} == {"synthetic"}
    assert len({clip.labels.group for clip in clips}) == 2
    assert (tmp_path / "page" / "index.html").read_text(encoding="utf-8").count("<article") == 4


def test_the_same_seed_makes_the_same_tracks(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    make_falls(one)
    make_falls(two)
    for name in (clip.labels.name for clip in load_dataset(one)):
        assert track_path(one, name).read_bytes() == track_path(two, name).read_bytes()


def test_the_page_draws_each_figure_beside_the_falls_of_another_dataset(tmp_path: Path) -> None:
    real, out = tmp_path / "real", tmp_path / "out"
    make_falls(real)
    make_falls(out, "--beside", str(real))
    page = (out / "page" / "index.html").read_text(encoding="utf-8")
    plots = re.findall(r'<img src="(.+?)"', page)
    assert len(plots) == 5
    assert all("falls</text>" in (out / "page" / plot).read_text("utf-8") for plot in plots)


def test_films_of_motion_hold_no_fall_and_exercise_on_the_floor_is_open(
    tmp_path: Path, motion: Path
) -> None:
    asked = ["--motion", str(motion), "--hours", "0.02", "--out", str(tmp_path)]
    result = CliRunner().invoke(motion_films.app, asked)
    clips = {clip.labels.name: clip for clip in load_dataset(tmp_path)}
    assert result.exit_code == 0, result.output
    assert {c.labels.source for c in clips.values()} == {"bandai", "utkinect", "penn", "jhmdb"}
    assert not any(clip.labels.falls for clip in clips.values())
    assert [span.certain for span in clips["penn-0001"].labels.spans] == [False]


def test_a_folder_without_motion_is_one_plain_line(tmp_path: Path) -> None:
    asked = ["--motion", str(tmp_path), "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(motion_films.app, asked)
    assert result.exit_code == 1
    assert "no motion in" in result.output
