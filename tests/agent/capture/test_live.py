"""Cameras and streams over real sockets, on good days and bad ones."""

import itertools
import logging
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from agent.capture.live import Backoff, LiveSource
from agent.capture.opening import open_stream
from modeling.video import Frame

QUICK = Backoff(first_sec=0.05, max_sec=0.1)


def wait_until(condition: Callable[[], bool], timeout_sec: float = 10.0) -> None:
    deadline = time.monotonic() + timeout_sec
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def next_frame(source: LiveSource) -> Frame:
    frame = source.read(10.0)
    assert frame is not None, "no frame within 10 s"
    return frame


def drain(source: LiveSource) -> None:
    """Read until nothing new comes."""
    while source.read(0.3) is not None:
        pass


def test_each_frame_is_read_once_and_the_newest_wins(mjpeg_server: Any) -> None:
    source = open_stream(mjpeg_server.url)
    first = next_frame(source)
    sent = mjpeg_server.sent
    wait_until(lambda: mjpeg_server.sent >= sent + 20)
    second, third = next_frame(source), next_frame(source)
    source.close()
    assert second.index >= first.index + 10
    assert third.index > second.index
    assert first.time < second.time < third.time
    assert round(float(second.image.mean()) / 8) == second.index % 32


def test_the_age_is_infinite_before_the_first_frame_and_small_while_frames_come(
    mjpeg_server: Any,
) -> None:
    mjpeg_server.flowing.clear()
    source = open_stream(mjpeg_server.url)
    assert source.read(0.1) is None
    assert source.age_sec() == float("inf")
    mjpeg_server.flowing.set()
    next_frame(source)
    assert source.age_sec() < 1.0
    source.close()


def test_a_stalled_stream_shows_its_age_gives_no_old_picture_and_is_connected_to_again(
    mjpeg_server: Any,
) -> None:
    source = open_stream(mjpeg_server.url, timeout_sec=0.5, backoff=QUICK)
    before = next_frame(source)
    mjpeg_server.flowing.clear()
    drain(source)
    assert source.age_sec() >= 0.3
    while mjpeg_server.connections < 2:
        assert source.read(0.05) is None
    assert source.age_sec() >= 0.5
    mjpeg_server.flowing.set()
    after = next_frame(source)
    source.close()
    assert after.index > before.index
    assert after.time > before.time + 0.5


def test_an_rtsp_camera_may_come_late_and_may_be_restarted(
    rtsp_server: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    source = open_stream(rtsp_server.url, backoff=QUICK)
    wait_until(lambda: len(caplog.records) >= 2)
    rtsp_server.start()
    before = next_frame(source)
    assert before.image.shape == (120, 160, 3)

    rtsp_server.kill()
    drain(source)
    assert source.age_sec() >= 0.3

    rtsp_server.start()
    after = next_frame(source)
    source.close()
    assert after.index > before.index
    assert after.time > before.time
    assert re.fullmatch(
        r"no picture from rtsp://127.0.0.1:\d+, next try in 0 s", caplog.messages[0]
    )
    assert sum("pictures from" in line for line in caplog.messages) == 2
    assert "secret" not in caplog.text


def test_a_camera_that_vanishes_is_opened_again(clip: Path) -> None:
    # A recording of ten pictures is a camera that is pulled out after the tenth.
    opened = []

    def plug_in() -> cv2.VideoCapture:
        opened.append(cv2.VideoCapture(str(clip), cv2.CAP_FFMPEG))
        return opened[-1]

    source = LiveSource("camera 0", plug_in, connected=plug_in(), backoff=QUICK)
    wait_until(lambda: len(opened) >= 3)
    assert next_frame(source).index >= 9
    source.close()
    assert not any(capture.isOpened() for capture in opened)


class ScriptedCamera:
    """Stands for a cv2.VideoCapture, which cannot be derived from.

    Each read takes the next of `answers`: how many seconds it lasts and what it gives.
    """

    def __init__(self, answers: Iterator[tuple[float, bool | cv2.error]]) -> None:
        self.answers = answers
        self.now = 0.0
        self.reads = 0

    def read(self) -> tuple[bool, Any]:
        seconds, answer = next(self.answers)
        self.now += seconds
        self.reads += 1
        if isinstance(answer, cv2.error):
            raise answer
        return answer, np.zeros((2, 2, 3), dtype=np.uint8)

    def release(self) -> None:
        """Nothing to let go of."""


@pytest.mark.parametrize(
    "bad", [(5.0, True), (5.0, False), (0.1, cv2.error("broken"))], ids=["late", "none", "broken"]
)
def test_only_pictures_that_came_in_time_count(bad: tuple[float, bool | cv2.error]) -> None:
    script = itertools.chain([(0.1, True), bad, (0.1, True)], itertools.repeat((0.0, False)))
    camera: Any = ScriptedCamera(script)
    source = LiveSource("camera 0", lambda: camera, backoff=QUICK, clock=lambda: camera.now)
    wait_until(lambda: camera.reads > 5)
    source.close()
    assert next_frame(source).index == 1


def run_program(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=30)


def test_closing_is_quick_and_the_program_ends_well_while_a_stream_does_not_answer() -> None:
    script = """
import socket, time
from agent.capture.opening import open_stream
silent = socket.create_server(("127.0.0.1", 0))
source = open_stream(f"http://127.0.0.1:{silent.getsockname()[1]}/", timeout_sec=2.0)
assert source.read(0.2) is None
began = time.monotonic()
source.close()
assert time.monotonic() - began < 1.5
"""
    done = run_program(script)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_program_that_forgets_to_close_still_ends_with_its_own_exit_code(
    mjpeg_server: Any,
) -> None:
    script = """
import sys
from agent.capture.opening import open_stream
source = open_stream(sys.argv[1])
assert source.read(10.0) is not None
sys.exit(3)
"""
    done = run_program(script, mjpeg_server.url)
    assert (done.returncode, done.stderr) == (3, "")


def test_the_delays_double_from_one_second_to_thirty_and_are_spread() -> None:
    runs = [list(itertools.islice(Backoff().delays(), 6)) for _ in range(50)]
    ranges = [(1, 2), (2, 4), (4, 8), (8, 16), (15, 30), (15, 30)]
    for (low, high), drawn in zip(ranges, zip(*runs, strict=True), strict=True):
        assert low <= min(drawn) < max(drawn) <= high
