"""The command as a process of its own, on real video files."""

import subprocess
import sys

import cv2
import numpy as np
import pytest

from modeling.perception.poses.pose import Poses, PoseTrack
from modeling.training.datasets.clips import load_dataset
from modeling.training.datasets.extraction import frame_times

CVAT = """\
<annotations><version>1.1</version><track id="0" label="fall">
<box frame="10" outside="0"></box><box frame="20" outside="1"></box></track></annotations>
"""


def build(*arguments, cwd):
    command = [
        sys.executable,
        "-m",
        "modeling.training.commands.build_dataset",
        *map(str, arguments),
    ]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300)


@pytest.fixture
def video(tmp_path):
    """Two seconds of an empty room at 15 frames/s."""
    path = tmp_path / "room-cam1.mp4"
    write_room(path, 30)
    return path


@pytest.fixture
def xml(tmp_path):
    path = tmp_path / "room.xml"
    path.write_text(CVAT)
    return path


def test_a_clip_labelled_with_cvat_becomes_a_dataset_and_is_extracted_once(video, xml, tmp_path):
    out = tmp_path / "dataset"
    arguments = ["--cvat", xml, "--video", video, "--out", out]
    result = build(*arguments, cwd=tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == f"1 clips are in {out}\n"
    (clip,) = load_dataset(out)
    assert (clip.labels.name, clip.labels.group, clip.labels.view) == ("room-cam1", "room", "cam1")
    assert len(clip.track) == 30
    assert len(clip.track.landmarks) == 0
    fall = clip.labels.falls[0]
    assert (fall.start, fall.end) == (
        pytest.approx(10 / 15, abs=2e-3),
        pytest.approx(19 / 15, abs=2e-3),
    )

    extracted = (out / "tracks" / "room-cam1.npz").stat().st_mtime_ns
    assert build(*arguments, "--frame-offset", 3, cwd=tmp_path).returncode == 0
    assert (out / "tracks" / "room-cam1.npz").stat().st_mtime_ns == extracted
    assert load_dataset(out)[0].labels.falls[0].start == pytest.approx(13 / 15, abs=2e-3)


def write_room(path, count, fps=15.0):
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"mp4v"), fps, (160, 120))
    for _ in range(count):
        writer.write(np.full((120, 160, 3), 90, dtype=np.uint8))
    writer.release()


def test_another_video_of_that_name_is_read_anew(video, xml, tmp_path):
    out = tmp_path / "dataset"
    arguments = ["--cvat", xml, "--video", video, "--out", out]
    assert build(*arguments, cwd=tmp_path).returncode == 0
    write_room(video, 45)
    assert build(*arguments, cwd=tmp_path).returncode == 0
    assert len(load_dataset(out)[0].track) == 45


def test_labels_keep_their_places_behind_a_frame_that_cannot_be_read(tmp_path, xml):
    track = PoseTrack.from_poses([Poses(index, index / 10, 1.0) for index in (0, 1, 2, 6, 7)])
    assert frame_times(track) == pytest.approx(np.arange(8) / 10)


def test_stream_without_times_needs_its_rate(xml, tmp_path):
    picture = cv2.imencode(".jpg", np.full((120, 160, 3), 90, dtype=np.uint8))[1].tobytes()
    video = tmp_path / "room.mjpeg"
    video.write_bytes(30 * picture)
    arguments = ["--cvat", xml, "--video", video, "--out", tmp_path / "out"]
    refused = build(*arguments, cwd=tmp_path)
    assert refused.returncode == 1
    assert refused.stderr == f"error: {video} has no times: expected --fps, its pictures a second\n"
    assert build(*arguments, "--fps", 10, cwd=tmp_path).returncode == 0
    fall = load_dataset(tmp_path / "out")[0].labels.falls[0]
    assert (fall.start, fall.end) == (pytest.approx(1.0), pytest.approx(1.9))


def test_labels_of_another_video_are_refused_unless_it_was_renamed(video, tmp_path):
    xml = tmp_path / "kitchen.xml"
    meta = "<meta><task><stop_frame>29</stop_frame><source>kitchen.mp4</source></task></meta>"
    xml.write_text(CVAT.replace("<track", f"{meta}<track"))
    arguments = ["--cvat", xml, "--video", video, "--out", tmp_path / "out"]
    refused = build(*arguments, cwd=tmp_path)
    assert refused.returncode == 1
    assert "room-cam1.mp4 with 30 frames does not fit what was labelled: kitchen.mp4" in (
        refused.stderr
    )
    assert build(*arguments, "--renamed", cwd=tmp_path).returncode == 0


def test_of_a_fast_video_every_second_picture_is_read(tmp_path, xml):
    video = tmp_path / "fast-cam1.mp4"
    write_room(video, 60, fps=30.0)
    build("--cvat", xml, "--video", video, "--out", tmp_path / "out", cwd=tmp_path)
    (clip,) = load_dataset(tmp_path / "out")
    assert clip.track.frame_indices.tolist() == list(range(0, 60, 2))
    assert clip.labels.falls[0].start == pytest.approx(10 / 30, abs=2e-3)


def test_a_real_fall_is_tracked_in_most_frames(shared_data, tmp_path):
    urfd = tmp_path / "urfd"
    urfd.mkdir()
    tables = shared_data / "urfd"
    rows = (tables / "clips.csv").read_text().splitlines()
    kept = [rows[0], *(row for row in rows if row.startswith("fall-21-cam0"))]
    (urfd / "clips.csv").write_text("\n".join(kept))
    (urfd / "posture_frames.csv").write_text((tables / "posture_frames.csv").read_text())
    (urfd / "videos").symlink_to(tables / "videos")
    result = build("--from", f"urfd={urfd}", "--out", tmp_path / "out", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    (clip,) = load_dataset(tmp_path / "out")
    assert len(clip.track) == 28  # of 55 pictures, at 30 a second
    assert len(set(clip.track.rows.tolist())) > 0.75 * 28
    assert clip.labels.falls[0].start == pytest.approx(32 / 30, abs=0.01)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], r"error: cannot read ../shared/data/urfd/posture_frames.csv: No such file"),
        (["--from", "upfall=."], "error: no skeletons of UP-Fall in ., expected subject*/*.csv"),
        (["--cvat", "room.xml"], "error: every --cvat needs its --video: got 1 --cvat and 0"),
        (["--cvat", "room.xml", "--video", "absent.mp4"], "error: no such video file: absent.mp4"),
        (["--cvat", "room.xml", "--video", "room.xml"], "error: not a video that can be decoded"),
        (
            ["--cvat", "room.xml", "--video", "room-cam1.mp4"] * 2,
            "error: two clips are named room-cam1",
        ),
    ],
)
def test_what_cannot_be_built_is_reported_in_one_line(video, xml, tmp_path, arguments, message):
    result = build(*arguments, cwd=tmp_path)
    assert result.returncode == 1
    assert result.stderr.startswith(message)
    assert result.stderr.count("\n") == 1


def test_bad_usage_is_status_2(tmp_path):
    assert build("--nonsense", cwd=tmp_path).returncode == 2


def test_help_tells_the_options(tmp_path):
    result = build("-h", cwd=tmp_path)
    assert result.returncode == 0
    assert "--frame-offset" in result.stdout
