"""A tiny URFD: four clips of a block that stands, then lies, in a textured room."""

import csv
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from modeling.perception.frames.image import Image, resized
from modeling.training.datasets.adapters.urfd import read_urfd
from modeling.training.datasets.labels import Recording
from testkit.motions import Film, Motion

GROUPS = ("fall-01", "fall-13", "adl-01", "adl-24")
FRAMES, WIDTH, HEIGHT = 24, 64, 48


def film_room(rng: np.random.Generator) -> Iterator[Image]:
    """Frames of a room with a block in it: none, upright, falling, lying."""
    coarse = rng.integers(60, 220, (6, 8, 3), dtype=np.uint8)
    room = resized(coarse, (WIDTH, HEIGHT))
    for frame in range(FRAMES):
        image = room.copy()
        if frame >= 3:
            top = 10 if frame < 14 else 34
            image[top:44, 24 : 34 if frame < 14 else 60] = (30, 20, 160)
        yield np.clip(image + rng.normal(0.0, 2.0, image.shape), 0, 255).astype(np.uint8)


def write_clip(path: Path, rng: np.random.Generator) -> None:
    """Write those frames as a video."""
    codec = cv2.VideoWriter.fourcc(*"mp4v")
    writer = cv2.VideoWriter(str(path), codec, 30.0, (WIDTH, HEIGHT))
    for image in film_room(rng):
        writer.write(image)
    writer.release()


@pytest.fixture
def urfd(tmp_path: Path) -> Path:
    """Its folder."""
    folder = tmp_path / "urfd"
    (folder / "videos").mkdir(parents=True)
    rng = np.random.default_rng(0)
    header = ("file", "group", "view", "kind", "frames", "fall_start_frame", "on_floor_frame")
    clips: list[tuple[object, ...]] = [header]
    postures: list[tuple[object, ...]] = [("group", "frame", "posture")]
    for group in GROUPS:
        kind, views = group[:4].rstrip("-"), ("cam0", "cam1") if group == "fall-01" else ("cam0",)
        for view in views:
            name = f"{group}-{view}.mp4"
            write_clip(folder / "videos" / name, rng)
            clips.append((name, group, view, kind, FRAMES, 12, 16))
        labels = {
            f: "upright" if f < 12 else "transition" if f < 16 else "lying" for f in range(24)
        }
        postures += [(group, f, label) for f, label in labels.items() if f >= 3]
    for name, rows in (("clips.csv", clips), ("posture_frames.csv", postures)):
        with (folder / name).open("w", newline="") as file:
            csv.writer(file).writerows(rows)
    return folder


@pytest.fixture
def recordings(urfd: Path) -> list[Recording]:
    """Its clips."""
    return read_urfd(urfd)


@pytest.fixture
def poses(tmp_path: Path, recordings: list[Recording], film: Film, swaying: Motion) -> Path:
    """A dataset folder with a pose track of each clip."""
    folder = tmp_path / "dataset"
    (folder / "tracks").mkdir(parents=True)
    for recording in recordings:
        film(swaying, seconds=FRAMES / 30.0).save(folder / "tracks" / f"{recording.name}.npz")
    return folder
