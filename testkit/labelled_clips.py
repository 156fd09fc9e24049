"""Three short clips of URFD with labels as CVAT exports them: two falls, and daily living."""

import csv
import shutil
from pathlib import Path

from testkit.dataset_zips import cvat

CLIPS = {"a": "fall-21-cam0.mp4", "b": "fall-24-cam0.mp4", "c": "adl-24-cam0.mp4"}


def copy_labelled_clips(urfd: Path, folder: Path) -> None:
    """Put them into a folder, with the labels that URFD's table gives."""
    with (urfd / "clips.csv").open(encoding="utf-8", newline="") as table:
        rows = {row["file"]: row for row in csv.DictReader(table)}
    for name, file in CLIPS.items():
        shutil.copyfile(urfd / "videos" / file, folder / f"{name}.mp4")
        (folder / f"{name}.xml").write_bytes(cvat(*_marks(rows[file])))


def _marks(row: dict[str, str]) -> list[tuple[str, int, int]]:
    if row["kind"] != "fall":
        return []
    begins, lies = int(row["fall_start_frame"]), int(row["on_floor_frame"])
    return [("fall", begins, lies), ("lying", lies + 1, int(row["frames"]) - 1)]
